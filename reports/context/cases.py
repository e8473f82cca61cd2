"""Service cases as the marts have them: the month, its history, and its channels and subjects.

Add here: a figure of cases. Keep out: reviews, speed against correctness and reply variants (care.py), and the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.charts.chart import DataTable
from reports.context.contrast import Share
from reports.context.history import absent, by_month
from reports.figures import Figure, Row, counted
from reports.marts import Marts, months_before
from reports.narrative.contact_labels import CHANNELS, SUBJECTS, contact_label
from reports.run import ReportRun
from reports.text import Text

MODEL = "rpt_service"
HISTORY_MONTHS = 24
SHOWN_SELLERS = 3


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One channel or subject, year to date, hours as medians; left: of those with a case, gone within 3 months."""

    value: str
    label: str
    cases: Figure
    first_response: Figure
    first_response_p90: Figure
    resolution: Figure
    resolution_p90: Figure
    first_contact: Figure
    satisfied: Figure
    answers: Figure
    left: Figure
    left_of: Figure


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The year to date by channel or by subject, most cases first.

    left_out counts the listed ones' smaller fellows, hidden those too small to be shown; left_to is the last day of
    the quarter whose cases `left` speaks of, unknown where no quarter is old enough.
    """

    lines: tuple[CaseLine, ...]
    left_out: Figure
    hidden: Figure
    left_to: Figure


@dataclass(frozen=True, slots=True)
class Cases:
    """The month's row as figures, and 24 months of them, oldest first, None where a month has no row."""

    now: Mapping[str, Figure]
    months: tuple[Row | None, ...]
    is_hidden: bool

    def share(self, rate: str, prefix: str | None = None) -> Share:
        """A share of the month with its bounds."""
        start = prefix or rate
        return Share(self.now[rate], *(self.now[f"{start}_{end}"] for end in ("low", "high", "denominator")))

    def series(self, column: str) -> tuple[Figure, ...]:
        """A column by month."""
        return tuple(row.figure(column) if row else absent(MODEL, column) for row in self.months)

    def is_told(self, column: str) -> bool:
        """Whether the column ever had a value other than 0: one that never had stands for data never delivered."""
        return any(figure.number for figure in self.series(column))


_COLUMNS = (
    "cases", "cases_resolved", "first_response_hours_median", "first_response_hours_p90", "resolution_hours_median",
    "resolution_hours_p90", "first_contact_rate", "first_contact_low", "first_contact_high",
    "first_contact_denominator", "complaints", "complaints_denominator", "complaints_per_100", "csat", "csat_low",
    "csat_high", "csat_denominator", "self_service_rate", "self_service_low", "self_service_high",
    "self_service_denominator", "told_rate", "told_low", "told_high", "told_denominator", "returns_per_100_orders",
    "returns_numerator", "returns_denominator",
)  # fmt: skip


def load_cases(marts: Marts, run: ReportRun) -> Cases:
    """The run's month and the 23 before it."""
    rows = by_month(marts.read(MODEL, months=HISTORY_MONTHS, breakdown="whole"))
    months = [months_before(run.month_start, back) for back in range(HISTORY_MONTHS - 1, -1, -1)]
    row = rows.get(run.month_start)
    now = {column: row.figure(column) if row else absent(MODEL, column) for column in _COLUMNS}
    return Cases(now, tuple(rows.get(month) for month in months), row is not None and row.flag("is_suppressed"))


def load_breakdown(marts: Marts, run: ReportRun, text: Text, name: str, room: int) -> Breakdown:
    """The year to date by "channel" or "category", at most `room` lines: a month has too few cases of each."""
    rows = [row for row in year_to_date(marts, run, MODEL, name) if row["cases"] != 0]
    shown = sorted((row for row in rows if not row.flag("is_suppressed")), key=_by_size)
    hidden = [row for row in rows if row.flag("is_suppressed")]
    left = _left(marts, name)
    labels = CHANNELS if name == "channel" else SUBJECTS
    return Breakdown(
        lines=tuple(_line(text, row, labels, left) for row in shown[:room]),
        left_out=counted(shown[room:], "cases"),
        hidden=counted(hidden, "cases"),
        left_to=next(iter(left.values())).figure("period_end") if left else absent(MODEL, "period_end"),
    )


def load_returns(marts: Marts, run: ReportRun, text: Text) -> tuple[tuple[str, Figure], ...]:
    """Cases about an order for each hundred orders, by the channel of the order; none where a single one sells."""
    rows = year_to_date(marts, run, MODEL, "order_channel")
    known = [row for row in rows if row["returns_per_100_orders"] is not None]
    if len(known) < 2:
        return ()
    found = [(contact_label(text, CHANNELS, row.text("value")), row.figure("returns_per_100_orders")) for row in known]
    return tuple(sorted(found, key=lambda one: (-(one[1].amount or 0.0), one[0]))[:SHOWN_SELLERS])


def _left(marts: Marts, name: str) -> Mapping[str, Row]:
    """The rows by value of the newest quarter whose customers were followed for three months, of the last twelve."""
    rows = marts.read(MODEL, months=12, period_type="quarter", breakdown=name)
    known = [row for row in rows if row["churn_3m_denominator"]]
    newest = max((row.day("period_end") for row in known), default=None)
    return {row.text("value"): row for row in known if row["period_end"] == newest}


def _line(text: Text, row: Row, labels: Mapping[str, str], left: Mapping[str, Row]) -> CaseLine:
    before = left.get(row.text("value"))
    rate, of = "churn_3m_rate", "churn_3m_denominator"
    return CaseLine(
        value=row.text("value"),
        label=contact_label(text, labels, row.text("value")),
        cases=row.figure("cases"),
        first_response=row.figure("first_response_hours_median"),
        first_response_p90=row.figure("first_response_hours_p90"),
        resolution=row.figure("resolution_hours_median"),
        resolution_p90=row.figure("resolution_hours_p90"),
        first_contact=row.figure("first_contact_rate"),
        satisfied=row.figure("csat"),
        answers=row.figure("csat_denominator"),
        left=before.figure(rate) if before else absent(MODEL, rate),
        left_of=before.figure(of) if before else absent(MODEL, of),
    )


def _by_size(row: Row) -> tuple[float, str]:
    return -(row.figure("cases").amount or 0.0), row.text("value")


def year_to_date(marts: Marts, run: ReportRun, model: str, breakdown: str = "") -> Sequence[Row]:
    """Rows of the year up to the run's month: what a month has too few answers for."""
    if breakdown:
        return marts.read(model, period_type="ytd", period_end=run.month_end, breakdown=breakdown)
    return marts.read(model, period_type="ytd", period_end=run.month_end)


def breakdown_table(breakdown: Breakdown) -> DataTable:
    """A breakdown as it is attached."""
    columns = (
        "name", "cases", "first_response_hours_median", "first_response_hours_p90", "resolution_hours_median",
        "resolution_hours_p90", "first_contact", "satisfied", "answers",
        "left_in_three_months", "left_of",
    )  # fmt: skip
    rows = tuple(
        (
            line.label, line.cases, line.first_response, line.first_response_p90, line.resolution,
            line.resolution_p90, line.first_contact, line.satisfied, line.answers, line.left, line.left_of,
        )
        for line in breakdown.lines
    )  # fmt: skip
    return DataTable(columns, rows)
