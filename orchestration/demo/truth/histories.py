"""One history per person behind the customer ids: merges resolved, spells, and the place a customer has in a period.

The place is where a customer is counted: one value per attribute and period. Delivered attributes are those valid on
the day before the period; before a customer's first delivery the first one holds. Plan and term are those of the day
before the period if the customer was active then, else of its first active day in the period.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from orchestration.configuration.company import Company
from orchestration.demo.months import DAY, last_day, month_index
from orchestration.demo.spells import (
    Charge,
    JudgedOrder,
    RuledSpan,
    Spell,
    bridged,
    charges,
    is_active,
    judge,
    merged,
    ruled_spans,
)
from orchestration.demo.truth.periods import Period
from orchestration.demo.world import (
    Attributes,
    CancellationRequest,
    Contract,
    Customer,
    Refund,
    World,
)

NONE = "(none)"
Rates = dict[date, Decimal]


class Place(NamedTuple):
    """Where a customer is counted in a period; `(none)` where nothing is known. `term` is months as text."""

    country: str
    region: str
    segment: str
    plan: str
    term: str
    acquisition_channel: str
    acquisition_offer: str
    account_owner: str


@dataclass(slots=True)
class History:
    """What one person did, in order of time. `spells` are its activity. `places` remembers its places."""

    customer: Customer
    rates: Rates
    company: Company
    charges: list[Charge] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    orders: list[JudgedOrder] = field(default_factory=list)
    requests: list[CancellationRequest] = field(default_factory=list)
    spans: list[RuledSpan] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    places: dict[Period, Place] = field(default_factory=dict)

    @property
    def customer_id(self) -> str:
        return self.customer.customer_id

    @property
    def counted_orders(self) -> list[JudgedOrder]:
        """Orders that count, the earliest first."""
        return [order for order in self.orders if order.is_counted]

    def is_active_on(self, day: date) -> bool:
        return is_active(self.spells, day)

    @property
    def first_active_on(self) -> date | None:
        """The first day of activity, None for who never was active."""
        return self.spells[0][0] if self.spells else None

    def was_active_before(self, day: date) -> bool:
        return self.first_active_on is not None and self.first_active_on < day

    def is_active_inside(self, period: Period) -> bool:
        return any(start <= period.end and period.start < end for start, end in self.spells)

    def lost_on(self, period: Period) -> date | None:
        """The first day without activity of a customer lost in a period, None for who was not."""
        if not self.is_active_on(period.day_before) or self.is_active_on(period.end):
            return None
        return max(end for _, end in self.spells if end <= period.end)

    def cohort_day(self) -> date | None:
        """The first contract start or counted order that makes a customer, None for who never had either."""
        return min((span.starts_on for span in self.spans if span.is_counted), default=None)

    def gives_activity(self, charge: Charge) -> bool:
        return charge.mrr > 0 or self.company.count_free

    def attributes_on(self, day: date) -> Attributes:
        """The delivered state valid on a day: deliveries are dated the last day of their month."""
        index = month_index(day)
        return self.customer.attributes_in(index if day == last_day(index) else index - 1)

    def contract_on(self, day: date) -> Charge | None:
        """The dearest contract in force that day; of equals the earliest start, then the smallest id."""
        paid = [charge for charge in self.charges if self.gives_activity(charge) and charge.covers(day)]
        return min(
            paid,
            key=lambda charge: (-self._worth(charge, day), charge.contract_starts_on, charge.contract_id),
            default=None,
        )

    def _worth(self, charge: Charge, day: date) -> Decimal:
        """In base currency; before the first month with a rate that month's rate compares."""
        rated_on = max(day, min(self.rates, default=day))
        return charge.mrr * (charge.rate_to_base or self.rate_of(charge.currency, rated_on))

    def rate_of(self, currency: str, day: date) -> Decimal:
        """Base units per unit of a currency in a day's month."""
        return Decimal(1) if currency == self.company.base_currency else self.rates[day.replace(day=1)]

    def place_in(self, period: Period) -> Place:
        """Where the customer is counted in the period."""
        if period not in self.places:
            self.places[period] = self._find_place(period)
        return self.places[period]

    def _find_place(self, period: Period) -> Place:
        day = period.day_before
        state = self.attributes_on(day)
        if not self.is_active_on(day):
            day = min((start for start, _ in self.spells if period.holds(start)), default=day)
        contract = self.contract_on(day)
        return Place(
            country=state.country or NONE,
            region=state.region or NONE,
            segment=state.segment or NONE,
            plan=contract.plan or NONE if contract else NONE,
            term=str(contract.term_months) if contract else NONE,
            acquisition_channel=self.customer.acquisition_channel or NONE,
            acquisition_offer=self.customer.acquisition_offer or NONE,
            account_owner=state.account_owner or NONE,
        )

    def settle(self) -> None:
        """Puts everything in order and computes the spells."""
        self.charges.sort(key=lambda charge: (charge.starts_on, charge.contract_id))
        self.orders.sort(key=lambda order: (order.order.ordered_at, order.order.order_id))
        self.charges = bridged(self.company, self.charges)
        self.spans = ruled_spans(self.company, self.charges, self.orders, self._segments())
        self.spells = merged((span.starts_on, span.ends_on) for span in self.spans)

    def _segments(self) -> list[tuple[date, date, str]]:
        """(from, until, segment) without gaps, from the first day there is to the last."""
        changes = sorted(self.customer.versions)
        days = [date.min, *(last_day(index) for index in changes[1:]), date.max]
        return [
            (start, end, self.customer.versions[index].segment or NONE)
            for index, start, end in zip(changes, days, days[1:], strict=False)
        ]


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


def histories(world: World, company: Company) -> dict[str, History]:
    """Histories by surviving customer id. What was deleted again never was."""
    kept = [customer for customer in world.customers if customer.last_delivery is None]
    survivor = survivors(kept)
    found = {
        customer.customer_id: History(customer, world.rates, company)
        for customer in kept
        if survivor[customer.customer_id] == customer.customer_id
    }
    refunds: dict[str, list[Refund]] = {}
    for refund in world.refunds:
        refunds.setdefault(refund.order_id, []).append(refund)
    for contract in world.contracts:
        if contract.last_delivery is None:
            history = found[survivor[contract.customer_id]]
            history.contracts.append(contract)
            history.charges += charges(contract)
    window = company.order_window_days * DAY
    for order in world.orders:
        if order.status == "completed":
            history = found[survivor[order.customer_id]]
            history.orders.append(judge(order, refunds.get(order.order_id, ()), window))
    for request in world.requests:
        found[survivor[request.customer_id]].requests.append(request)
    for history in found.values():
        history.settle()
    return found
