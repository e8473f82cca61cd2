"""No sheet of the gallery has anything outside its place, upon something else, or cut off without a word."""

from __future__ import annotations

import pytest

from reports.run import LANGUAGES
from tests.gallery.conftest import EVERY_REPORT, ReportOf
from tests.gallery.worlds import NORMAL
from tests.integration.report_pages.boxes import collisions, filled_to, outsiders, squeezed

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(1800)]

LEAST_FILLED = 0.75


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_nothing_stands_outside_the_page(report_of: ReportOf, name: str, language: str) -> None:
    assert outsiders(report_of(name, language).layout) == []


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_nothing_lies_upon_anything_else(report_of: ReportOf, name: str, language: str) -> None:
    assert collisions(report_of(name, language).layout) == []


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_no_text_is_wider_than_its_box(report_of: ReportOf, name: str, language: str) -> None:
    assert squeezed(report_of(name, language).layout) == []


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_a_section_takes_the_sheets_it_is_made_for(report_of: ReportOf, name: str, language: str) -> None:
    page = report_of(name, language)
    meant = {context.page_id: getattr(context, "sheets", 1) for context in page.contexts}
    assert page.layout.pages_of == meant
    assert max(meant.values()) <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sheet_of_the_usual_company_is_filled(report_of: ReportOf, language: str) -> None:
    page = report_of(NORMAL, language)
    last_of_section = {sum(list(page.layout.pages_of.values())[: at + 1]) for at in range(len(page.layout.pages_of))}
    sheets = {
        list(page.layout.pages_of)[at]: round(filled_to(page.layout, last - 1), 2)
        for at, last in enumerate(sorted(last_of_section))
    }
    assert {section: filled for section, filled in sheets.items() if filled < LEAST_FILLED} == {}
