"""The revenue page's pictures, and how its room is divided between recurring revenue, orders and value.

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
    THIRD_WIDTH,
    filled,
    header_height,
    heading_height,
    note_height,
)
from reports.narrative import revenue as words
from reports.run import ReportRun
from reports.text import Text

if TYPE_CHECKING:
    from reports.context.revenue import Orders, Recurring
    from reports.context.value import Value

ORDER_ROWS, LEDGER_ROWS = 10, 8

_TITLED = HEADING + SUBTITLE_LINE + PICTURE_GAP
# Rule, label, figure of 16 pt and the lines below it.
_KEY_FIGURES = BLOCK_GAP + 61.0
# A tight table: its head of one line with the gap above, and a row.
_TIGHT_HEAD, _TIGHT_ROW = 20.5, 14.1
_ROW_OF_CHARTS = 84.0
LEFT_TABLE, RIGHT_TABLE = 262.0, 211.0


@dataclass(frozen=True, slots=True)
class Room:
    """What shares the page, and what is left of it for the large picture at its top."""

    headline: str
    standfirst: str
    subtitle: str
    note: str
    recurring: Recurring | None
    orders: Orders | None
    value: Value | None
    value_subtitle: str

    @property
    def tables(self) -> float:
        """The tables side by side at the foot: of orders or of the ledger, and of a customer's value."""
        beside = len(self.value.lines) if self.value else 0
        rows = max(ORDER_ROWS if self.orders else LEDGER_ROWS, beside)
        wide = RIGHT_TABLE if beside else FULL_WIDTH
        heading = max(heading_height(self.value_subtitle, wide), heading_height("-"))
        return BLOCK_GAP + heading + _TIGHT_HEAD + rows * _TIGHT_ROW

    @property
    def charts(self) -> float:
        """The row of charts over time, which a page of orders alone does without."""
        return BLOCK_GAP + _TITLED + _ROW_OF_CHARTS if self.recurring else 0.0

    @property
    def chart_width(self) -> float:
        """Three charts over time, or two."""
        return THIRD_WIDTH if self.orders else HALF_WIDTH

    @property
    def large(self) -> float:
        """The height of the bridge, or of the orders where there are no contracts."""
        taken = header_height(self.headline, self.standfirst) + heading_height(self.subtitle or "-")
        taken += note_height(self.note) if self.note else 0.0
        return filled(taken + _KEY_FIGURES + self.charts + self.tables, 104.0, 290.0)


def charts_of(
    run: ReportRun, text: Text, recurring: Recurring | None, orders: Orders | None, drawn: Bridge | None, room: Room
) -> dict[str, Chart]:  # fmt: skip
    """All pictures of the page, by name."""
    charts: dict[str, Chart] = {}
    if recurring is not None and drawn is not None:
        charts |= recurring_charts(run, text, recurring, drawn, room)
    if orders is not None:
        size = (THIRD_WIDTH, _ROW_OF_CHARTS) if recurring else (FULL_WIDTH, room.large)
        charts["orders"] = orders_chart(run, text, orders, size)
    return charts


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
    palette, size = palette_for(run.accent), (room.chart_width, _ROW_OF_CHARTS)
    charts = {
        "bridge": bridge(drawn, palette, words.bridge_alt(text, recurring), FULL_WIDTH, room.large),
        "mrr": columns(_mrr(text, recurring), palette, words.mrr_alt(text, recurring), *size),
    }
    if any(month.nrr.known for month in recurring.months):
        charts["nrr"] = trend(_nrr(text, recurring), palette, words.nrr_alt(text, recurring), *size)
    return charts


def orders_chart(run: ReportRun, text: Text, orders: Orders, size: tuple[float, float]) -> Chart:
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
    return columns(data, palette_for(run.accent), words.orders_alt(text, orders), *size)


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
