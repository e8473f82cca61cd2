"""The revenue page's pictures, and how its room is divided between recurring revenue and orders.

Keep out: reading marts and sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.bridge import Bridge, Step, bridge
from reports.charts.chart import Chart
from reports.charts.columns import Columns, Part, columns
from reports.charts.palette import palette_for
from reports.charts.trend import Trend, TrendPoint, trend
from reports.context.axes import money_ticks, rate_ticks
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
)
from reports.narrative import revenue as words
from reports.run import ReportRun
from reports.text import Text

if TYPE_CHECKING:
    from reports.context.revenue import Orders, Recurring

_TITLED = HEADING + SUBTITLE_LINE + PICTURE_GAP
# Rule, label, figure of 16 pt and the line below it.
_KEY_FIGURES = BLOCK_GAP + 60.0
_RECURRING_ROWS = _ORDER_ROWS = 8
_ROW_OF_CHARTS = 92.0


@dataclass(frozen=True, slots=True)
class Room:
    """What shares the page."""

    headline: str
    standfirst: str
    has_recurring: bool
    has_orders: bool

    @property
    def table(self) -> float:
        """The lower table with its heading."""
        return HEADING + SUBTITLE_LINE + TABLE_HEAD + _ORDER_ROWS * TABLE_ROW

    @property
    def bridge(self) -> float:
        """The height left for the bridge beside key figures, the row of charts and the table."""
        row = BLOCK_GAP + _TITLED + self.run
        taken = header_height(self.headline, self.standfirst) + _TITLED + _KEY_FIGURES + row + BLOCK_GAP + self.table
        return filled(taken, 105.0, 200.0)

    @property
    def run(self) -> float:
        """The height of the two charts over time."""
        return _ROW_OF_CHARTS

    @property
    def orders(self) -> tuple[float, float]:
        """Width and height of the order chart: half beside its table, the page's width without contracts."""
        if self.has_recurring:
            return FULL_WIDTH - 262.0 - 19.8, self.table - _TITLED
        taken = header_height(self.headline, self.standfirst) + _TITLED + _KEY_FIGURES + BLOCK_GAP + self.table
        return FULL_WIDTH, filled(taken, 150.0, 290.0)


def bridge_of(text: Text, recurring: Recurring) -> Bridge:
    """The month's movements in the order in which they are told; exchange rates only where they moved anything."""
    newest = recurring.newest
    steps = [
        Step(text.gettext("new customers"), newest.new),
        Step(text.gettext("customers who returned"), newest.reactivation),
        Step(text.gettext("expansion"), newest.expansion),
        Step(text.gettext("contraction"), newest.minus_contraction),
        Step(text.gettext("lost customers"), newest.minus_churned),
    ]
    if newest.fx_effect.amount:
        steps.append(Step(text.gettext("exchange rates"), newest.fx_effect))
    return Bridge(
        opening=Step(text.gettext("At the start"), newest.start),
        steps=steps,
        closing=Step(text.gettext("At the end"), newest.end),
        value=text.f.money_short,
        change=text.f.signed_money_short,
    )


def recurring_charts(
    run: ReportRun, text: Text, recurring: Recurring, drawn: Bridge, room: Room
) -> dict[str, Chart]:  # fmt: skip
    """The bridge, the run of recurring revenue, and the run of its net retention."""
    palette = palette_for(run.accent)
    charts = {
        "bridge": bridge(drawn, palette, words.bridge_alt(text, recurring), FULL_WIDTH, room.bridge),
        "mrr": columns(_mrr(text, recurring), palette, words.mrr_alt(text, recurring), HALF_WIDTH, room.run),
    }
    if any(month.nrr.known for month in recurring.months):
        charts["nrr"] = trend(_nrr(text, recurring), palette, words.nrr_alt(text, recurring), HALF_WIDTH, room.run)
    return charts


def orders_chart(run: ReportRun, text: Text, orders: Orders, room: Room) -> Chart:
    """Order revenue by month, returning customers' below that of first orders."""
    data = Columns(
        months=[month.month for month in orders.months],
        parts=[
            Part(text.gettext("returning customers"), "accent", [month.returning_revenue for month in orders.months]),
            Part(text.gettext("first orders"), "grey", [month.first_revenue for month in orders.months]),
        ],
        tick=money_ticks(text.f),
        value=text.f.money_short,
        month=text.f.month_short,
        label_width=62.0,
    )
    return columns(data, palette_for(run.accent), words.orders_alt(text, orders), *room.orders)


def _mrr(text: Text, recurring: Recurring) -> Columns:
    return Columns(
        months=[month.month for month in recurring.months],
        parts=[Part(text.f.month_short(recurring.newest.month), "accent", [month.end for month in recurring.months])],
        tick=money_ticks(text.f),
        value=text.f.money_short,
        month=text.f.month_short,
        label_width=52.0,
    )


def _nrr(text: Text, recurring: Recurring) -> Trend:
    newest = recurring.newest
    return Trend(
        points=[TrendPoint(m.month, m.nrr, m.nrr_low, m.nrr_high, m.target) for m in recurring.months],
        tick=rate_ticks(text.f),
        value=text.f.percent,
        month=text.f.month_short,
        target_label=text.gettext("Target {target}", target=text.f.percent(newest.target)),
        band_label=text.gettext("95 % interval"),
        high_limit=None,
        low_limit=None,
    )
