"""Metrics: where each figure of the cover stands in the marts and how it is printed.

Add here: a metric for the cover, its model and columns, and its label in reports/narrative/labels.py. Keep out:
figures themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from reports.context.history import absent, by_month
from reports.figures import Figure, Row, difference, magnitude, negative, share
from reports.formats import Formats, Shown
from reports.marts import Marts, months_before
from reports.run import ReportRun
from reports.verdicts import Change, Comparison, Verdict, Verdicts, against_target, beside, load_verdicts

Kind = Literal["rate", "points", "money", "number", "hours"]
SERIES_MONTHS = 25


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure: its column, the columns of its interval, the verdict it stands under, and what it counts.

    tested: its name in rpt_verdicts, None for counts and sums, which are never called up or down; of its rows that
    with the metric's survey type, where it has one. size: the column of the number of customers or answers it rests
    on. entities: one of these must be delivered.
    """

    name: str
    model: str
    column: str
    kind: Kind
    digits: int
    higher_is_better: bool
    entities: tuple[str, ...]
    low: str | None = None
    high: str | None = None
    tested: str | None = None
    size: str | None = None
    equal: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def margin(self) -> float:
        """Half of the last printed digit of a change: a smaller one prints as 0."""
        digits = {"rate": self.digits + 2, "money": 3}.get(self.kind, self.digits)
        return 0.5 * 10.0**-digits

    def value_text(self, f: Formats, shown: Shown) -> str:
        """A value as printed: "97.8 %", "34.2", "€ 412 k"."""
        if self.kind == "rate":
            return f.percent(shown, self.digits)
        if self.kind == "money":
            return f.money(shown, self.digits) if self.digits else f.money_short(shown)
        if self.kind == "hours":
            return f.long_hours(shown, self.digits)
        return f.number(shown, self.digits)

    def large_text(self, f: Formats, shown: Shown) -> tuple[str, str]:
        """The same in two parts, the figure and the unit that is set small behind it."""
        if self.kind == "rate" and _known(shown):
            return f.bare_percent(shown, self.digits), "%"
        if self.kind == "money" and not self.digits:
            return f.money_short_parts(shown)
        if self.kind == "hours" and _known(shown):
            return f.number(shown, self.digits), f.hours_unit
        return self.value_text(f, shown), ""

    def change_text(self, f: Formats, shown: Shown) -> str:
        """A change as printed: "+0.4 pp", "−1.2"; that of an amount in per cent of what it was, "+2.7 %"."""
        if self.kind == "rate":
            return f.signed_points(shown, self.digits)
        if self.kind == "money":
            return f.signed_percent(shown)
        if self.kind == "hours":
            return f.signed_hours(shown, self.digits)
        return f.signed_number(shown, self.digits)

    def range_text(self, f: Formats, low: Figure, high: Figure) -> str:
        """An interval as printed, "" where there is none."""
        if not low.known or not high.known:
            return ""
        if self.kind == "rate":
            return f.percent_range(low, high, self.digits)
        return f.number_range(low, high, self.digits)


def _surveyed(survey_type: str) -> Mapping[str, str]:
    return MappingProxyType({"survey_type": survey_type})


_ACTIVITY = ("contracts", "orders")
_SURVEYS = ("survey_responses", "survey_answers")
# In the order of the cover: the first eight that the data ever gave are shown.
METRICS: tuple[Metric, ...] = (
    Metric("retention_rate", "rpt_retention", "retention_rate", "rate", 1, True, _ACTIVITY, "retention_low",
           "retention_high", "retention_rate", "retention_denominator"),
    Metric("churn_rate", "rpt_retention", "churn_rate", "rate", 2, False, _ACTIVITY, "churn_low", "churn_high",
           "retention_rate", "churn_numerator"),
    Metric("nrr", "rpt_revenue", "nrr", "rate", 1, True, ("contracts",), "nrr_low", "nrr_high", "nrr",
           "paying_customers_start"),
    Metric("mrr_end", "rpt_revenue", "mrr_end", "money", 0, True, ("contracts",), size="paying_customers_end"),
    Metric("nps", "rpt_surveys", "nps", "points", 1, True, _SURVEYS, "nps_low", "nps_high", "nps", "responses",
           _surveyed("nps")),
    Metric("csat", "rpt_surveys", "csat", "rate", 1, True, _SURVEYS, "csat_low", "csat_high", "csat", "responses",
           _surveyed("csat")),
    Metric("value_at_risk", "rpt_risk_signals", "value_at_stake", "money", 0, False, _ACTIVITY, size="customers",
           equal=MappingProxyType({"signal": "any"})),
    Metric("resolution_hours", "rpt_service", "resolution_hours_median", "hours", 1, False, ("cases",), size="cases",
           equal=MappingProxyType({"breakdown": "whole"})),
    Metric("repeat_rate", "rpt_orders", "repeat_rate", "rate", 1, True, ("orders",), size="buyers_ever"),
    Metric("revenue", "rpt_orders", "revenue", "money", 0, True, ("orders",), size="orders"),
    Metric("aov", "rpt_orders", "aov", "money", 2, True, ("orders",), size="orders"),
    Metric("purchase_frequency", "rpt_orders", "purchase_frequency", "number", 2, True, ("orders",),
           size="buyers_12m"),
)  # fmt: skip


class Point(NamedTuple):
    """One month of a metric: value, interval and target, None where the month has no row."""

    month: date
    value: Figure
    low: Figure
    high: Figure
    target: Figure


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of one month, what it stands against, and its history, oldest month first."""

    metric: Metric
    now: Figure
    low: Figure
    high: Figure
    size: Figure
    last_month: Figure
    last_year: Figure
    target: Figure
    versus_month: Change
    versus_year: Change
    versus_target: Change
    history: tuple[Point, ...]

    @property
    def months(self) -> tuple[date, ...]:
        """The months of the history."""
        return tuple(point.month for point in self.history)

    @property
    def series(self) -> tuple[Figure, ...]:
        """The values of the history, without intervals."""
        return tuple(point.value for point in self.history)

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.metric.name

    @property
    def is_ever_known(self) -> bool:
        """Whether any month of the history has a value: a survey never held, or a rate nobody could give, has none."""
        return any(value.known for value in self.series)


def load_measure(marts: Marts, run: ReportRun, metric: Metric, verdicts: Verdicts | None = None) -> Measure:
    """The metric at the run's month against last month, the same month of last year and the target.

    verdicts: those of the audience as a whole, where the caller has read them already.
    """
    rows = by_month(marts.read(metric.model, months=SERIES_MONTHS, **metric.equal))
    targets = by_month(marts.targets(metric.name, SERIES_MONTHS))
    months = tuple(months_before(run.month_start, back) for back in range(SERIES_MONTHS - 1, -1, -1))
    history = tuple(_point(metric, month, rows.get(month), targets.get(month)) for month in months)
    current, newest = rows.get(months[-1]), history[-1]
    found = verdicts or load_verdicts(marts)
    return Measure(
        metric=metric,
        now=newest.value,
        low=newest.low,
        high=newest.high,
        size=_figure(metric, current, metric.size),
        last_month=history[-2].value,
        last_year=history[-13].value,
        target=newest.target,
        versus_month=_versus(metric, newest.value, history[-2].value, found, "previous"),
        versus_year=_versus(metric, newest.value, history[-13].value, found, "year_ago"),
        versus_target=_versus_target(metric, newest),
        history=history,
    )


def _known(shown: Shown) -> bool:
    return shown.known if isinstance(shown, Figure) else shown is not None


def _figure(metric: Metric, row: Row | None, column: str | None) -> Figure:
    if row is None or column is None:
        return absent(metric.model, column or metric.column)
    return row.figure(column)


def _point(metric: Metric, month: date, row: Row | None, target: Row | None) -> Point:
    value, low, high = (_figure(metric, row, column) for column in (metric.column, metric.low, metric.high))
    return Point(month, value, low, high, _target(target))


def _target(row: Row | None) -> Figure:
    return row.figure("target_value") if row else absent("rpt_targets", "target_value")


def _versus(metric: Metric, now: Figure, before: Figure, verdicts: Verdicts, comparison: Comparison) -> Change:
    change = _change(metric, now, before)
    if metric.tested is None or change.amount is None:
        return Change(change, "untested", "none")
    found = verdicts.of(metric.tested, comparison, metric.equal.get("survey_type", ""))
    if metric.name == "churn_rate":
        found = _mirrored(found)
    return beside(found, change)


def _mirrored(change: Change) -> Change:
    """What a change of retention says of churn: up is down; better stays better."""
    opposite: Mapping[Verdict, Verdict] = {"up": "down", "down": "up"}
    low, high = negative(change.high), negative(change.low)
    return replace(change, verdict=opposite.get(change.verdict, change.verdict), low=low, high=high)


def _versus_target(metric: Metric, point: Point) -> Change:
    found = against_target(point.value, point.target, metric.higher_is_better)
    change = _change(metric, point.value, point.target)
    # A gap that prints as 0 is a target reached.
    near = change.amount is not None and abs(change.amount) < metric.margin
    return replace(found, difference=change, state="good" if near else found.state)


def _change(metric: Metric, now: Figure, before: Figure) -> Figure:
    """The difference; that of an amount as a share of what it was."""
    return share(difference(now, before), magnitude(before)) if metric.kind == "money" else difference(now, before)
