"""Draws the orders and refunds of customers that buy without a contract.

A customer orders again after a personal gap, drops out with a chance per order, and sometimes comes back.
Refunds cover every case: none, part, all at once or in two steps, within the order's month or later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from orchestration.demo import story
from orchestration.demo.contracts import Desk, book_request, cents, draw_reason
from orchestration.demo.customers import Profile
from orchestration.demo.months import DAY, LAST_DAY, last_day, month_index
from orchestration.demo.world import CENT, Order, Refund

_DROPOUT = 0.034
_RETURN = 0.14


@dataclass(slots=True)
class Till:
    """Where orders and refunds are numbered and kept."""

    orders: list[Order] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)

    def order(self, customer_id: str, at: datetime, amount: Decimal, currency: str, channel: str = "shop") -> Order:
        """Books a completed order."""
        order = Order(
            order_id=f"O{700001 + len(self.orders)}",
            customer_id=customer_id,
            ordered_at=at,
            amount=amount,
            currency=currency,
            channel=channel,
            status="completed",
            delivered_in=max(0, month_index(at.date())),
        )
        self.orders.append(order)
        return order

    def refund(self, order: Order, at: datetime, amount: Decimal) -> None:
        """Books a refund, unless it would lie after the demo's last day."""
        if at.date() <= LAST_DAY:
            refund_id = f"R{900001 + len(self.refunds)}"
            self.refunds.append(Refund(refund_id, order.order_id, at, amount, order.currency))


def _amount(rng: Random, profile: Profile) -> Decimal:
    base = rng.lognormvariate(4.3, 0.7) * (1.5 if profile.segment != "Retail" else 1.0)
    return cents(max(300, round(base * 100 * (4.4 if profile.currency == "PLN" else 1.0))))


def _at(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(rng.randrange(24), rng.randrange(60), rng.randrange(60)))


def _refund_later(rng: Random, till: Till, order: Order) -> None:
    """One of five kinds of refund; days are drawn so that each kind stays what it is."""
    ordered = order.ordered_at.date()
    month_left = (last_day(month_index(ordered)) - ordered).days
    in_month = ordered + rng.randrange(month_left + 1) * DAY
    later = last_day(month_index(ordered)) + rng.randrange(1, 50) * DAY
    part = (order.amount * rng.randrange(10, 60) / 100).quantize(CENT, ROUND_HALF_UP)
    end_of = time(23, 59, 30)
    match rng.choices(("full", "part", "part later", "full later", "two steps"), (26, 24, 26, 14, 10))[0]:
        case "full":
            till.refund(order, datetime.combine(in_month, end_of), order.amount)
        case "part":
            till.refund(order, datetime.combine(in_month, end_of), part)
        case "part later":
            till.refund(order, _at(rng, later), part)
        case "full later":
            till.refund(order, _at(rng, later), order.amount)
        case _:
            till.refund(order, datetime.combine(in_month, end_of), part)
            till.refund(order, _at(rng, later), order.amount - part)


def _settle(rng: Random, till: Till, order: Order) -> None:
    """Cancelled, open at first, free of charge, or refunded: what becomes of an order."""
    index = order.delivered_in
    draw = rng.random()
    if draw < 0.015:
        order.status = "cancelled"
        order.settled_in = index + 1 if rng.random() < 0.5 else None
    elif draw < 0.10:
        order.settled_in = index + 1
    elif draw < 0.103:
        order.amount = cents(0)
    elif draw < 0.103 + (0.085 if index in story.BAD_SERVICE else 0.045):
        _refund_later(rng, till, order)
    if order.settled_in is not None and order.settled_in > month_index(LAST_DAY):
        order.status, order.settled_in = "open", None


def _buy(rng: Random, till: Till, profile: Profile, day: date, channel: str) -> None:
    for _ in range(2 if rng.random() < 0.015 else 1):
        at = _at(rng, day)
        drawn = channel if rng.random() < 0.85 else "marketplace"
        _settle(rng, till, till.order(profile.customer_id, at, _amount(rng, profile), profile.currency, drawn))


def _goes(rng: Random, profile: Profile, index: int) -> bool:
    hazard = _DROPOUT * story.churn_factor(index, profile.country, profile.segment)
    return rng.random() < hazard * story.tier_effect(profile.tier(index))


def draw_orders(rng: Random, till: Till, desk: Desk, profile: Profile) -> None:
    """Every order of an order-based customer up to the demo's last day, with its refunds."""
    usual = rng.lognormvariate(3.3, 0.25)
    channel = "shop" if rng.random() < 0.68 else "marketplace"
    day = profile.joined_on
    while day <= LAST_DAY:
        _buy(rng, till, profile, day, channel)
        index = month_index(day)
        if not _goes(rng, profile, index):
            day += timedelta(days=max(1, round(rng.lognormvariate(0, 0.45) * usual)))
            continue
        if rng.random() < 0.45:
            asked = day + rng.randrange(5, 80) * DAY
            book_request(rng, desk, profile, "", asked, "lost", draw_reason(rng, index, profile.country))
        if rng.random() > _RETURN:
            return
        day += timedelta(days=rng.randrange(100, 320))


def draw_side_orders(rng: Random, till: Till, profile: Profile, last: date) -> None:
    """What a contractual customer buys on the side; nothing in the last 100 days before it leaves."""
    day = profile.joined_on + rng.randrange(0, 60) * DAY
    while day <= last:
        if day >= date(2021, 7, 1):
            _buy(rng, till, profile, day, "shop")
        day += timedelta(days=rng.randrange(20, 150))
