"""The losses of a month by reason, most frequent first, and of the twelve months that end with it.

Add here: what every cut of the losses by reason needs. Keep out: how a reason is found (the marts), what was tried to
keep customers (saving.py), and sentences (reports/narrative/reasons.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.context.history import grouped
from reports.figures import Figure, Row, counted, derive, difference, share, total
from reports.marts import Marts, months_before
from reports.narrative import reasons as words
from reports.narrative.labels import REASONS, label
from reports.run import ReportRun
from reports.text import Text
from reports.verdicts import UNTESTED, Change, Verdicts, load_verdicts

TREND_MONTHS = 12
HEAT_STEPS = 9
# Reasons beyond so many are told together: a company may have as many as it likes.
MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason of the month: customers, share and running share of all lost (0-1), MRR in the base currency.

    label: the reason in words. width: of its bar, 0-1, the largest share filling the column. versus_month: of its
    share, by the marts' verdict. is_main: one of the most frequent known reasons, of which the headline speaks.
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
    versus_month: Change = UNTESTED


@dataclass(frozen=True, slots=True)
class TrendLine:
    """Customers lost for one reason in each of the last months, oldest first; heat 0 (none) to 9 (most)."""

    category: str
    label: str
    lost: tuple[Figure, ...]
    heat: tuple[int, ...]
    total: Figure


@dataclass(frozen=True, slots=True)
class Losses:
    """The figures of page 5: the month (lines, most frequent first) and the months up to it (trend).

    trend_known: customers lost in each month whose reason is known.
    """

    lines: tuple[ReasonLine, ...]
    lost: Figure
    mrr: Figure
    voluntary: Figure
    involuntary: Figure
    unknown: Figure
    unknown_share: Figure
    months: tuple[date, ...]
    trend: tuple[TrendLine, ...]
    trend_total: tuple[Figure, ...]
    trend_unknown: tuple[Figure, ...]
    year_total: Figure

    @property
    def trend_known(self) -> tuple[Figure, ...]:
        """Lost customers of each month whose reason is known."""
        return tuple(difference(*pair) for pair in zip(self.trend_total, self.trend_unknown, strict=True))

    @property
    def has_reasons(self) -> bool:
        """Whether a reason is known for anybody of the twelve months; else nobody can be called involuntary either."""
        return any(line.category != words.UNKNOWN for line in self.trend)


def load_losses(marts: Marts, run: ReportRun, text: Text) -> Losses:
    """The losses of the run's month and of the twelve months that end with it."""
    rows = marts.read("rpt_churn_reasons", months=TREND_MONTHS)
    here = [row for row in rows if row.day("period_start") == run.month_start]
    months = tuple(months_before(run.month_start, back) for back in range(TREND_MONTHS - 1, -1, -1))
    by_reason = _by_reason(rows, months)
    trend = _trend(by_reason, text)
    lost = _sum(here, "lost_customers")
    unknown = _sum([row for row in here if row["reason_category"] == words.UNKNOWN], "lost_customers")
    involuntary = _sum([row for row in here if row.flag("is_involuntary")], "lost_customers")
    trend_total = tuple(total(*(figures[at] for figures in by_reason.values())) for at in range(TREND_MONTHS))
    return Losses(
        lines=_lines(here, text, load_verdicts(marts)),
        lost=lost,
        mrr=_sum(here, "lost_mrr"),
        voluntary=difference(lost, involuntary),
        involuntary=involuntary,
        unknown=unknown,
        unknown_share=share(unknown, lost),
        months=months,
        trend=trend,
        trend_total=trend_total,
        trend_unknown=by_reason.get(words.UNKNOWN, tuple(total() for _ in months)),
        year_total=total(*trend_total),
    )


def _sum(rows: Sequence[Row], column: str) -> Figure:
    return total(*(row.figure(column) for row in rows))


def _lines(rows: Sequence[Row], text: Text, verdicts: Verdicts) -> tuple[ReasonLine, ...]:
    main = _main_reasons(rows)
    largest = max((row.figure("share").amount or 0 for row in rows), default=0)
    given = [row for row in rows if row["lost_customers"] != 0]
    # The running share is the mart's own: its order is the order of the table.
    given.sort(key=lambda row: (row.figure("running_share").amount or 0, row.text("reason_category")))
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
            verdicts.of("reason_share", "previous", row.text("reason_category")),
        )
        for row in given[:MOST_REASONS]
    ]
    rest = given[MOST_REASONS:]
    return (*lines, _further(rest, text, largest)) if rest else tuple(lines)


def _further(rows: Sequence[Row], text: Text, largest: float) -> ReasonLine:
    """The reasons beyond those listed, as one line."""
    part = derive("share", _sum(rows, "lost_customers"), rows[0].figure("all_lost_customers"))
    return ReasonLine(
        words.FURTHER,
        words.further(text, counted(rows, "lost_customers")),
        False,
        _sum(rows, "lost_customers"),
        part,
        rows[-1].figure("running_share"),
        _sum(rows, "lost_mrr"),
        (part.amount or 0) / largest if largest else 0,
        False,
    )


def _main_reasons(rows: Sequence[Row]) -> frozenset[object]:
    """The known reasons that most customers gave; several where they are named equally often."""
    named = {row["reason_category"]: row.figure("lost_customers").amount or 0 for row in rows}
    named.pop(words.UNKNOWN, None)
    most = max(named.values(), default=0)
    return frozenset(name for name, lost in named.items() if lost == most and most > 0)


def _by_reason(rows: Sequence[Row], months: Sequence[date]) -> Mapping[str, tuple[Figure, ...]]:
    return {
        str(category): tuple(_lost_in(members, month) for month in months)
        for category, members in grouped(rows, "reason_category").items()
    }


def _trend(by_reason: Mapping[str, tuple[Figure, ...]], text: Text) -> tuple[TrendLine, ...]:
    """Most frequent of the year first; those beyond MOST_REASONS as one line."""
    sums = {name: total(*figures) for name, figures in by_reason.items()}
    names = sorted(
        (name for name in sums if sums[name].amount != 0), key=lambda name: (-(sums[name].amount or 0), name)
    )
    told = {name: (label(text, REASONS, name), by_reason[name]) for name in names[:MOST_REASONS]}
    if rest := names[MOST_REASONS:]:
        together = tuple(total(*(by_reason[name][at] for name in rest)) for at in range(TREND_MONTHS))
        told[words.FURTHER] = (words.further(text, derive("rows", *(sums[name] for name in rest))), together)
    most = max((figure.amount or 0 for _, figures in told.values() for figure in figures), default=0)
    return tuple(
        TrendLine(name, title, figures, tuple(heat(figure, most) for figure in figures), total(*figures))
        for name, (title, figures) in told.items()
    )


def _lost_in(rows: Iterable[Row], month: date) -> Figure:
    # A month without a row for the reason is a month in which nobody gave it: the sum of nothing, 0.
    return total(*(row.figure("lost_customers") for row in rows if row.day("period_start") == month))


def heat(figure: Figure, most: float) -> int:
    """The step of a heat cell: 0 for nothing, 9 for as much as the most."""
    amount = figure.amount
    if not amount or not most:
        return 0
    return max(1, round(HEAT_STEPS * amount / most))
