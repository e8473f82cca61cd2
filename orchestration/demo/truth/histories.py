"""One history per person behind the customer ids: merges resolved, spells, and the place a customer has in a month.

The place is where a customer is counted: country, segment and plan, one value each per month. Attributes are those
valid on the day before the month; before a customer's first delivery the first one holds. The plan is that of the day
before the month if the customer was active then, else of its first active day in the month.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from orchestration.demo.months import DAY, MONTHS, Month
from orchestration.demo.spells import Charge, JudgedOrder, Spell, activity, charges, is_active, judge
from orchestration.demo.world import BASE_CURRENCY, CancellationRequest, Contract, Customer, Refund, World

NONE = "(none)"
Rates = dict[date, Decimal]
Place = tuple[str, str, str]


@dataclass(slots=True)
class History:
    """What one person did. `places` remembers its places by month index."""

    customer: Customer
    rates: Rates
    charges: list[Charge] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    orders: list[JudgedOrder] = field(default_factory=list)
    requests: list[CancellationRequest] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)

    @property
    def counted_orders(self) -> list[JudgedOrder]:
        """Orders that count, the earliest first."""
        return [order for order in self.orders if order.is_counted]

    def was_active_before(self, day: date) -> bool:
        return bool(self.spells) and self.spells[0][0] < day

    def is_active_inside(self, month: Month) -> bool:
        return any(start <= month.last and month.first < end for start, end in self.spells)

    def cohort_day(self) -> date | None:
        """The first contract start or counted order, None for who never had either."""
        days = [charge.starts_on for charge in self.charges if charge.mrr > 0]
        days += [order.ordered_on for order in self.orders if order.is_counted]
        return min(days, default=None)

    def plan_on(self, day: date) -> str:
        """The plan of the dearest contract in force that day, `(none)` without one."""
        paid = [charge for charge in self.charges if charge.mrr > 0 and charge.covers(day)]
        if not paid:
            return NONE
        month = day.replace(day=1)
        best = min(
            paid,
            key=lambda charge: (
                -(charge.mrr * (charge.rate_to_base or rate_of(self.rates, charge.currency, month))),
                charge.contract_starts_on,
                charge.contract_id,
            ),
        )
        return best.plan

    def place_in(self, index: int) -> Place:
        """Where the customer is counted in the month of that index."""
        if index not in self.places:
            self.places[index] = self._find_place(MONTHS[index])
        return self.places[index]

    def _find_place(self, month: Month) -> Place:
        day_before = month.first - DAY
        state = self.customer.attributes_in(month.index - 1)
        day = day_before
        if not is_active(self.spells, day_before):
            starts = [start for start, end in self.spells if month.first <= start <= month.last]
            day = min(starts, default=day_before)
        return (state.country or NONE, state.segment or NONE, self.plan_on(day))

    def settle(self) -> None:
        """Puts everything in order and computes the spells."""
        self.charges.sort(key=lambda charge: (charge.starts_on, charge.contract_id))
        self.orders.sort(key=lambda order: (order.order.ordered_at, order.order.order_id))
        self.spells = activity(self.charges, self.orders)


def rate_of(rates: Rates, currency: str, month: date) -> Decimal:
    """Base units per unit of a currency in the month that starts on that day."""
    return Decimal(1) if currency == BASE_CURRENCY else rates[month]


def survivors(customers: list[Customer]) -> dict[str, str]:
    """The id each customer id counts under; merges are followed to their end."""
    merged_into = {customer.customer_id: customer.merged_into for customer in customers}
    found = {}
    for customer_id in merged_into:
        survivor = customer_id
        while merged_into[survivor]:
            survivor = merged_into[survivor]
        found[customer_id] = survivor
    return found


def histories(world: World) -> dict[str, History]:
    """Histories by surviving customer id. What was deleted again never was."""
    kept = [customer for customer in world.customers if customer.last_delivery is None]
    survivor = survivors(kept)
    found = {c.customer_id: History(c, world.rates) for c in kept if survivor[c.customer_id] == c.customer_id}
    refunds: dict[str, list[Refund]] = {}
    for refund in world.refunds:
        refunds.setdefault(refund.order_id, []).append(refund)
    for contract in world.contracts:
        if contract.last_delivery is None:
            history = found[survivor[contract.customer_id]]
            history.contracts.append(contract)
            history.charges += charges(contract)
    for order in world.orders:
        if order.status == "completed":
            history = found[survivor[order.customer_id]]
            history.orders.append(judge(order, refunds.get(order.order_id, ())))
    for request in world.requests:
        found[survivor[request.customer_id]].requests.append(request)
    for history in found.values():
        history.settle()
    return found
