"""Verdicts, computed again from the ledgers by scipy and statsmodels: what is compared, tested, corrected and said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

import duckdb
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from tests.pipeline import DemoRun

Z = float(stats.norm.ppf(0.975))
WHOLE = ("company", "audience")
# A quarter of bad service, the month after it, a first month, a year and a year to date.
PERIODS = (
    ("month", date(2022, 2, 28)),
    ("month", date(2023, 4, 30)),
    ("month", date(2024, 12, 31)),
    ("quarter", date(2024, 3, 31)),
    ("year", date(2023, 12, 31)),
    ("ytd", date(2024, 8, 31)),
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """A figure with its bounds (shares) or its standard error."""

    value: float
    low: float = 0.0
    high: float = 0.0
    error: float | None = None


def hazard(row: Row, days: int) -> Side | None:
    lost, start = row["lost_customers"], row["customers_start"]
    if not start:
        return None
    low, high = proportion_confint(lost, start, method="wilson")
    return Side(*((1 - share) ** (30 / days) for share in (lost / start, high, low)))


def share(part: int, whole: int) -> Side | None:
    return Side(part / whole, *proportion_confint(part, whole, method="wilson")) if whole else None


def ratio(y: Any, x: Any, yy: Any, xy: Any, xx: Any) -> Side | None:
    if not x or yy is None:
        return None
    r = float(y) / float(x)
    return Side(r, error=sqrt(max(float(yy) - 2 * r * float(xy) + r * r * float(xx), 0)) / float(x))


def nps(promoters: int, passives: int, detractors: int) -> Side | None:
    n = promoters + passives + detractors
    if not n:
        return None
    thin = n < 10 or n in (promoters, passives, detractors)
    p, d, m = (promoters + 0.75, detractors + 0.75, n + 3) if thin else (promoters, detractors, n)
    variance = (p + d) / m - ((p - d) / m) ** 2
    return Side(100 * (promoters - detractors) / n, error=100 * sqrt(variance / m))


FIGURES: dict[str, tuple[str, Any]] = {
    "retention_rate": ("fct_retention", lambda row, days: hazard(row, days)),
    "nrr": (
        "fct_revenue",
        lambda row, _: ratio(
            *(row[name] for name in ("nrr_numerator", "nrr_denominator", "nrr_squared", "nrr_product", "start_squared"))
        ),
    ),
    "grr": (
        "fct_revenue",
        lambda row, _: ratio(
            *(row[name] for name in ("grr_numerator", "grr_denominator", "grr_squared", "grr_product", "start_squared"))
        ),
    ),
    "returning_order_share": ("fct_orders", lambda row, _: share(row["returning_orders"], row["orders"])),
    "nps": ("fct_surveys", lambda row, _: nps(row["promoters"], row["passives"], row["detractors"])),
    "csat": ("fct_surveys", lambda row, _: share(row["satisfied"], row["csat_denominator"])),
    "coverage": ("fct_surveys", lambda row, _: share(row["coverage_numerator"], row["coverage_denominator"])),
}


def rows_of(
    connection: duckdb.DuckDBPyConnection, model: str, period_type: str, end: date
) -> dict[tuple[str, ...], Row]:
    """Rows of a ledger by audience, scope and, of surveys, type."""
    cursor = connection.execute(f"select * from {model} where period_type = ? and period_end = ?", [period_type, end])
    names = [column[0] for column in cursor.description]
    found = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    return {(row["audience"], row["scope_type"], row["scope_value"], row.get("survey_type", "")): row for row in found}


def other_ends(connection: duckdb.DuckDBPyConnection, period_type: str, end: date) -> Iterator[tuple[str, date]]:
    (start,) = connection.execute(
        "select min(period_start) from fct_retention where period_type = ? and period_end = ?", [period_type, end]
    ).fetchone() or (None,)
    if start and period_type != "ytd":
        yield "previous", start - timedelta(days=1)
    # The month's last day a year earlier.
    yield "year_ago", date(end.year - 1, end.month, 28 if end.month == 2 else end.day)


def difference(one: Side, other: Side) -> tuple[float | None, ...]:
    """Both values, the difference, its bounds and its p value."""
    values = (one.value, other.value)
    d = one.value - other.value
    if one.error is not None and other.error is not None:
        error = sqrt(one.error**2 + other.error**2)
        return *values, d, d - Z * error, d + Z * error, 2 * stats.norm.sf(abs(d) / error) if error else None
    low = d - sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    high = d + sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    arm = d - low if d > 0 else high - d
    return *values, d, low, high, 1.0 if d == 0 else 2 * float(stats.norm.sf(Z * abs(d) / arm))


def expected(
    connection: duckdb.DuckDBPyConnection, period_type: str, end: date
) -> dict[tuple[str, ...], tuple[float | None, ...]]:
    """Differences with bounds and p value of every figure, scope and comparison that both sides have."""
    found: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for metric, (model, measure) in FIGURES.items():
        now = rows_of(connection, model, period_type, end)
        for comparison, other_end in other_ends(connection, period_type, end):
            before = rows_of(connection, model, period_type, other_end)
            for key in now.keys() & before.keys():
                pair = [
                    measure(row, (row["period_end"] - row["period_start"]).days + 1) for row in (now[key], before[key])
                ]
                if None not in pair and (metric != "nps" or key[3] == "nps"):
                    found[(metric, comparison, *key)] = difference(*pair)
        for key, row in now.items():
            whole = now[(key[0], "company" if key[0] == "(all)" else "audience", key[0], key[3])]
            rest = {name: whole[name] - value if _is_sum(value) else value for name, value in row.items()}
            pair = [measure(side, (end - row["period_start"]).days + 1) for side in (row, rest)]
            if key[1] not in WHOLE and None not in pair and (metric != "nps" or key[3] == "nps"):
                found[(metric, "rest", *key)] = difference(*pair)
    return found


def _is_sum(value: object) -> bool:
    return not isinstance(value, str | date | bool | None)


@pytest.mark.pipeline
@pytest.mark.parametrize(("period_type", "end"), PERIODS, ids=lambda value: str(value))
def test_verdicts_equal_scipy_on_the_ledgers(demo_run: DemoRun, period_type: str, end: date) -> None:
    with duckdb.connect(str(demo_run.marts), read_only=True) as connection:
        computed = expected(connection, period_type, end)
        verdicts = connection.execute(
            "select metric, comparison, audience, scope_type, scope_value, detail, figure_value, compared_value, "
            "difference, difference_low, difference_high, p_value, p_adjusted, verdict from rpt_verdicts "
            "where period_type = ? and period_end = ? and metric <> 'reason_share' and not is_suppressed",
            [period_type, end],
        ).fetchall()
    families: dict[tuple[str, ...], list[tuple[float, float, str, float]]] = defaultdict(list)
    for metric, comparison, *rest in verdicts:
        key, (value, compared, d, low, high, p, adjusted, verdict) = rest[:4], rest[4:]
        own = computed.get((metric, comparison, *key))
        if own is None:
            assert verdict == "untested", (metric, comparison, key)
            continue
        assert (value, compared, d, low, high) == pytest.approx(own[:5], abs=5e-7), (metric, comparison, key)
        if own[5] is None:
            assert verdict == "untested"
            continue
        assert p == pytest.approx(own[5], abs=2e-6)
        whole = key[1] in WHOLE
        family = (comparison, key[0], key[1], "" if whole else metric, "" if whole else key[3])
        families[family].append((p, adjusted, verdict, d))
    assert families
    for tested in families.values():
        corrected = multipletests([p for p, *_ in tested], method="fdr_bh")[1]
        for (_, adjusted, verdict, d), own_adjusted in zip(tested, corrected, strict=True):
            assert adjusted == pytest.approx(own_adjusted, abs=1e-8)
            assert verdict == ("none" if adjusted > 0.05 else "up" if d > 0 else "down")


@pytest.mark.pipeline
def test_a_withheld_group_has_no_verdict(demo_run: DemoRun) -> None:
    with duckdb.connect(str(demo_run.marts), read_only=True) as connection:
        leaks = connection.execute(
            "select count(*) from rpt_verdicts as v join rpt_retention as r using "
            "(audience, scope_type, scope_value, period_type, period_start, period_end) "
            "where v.metric = 'retention_rate' and r.is_suppressed "
            "and (not v.is_suppressed or v.figure_value is not null or v.verdict is not null)"
        ).fetchone()
        told = connection.execute("select count(*) from rpt_verdicts where is_suppressed").fetchone()
    assert leaks == (0,)
    assert told and told[0] > 0
