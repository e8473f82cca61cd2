"""The cover: did retention change, what moved, where, and why; six key figures; the contents.

Add here: what the first page says. Keep out: figures of the other pages, and sentences (reports/narrative/cover.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reports.charts.backdrop import backdrop
from reports.charts.chart import Chart
from reports.charts.colour import to_hex, to_rgb
from reports.charts.palette import palette_for
from reports.charts.sparkline import sparkline
from reports.context.cover_layout import is_long, story_rows
from reports.context.history import BREAKDOWNS, absent, by_month, grouped
from reports.context.metrics import METRICS, Measure, load_measure
from reports.figures import Figure, Row, difference, negative
from reports.marts import Marts, months_before
from reports.narrative import cover as words
from reports.narrative.labels import METRICS as METRIC_LABELS
from reports.narrative.labels import REASONS, filter_label, label, short_segment_name
from reports.narrative.verdict import Change, Interval, compare
from reports.run import KeyFigure, ReportRun
from reports.text import Text

KEY_FIGURES = 6
# Beside "94.2 tys. €" at 25 pt there is room for this much.
SPARKLINE, MONEY_SPARKLINE = 68.0, 46.0


# The shape behind the headline: the last months of its figure, in the lower right of the band.
BACKDROP, BACKDROP_MONTHS, BACKDROP_WIDTH, BACKDROP_HEIGHT = "backdrop", 13, 190.0, 105.0
# The scope value of customers without one: nobody can act on it.
NOBODYS = "(none)"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The month's movements of customers: start + new + reactivated − lost = end."""

    start: Figure
    new: Figure
    reactivated: Figure
    lost: Figure
    end: Figure
    growth: Figure
    minus_lost: Figure


@dataclass(frozen=True, slots=True)
class SegmentChange:
    """The retention of one segment against last month."""

    scope_type: str
    scope_value: str
    label: str
    now: Figure
    before: Figure
    size: Figure
    change: Change


@dataclass(frozen=True, slots=True)
class Reason:
    """Customers lost for one reason in the month; share of all lost, MRR in the base currency.

    width: of its bar, 0-1, the largest share filling the column.
    """

    category: str
    label: str
    lost: Figure
    share: Figure
    mrr: Figure
    width: float


@dataclass(frozen=True, slots=True)
class KeyMeasure:
    """One of the six figures: its name in words, and a note on its interval and what it rests on."""

    measure: Measure
    label: str
    note: str
    interval: str


@dataclass(frozen=True, slots=True)
class CoverContext:
    """Page 1. The words are those of the run's language; every number stands as a Figure beside them."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    is_long: bool
    about: str
    charts: Mapping[str, Chart]
    measures: tuple[KeyMeasure, ...]
    ledger: Ledger
    segments: tuple[SegmentChange, ...]
    reasons: tuple[Reason, ...]
    lost: Figure
    what_changed: str
    where: str
    why: str

    @property
    def retention(self) -> Measure:
        """The figure the headline speaks of."""
        return self.measures[0].measure


def load_cover(marts: Marts, run: ReportRun, text: Text) -> CoverContext:
    """The cover of the run's audience and month."""
    delivered = [metric for metric in METRICS if marts.is_delivered(*metric.entities)]
    measures = tuple(load_measure(marts, run, metric) for metric in (delivered or METRICS[:1])[:KEY_FIGURES])
    ledger = load_ledger(marts, run)
    segments = load_segments(marts, run, text)
    reasons = load_reasons(marts, text)
    headline, standfirst = words.headline(text, measures[0]), words.standfirst(text, measures[0], ledger)
    where, why = words.where(text, segments), words.why(text, reasons, ledger.lost)
    rows = story_rows(headline, standfirst, (where, why))
    return CoverContext(
        page_id="cover",
        title=text.gettext("Summary"),
        headline=headline,
        standfirst=standfirst,
        is_long=is_long(headline),
        about=about(text, run),
        charts={
            **{measure.name: _sparkline(text, measure, run.accent) for measure in measures},
            BACKDROP: _backdrop(measures[0], run.accent),
        },
        measures=tuple(_key_measure(text, measure) for measure in measures),
        ledger=ledger,
        segments=segments[:rows],
        reasons=reasons[:rows],
        lost=ledger.lost,
        what_changed=words.what_changed(text, ledger),
        where=where,
        why=why,
    )


def key_figures(cover: CoverContext, text: Text) -> tuple[KeyFigure, ...]:
    """The cover's figures as the manifest keeps them."""
    return tuple(
        KeyFigure(
            key.measure.name,
            key.measure.now.amount,
            key.measure.metric.value_text(text.f, key.measure.now),
        )
        for key in cover.measures
    )


def about(text: Text, run: ReportRun) -> str:
    """Month, audience and filter: what the report is about, in one line."""
    parts = [text.f.month(run.month_start), run.title]
    if run.filter:
        parts.append(filter_label(text, run.filter))
    return " · ".join(parts)


def load_ledger(marts: Marts, run: ReportRun) -> Ledger:
    """The month's ledger of the whole audience; every figure is None where there is no row."""
    row = by_month(marts.read("rpt_retention", months=1)).get(run.month_start)

    def of(column: str) -> Figure:
        return row.figure(column) if row else absent("rpt_retention", column)

    start, lost, end = of("customers_start"), of("lost_customers"), of("customers_end")
    return Ledger(
        start, of("new_customers"), of("reactivated_customers"), lost, end, difference(end, start), negative(lost)
    )


def load_segments(marts: Marts, run: ReportRun, text: Text) -> tuple[SegmentChange, ...]:
    """Segments with a retention rate in both months, in the order of their weight.

    A breakdown with a single segment says what the whole says and is left out; so is what has no value.
    """
    found: list[SegmentChange] = []
    for scope_type in BREAKDOWNS:
        segments = grouped(marts.read("rpt_retention", scope_type=scope_type, months=2), "scope_value")
        if len(segments) > 1:
            pairs = [_pair(rows, run, text) for value, rows in segments.items() if value != NOBODYS]
            found.extend(pair for pair in pairs if pair is not None)
    return tuple(sorted(found, key=_weight))


def load_reasons(marts: Marts, text: Text) -> tuple[Reason, ...]:
    """The month's reasons, the most frequent first; reasons nobody gave this month are left out."""
    rows = marts.read("rpt_churn_reasons", months=1)
    largest = max((row.figure("share").amount or 0 for row in rows), default=0) or 1
    reasons = [
        Reason(
            row.text("reason_category"),
            label(text, REASONS, row.text("reason_category")),
            row.figure("lost_customers"),
            row.figure("share"),
            row.figure("lost_mrr"),
            (row.figure("share").amount or 0) / largest,
        )
        for row in rows
        if row["lost_customers"]
    ]
    return tuple(sorted(reasons, key=lambda reason: (-(reason.lost.amount or 0), reason.category)))


def _pair(rows: tuple[Row, ...], run: ReportRun, text: Text) -> SegmentChange | None:
    months = by_month(rows)
    now, before = months.get(run.month_start), months.get(months_before(run.month_start, 1))
    if now is None or before is None:
        return None
    rate, rate_before = now.figure("retention_rate"), before.figure("retention_rate")
    if not rate.known or not rate_before.known:
        return None
    change = compare(rate, rate_before, _bounds(now), _bounds(before), higher_is_better=True)
    scope_type, scope_value = now.text("scope_type"), now.text("scope_value")
    name = short_segment_name(text, scope_type, scope_value)
    return SegmentChange(scope_type, scope_value, name, rate, rate_before, now.figure("customers_start"), change)


def _bounds(row: Row) -> Interval:
    return Interval(row.figure("churn_30d_low"), row.figure("churn_30d_high"))


def _weight(segment: SegmentChange) -> tuple[bool, float, str, str]:
    """Clear changes first, then by how many customers the difference stands for."""
    customers = abs(segment.change.difference.amount or 0) * (segment.size.amount or 0)
    return (segment.change.state == "none", -customers, segment.scope_type, segment.scope_value)


def _key_measure(text: Text, measure: Measure) -> KeyMeasure:
    interval = measure.metric.range_text(text.f, measure.low, measure.high)
    return KeyMeasure(measure, label(text, METRIC_LABELS, measure.name), words.size_note(text, measure), interval)


def _sparkline(text: Text, measure: Measure, accent: str | None) -> Chart:
    alt = text.gettext(
        "{metric} by month: {first} in {first_month}, {last} in {last_month}",
        metric=label(text, METRIC_LABELS, measure.name),
        first=measure.metric.value_text(text.f, next((item for item in measure.series if item.known), measure.now)),
        first_month=text.f.month_short(_first_month(measure)),
        last=measure.metric.value_text(text.f, measure.now),
        last_month=text.f.month_short(measure.months[-1]),
    )
    width = MONEY_SPARKLINE if measure.metric.kind == "money" else SPARKLINE
    return sparkline(measure.series, measure.target, alt, palette_for(accent), width)


def _backdrop(measure: Measure, accent: str | None) -> Chart:
    """The run of the headline's figure as a quiet shape in the band, a little lighter than its ground."""
    palette = palette_for(accent)
    area, line = (_between(palette.navy, palette.soft, part) for part in (0.14, 0.34))
    points = measure.history[-BACKDROP_MONTHS:]
    return backdrop(
        [point.value for point in points],
        [point.low for point in points],
        [point.high for point in points],
        (area, line),
        (BACKDROP_WIDTH, BACKDROP_HEIGHT),
    )


def _between(first: str, second: str, part: float) -> str:
    """The colour that lies this part of the way from the first to the second."""
    red, green, blue = (a + (b - a) * part for a, b in zip(to_rgb(first), to_rgb(second), strict=True))
    return to_hex((red, green, blue))


def _first_month(measure: Measure) -> date:
    return next(
        (month for month, item in zip(measure.months, measure.series, strict=True) if item.known), measure.months[-1]
    )
