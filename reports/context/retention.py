"""Retention and churn: 24 months with interval and target, the ledger, losses by cause, and the segments.

Add here: a further cut of the ledger. Keep out: figures a mart could hold, and sentences
(reports/narrative/retention.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from reports.charts.chart import Chart
from reports.charts.columns import Columns, Part, columns
from reports.charts.palette import palette_for
from reports.charts.trend import Trend, TrendPoint, trend
from reports.context.axes import count_ticks, rate_ticks
from reports.context.history import absent, by_month, grouped
from reports.context.layout import (
    BLOCK_GAP,
    FULL_WIDTH,
    HALF_WIDTH,
    HEADING,
    PICTURE_GAP,
    SUBTITLE_LINE,
    TABLE_HEAD,
    TABLE_ROW,
    filled,
    header_height,
    note_height,
    table_height,
)
from reports.context.segments import Range, SegmentGroup, load_groups, range_of
from reports.figures import Figure, Row, given, negative, total
from reports.legible import legible
from reports.marts import Marts, months_before
from reports.narrative import retention as words
from reports.narrative.verdict import Change, Interval, compare
from reports.run import ReportRun
from reports.text import Text

MODEL = "rpt_retention"
TREND_MONTHS = 24
LOSS_MONTHS = 13
# The page holds so many segments beside trend and ledger.
SEGMENT_ROWS = 12
LOSSES_HEIGHT = 118.0
_ASIDES = ("in_period_joiners_lost", "provisional_losses", "moved_in", "moved_out")


@dataclass(frozen=True, slots=True)
class Month:
    """One month's rate with its interval (0–1) and its target."""

    month: date
    rate: Figure
    low: Figure
    high: Figure
    target: Figure


@dataclass(frozen=True, slots=True)
class LedgerMonth:
    """One month's movements: start + new + reactivated − lost = end, in customers."""

    month: date
    start: Figure
    new: Figure
    reactivated: Figure
    lost: Figure
    end: Figure

    @property
    def minus_lost(self) -> Figure:
        """lost as the ledger adds it."""
        return negative(self.lost)


@dataclass(frozen=True, slots=True)
class Losses:
    """Customers lost in one month, by whether they chose to go (voluntary) or a payment failed."""

    month: date
    voluntary: Figure
    involuntary: Figure


@dataclass(frozen=True, slots=True)
class RetentionFigures:
    """What the words are chosen from. year_ago is None where the history is shorter."""

    months: tuple[Month, ...]
    year_ago: Month | None
    versus_year: Change

    @property
    def newest(self) -> Month:
        """The report month."""
        return self.months[-1]


@dataclass(frozen=True, slots=True)
class Asides:
    """What the ledger has beside its equation, in customers; none of it stands in a rate."""

    joiners_lost: Figure
    provisional: Figure
    moved_in: Figure
    moved_out: Figure


@dataclass(frozen=True, slots=True)
class RetentionContext:
    """Page 2."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    figures: RetentionFigures
    ledger: tuple[LedgerMonth, ...]
    asides: Asides
    ledger_notes: tuple[str, ...]
    losses: tuple[Losses, ...]
    groups: tuple[SegmentGroup, ...]
    scale: Range
    segment_notes: tuple[str, ...]


def load_retention(marts: Marts, run: ReportRun, text: Text) -> RetentionContext | None:
    """The page of the run's audience; None where neither contracts nor orders were ever delivered."""
    if not marts.is_delivered("contracts", "orders"):
        return None
    rows = by_month(marts.read(MODEL, months=TREND_MONTHS))
    current = rows.get(run.month_start)
    if current is None:
        return None
    figures = load_figures(marts, run, rows)
    losses = load_losses(marts, run)
    groups = load_groups(marts, text, SEGMENT_ROWS)
    headline, standfirst = words.headline(text, figures), words.standfirst(text, figures)
    asides = Asides(*(current.figure(name) for name in _ASIDES))
    ledger_notes = words.ledger_notes(text, asides)
    segment_notes = words.segment_notes(text, groups, given("min_group_size", run.min_group_size))
    taken = header_height(headline, standfirst) + HEADING + SUBTITLE_LINE + PICTURE_GAP
    taken += BLOCK_GAP + _middle_height(ledger_notes) + _table_height(text, groups, segment_notes)
    charts: dict[str, Chart] = {}
    if any(month.rate.known for month in figures.months):
        charts["trend"] = _trend(marts, run, text, figures, filled(taken, 105.0, 330.0))
    if losses:
        charts["losses"] = _losses_chart(run, text, losses)
    return RetentionContext(
        page_id="retention",
        title=text.gettext("Retention and churn"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(charts),
        figures=figures,
        ledger=load_ledger(rows, run),
        asides=asides,
        ledger_notes=ledger_notes,
        losses=losses,
        groups=groups,
        scale=range_of(groups, figures.newest.rate),
        segment_notes=segment_notes,
    )


def load_figures(marts: Marts, run: ReportRun, rows: Mapping[date, Row]) -> RetentionFigures:
    """The months from the first with a row to the report's, at most 24, and the comparison with a year ago."""
    targets = by_month(marts.targets("retention_rate", TREND_MONTHS))
    first = min(rows)
    wanted = [months_before(run.month_start, back) for back in range(TREND_MONTHS - 1, -1, -1)]
    months = tuple(_month(day, rows.get(day), targets.get(day)) for day in wanted if day >= first)
    year = rows.get(months_before(run.month_start, 12))
    change = compare(_rate(rows[run.month_start]), _rate(year), _bounds(rows[run.month_start]), _bounds(year), True)
    before = _month(months_before(run.month_start, 12), year, None) if year else None
    return RetentionFigures(months, before, change)


def load_ledger(rows: Mapping[date, Row], run: ReportRun) -> tuple[LedgerMonth, ...]:
    """The report month, the month before and the same month a year ago, as far as they have rows."""
    wanted = (run.month_start, months_before(run.month_start, 1), months_before(run.month_start, 12))
    return tuple(
        LedgerMonth(
            day,
            row.figure("customers_start"),
            row.figure("new_customers"),
            row.figure("reactivated_customers"),
            row.figure("lost_customers"),
            row.figure("customers_end"),
        )
        for day in wanted
        if (row := rows.get(day)) is not None
    )


def load_losses(marts: Marts, run: ReportRun) -> tuple[Losses, ...]:
    """Lost customers of the last 13 months by cause, empty where no month has a loss."""
    rows = marts.read("rpt_churn_reasons", months=LOSS_MONTHS)
    if not any(row["lost_customers"] for row in rows):
        return ()
    months = grouped(rows, "period_start")
    first = min(row.day("period_start") for row in rows)
    wanted = [months_before(run.month_start, back) for back in range(LOSS_MONTHS - 1, -1, -1)]
    return tuple(
        Losses(day, _lost(months.get(day, ()), involuntary=False), _lost(months.get(day, ()), involuntary=True))
        for day in wanted
        if day >= first
    )


def _lost(rows: Sequence[Row], *, involuntary: bool) -> Figure:
    return total(*(row.figure("lost_customers") for row in rows if row.flag("is_involuntary") == involuntary))


def _month(day: date, row: Row | None, target: Row | None) -> Month:
    return Month(
        month=day,
        rate=_rate(row),
        low=row.figure("retention_low") if row else absent(MODEL, "retention_low"),
        high=row.figure("retention_high") if row else absent(MODEL, "retention_high"),
        target=target.figure("target_value") if target else absent("rpt_targets", "target_value"),
    )


def _rate(row: Row | None) -> Figure:
    return row.figure("retention_rate") if row else absent(MODEL, "retention_rate")


def _bounds(row: Row | None) -> Interval:
    if row is None:
        return Interval(absent(MODEL, "churn_30d_low"), absent(MODEL, "churn_30d_high"))
    return Interval(row.figure("churn_30d_low"), row.figure("churn_30d_high"))


def _middle_height(notes: Sequence[str]) -> float:
    """The ledger with its notes beside the losses, whichever is taller."""
    ledger = HEADING + SUBTITLE_LINE + TABLE_HEAD + 5 * TABLE_ROW + sum(note_height(note, HALF_WIDTH) for note in notes)
    return max(ledger, HEADING + SUBTITLE_LINE + PICTURE_GAP + LOSSES_HEIGHT)


def _table_height(text: Text, groups: Sequence[SegmentGroup], notes: Sequence[str]) -> float:
    if not groups:
        return 0.0
    # The column most languages have no room for; its width less the padding.
    heads = [(text.gettext("95 % interval"), 63.0), (text.gettext("At the start"), 48.0)]
    table = table_height(heads, sum(len(group.lines) for group in groups))
    return BLOCK_GAP + HEADING + SUBTITLE_LINE + table + sum(note_height(note) for note in notes)


def _trend(marts: Marts, run: ReportRun, text: Text, figures: RetentionFigures, height: float) -> Chart:
    newest = figures.newest
    data = Trend(
        points=[TrendPoint(m.month, m.rate, m.low, m.high, m.target) for m in figures.months],
        tick=rate_ticks(text.f),
        value=text.f.percent,
        month=text.f.month_short,
        target_label=text.gettext("Target {target}", target=text.f.percent(newest.target)),
        band_label=text.gettext("95 % interval"),
        events=[(row.day("happened_on"), legible(row.text("label"))) for row in marts.annotations()],
    )
    return trend(data, palette_for(run.accent), words.trend_alt(text, figures), FULL_WIDTH, height)


def _losses_chart(run: ReportRun, text: Text, losses: Sequence[Losses]) -> Chart:
    newest = losses[-1]
    parts = [Part(text.gettext("left"), "accent", [month.voluntary for month in losses])]
    if any(month.involuntary.amount for month in losses):
        parts.append(Part(text.gettext("payment failed"), "miss", [month.involuntary for month in losses]))
    data = Columns(
        months=[month.month for month in losses],
        parts=parts,
        tick=count_ticks(text.f),
        value=text.f.number,
        month=text.f.month_short,
        label_width=52.0,
    )
    alt = words.losses_alt(text, newest.voluntary, newest.involuntary)
    return columns(data, palette_for(run.accent), alt, HALF_WIDTH, LOSSES_HEIGHT)
