"""The truth of fct_orders: orders and net revenue of a month, of its trailing twelve months, and ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from orchestration.demo.months import MONTHS, month_index
from orchestration.demo.truth.histories import History, Place, rate_of
from orchestration.demo.truth.tables import Scope, Table, scopes_of
from orchestration.demo.world import CENT

AMOUNTS = ("returning_revenue", "revenue", "top20_revenue", "revenue_12m")
COLUMNS = [
    "orders",
    "buyers",
    "returning_buyers",
    "returning_orders",
    "returning_revenue",
    "revenue",
    "buyers_12m",
    "orders_12m",
    "repeat_buyers",
    "buyers_ever",
    "top20_revenue",
    "revenue_12m",
]
Bought = tuple[int, str]


@dataclass(slots=True)
class MonthOfOrders:
    """One customer's month: counts, and net amounts in cents."""

    orders: int = 0
    returning_orders: int = 0
    revenue: int = 0
    returning_revenue: int = 0


@dataclass(slots=True)
class Buyers:
    """Who bought what in the trailing twelve months, by month index and place."""

    bought: dict[tuple[int, Place], list[Bought]] = field(default_factory=dict)


def _cents(amount: Decimal, rate: Decimal) -> int:
    return int((amount * rate).quantize(CENT, ROUND_HALF_UP) * 100)


def by_month(history: History) -> dict[int, MonthOfOrders]:
    """Orders in their month at its rate (or the row's own), refunds in theirs at theirs; keys are month indexes."""
    found: dict[int, MonthOfOrders] = {}
    counted = history.counted_orders
    for judged in counted:
        order, day = judged.order, judged.ordered_on
        rate = order.rate_to_base or rate_of(history.rates, order.currency, day.replace(day=1))
        returning = day > counted[0].ordered_on
        row = found.setdefault(month_index(day), MonthOfOrders())
        row.orders += 1
        row.returning_orders += returning
        _add(row, _cents(order.amount, rate), returning)
        for refund in judged.refunds:
            refunded_on: date = refund.refunded_at.date()
            rate = rate_of(history.rates, refund.currency, refunded_on.replace(day=1))
            row = found.setdefault(month_index(refunded_on), MonthOfOrders())
            _add(row, -_cents(refund.amount, rate), returning)
    return found


def _add(row: MonthOfOrders, cents: int, returning: bool) -> None:
    row.revenue += cents
    row.returning_revenue += cents if returning else 0


def _count(table: Table, buyers: Buyers, history: History) -> None:
    months = by_month(history)
    customer_id = history.customer.customer_id
    for month in MONTHS:
        index = month.index
        now = months.get(index, MonthOfOrders())
        trailing = [row for at, row in months.items() if index - 12 < at <= index]
        ever = sum(row.orders for at, row in months.items() if at <= index)
        orders_12m = sum(row.orders for row in trailing)
        revenue_12m = sum(row.revenue for row in trailing)
        place = history.place_in(index)
        if orders_12m:
            buyers.bought.setdefault((index, place), []).append((-revenue_12m, customer_id))
        values = {
            "orders": now.orders,
            "buyers": int(now.orders > 0),
            "returning_buyers": int(now.returning_orders > 0),
            "returning_orders": now.returning_orders,
            "returning_revenue": now.returning_revenue,
            "revenue": now.revenue,
            "buyers_12m": int(orders_12m > 0),
            "orders_12m": orders_12m,
            "repeat_buyers": int(ever >= 2),
            "buyers_ever": int(ever >= 1),
            "revenue_12m": revenue_12m,
        }
        table.add(place, index, values)


def _count_top(table: Table, buyers: Buyers) -> None:
    """The first fifth of the buyers, rounded up, by revenue of twelve months, then by customer id."""
    by_scope: dict[tuple[Scope, int], list[Bought]] = {}
    for (index, place), bought in buyers.bought.items():
        for scope in scopes_of(place):
            by_scope.setdefault((scope, index), []).extend(bought)
    for (scope, index), bought in by_scope.items():
        top = sorted(bought)[: -(-len(bought) // 5)]
        table.add_to_scope(scope, index, {"top20_revenue": -sum(revenue for revenue, _ in top)})


def orders(histories: Iterable[History]) -> Table:
    """Orders of every month and scope."""
    table = Table((), COLUMNS, frozenset(AMOUNTS))
    buyers = Buyers()
    for history in histories:
        if history.counted_orders:
            _count(table, buyers, history)
    _count_top(table, buyers)
    return table
