"""Every number of every report and mail of the gallery is a figure, and every figure is its mart's or its rule's."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import pytest

from reports.figures import Figure
from tests.gallery.conftest import EVERY_REPORT, ReportOf
from tests.gallery.texts import attached_tables, text_of
from tests.gallery.worlds import NORMAL
from tests.integration.report_numbers.looking_up import Marts, fault_of
from tests.integration.report_numbers.reading import figures_of, known_numbers, numbers_in, without_exempt

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(1800)]

# Customers' own numbers, in the demo and in the extreme company.
CUSTOMERS = re.compile(r"\b(?:FS|Q[a-z]{2}q)-\d+")


def stated(text: str) -> str:
    """The text without the numbers that are names or page numbers."""
    return CUSTOMERS.sub(" ", without_exempt(text))


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_every_number_is_a_formatted_figure(report_of: ReportOf, name: str, language: str) -> None:
    page = report_of(name, language)
    known = known_numbers(page)
    for text in (page.text, page.mail.text, text_of(page.mail.html), page.mail.subject):
        assert [number for number in numbers_in(stated(text), known) if number not in known] == []
    assert len(list(numbers_in(stated(page.text), known))) > (1000 if name == NORMAL else 100)


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_every_figure_is_its_marts_or_its_rules(
    report_of: ReportOf, marts_of: Callable[[str], Marts], name: str, language: str
) -> None:  # fmt: skip
    page, marts = report_of(name, language), marts_of(name)
    shown = [said.shown for said in page.heard if isinstance(said.shown, Figure)]
    held = list(figures_of(page.contexts))
    faults = {fault for figure in (*shown, *held) if (fault := fault_of(figure, marts, page.run))}
    assert sorted(faults) == []
    assert len(shown) + len(held) > (2000 if name == NORMAL else 100)


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_every_number_of_an_attached_table_is_a_figure_of_its_page(
    report_of: ReportOf, name: str, language: str
) -> None:  # fmt: skip
    page = report_of(name, language)
    tables = attached_tables(page.content)
    for context in page.contexts:
        figures = figures_of((context, context.charts, getattr(context, "tables", {})))
        held = {_written(figure.value) for figure in figures if isinstance(figure.value, int | float | Decimal)}
        own = {file: rows for file, rows in tables.items() if file.startswith(f"{context.page_id}-")}
        numbers = {(file, number) for file, rows in own.items() for number in _numbers(rows)}
        assert sorted((file, str(number)) for file, number in numbers if number not in held) == []
    assert bool(tables) is (name != "empty" or len(page.contexts) > 2)


def _numbers(rows: list[list[str]]) -> set[Decimal]:
    found = set()
    for cell in (cell for row in rows[1:] for cell in row):
        try:
            found.add(_written(Decimal(cell)))
        except InvalidOperation:
            continue
    return found


def _written(value: int | float | Decimal) -> Decimal:
    """The number with the nine decimals that derived figures have in a table."""
    return Decimal(f"{value:.9f}")
