"""Retention and churn: 24 months with interval and target, the ledger, losses by cause, and the segments.

Add here: a further cut of the ledger. Keep out: figures a mart could hold, and sentences
(reports/narrative/retention.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from reports.charts.chart import Chart, DataTable
from reports.charts.palette import palette_for
from reports.charts.trend import Trend, TrendPoint, trend
from reports.context.axes import rate_ticks
from reports.context.history import absent, by_month
from reports.context.layout import (
    BLOCK_GAP,
    FULL_WIDTH,
    HALF_WIDTH,
    HEADING,
    PICTURE_GAP,
    SLIM_ROW,
    SUBTITLE_LINE,
    TABLE_HEAD,
    filled,
    header_height,
    heading_height,
    note_height,
    slim_table_height,
)
from reports.context.losses import LOSSES_HEIGHT, LossHistory, load_losses, losses_chart
from reports.context.restated import is_restated, restated_keys
from reports.context.segments import Range, SegmentGroup, load_groups, range_of, segments_table
from reports.figures import Figure, Row, given, negative
from reports.legible import legible
from reports.marts import Marts, months_before
from reports.narrative import retention as words
from reports.narrative.restated import mark_note
from reports.run import ReportRun
from reports.text import Text
from reports.verdicts import Change, verdict_of

MODEL = "rpt_retention"
TREND_MONTHS = 24
# The page holds so many segments beside trend and ledger, fewer where remarks stand below them.
SEGMENT_ROWS, SEGMENT_ROWS_NOTED = 20, 17
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
    def figures(self) -> tuple[Figure, ...]:
        """All five of the month."""
        return self.start, self.new, self.reactivated, self.lost, self.end

    @property
    def minus_lost(self) -> Figure:
        """lost as the ledger adds it."""
        return negative(self.lost)


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
    losses: LossHistory
    losses_title: str
    losses_note: str
    groups: tuple[SegmentGroup, ...]
    scale: Range
    segments_subtitle: str
    segment_notes: tuple[str, ...]
    tables: Mapping[str, DataTable]


def load_retention(marts: Marts, run: ReportRun, text: Text) -> RetentionContext | None:
    """The page of the run's audience; None where neither contracts nor orders were ever delivered."""
    if not marts.is_delivered("contracts", "orders"):
        return None
    rows = by_month(marts.read(MODEL, months=TREND_MONTHS))
    current = rows.get(run.month_start)
    if current is None:
        return None
    figures = load_figures(marts, run, rows)
    ledger, losses = load_ledger(rows, run), load_losses(marts, run)
    headline, standfirst = words.headline(text, figures), words.standfirst(text, figures)
    asides = Asides(*(current.figure(name) for name in _ASIDES))
    corrected = restated_keys(run)
    is_marked = any(is_restated(figure, corrected) for month in ledger for figure in month.figures)
    ledger_notes = words.ledger_notes(text, asides) + ((mark_note(text),) if is_marked else ())
    groups, segment_notes = _segments(marts, run, text)
    taken = header_height(headline, standfirst) + HEADING + SUBTITLE_LINE + PICTURE_GAP
    taken += BLOCK_GAP + _middle_height(ledger_notes) + _table_height(text, groups, figures.newest.rate, segment_notes)
    charts: dict[str, Chart] = {}
    if any(month.rate.known for month in figures.months):
        charts["trend"] = _trend(marts, run, text, figures, filled(taken, 105.0, 330.0))
    if losses.months:
        charts["losses"] = losses_chart(run, text, losses)
    return RetentionContext(
        page_id="retention",
        title=text.gettext("Retention and churn"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(charts),
        figures=figures,
        ledger=ledger,
        asides=asides,
        ledger_notes=ledger_notes,
        losses=losses,
        losses_title=words.losses_title(text, losses),
        losses_note=words.losses_note(text, losses),
        groups=groups,
        scale=range_of(groups, figures.newest.rate),
        segments_subtitle=words.segments_subtitle(text, groups, figures.newest.rate),
        segment_notes=segment_notes,
        tables=MappingProxyType({"ledger": ledger_table(ledger), "segments": segments_table(groups)}),
    )


def _segments(marts: Marts, run: ReportRun, text: Text) -> tuple[tuple[SegmentGroup, ...], tuple[str, ...]]:
    """The segments, and the remarks on those that are not listed or not shown."""
    least = given("min_group_size", run.min_group_size)
    groups = load_groups(marts, text, SEGMENT_ROWS)
    if words.segment_notes(text, groups, least):
        groups = load_groups(marts, text, SEGMENT_ROWS_NOTED)
    return groups, words.segment_notes(text, groups, least)


def load_figures(marts: Marts, run: ReportRun, rows: Mapping[date, Row]) -> RetentionFigures:
    """The months from the first with a row to the report's, at most 24, and the comparison with a year ago."""
    targets = by_month(marts.targets("retention_rate", TREND_MONTHS))
    first = min(rows)
    wanted = [months_before(run.month_start, back) for back in range(TREND_MONTHS - 1, -1, -1)]
    months = tuple(_month(day, rows.get(day), targets.get(day)) for day in wanted if day >= first)
    year = rows.get(months_before(run.month_start, 12))
    before = _month(months_before(run.month_start, 12), year, None) if year else None
    return RetentionFigures(months, before, verdict_of(marts, "retention_rate", "year_ago"))


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


def ledger_table(months: Sequence[LedgerMonth]) -> DataTable:
    """The ledger for the attached file, a row per month."""
    return DataTable(
        ("month", "customers_start", "new_customers", "reactivated_customers", "lost_customers", "customers_end"),
        tuple((m.month, m.start, m.new, m.reactivated, m.lost, m.end) for m in months),
    )


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


def _middle_height(notes: Sequence[str]) -> float:
    """The ledger with its notes beside the losses, whichever is taller."""
    ledger = HEADING + SUBTITLE_LINE + TABLE_HEAD + 5 * SLIM_ROW + sum(note_height(note, HALF_WIDTH) for note in notes)
    return max(ledger, HEADING + SUBTITLE_LINE + PICTURE_GAP + LOSSES_HEIGHT)


def _table_height(text: Text, groups: Sequence[SegmentGroup], whole: Figure, notes: Sequence[str]) -> float:
    if not groups:
        return 0.0
    # The columns most languages have no room for; their widths less the padding.
    heads = [(text.gettext("At the start"), 48.0), (text.gettext("By its weight"), 46.0)]
    table = slim_table_height(heads, sum(len(group.lines) for group in groups))
    subtitle = words.segments_subtitle(text, groups, whole)
    return BLOCK_GAP + heading_height(subtitle) + table + sum(note_height(note) for note in notes)


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
