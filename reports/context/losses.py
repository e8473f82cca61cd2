"""Losses: the customers lost by month, and how many of them a failed payment took.

Add here: a further way to tell the lost apart. Keep out: their reasons one by one (reports/context/reasons.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.charts.chart import Chart
from reports.charts.columns import Columns, Part, columns
from reports.charts.palette import palette_for
from reports.context.axes import count_ticks
from reports.context.history import grouped
from reports.context.layout import HALF_WIDTH
from reports.figures import Figure, Row, total
from reports.marts import Marts, months_before
from reports.narrative import retention as words
from reports.narrative.causes import UNKNOWN_REASON
from reports.run import ReportRun
from reports.text import Text

LOSS_MONTHS = 13
LOSSES_HEIGHT = 104.0


@dataclass(frozen=True, slots=True)
class Losses:
    """Customers lost in one month, by whether they chose to go (voluntary) or a payment failed."""

    month: date
    voluntary: Figure
    involuntary: Figure


@dataclass(frozen=True, slots=True)
class LossHistory:
    """The losses by month; has_cause: some reason is known at all, so that it can be told who did not choose to go."""

    months: tuple[Losses, ...]
    has_cause: bool


def load_losses(marts: Marts, run: ReportRun) -> LossHistory:
    """Lost customers of the last 13 months by cause, empty where no month has a loss."""
    rows = [row for row in marts.read("rpt_churn_reasons", months=LOSS_MONTHS) if row["lost_customers"]]
    if not rows:
        return LossHistory((), has_cause=False)
    months = grouped(rows, "period_start")
    first = min(row.day("period_start") for row in rows)
    wanted = [months_before(run.month_start, back) for back in range(LOSS_MONTHS - 1, -1, -1)]
    losses = (
        Losses(day, _lost(months.get(day, ()), involuntary=False), _lost(months.get(day, ()), involuntary=True))
        for day in wanted
        if day >= first
    )
    return LossHistory(tuple(losses), any(row["reason_category"] != UNKNOWN_REASON for row in rows))


def _lost(rows: Sequence[Row], *, involuntary: bool) -> Figure:
    return total(*(row.figure("lost_customers") for row in rows if row.flag("is_involuntary") == involuntary))


def losses_chart(run: ReportRun, text: Text, losses: LossHistory) -> Chart:
    """Columns of the lost by month; failed payments apart where any happened."""
    months, newest = losses.months, losses.months[-1]
    parts = [Part(text.gettext("left"), "accent", [month.voluntary for month in months])]
    if any(month.involuntary.amount for month in months):
        parts.append(Part(text.gettext("payment failed"), "miss", [month.involuntary for month in months]))
    data = Columns(
        months=[month.month for month in months],
        parts=parts,
        tick=count_ticks(text.f),
        value=text.f.number,
        month=text.f.month_short,
        label_width=52.0,
    )
    alt = words.losses_alt(text, newest.voluntary, newest.involuntary if len(parts) > 1 else None)
    return columns(data, palette_for(run.accent), alt, HALF_WIDTH, LOSSES_HEIGHT)
