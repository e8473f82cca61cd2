"""Revenue: the month's recurring revenue as a bridge, its retention and its run, the orders, and a customer's value.

Add here: a further reading of revenue. Keep out: figures a mart could hold, sentences (reports/narrative/revenue.py),
drawing (revenue_charts.py) and what a customer is worth (value.py).

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
from reports.context.value import Value, load_value
from reports.figures import Figure, Row, difference, negative
from reports.marts import Marts, months_before
from reports.narrative import revenue as words
from reports.narrative import value as value_words
from reports.run import ReportRun
from reports.text import Text
from reports.verdicts import Change, verdict_of

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
    """Up to 13 months, oldest first; year_ago is the net retention of the same month a year earlier.

    lost_mrr: what the customers who left had paid, as page 5 tells it; months[-1].churned is of contracts that ended.
    """

    months: tuple[RecurringMonth, ...]
    year_ago: Figure
    versus_year: Change
    gross_versus_year: Change
    lost_mrr: Figure

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
    returning_orders: Figure
    returning_share: Figure
    top20_share: Figure
    main_buyers: Figure


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
    """Page 4. bridge_subtitle says where a cut axis starts, bridge_note why page 5 tells another lost revenue.

    value: what a customer is worth, with the names of its lines and how they are read.
    """

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    recurring: Recurring | None
    orders: Orders | None
    bridge_subtitle: str
    bridge_note: str
    value: Value | None
    value_labels: tuple[str, ...]
    value_subtitle: str


def load_revenue(marts: Marts, run: ReportRun, text: Text) -> RevenueContext | None:
    """The page of the run's audience; None where it has neither recurring revenue nor orders."""
    recurring = load_recurring(marts, run) if marts.is_delivered("contracts") else None
    order_months = MONTHS if recurring else ORDER_MONTHS_ALONE
    orders = load_orders(marts, run, order_months) if marts.is_delivered("orders") else None
    if recurring is None and orders is None:
        return None
    value = load_value(marts, run)
    headline = words.headline(text, recurring, orders)
    standfirst = words.standfirst(text, recurring, orders)
    drawn = drawing.bridge_of(text, recurring) if recurring else None
    subtitle = words.bridge_subtitle(text, drawn) if drawn else ""
    note = words.lost_note(text, recurring) if recurring else ""
    value_subtitle = value_words.subtitle(text, value) if value else ""
    room = drawing.Room(headline, standfirst, subtitle, note, recurring, orders, value, value_subtitle)
    return RevenueContext(
        page_id="revenue",
        title=text.gettext("Revenue"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(drawing.charts_of(run, text, recurring, orders, drawn, room)),
        recurring=recurring,
        orders=orders,
        bridge_subtitle=subtitle,
        bridge_note=note,
        value=value,
        value_labels=value_words.labels(text, value) if value else (),
        value_subtitle=value_subtitle,
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
    year = months[0] if len(months) == MONTHS else None
    losses = marts.newest("rpt_losses")
    return Recurring(
        months=months,
        year_ago=year.nrr if year else absent("rpt_revenue", "nrr"),
        versus_year=verdict_of(marts, "nrr", "year_ago"),
        gross_versus_year=verdict_of(marts, "grr", "year_ago"),
        lost_mrr=losses.figure("lost_mrr") if losses else absent("rpt_losses", "lost_mrr"),
    )


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
        returning_orders=of("returning_order_share"),
        returning_share=of("returning_revenue_share"),
        top20_share=of("top20_share"),
        main_buyers=of("main_buyers_share"),
    )
