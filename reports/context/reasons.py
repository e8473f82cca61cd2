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
from reports.figures import Figure, Row, share, total
from reports.marts import Marts, months_before
from reports.narrative import reasons as words
from reports.narrative.finding import Finding
from reports.run import ReportRun
from reports.text import Text

ENTITIES = ("contracts", "orders")
TREND_MONTHS = 12
HEAT_STEPS = 9
# Rows of the table by segment: a company with forty segments sees those that lost most.
SHOWN_SCOPES = 12


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason of the month: customers, share and running share of all lost (0-1), MRR in the base currency."""

    category: str
    is_involuntary: bool
    lost: Figure
    share: Figure
    running_share: Figure
    mrr: Figure


@dataclass(frozen=True, slots=True)
class TrendLine:
    """Customers lost for one reason in each of the last months, oldest first; heat 0 (none) to 9 (most)."""

    category: str
    lost: tuple[Figure, ...]
    heat: tuple[int, ...]
    total: Figure


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One segment's losses of the month and the reason most of them gave; no category: too few to be shown."""

    scope_type: str
    scope_value: str
    lost: Figure
    category: str | None
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
    """Page 5."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    losses: Losses
    scopes: tuple[ScopeLine, ...]
    findings: tuple[Finding, ...]


def load_reasons(marts: Marts, run: ReportRun, text: Text) -> ReasonsContext | None:
    """Page 5 of the run's audience; None where neither contracts nor orders were delivered."""
    if not marts.is_delivered(*ENTITIES):
        return None
    losses = load_losses(marts, run)
    return ReasonsContext(
        page_id="reasons",
        title=text.gettext("Why customers leave"),
        headline=words.headline(text, losses),
        standfirst=words.standfirst(text, losses),
        charts=MappingProxyType({}),
        losses=losses,
        scopes=_scopes(marts),
        findings=words.findings(text, losses),
    )


def load_losses(marts: Marts, run: ReportRun) -> Losses:
    """The losses of the run's month and of the twelve months that end with it."""
    rows = marts.read("rpt_churn_reasons", months=TREND_MONTHS)
    lines = _lines(row for row in rows if row.day("period_start") == run.month_start)
    months = tuple(months_before(run.month_start, back) for back in range(TREND_MONTHS - 1, -1, -1))
    trend = _trend(rows, months)
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


def _lines(rows: Iterable[Row]) -> tuple[ReasonLine, ...]:
    lines = [
        ReasonLine(
            row.text("reason_category"),
            row.flag("is_involuntary"),
            row.figure("lost_customers"),
            row.figure("share"),
            row.figure("running_share"),
            row.figure("lost_mrr"),
        )
        for row in rows
        if row["lost_customers"] != 0
    ]
    # The running share is the mart's own: its order is the order of the table.
    return tuple(sorted(lines, key=lambda line: (line.running_share.amount or 0, line.category)))


def _trend(rows: Sequence[Row], months: Sequence[date]) -> tuple[TrendLine, ...]:
    lost = {
        str(category): tuple(_lost_in(members, month) for month in months)
        for category, members in grouped(rows, "reason_category").items()
    }
    most = max((figure.amount or 0 for figures in lost.values() for figure in figures), default=0)
    lines = [
        TrendLine(category, figures, tuple(_heat(figure, most) for figure in figures), total(*figures))
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


def _scopes(marts: Marts) -> tuple[ScopeLine, ...]:
    found: list[ScopeLine] = []
    for scope_type in BREAKDOWNS:
        segments = grouped(marts.read("rpt_churn_reasons", scope_type=scope_type, months=1), "scope_value")
        if len(segments) > 1:
            lines = [_scope_line(scope_type, str(value), rows) for value, rows in segments.items()]
            found.extend(sorted(lines, key=lambda line: (-(line.lost.amount or 0), line.scope_value)))
    return tuple(found[:SHOWN_SCOPES])


def _scope_line(scope_type: str, scope_value: str, rows: Sequence[Row]) -> ScopeLine:
    lost = total(*(row.figure("lost_customers") for row in rows))
    leading = max(rows, key=lambda row: (row.figure("lost_customers").amount or 0, row.text("reason_category")))
    return ScopeLine(
        scope_type,
        scope_value,
        lost,
        leading.text("reason_category") if lost.known else None,
        leading.figure("lost_customers"),
        leading.figure("share"),
    )
