"""What a customer is worth and what winning or keeping one costs: the revenue page's table, newest and a year before.

Add here: a further line of rpt_value. Keep out: its words (reports/narrative/value.py) and any computing: rpt_value has
every figure, and leaves out those whose margin or cost was not delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports.context.history import absent, by_month
from reports.figures import Figure
from reports.marts import Marts, months_before
from reports.run import ReportRun

MODEL = "rpt_value"
Unit = Literal["money", "cents", "months", "ratio"]
# In the order in which they are told: worth first, then cost, then the two against each other.
LINES: tuple[tuple[str, Unit], ...] = (
    ("arpa", "cents"),
    ("margin_per_customer_month", "cents"),
    ("lifetime_months", "months"),
    ("clv", "money"),
    ("contract_clv", "money"),
    ("order_clv", "money"),
    ("cac", "money"),
    ("clv_to_cac", "ratio"),
    ("payback_months", "months"),
    ("retention_cost_per_customer", "cents"),
)


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One figure of the report month and of the same month a year earlier; money in the base currency."""

    name: str
    unit: Unit
    now: Figure
    before: Figure


@dataclass(frozen=True, slots=True)
class Value:
    """The lines that are known this month; one_point: what one point of monthly churn is worth over twelve months."""

    month: date
    year_ago: date | None
    lines: tuple[ValueLine, ...]
    churn: Figure
    one_point: Figure
    is_capped: bool


def load_value(marts: Marts, run: ReportRun) -> Value | None:
    """The report month's value; None where nothing of it is known (the first months have no churn of six)."""
    rows = by_month(marts.read(MODEL, months=13))
    row, before = rows.get(run.month_start), rows.get(months_before(run.month_start, 12))
    if row is None:
        return None
    lines = tuple(
        ValueLine(name, unit, row.figure(name), before.figure(name) if before else absent(MODEL, name))
        for name, unit in LINES
        if row[name] is not None
    )
    one_point = row.figure("one_point_of_churn")
    if not lines and not one_point.known:
        return None
    return Value(
        month=run.month_start,
        year_ago=months_before(run.month_start, 12) if any(line.before.known for line in lines) else None,
        lines=lines,
        churn=row.figure("churn_6m_rate"),
        one_point=one_point,
        is_capped=row["is_lifetime_capped"] is True,
    )
