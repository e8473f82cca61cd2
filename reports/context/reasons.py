"""Why customers leave: the month's reasons, the last twelve months of each, and the main reason by segment.

Add here: a further cut of the losses. Keep out: how a reason is found (the marts), and sentences
(reports/narrative/reasons.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from reports.charts.chart import Chart
from reports.context.history import BREAKDOWNS, grouped
from reports.context.layout import BLOCK_GAP, BODY_HEIGHT, NOTE, TABLE_HEAD, TABLE_ROW, header_height, heading_height
from reports.context.segments import allotted
from reports.figures import Figure, Row, given, share, total
from reports.marts import Marts, months_before
from reports.narrative import reasons as words
from reports.narrative.finding import Finding
from reports.narrative.labels import REASONS, label, short_segment_name
from reports.run import ReportRun
from reports.text import Text

# Where a reason can be found: the contract's end, a cancellation request, an exit survey.
ENTITIES = ("contracts", "cancellation_requests", "survey_answers")
TREND_MONTHS = 12
HEAT_STEPS = 9
# The table by segment has at least this many rows to be shown, and at most so many.
LEAST_SCOPES, MOST_SCOPES = 3, 14
HEAT_ROW, CALLOUT_HEIGHT = 14.5, 58.0

_SCOPES_FRAME = BLOCK_GAP + heading_height("-") + TABLE_HEAD


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason of the month: customers, share and running share of all lost (0-1), MRR in the base currency.

    label: the reason in words. width: of its bar, 0-1, the largest share filling the column.
    is_main: one of the most frequent reasons that are known, of which the headline speaks.
    """

    category: str
    label: str
    is_involuntary: bool
    lost: Figure
    share: Figure
    running_share: Figure
    mrr: Figure
    width: float
    is_main: bool


@dataclass(frozen=True, slots=True)
class TrendLine:
    """Customers lost for one reason in each of the last months, oldest first; heat 0 (none) to 9 (most)."""

    category: str
    label: str
    lost: tuple[Figure, ...]
    heat: tuple[int, ...]
    total: Figure


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One segment's losses of the month and the reason most of them gave; no reason: too few to be shown."""

    scope_type: str
    scope_value: str
    label: str
    lost: Figure
    reason: str
    main_lost: Figure
    main_share: Figure


@dataclass(frozen=True, slots=True)
class Losses:
    """The figures of page 5: the month (lines, most frequent first) and the months up to it (trend)."""

    lines: tuple[ReasonLine, ...]
    lost: Figure
    mrr: Figure
    voluntary: Figure
    involuntary: Figure
    involuntary_share: Figure
    unknown: Figure
    unknown_share: Figure
    months: tuple[date, ...]
    trend: tuple[TrendLine, ...]
    trend_total: tuple[Figure, ...]
    year_total: Figure


@dataclass(frozen=True, slots=True)
class ReasonsContext:
    """Page 5. subtitle: how to read the first table; has_hidden: some segments are too small to be listed."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    losses: Losses
    subtitle: str
    month_names: tuple[str, ...]
    scopes: tuple[ScopeLine, ...]
    has_hidden: bool
    min_group_size: Figure
    findings: tuple[Finding, ...]


def load_reasons(marts: Marts, run: ReportRun, text: Text) -> ReasonsContext | None:
    """Page 5 of the run's audience; None where nothing was delivered that could hold a reason."""
    if not marts.is_delivered(*ENTITIES):
        return None
    losses = load_losses(marts, run, text)
    headline, standfirst = words.headline(text, losses), words.standfirst(text, losses)
    subtitle = words.subtitle(text, losses)
    room = _room(headline, standfirst, subtitle, losses)
    groups = _scope_groups(marts, text)
    scopes = _listed(groups, int((room - _SCOPES_FRAME - NOTE) / TABLE_ROW))
    left = room - (_SCOPES_FRAME + len(scopes) * TABLE_ROW if scopes else 0)
    return ReasonsContext(
        page_id="reasons",
        title=text.gettext("Why customers leave"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType({}),
        losses=losses,
        subtitle=subtitle,
        month_names=tuple(text.f.month_name(month) for month in losses.months),
        scopes=scopes,
        has_hidden=any(not line.lost.known for lines in groups for line in lines),
        min_group_size=given("min_group_size", run.min_group_size),
        findings=words.findings(text, losses) if left > BLOCK_GAP + CALLOUT_HEIGHT else (),
    )


def _room(headline: str, standfirst: str, subtitle: str, losses: Losses) -> float:
    """What the two tables that are always shown leave of the page, in pt."""
    reasons = heading_height(subtitle) + TABLE_HEAD + (len(losses.lines) + 1) * TABLE_ROW + NOTE
    months = BLOCK_GAP + heading_height("-") + TABLE_HEAD + (len(losses.trend) + 1) * HEAT_ROW
    return BODY_HEIGHT - header_height(headline, standfirst) - reasons - months - 6


def load_losses(marts: Marts, run: ReportRun, text: Text) -> Losses:
    """The losses of the run's month and of the twelve months that end with it."""
    rows = marts.read("rpt_churn_reasons", months=TREND_MONTHS)
    lines = _lines([row for row in rows if row.day("period_start") == run.month_start], text)
    months = tuple(months_before(run.month_start, back) for back in range(TREND_MONTHS - 1, -1, -1))
    trend = _trend(rows, months, text)
    lost = total(*(line.lost for line in lines))
    involuntary = total(*(line.lost for line in lines if line.is_involuntary))
    unknown = total(*(line.lost for line in lines if line.category == words.UNKNOWN))
    return Losses(
        lines=lines,
        lost=lost,
        mrr=total(*(line.mrr for line in lines)),
        voluntary=total(*(line.lost for line in lines if not line.is_involuntary)),
        involuntary=involuntary,
        involuntary_share=share(involuntary, lost),
        unknown=unknown,
        unknown_share=share(unknown, lost),
        months=months,
        trend=trend,
        trend_total=tuple(total(*(line.lost[at] for line in trend)) for at in range(TREND_MONTHS)),
        year_total=total(*(line.total for line in trend)),
    )


def _lines(rows: Sequence[Row], text: Text) -> tuple[ReasonLine, ...]:
    main = _main_reasons(rows)
    largest = max((row.figure("share").amount or 0 for row in rows), default=0)
    lines = [
        ReasonLine(
            row.text("reason_category"),
            label(text, REASONS, row.text("reason_category")),
            row.flag("is_involuntary"),
            row.figure("lost_customers"),
            row.figure("share"),
            row.figure("running_share"),
            row.figure("lost_mrr"),
            (row.figure("share").amount or 0) / largest if largest else 0,
            row["reason_category"] in main,
        )
        for row in rows
        if row["lost_customers"] != 0
    ]
    # The running share is the mart's own: its order is the order of the table.
    return tuple(sorted(lines, key=lambda line: (line.running_share.amount or 0, line.category)))


def _main_reasons(rows: Sequence[Row]) -> frozenset[object]:
    """The known reasons that most customers gave; several where they are named equally often."""
    named = {row["reason_category"]: row.figure("lost_customers").amount or 0 for row in rows}
    named.pop(words.UNKNOWN, None)
    most = max(named.values(), default=0)
    return frozenset(name for name, lost in named.items() if lost == most and most > 0)


def _trend(rows: Sequence[Row], months: Sequence[date], text: Text) -> tuple[TrendLine, ...]:
    lost = {
        str(category): tuple(_lost_in(members, month) for month in months)
        for category, members in grouped(rows, "reason_category").items()
    }
    most = max((figure.amount or 0 for figures in lost.values() for figure in figures), default=0)
    lines = [
        TrendLine(
            category,
            label(text, REASONS, category),
            figures,
            tuple(_heat(figure, most) for figure in figures),
            total(*figures),
        )
        for category, figures in lost.items()
    ]
    return tuple(sorted((line for line in lines if line.total.amount != 0), key=lambda line: -(line.total.amount or 0)))


def _lost_in(rows: Iterable[Row], month: date) -> Figure:
    # A month without a row for the reason is a month in which nobody gave it: the sum of nothing, 0.
    return total(*(row.figure("lost_customers") for row in rows if row.day("period_start") == month))


def _heat(figure: Figure, most: float) -> int:
    amount = figure.amount
    if not amount or not most:
        return 0
    return max(1, round(HEAT_STEPS * amount / most))


def _scope_groups(marts: Marts, text: Text) -> tuple[tuple[ScopeLine, ...], ...]:
    """The month's segments by breakdown; a breakdown with a single segment says nothing and is left out."""
    found = []
    for scope_type in BREAKDOWNS:
        segments = grouped(marts.read("rpt_churn_reasons", scope_type=scope_type, months=1), "scope_value")
        if len(segments) > 1:
            found.append(tuple(_scope_line(text, scope_type, str(value), rows) for value, rows in segments.items()))
    return tuple(found)


def _listed(groups: Sequence[Sequence[ScopeLine]], room: int) -> tuple[ScopeLine, ...]:
    """At most `room` segments that lost somebody, spread over the breakdowns, those with most losses first."""
    if room < LEAST_SCOPES:
        return ()
    losing = [sorted((line for line in lines if line.lost.number), key=_by_losses) for lines in groups]
    shares = allotted([len(lines) for lines in losing], min(room, MOST_SCOPES))
    return tuple(line for lines, shown in zip(losing, shares, strict=True) for line in lines[:shown])


def _by_losses(line: ScopeLine) -> tuple[float, str]:
    return -(line.lost.amount or 0), line.scope_value


def _scope_line(text: Text, scope_type: str, scope_value: str, rows: Sequence[Row]) -> ScopeLine:
    lost = total(*(row.figure("lost_customers") for row in rows))
    leading = max(rows, key=lambda row: (row.figure("lost_customers").amount or 0, row.text("reason_category")))
    return ScopeLine(
        scope_type,
        scope_value,
        short_segment_name(text, scope_type, scope_value),
        lost,
        label(text, REASONS, leading.text("reason_category")) if lost.known else "",
        leading.figure("lost_customers"),
        leading.figure("share"),
    )
