"""The revenue page with what a customer is worth, and the word on lost revenue that two pages tell differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reports.build import lay_out_pages
from reports.context.revenue import RevenueContext, load_revenue
from reports.context.value import LINES, load_value
from reports.marts import Marts, open_marts
from reports.narrative import value as words
from reports.text import text_for
from tests.mart_tables import MartRow, make_marts, received, scoped
from tests.unit.reports_machine.runs import RUN

TEXT = text_for("en", "EUR")
MRR: MartRow = {
    "mrr_start": 1000,
    "new_mrr": 100,
    "reactivation_mrr": 0,
    "expansion_mrr": 20,
    "contraction_mrr": 5,
    "churned_mrr": 40,
    "fx_effect": 0,
    "mrr_end": 1075,
    "nrr": 0.975,
    "nrr_low": 0.95,
    "nrr_high": 0.99,
    "grr": 0.955,
    "grr_low": 0.93,
    "grr_high": 0.98,
    "quick_ratio": 2.67,
    "paying_customers_end": 20,
}
WORTH: MartRow = {
    "arpa": 50.0,
    "margin_per_customer_month": 30.0,
    "lifetime_months": 25.0,
    "clv": 750.0,
    "contract_clv": 800.0,
    "cac": 250.0,
    "clv_to_cac": 3.0,
    "payback_months": 8.3,
    "churn_6m_rate": 0.04,
    "is_lifetime_capped": False,
    "one_point_of_churn": 4321.0,
}


def row(values: MartRow, month: str = "2024-12") -> MartRow:
    return {**scoped(month), **values}


@contextmanager
def opened(folder: Path, models: Mapping[str, Sequence[MartRow]]) -> Iterator[Marts]:
    empty: dict[str, Sequence[MartRow]] = dict.fromkeys(
        ("rpt_value", "rpt_losses", "rpt_verdicts", "rpt_targets", "rpt_orders", "rpt_revenue"), ()
    )
    with open_marts(make_marts(folder / "marts.duckdb", {**empty, **models}), RUN) as marts:
        yield marts


@contextmanager
def page_of(folder: Path, **models: Sequence[MartRow]) -> Iterator[RevenueContext]:
    given = {"rpt_data_received": received("contracts"), "rpt_revenue": [row(MRR)], **models}
    with opened(folder, given) as marts:
        page = load_revenue(marts, RUN, TEXT)
        assert page is not None
        yield page


def test_only_known_lines_are_listed_each_by_its_name(tmp_path: Path) -> None:
    with page_of(tmp_path, rpt_value=[row(WORTH)]) as page:
        assert page.value is not None
        names = [line.name for line in page.value.lines]
        assert "order_clv" not in names
        assert "retention_cost_per_customer" not in names
        assert [line.now.value for line in page.value.lines][names.index("cac")] == 250.0
        assert len(page.value_labels) == len(names)
        assert page.value_subtitle.startswith("Lifetime value: gross margin × expected stay")


def test_every_line_has_a_name_in_every_language() -> None:
    assert [name for name, _ in LINES] == list(words.LABELS)


def test_a_year_ago_stands_beside_where_it_is_known(tmp_path: Path) -> None:
    with opened(tmp_path, {"rpt_value": [row(WORTH), row({**WORTH, "clv": 600.0}, "2023-12")]}) as marts:
        value = load_value(marts, RUN)
    assert value is not None
    assert value.year_ago == date(2023, 12, 1)
    assert {line.name: line.before.value for line in value.lines}["clv"] == 600.0


def test_without_a_year_there_is_no_column_for_it(tmp_path: Path) -> None:
    with opened(tmp_path, {"rpt_value": [row(WORTH)]}) as marts:
        value = load_value(marts, RUN)
    assert value is not None
    assert value.year_ago is None


def test_a_capped_stay_is_said(tmp_path: Path) -> None:
    with page_of(tmp_path, rpt_value=[row({**WORTH, "is_lifetime_capped": True})]) as page:
        assert "cut at 60 months" in page.value_subtitle


@pytest.mark.parametrize("rows", [(), (scoped(),), (row(WORTH, "2024-11"),)])
def test_nothing_known_leaves_the_table_out(tmp_path: Path, rows: Sequence[MartRow]) -> None:
    with page_of(tmp_path, rpt_value=rows) as page:
        assert page.value is None
        layout = lay_out_pages(RUN, TEXT, (page,))
    assert layout.page_count == 1


@pytest.mark.parametrize(
    ("lost", "said"),
    [(40, ""), (None, ""), (35, "stayed customers by their orders"), (45, "here contracts are counted")],
)
def test_two_kinds_of_lost_revenue_are_told_apart(tmp_path: Path, lost: float | None, said: str) -> None:
    with page_of(tmp_path, rpt_losses=[scoped(lost_mrr=lost)]) as page:
        assert (said in page.bridge_note) if said else page.bridge_note == ""
        if said:
            assert "40" in page.bridge_note
            assert str(lost) in page.bridge_note


@pytest.mark.parametrize(
    ("verdict", "said", "state"),
    [
        ("up", "a rise beyond chance", "good"),
        ("none", "no clear change", "none"),
        (None, "A year earlier it was", "none"),
    ],
)
def test_the_marts_verdict_decides_what_is_said(tmp_path: Path, verdict: str | None, said: str, state: str) -> None:
    year = [row({**MRR, "nrr": 0.93}, "2023-12"), *(row(MRR, f"2024-{month:02}") for month in range(1, 13))]
    found = scoped(metric="nrr", detail="", comparison="year_ago", difference=0.045, verdict=verdict)
    with page_of(tmp_path, rpt_revenue=year, rpt_verdicts=[found]) as page:
        assert said in page.standfirst
        assert page.recurring is not None
        assert page.recurring.versus_year.state == state
        assert page.recurring.gross_versus_year.verdict == "untested"


def test_the_page_fits_its_sheet_with_and_without_value(tmp_path: Path) -> None:
    more = row({**WORTH, "order_clv": 90.0, "retention_cost_per_customer": 4.0})
    with page_of(tmp_path, rpt_value=[more]) as page:
        assert lay_out_pages(RUN, TEXT, (page,)).page_count == 1
        alone = replace(page, value=None, value_labels=(), value_subtitle="")
        assert lay_out_pages(RUN, TEXT, (alone,)).page_count == 1
        assert page.charts["bridge"].height > 104
