"""The story planted in the demo can be read from its truth, and the truth closes in itself."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.demo.months import DAY
from orchestration.demo.world import World

Line = dict[str, str]
SCOPE = ("audience", "scope_type", "scope_value")
KEY = (*SCOPE, "period_type", "period_start", "period_end")


def _truth(folder: Path, name: str) -> list[Line]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _months(folder: Path, name: str) -> list[Line]:
    return [row for row in _truth(folder, name) if row["period_type"] == "month"]


def _company(folder: Path, name: str) -> dict[str, Line]:
    return {row["period_start"][:7]: row for row in _months(folder, name) if row["scope_type"] == "company"}


@pytest.fixture(scope="module")
def churn(demo_truth: Path) -> dict[str, float]:
    """The company's churn rate by month."""
    ledger = _company(demo_truth, "retention")
    return {month: int(row["lost_customers"]) / int(row["customers_start"]) for month, row in ledger.items()}


def _mean(churn: dict[str, float], *months: str) -> float:
    return sum(churn[month] for month in months) / len(months)


def test_about_4000_customers_in_three_countries(demo_world: World) -> None:
    assert 3800 <= len(demo_world.customers) <= 4200
    assert {c.attributes_in(35).country for c in demo_world.customers} == {"HU", "PL", "AT"}


def test_monthly_churn_is_realistic(churn: dict[str, float]) -> None:
    assert len(churn) == 36
    assert all(0.01 < rate < 0.06 for rate in churn.values())
    assert 0.015 < _mean(churn, *churn) < 0.03


def test_the_price_rise_and_the_bad_quarter_stand_out_and_the_end_recovers(churn: dict[str, float]) -> None:
    calm = _mean(churn, *(month for month in churn if month < "2023-03"))
    assert _mean(churn, "2023-03", "2023-04", "2023-05") > 1.3 * calm
    assert _mean(churn, "2023-11", "2023-12", "2024-01") > 1.5 * calm
    assert _mean(churn, "2024-09", "2024-10", "2024-11", "2024-12") < 0.8 * calm


def test_reasons_and_scores_follow_the_story(demo_truth: Path) -> None:
    lost: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _months(demo_truth, "churn_reasons"):
        if row["scope_type"] == "company":
            lost[row["period_start"][:7]][row["reason_category"]] = int(row["lost_customers"])
    known = {month: {k: n for k, n in found.items() if k != "unknown"} for month, found in lost.items()}
    assert max(known["2023-03"], key=lambda reason: known["2023-03"][reason]) == "price"
    assert max(known["2023-12"], key=lambda reason: known["2023-12"][reason]) in ("service", "delivery")
    nps = {
        row["period_start"][:7]: (int(row["promoters"]) - int(row["detractors"])) / int(row["responses"])
        for row in _months(demo_truth, "surveys")
        if row["scope_type"] == "company" and row["survey_type"] == "nps"
    }
    assert max(nps["2023-10"], nps["2023-11"], nps["2023-12"]) < min(nps["2023-08"], nps["2024-10"], nps["2024-12"])


def test_every_row_of_the_ledger_closes(demo_truth: Path) -> None:
    rows = _truth(demo_truth, "retention")
    at_end = {
        (row["period_type"], row["period_end"], *(row[name] for name in SCOPE)): int(row["customers_end"])
        for row in rows
    }
    ends = {(row["period_type"], row["period_end"]) for row in rows}
    for row in rows:
        figure = {name: int(value) for name, value in row.items() if value.isdigit()}
        joined = figure["new_customers"] + figure["reactivated_customers"]
        assert figure["customers_start"] + joined - figure["lost_customers"] == figure["customers_end"]
        assert figure["retained_customers"] + figure["lost_customers"] == figure["customers_start"]
        day_before = str(date.fromisoformat(row["period_start"]) - DAY)
        if (row["period_type"], day_before) in ends:
            before = at_end.get((row["period_type"], day_before, *(row[name] for name in SCOPE)), 0)
            assert figure["customers_start"] == before + figure["moved_in"] - figure["moved_out"]


def test_a_quarter_is_taken_at_its_own_edges(demo_truth: Path) -> None:
    def of_company(period_type: str, start: str) -> Line:
        rows = (row for row in _truth(demo_truth, "retention") if row["scope_type"] == "company")
        return next(row for row in rows if (row["period_type"], row["period_start"]) == (period_type, start))

    quarter = of_company("quarter", "2024-10-01")
    months = [of_company("month", f"2024-{month}-01") for month in (10, 11, 12)]
    assert quarter["customers_start"] == months[0]["customers_start"]
    assert quarter["customers_end"] == months[2]["customers_end"]
    # Who came and went within the quarter is in no rate of it.
    assert int(quarter["lost_customers"]) < sum(int(month["lost_customers"]) for month in months)


def test_mrr_movements_close_to_the_cent(demo_truth: Path) -> None:
    for row in _truth(demo_truth, "revenue"):
        gained = sum(Decimal(row[name]) for name in ("mrr_start", "new_mrr", "reactivation_mrr", "expansion_mrr"))
        gone = Decimal(row["contraction_mrr"]) + Decimal(row["churned_mrr"])
        assert gained - gone + Decimal(row["fx_effect"]) == Decimal(row["mrr_end"])


def test_reasons_sum_to_the_lost_customers(demo_truth: Path) -> None:
    by_scope: dict[tuple[str, ...], int] = defaultdict(int)
    for row in _truth(demo_truth, "churn_reasons"):
        by_scope[tuple(row[name] for name in KEY)] += int(row["lost_customers"])
    for row in _truth(demo_truth, "retention"):
        assert by_scope[tuple(row[name] for name in KEY)] == int(row["lost_customers"])


def test_disjoint_segments_sum_to_the_company(demo_truth: Path) -> None:
    rows = _months(demo_truth, "orders")
    for month in ("2022-06", "2024-12"):
        whole = next(r for r in rows if r["scope_type"] == "company" and r["period_start"].startswith(month))
        for scope_type in ("country", "segment", "plan"):
            parts = [
                r
                for r in rows
                if r["audience"] == "(all)" and r["scope_type"] == scope_type and r["period_start"].startswith(month)
            ]
            assert sum(Decimal(part["revenue"]) for part in parts) == Decimal(whole["revenue"])
            assert sum(int(part["buyers_ever"]) for part in parts) == int(whole["buyers_ever"])
