"""Writes margins and renewals into what was drawn and planted: they follow from prices and orders, nothing is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from orchestration.demo.months import DAY, LAST_DAY, add_months
from orchestration.demo.world import CENT, Contract, Price, World

MARGIN_RATE = {"Basic": Decimal("0.58"), "Standard": Decimal("0.62"), "Premium": Decimal("0.66")}
_ORDER_MARGIN = Decimal("0.31")
# Contracts of the old system carry no margin: the company's own takes its place.
_MARGINS_SINCE = date(2020, 7, 1)


def renewal_after(contract: Contract, price: Price, day: date) -> date | None:
    """The next renewal after a day; monthly contracts have none."""
    if price.term_months == 1:
        return None
    renewal, terms = contract.starts_on, 0
    while renewal <= day:
        terms += 1
        renewal = add_months(contract.starts_on, terms * price.term_months)
    return renewal


def _finished(contract: Contract, price: Price, current: Price) -> Price:
    rate = MARGIN_RATE[price.plan] if contract.starts_on >= _MARGINS_SINCE else None
    ends = contract.end_known_on is not None and contract.end_known_on <= LAST_DAY
    renews_on = renewal_after(contract, price, LAST_DAY) if price is current and not ends else None
    return replace(price, margin_rate=rate, renews_on=renews_on)


def settle_margins(world: World) -> None:
    """Gives prices their margin and the current one its renewal, and orders of the shop their margin.

    What the marketplace keeps is not known, so its orders carry none.
    """
    for contract in world.contracts:
        announced = [price for price in contract.prices if price.starts_on <= LAST_DAY + 31 * DAY]
        current = (announced or contract.prices)[-1]
        contract.prices = [_finished(contract, price, current) for price in contract.prices]
    for order in world.orders:
        if order.channel == "shop":
            order.margin = (order.amount * _ORDER_MARGIN).quantize(CENT, ROUND_HALF_UP)
