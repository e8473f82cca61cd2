"""What fct_orders must hold, worked out order by order.

Add here: the plain reading of an order definition. Keep out: anything read from the models under test.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.integration.retention.retention_reference import Reference, month_end
from tests.integration.revenue.marts_world import Figures, Rows, sum_rows

CENT = Decimal("0.01")
FIGURES = (
    *(
        "orders",
        "buyers",
        "returning_buyers",
        "returning_orders",
        "returning_revenue",
        "revenue",
        "buyers_12m",
        "orders_12m",
        "revenue_12m",
    ),
    *("buyers_ever", "repeat_buyers", "top20_buyers", "top20_revenue"),
)


@dataclass(frozen=True)
class Line:
    """An order (count 1) or a refund (count 0, amount below 0) in base currency."""

    on: date
    order_id: str
    count: int
    amount: Decimal
    is_returning: bool


def _rate(rates: dict[tuple[str, date], Decimal], currency: str, on: date) -> Decimal:
    return Decimal(1) if currency == "EUR" else rates[currency, on.replace(day=1)]


def lines_of(reference: Reference) -> dict[str, list[Line]]:
    """Every line by surviving customer."""
    rows = reference.world.rows
    rates = {(r["currency"], r["month"]): Decimal(str(r["rate_to_base"])) for r in rows["exchange_rates"]}
    orders: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows["orders"]:
        if row["status"] == "completed":
            orders[reference.survivor[row["customer_id"]]].append(row)
    found: dict[str, list[Line]] = {}
    for customer, bought in orders.items():
        parts = [(order, *_settle(order, rows["refunds"])) for order in bought]
        firsts = [order["ordered_on"] for order, counted, _ in parts if counted]
        found[customer] = [
            line
            for order, counted, refunds in parts
            for line in _lines(order, counted, refunds, rates, bool(firsts) and order["ordered_on"] > min(firsts))
        ]
    return found


def _settle(order: dict[str, Any], all_refunds: list[dict[str, Any]]) -> tuple[bool, list[tuple[date, Decimal]]]:
    """Whether the order counts, and what each refund takes from revenue."""
    refunds = sorted(
        (row["refunded_on"], row["refund_id"], Decimal(str(row["amount"])))
        for row in all_refunds
        if row["order_id"] == order["order_id"]
    )
    amount = Decimal(str(order["amount"]))
    in_month = sum((paid for on, _, paid in refunds if on <= month_end(order["ordered_on"])), Decimal(0))
    counts = amount == 0 or in_month < amount
    if counts:
        return True, [(on, paid) for on, _, paid in refunds]
    left, beyond = amount, []
    for on, _, paid in refunds:
        beyond.append((on, max(paid - left, Decimal(0))))
        left = max(left - paid, Decimal(0))
    return False, beyond


def _lines(
    order: dict[str, Any], counted: bool, refunds: list[tuple[date, Decimal]],
    rates: dict[tuple[str, date], Decimal], returning: bool,
) -> list[Line]:  # fmt: skip
    found = []
    if counted:
        rate = Decimal(str(order["rate_to_base"])) if order.get("rate_to_base") else None
        rate = rate or _rate(rates, order["currency"], order["ordered_on"])
        amount = (Decimal(str(order["amount"])) * rate).quantize(CENT, ROUND_HALF_UP)
        found.append(Line(order["ordered_on"], order["order_id"], 1, amount, returning))
    for on, paid in refunds:
        amount = (-paid * _rate(rates, order["currency"], on)).quantize(CENT, ROUND_HALF_UP)
        found.append(Line(on, order["order_id"], 0, amount, returning))
    return found


def _figures(lines: list[Line], start: date) -> Figures:
    end = month_end(start)
    year_start = date(start.year - (start.month < 12), start.month % 12 + 1, 1)
    now = [line for line in lines if start <= line.on <= end]
    year = [line for line in lines if year_start <= line.on <= end]
    ever = sum(line.count for line in lines if line.on <= end)
    returning = [line for line in now if line.is_returning]
    orders, returning_orders, orders_12m = (sum(line.count for line in part) for part in (now, returning, year))
    return {
        "orders": orders,
        "buyers": int(orders > 0),
        "returning_orders": returning_orders,
        "returning_buyers": int(returning_orders > 0),
        "revenue": sum(line.amount for line in now),
        "returning_revenue": sum(line.amount for line in returning),
        "orders_12m": orders_12m,
        "buyers_12m": int(orders_12m > 0),
        "revenue_12m": sum(line.amount for line in year),
        "buyers_ever": int(ever > 0),
        "repeat_buyers": int(ever > 1),
    }


def first_channels(reference: Reference, by_customer: dict[str, list[Line]]) -> dict[str, str]:
    """The channel of each customer's first order that counts: by day, then by order_id."""
    channels = {row["order_id"]: row.get("channel") or "(none)" for row in reference.world.rows["orders"]}
    firsts = {
        customer: min(((line.on, line.order_id) for line in lines if line.count), default=None)
        for customer, lines in by_customer.items()
    }
    return {customer: channels[first[1]] if first else "(none)" for customer, first in firsts.items()}


def orders(reference: Reference) -> Rows:
    """Every figure of fct_orders by scope and month; the channel of the first order is a breakdown of its own."""
    rows: Rows = {}
    ranked: dict[tuple[Any, ...], list[tuple[Decimal, str]]] = defaultdict(list)
    by_customer = lines_of(reference)
    channels = first_channels(reference, by_customer)
    for start in reference.months:
        for customer, lines in by_customer.items():
            figures = _figures(lines, start)
            scopes = list(reference.scopes(reference.attributes(customer, start)))
            wholes = [audience for audience, scope_type, _ in scopes if scope_type in ("company", "audience")]
            for scope in [*scopes, *((audience, "order_channel", channels[customer]) for audience in wholes)]:
                sum_rows(rows, (*scope, start), figures)
                if figures["buyers_12m"]:
                    ranked[(*scope, start)].append((-figures["revenue_12m"], customer))
    for key, buyers in ranked.items():
        top = sorted(buyers)[: -(-len(buyers) // 5)]
        sum_rows(rows, key, {"top20_buyers": len(top), "top20_revenue": -sum(amount for amount, _ in top)})
    return rows
