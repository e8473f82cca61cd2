"""The truth of fct_orders: orders and net revenue of a period, of the twelve months up to its end, and ever.

At every month's end there is also the history from the first month on, which stands in place of the twelve months.
Beside the breakdowns there is one by the channel of a customer's first order.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from orchestration.demo.months import add_months
from orchestration.demo.truth.histories import NONE, History, Place
from orchestration.demo.truth.known import Known, Scope
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import ByScope, Table
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
    "top20_buyers",
    "top20_revenue",
    "main_buyers",
    "revenue_12m",
    "revenue_squared",
    "returning_revenue_squared",
    "returning_revenue_product",
]
SQUARES = ("revenue_squared", "returning_revenue_squared", "returning_revenue_product")
Bought = tuple[int, str]
HISTORY = "history"
CHANNEL = "order_channel"


@dataclass(frozen=True, slots=True)
class Line:
    """An order (`orders` 1) or a refund (0) on its day; `cents` in base currency, negative for a refund.

    `is_returning`: of an order after the customer's first order day.
    """

    day: date
    orders: int
    cents: int
    is_returning: bool


def in_cents(amount: Decimal, rate: Decimal) -> int:
    """Base amount, half up."""
    return int((amount * rate).quantize(CENT, ROUND_HALF_UP) * 100)


def lines_of(history: History) -> list[Line]:
    """Counted orders at the rate of their month (or the row's own), what refunds take off at that of theirs; by day."""
    found = []
    first_on = min((judged.ordered_on for judged in history.counted_orders), default=date.max)
    for judged in history.orders:
        order, day = judged.order, judged.ordered_on
        returning = day > first_on
        if judged.is_counted:
            rate = order.rate_to_base or history.rate_of(order.currency, day)
            found.append(Line(day, 1, in_cents(order.amount, rate), returning))
        for refunded_on, amount in judged.netted():
            rate = history.rate_of(order.currency, refunded_on)
            found.append(Line(refunded_on, 0, -in_cents(amount, rate), returning))
    return sorted(found, key=lambda line: line.day)


def between(lines: list[Line], first: date, last: date) -> list[Line]:
    """The lines of some days, both ends inside; `lines` are in order of days."""
    return lines[
        bisect_left(lines, first, key=lambda line: line.day) : bisect_right(lines, last, key=lambda line: line.day)
    ]


def orders_in(lines: Iterable[Line]) -> int:
    return sum(line.orders for line in lines)


def cents_in(lines: Iterable[Line]) -> int:
    return sum(line.cents for line in lines)


def trailing_from(period: Period) -> date:
    """First day of the twelve months that end with the period, or of the history."""
    return period.start if period.period_type == HISTORY else add_months(period.last_month, -11)


def periods_of(known: Known) -> list[Period]:
    """The periods there are, and the history at every month's end."""
    first = known.months[0].start
    return [*known.periods, *(Period(HISTORY, first, month.end, None) for month in known.months)]


def first_channel(history: History) -> str:
    """The channel of the first counted order: by day, then by order_id."""
    if not history.counted_orders:
        return NONE
    first = min(history.counted_orders, key=lambda judged: (judged.ordered_on, judged.order.order_id))
    return first.order.channel or NONE


def scopes_by_channel(known: Known, place: Place, channel: str) -> list[Scope]:
    """The channel's scope in the company and in every audience that sees the place."""
    wholes = (audience for audience, scope_type, _ in known.scopes_of(place) if scope_type in ("company", "audience"))
    return [(audience, CHANNEL, channel) for audience in wholes]


def main_buyers(bought: list[Bought], revenue: int) -> int:
    """How many of the best are needed for 80 % of the revenue, in cents; 0 if there is none to speak of."""
    if revenue <= 0:
        return 0
    total = 0
    for number, (minus_cents, _) in enumerate(sorted(bought), 1):
        total -= minus_cents
        if 5 * total >= 4 * revenue:
            return number
    raise AssertionError("all buyers together are all revenue but refunds")


def _count(
    known: Known, table: Table, buyers: ByScope[Bought], history: History, lines: list[Line], period: Period
) -> None:
    ever = orders_in(between(lines, date.min, period.end))
    now = between(lines, period.start, period.end)
    trailing = between(lines, trailing_from(period), period.end)
    if not ever and not now and not trailing:
        return
    returning = [line for line in now if line.is_returning]
    values = {
        "orders": orders_in(now),
        "buyers": int(orders_in(now) > 0),
        "returning_buyers": int(orders_in(returning) > 0),
        "returning_orders": orders_in(returning),
        "returning_revenue": cents_in(returning),
        "revenue": cents_in(now),
        "buyers_12m": int(orders_in(trailing) > 0),
        "orders_12m": orders_in(trailing),
        "repeat_buyers": int(ever >= 2),
        "buyers_ever": int(ever >= 1),
        "revenue_12m": cents_in(trailing),
        "revenue_squared": cents_in(now) ** 2,
        "returning_revenue_squared": cents_in(returning) ** 2,
        "returning_revenue_product": cents_in(now) * cents_in(returning),
    }
    place = history.place_in(period)
    table.add(place, period, values)
    bought = (-cents_in(trailing), history.customer_id)
    by_channel = scopes_by_channel(known, place, first_channel(history))
    for scope in by_channel:
        table.add_to_scope(scope, period, values)
    if orders_in(trailing):
        buyers.add(place, period, bought)
        for scope in by_channel:
            buyers.found.setdefault((scope, period, ()), []).append(bought)


def orders(known: Known) -> Table:
    """Orders of every period and scope. Top: a fifth of the buyers, rounded up, by revenue, then by customer id."""
    table = Table(known, (), COLUMNS, frozenset(AMOUNTS), squares=frozenset(SQUARES))
    buyers: ByScope[Bought] = ByScope(known)
    periods = periods_of(known)
    for history in known.people:
        lines = lines_of(history)
        if lines:
            for period in periods:
                _count(known, table, buyers, history, lines, period)
    revenues = {
        (scope, period): row[COLUMNS.index("revenue_12m")] for (scope, period, _), row in table.by_scope().items()
    }
    for (scope, period, _), bought in buyers.found.items():
        top = sorted(bought)[: -(-len(bought) // 5)]
        revenue = revenues[scope, period]
        assert isinstance(revenue, int)
        values = {
            "top20_buyers": len(top),
            "top20_revenue": -sum(cents for cents, _ in top),
            "main_buyers": main_buyers(bought, revenue),
        }
        table.add_to_scope(scope, period, values)
    return table
