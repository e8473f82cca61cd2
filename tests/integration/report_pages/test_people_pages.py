"""The pages of customers at risk and of loyalty, set in pages: on the sheets they are made for, filled, and whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import page as validation
import pytest

from reports.run import ReportRun
from tests.integration.report_pages.boxes import BOTTOM, LEFT, RIGHT, filled_to, placed_on
from tests.integration.report_pages.laying_out import Report, make
from tests.mart_tables import MartRow, scoped
from tests.people_marts import SEGMENTS, at_risk, matrix, move, people_marts, programme, rfm, signals
from tests.unit.reports_machine.runs import RUN

ReportOf = Callable[[str, str], Report]
TIERS = {"gold": 40, "silver": 20, "bronze": 10}
LONG = "Ügyfélkapcsolat-menedzsment és kiskereskedelmi partnerszolgáltatások – " * 4


def _listed(count: int, **values: str) -> dict[str, Sequence[MartRow]]:
    return {
        "rpt_risk_signals": signals(count),
        "rpt_customers_at_risk": [at_risk(rank, **values) for rank in range(1, count + 1)],
        "rpt_value_risk": matrix(),
    }


WORLDS: Mapping[str, tuple[str, Mapping[str, Sequence[MartRow]]]] = {
    "fifty": ("risk", _listed(50)),
    "twenty": ("risk", _listed(20)),
    "five": ("risk", _listed(5)),
    "none": ("risk", _listed(0)),
    "long names": ("risk", _listed(50, customer_name=LONG, account_owner=LONG, value_at_stake=987_654_321)),  # type: ignore[arg-type]
    "whole": ("loyalty", {
        "rpt_rfm": [row for month in range(1, 13) for row in rfm(month=f"2024-{month:02d}")],
        "rpt_loyalty": programme(TIERS),
        "rpt_tier_moves": [move("silver", "gold", 4), move("bronze", "gold", None)],
        "rpt_loyal_captive": [scoped(answering_customers=50, advocates=20, advocate_share=0.4,
                                     advocate_share_low=0.28, advocate_share_high=0.54)],
    }),
    "orders only": ("loyalty", {"rpt_rfm": [row for m in range(1, 13) for row in rfm(SEGMENTS, f"2024-{m:02d}")]}),
    "members only": ("loyalty", {"rpt_loyalty": programme({LONG: 40, **{f"tier {at}": 20 - at for at in range(9)}}),
                                 "rpt_tier_moves": [move(f"tier {at}", LONG, 9) for at in range(9)]}),
    "first month": ("loyalty", {"rpt_rfm": rfm({"new_customers": (9, 100)})}),
}  # fmt: skip
SHEETS = {"fifty": 2, "twenty": 2, "long names": 2}
CASES = [(world, language) for world in WORLDS for language in ("en", "hu", "pl")]


def run_of(page: str, language: str) -> ReportRun:
    """A run of one page in one language."""
    return replace(RUN, pages=(page,), language=language)


@pytest.fixture(scope="module")
def report_of(tmp_path_factory: pytest.TempPathFactory) -> ReportOf:
    """The page of a world in a language, made once."""
    folder = tmp_path_factory.mktemp("people")

    @cache
    def marts(world: str) -> Path:
        return people_marts(folder / f"{world}.duckdb", **WORLDS[world][1])

    @cache
    def report(world: str, language: str) -> Report:
        return make(run_of(WORLDS[world][0], language), marts(world))

    return report


@pytest.mark.parametrize(("world", "language"), CASES)
def test_the_page_takes_the_sheets_it_is_made_for(report_of: ReportOf, world: str, language: str) -> None:
    report = report_of(world, language)
    assert report.layout.page_count == SHEETS.get(world, 1)
    assert getattr(report.pages[0], "sheets", 1) == report.layout.page_count


@pytest.mark.parametrize(("world", "language"), CASES)
def test_every_sheet_is_filled(report_of: ReportOf, world: str, language: str) -> None:
    layout = report_of(world, language).layout
    assert [filled for at in range(layout.page_count) if (filled := filled_to(layout, at)) < 0.75] == []


@pytest.mark.parametrize(("world", "language"), CASES)
def test_nothing_stands_outside_or_on_anything_else(report_of: ReportOf, world: str, language: str) -> None:
    layout = report_of(world, language).layout
    for at in range(layout.page_count):
        items = placed_on(layout, at)
        assert [i for i in items if i.left < LEFT - 0.6 or i.right > RIGHT + 0.6 or i.bottom > BOTTOM + 0.6] == []
        assert [(a.what, b.what) for n, a in enumerate(items) for b in items[n + 1 :] if a.touches(b)] == []


@pytest.mark.parametrize("world", ["fifty", "whole"])
@pytest.mark.parametrize("profile", ["PDF_A_3A", "PDF_UA_1"])
def test_the_file_keeps_to_the_standard(report_of: ReportOf, world: str, profile: str) -> None:
    report = validation.validate_pdf_bytes(
        report_of(world, "en").content, profile=getattr(validation.ValidationProfile, profile)
    )
    assert [failure.message for failure in report.failures] == []
