"""The cover: did retention change, what moved, where and why, what to do next; eight key figures; the contents.

Add here: what the first page says. Keep out: figures of the other pages, and sentences (reports/narrative/cover.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reports.charts.backdrop import backdrop
from reports.charts.chart import Chart, DataTable
from reports.charts.colour import to_hex, to_rgb
from reports.charts.palette import palette_for
from reports.charts.sparkline import sparkline
from reports.context.actions import Actions, actions_table, load_actions
from reports.context.causes import Reason, load_driver, load_mix, load_reasons
from reports.context.changes import SegmentChange, load_segments
from reports.context.cover_layout import TILE_WIDTHS, Story, is_long, story_room, tiles_across
from reports.context.history import absent, by_month
from reports.context.metrics import METRICS, Measure, load_measure
from reports.context.restated import load_restated
from reports.figures import Figure, difference, negative
from reports.marts import Marts
from reports.narrative import actions as steps
from reports.narrative import causes
from reports.narrative import cover as words
from reports.narrative import restated as restated_words
from reports.narrative.labels import METRICS as METRIC_LABELS
from reports.narrative.labels import label
from reports.run import KeyFigure, ReportRun
from reports.running import about
from reports.text import Text

KEY_FIGURES = 8
SPARKLINE_HEIGHT = 19.0
# The shape behind the headline: the last months of its figure, in the lower right of the band.
BACKDROP, BACKDROP_MONTHS, BACKDROP_WIDTH, BACKDROP_HEIGHT = "backdrop", 13, 190.0, 105.0


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
class KeyMeasure:
    """One of the key figures: its name in words, and a note on its interval and what it rests on."""

    measure: Measure
    label: str
    note: str
    interval: str


@dataclass(frozen=True, slots=True)
class CoverContext:
    """Page 1. The words are those of the run's language; every number stands as a Figure beside them.

    across: how many key figures stand side by side. whys: sentences below the one on the reasons. actions is None
    where no sign of leaving could be looked for: what changed then has a column of its own.
    """

    page_id: str
    title: str
    headline: str
    standfirst: str
    is_long: bool
    about: str
    charts: Mapping[str, Chart]
    measures: tuple[KeyMeasure, ...]
    across: int
    ledger: Ledger
    ledger_line: str
    segments: tuple[SegmentChange, ...]
    reasons: tuple[Reason, ...]
    lost: Figure
    what_changed: str
    where: str
    why: str
    whys: tuple[str, ...]
    actions: Actions | None
    turns: tuple[str, ...]
    what_next: str
    tables: Mapping[str, DataTable]

    @property
    def retention(self) -> Measure:
        """The figure the headline speaks of."""
        return self.measures[0].measure


def load_cover(marts: Marts, run: ReportRun, text: Text) -> CoverContext:
    """The cover of the run's audience and month."""
    measures = load_measures(marts, run)
    ledger = load_ledger(marts, run)
    segments, reasons = load_segments(marts, run, text), load_reasons(marts, text)
    retention = measures[0]
    headline = words.headline(text, retention)
    corrected = restated_words.cover_sentence(text, run, load_restated(run, text))
    standfirst = " ".join(part for part in (words.standfirst(text, retention, ledger), corrected) if part)
    actions = load_actions(marts, run, text)
    story = Story(
        where=words.where(text, segments),
        ledger_line=words.ledger_line(text, ledger),
        why=causes.why(text, reasons, ledger.lost),
        whys=causes.further(text, retention.versus_month, load_mix(marts, text), reasons, load_driver(marts)),
        what_next=steps.what_next(text, actions),
    )
    across = tiles_across(len(measures))
    room = story_room(headline, standfirst, -(-len(measures) // across), len(run.pages) - 1)
    todo = [(action.label, steps.whose_turn(text, action)) for action in actions.lines] if actions else []
    shown = story.action_rows(room, todo)
    return CoverContext(
        page_id="cover",
        title=text.gettext("Summary"),
        headline=headline,
        standfirst=standfirst,
        is_long=is_long(headline),
        about=about(text, run),
        charts={
            **{measure.name: _sparkline(text, measure, run.accent, across) for measure in measures},
            BACKDROP: _backdrop(retention, run.accent),
        },
        measures=tuple(_key_measure(text, measure) for measure in measures),
        across=across,
        ledger=ledger,
        ledger_line=story.ledger_line,
        segments=segments[: story.segment_rows(room)],
        reasons=reasons[: story.reason_rows(room)],
        lost=ledger.lost,
        what_changed=words.what_changed(text, ledger),
        where=story.where,
        why=story.why,
        whys=story.whys,
        actions=None if actions is None else replace(actions, lines=actions.lines[:shown]),
        turns=tuple(who for _, who in todo[:shown]),
        what_next=story.what_next,
        tables={"key_figures": measures_table(text, measures), "actions": actions_table(actions)},
    )


def load_measures(marts: Marts, run: ReportRun) -> tuple[Measure, ...]:
    """The first eight figures that the data ever gave; the retention the headline speaks of always stands first."""
    delivered = [metric for metric in METRICS if marts.is_delivered(*metric.entities)]
    measures = (load_measure(marts, run, metric) for metric in delivered or METRICS[:1])
    known = [measure for measure in measures if measure.name == METRICS[0].name or measure.is_ever_known]
    return tuple(known[:KEY_FIGURES])


def measures_table(text: Text, measures: Sequence[Measure]) -> DataTable:
    """The key figures for the attached file, as stored: rates 0-1, amounts in the base currency, hours."""
    columns = ("figure", "value", "low", "high", "rests_on", "last_month", "last_year", "target")
    return DataTable(
        columns,
        tuple(
            (label(text, METRIC_LABELS, m.name), m.now, m.low, m.high, m.size, m.last_month, m.last_year, m.target)
            for m in measures
        ),
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


def load_ledger(marts: Marts, run: ReportRun) -> Ledger:
    """The month's ledger of the whole audience; every figure is None where there is no row."""
    row = by_month(marts.read("rpt_retention", months=1)).get(run.month_start)

    def of(column: str) -> Figure:
        return row.figure(column) if row else absent("rpt_retention", column)

    start, lost, end = of("customers_start"), of("lost_customers"), of("customers_end")
    return Ledger(
        start, of("new_customers"), of("reactivated_customers"), lost, end, difference(end, start), negative(lost)
    )


def _key_measure(text: Text, measure: Measure) -> KeyMeasure:
    interval = measure.metric.range_text(text.f, measure.low, measure.high)
    return KeyMeasure(measure, label(text, METRIC_LABELS, measure.name), words.size_note(text, measure), interval)


def _sparkline(text: Text, measure: Measure, accent: str | None, across: int) -> Chart:
    alt = text.gettext(
        "{metric} by month: {first} in {first_month}, {last} in {last_month}",
        metric=label(text, METRIC_LABELS, measure.name),
        first=measure.metric.value_text(text.f, next((item for item in measure.series if item.known), measure.now)),
        first_month=text.f.month_short(_first_month(measure)),
        last=measure.metric.value_text(text.f, measure.now),
        last_month=text.f.month_short(measure.months[-1]),
    )
    return sparkline(measure.series, measure.target, alt, palette_for(accent), TILE_WIDTHS[across], SPARKLINE_HEIGHT)


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
