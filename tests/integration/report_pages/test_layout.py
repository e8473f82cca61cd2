"""Every page of every company: one sheet, filled, nothing outside, nothing on top of anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reports.build import lay_out_pages
from reports.context.retention import RetentionContext
from reports.run import ReportRun
from reports.text import text_for
from tests.integration.report_pages.boxes import collisions, filled_to, outsiders
from tests.integration.report_pages.laying_out import Report
from tests.unit.reports_machine.runs import HUNGARY, POLAND, RUN

ReportOf = Callable[[str, ReportRun], Report]
CASES = [
    pytest.param("usual", RUN, id="usual-en"),
    pytest.param("usual", HUNGARY, id="usual-hu"),
    pytest.param("usual", POLAND, id="usual-pl"),
    *(pytest.param(name, HUNGARY if name == "long_names" else RUN, id=name) for name in (
        "no_orders", "no_contracts", "first_month", "one_customer", "a_dozen", "no_losses", "long_names",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("world", "run"), CASES)
def test_each_page_takes_one_sheet(report_of: ReportOf, world: str, run: ReportRun) -> None:
    layout = report_of(world, run).layout
    assert set(layout.pages_of.values()) == {1}
    assert list(layout.pages_of) == [page.page_id for page in report_of(world, run).pages]


@pytest.mark.parametrize(("world", "run"), CASES)
def test_nothing_stands_outside_the_page(report_of: ReportOf, world: str, run: ReportRun) -> None:
    assert outsiders(report_of(world, run).layout) == []


@pytest.mark.parametrize(("world", "run"), CASES)
def test_nothing_lies_on_anything_else(report_of: ReportOf, world: str, run: ReportRun) -> None:
    assert collisions(report_of(world, run).layout) == []


@pytest.mark.parametrize(("world", "run"), CASES[:3])
def test_each_page_is_filled(report_of: ReportOf, world: str, run: ReportRun) -> None:
    layout = report_of(world, run).layout
    assert {page + 1: round(filled_to(layout, page), 2) for page in range(7) if filled_to(layout, page) < 0.75} == {}


def test_a_section_that_runs_over_is_set_closer(report_of: ReportOf) -> None:
    usual = next(page for page in report_of("usual", RUN).pages if page.page_id == "retention")
    assert isinstance(usual, RetentionContext)
    trend = usual.charts["trend"]
    for more, pages in ((30, 1), (300, 2)):
        taller = replace(usual, charts={**usual.charts, "trend": replace(trend, height=trend.height + more)})
        layout = lay_out_pages(RUN, text_for("en", "EUR"), (taller,))
        assert layout.page_count == pages


def test_a_page_without_data_is_left_out(report_of: ReportOf) -> None:
    assert "satisfaction" not in [page.page_id for page in report_of("no_contracts", RUN).pages]


def test_only_the_pages_asked_for_are_made(world_of: Callable[[str], Path]) -> None:
    from tests.integration.report_pages.laying_out import make

    report = make(replace(RUN, pages=("revenue", "retention")), world_of("a_dozen"))
    assert [page.page_id for page in report.pages] == ["revenue", "retention"]
