"""Revenue: the month's recurring revenue as a bridge, its retention and its run, and the orders.

Add here: a further reading of revenue. Keep out: figures a mart could hold, sentences (reports/narrative/revenue.py)
and drawing (revenue_charts.py).

A company without contracts has no `recurring`, one without orders no `orders`; the page gives the room to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from reports.charts.chart import Chart
from reports.context import revenue_charts as drawing
from reports.context.history import absent, by_month
from reports.figures import Figure, Row, difference, negative
from reports.marts import Marts, months_before
from reports.narrative import revenue as words
from reports.narrative.verdict import Change, Interval, compare
from reports.run import ReportRun
from reports.text import Text

MONTHS = 13
# Alone on the page, orders are shown for two years.
ORDER_MONTHS_ALONE = 24


@dataclass(frozen=True, slots=True)
class RecurringMonth:
    """One month's recurring revenue in the base currency; nrr and grr 0–1 with their intervals."""

    month: date
    start: Figure
    new: Figure
    reactivation: Figure
    expansion: Figure
    contraction: Figure
    churned: Figure
    fx_effect: Figure
    end: Figure
    nrr: Figure
    nrr_low: Figure
    nrr_high: Figure
    grr: Figure
    grr_low: Figure
    grr_high: Figure
    quick_ratio: Figure
    paying: Figure
    target: Figure

    @property
    def minus_contraction(self) -> Figure:
        """contraction as the bridge adds it."""
        return negative(self.contraction)

    @property
    def minus_churned(self) -> Figure:
        """churned as the bridge adds it."""
        return negative(self.churned)

    @property
    def growth(self) -> Figure:
        """end less start."""
        return difference(self.end, self.start)


@dataclass(frozen=True, slots=True)
class Recurring:
    """Up to 13 months, oldest first; year_ago is the net retention of the same month a year earlier."""

    months: tuple[RecurringMonth, ...]
    year_ago: Figure
    versus_year: Change

    @property
    def newest(self) -> RecurringMonth:
        """The report month."""
        return self.months[-1]

    @property
    def compared(self) -> tuple[RecurringMonth, ...]:
        """The columns of the table: the report month, the one before, and the same month a year earlier."""
        return tuple(self.months[at] for at in (-1, -2, -13) if len(self.months) >= -at)


@dataclass(frozen=True, slots=True)
class OrdersMonth:
    """One month's orders: revenue net of refunds in the base currency, shares 0–1; frequency over 12 months."""

    month: date
    revenue: Figure
    first_revenue: Figure
    returning_revenue: Figure
    orders: Figure
    buyers: Figure
    aov: Figure
    frequency: Figure
    repeat_rate: Figure
    buyers_ever: Figure
    returning_share: Figure
    top20_share: Figure


@dataclass(frozen=True, slots=True)
class Orders:
    """Months with orders, oldest first, as many as the page shows."""

    months: tuple[OrdersMonth, ...]

    @property
    def newest(self) -> OrdersMonth:
        """The report month."""
        return self.months[-1]

    @property
    def compared(self) -> tuple[OrdersMonth, ...]:
        """The columns of the table: the report month, the one before, and the same month a year earlier."""
        return tuple(self.months[at] for at in (-1, -2, -13) if len(self.months) >= -at)


@dataclass(frozen=True, slots=True)
class RevenueContext:
    """Page 4. bridge_subtitle says where a cut axis starts."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    recurring: Recurring | None
    orders: Orders | None
    bridge_subtitle: str


def load_revenue(marts: Marts, run: ReportRun, text: Text) -> RevenueContext | None:
    """The page of the run's audience; None where it has neither recurring revenue nor orders."""
    recurring = load_recurring(marts, run) if marts.is_delivered("contracts") else None
    order_months = MONTHS if recurring else ORDER_MONTHS_ALONE
    orders = load_orders(marts, run, order_months) if marts.is_delivered("orders") else None
    if recurring is None and orders is None:
        return None
    headline = words.headline(text, recurring, orders)
    standfirst = words.standfirst(text, recurring, orders)
    room = drawing.Room(headline, standfirst, recurring is not None, orders is not None)
    charts: dict[str, Chart] = {}
    subtitle = ""
    if recurring is not None:
        bridge = drawing.bridge_of(text, recurring)
        subtitle = words.bridge_subtitle(text, bridge)
        charts |= drawing.recurring_charts(run, text, recurring, bridge, room)
    if orders is not None:
        charts["orders"] = drawing.orders_chart(run, text, orders, room)
    return RevenueContext(
        page_id="revenue",
        title=text.gettext("Revenue"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(charts),
        recurring=recurring,
        orders=orders,
        bridge_subtitle=subtitle,
    )


def load_recurring(marts: Marts, run: ReportRun) -> Recurring | None:
    """The months up to the report's; None where the audience never had recurring revenue in them."""
    rows = by_month(marts.read("rpt_revenue", months=MONTHS))
    if run.month_start not in rows or not any(row["mrr_start"] or row["mrr_end"] for row in rows.values()):
        return None
    targets = by_month(marts.targets("nrr", MONTHS))
    first = min(rows)
    wanted = [months_before(run.month_start, back) for back in range(MONTHS - 1, -1, -1)]
    months = tuple(_recurring(day, rows.get(day), targets.get(day)) for day in wanted if day >= first)
    newest, year = months[-1], months[0] if len(months) == MONTHS else None
    year_ago = year.nrr if year else absent("rpt_revenue", "nrr")
    bounds = Interval(year.nrr_low, year.nrr_high) if year else Interval(year_ago, year_ago)
    change = compare(newest.nrr, year_ago, Interval(newest.nrr_low, newest.nrr_high), bounds, True)
    return Recurring(months, year_ago, change)


def load_orders(marts: Marts, run: ReportRun, count: int) -> Orders | None:
    """The months up to the report's; None where the report month has no row."""
    rows = by_month(marts.read("rpt_orders", months=count))
    if run.month_start not in rows:
        return None
    first = min(rows)
    wanted = [months_before(run.month_start, back) for back in range(count - 1, -1, -1)]
    return Orders(tuple(_orders(day, rows.get(day)) for day in wanted if day >= first))


def _recurring(day: date, row: Row | None, target: Row | None) -> RecurringMonth:
    def of(column: str) -> Figure:
        return row.figure(column) if row else absent("rpt_revenue", column)

    return RecurringMonth(
        month=day,
        start=of("mrr_start"),
        new=of("new_mrr"),
        reactivation=of("reactivation_mrr"),
        expansion=of("expansion_mrr"),
        contraction=of("contraction_mrr"),
        churned=of("churned_mrr"),
        fx_effect=of("fx_effect"),
        end=of("mrr_end"),
        nrr=of("nrr"),
        nrr_low=of("nrr_low"),
        nrr_high=of("nrr_high"),
        grr=of("grr"),
        grr_low=of("grr_low"),
        grr_high=of("grr_high"),
        quick_ratio=of("quick_ratio"),
        paying=of("paying_customers_end"),
        target=target.figure("target_value") if target else absent("rpt_targets", "target_value"),
    )


def _orders(day: date, row: Row | None) -> OrdersMonth:
    def of(column: str) -> Figure:
        return row.figure(column) if row else absent("rpt_orders", column)

    revenue, returning = of("revenue"), of("returning_revenue")
    return OrdersMonth(
        month=day,
        revenue=revenue,
        first_revenue=difference(revenue, returning),
        returning_revenue=returning,
        orders=of("orders"),
        buyers=of("buyers"),
        aov=of("aov"),
        frequency=of("purchase_frequency"),
        repeat_rate=of("repeat_rate"),
        buyers_ever=of("buyers_ever"),
        returning_share=of("returning_revenue_share"),
        top20_share=of("top20_share"),
    )
