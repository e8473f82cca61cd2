"""Short ways to plant one event by hand. Hand-planted ids start where drawn ones never reach.

Keep out: the cases themselves (planted_*.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from orchestration.demo import people
from orchestration.demo.events import Interaction, QuoteRequest
from orchestration.demo.months import add_months, month_index
from orchestration.demo.world import (
    SURVEYS,
    Attributes,
    CancellationRequest,
    Case,
    Contract,
    Customer,
    Order,
    Price,
    Refund,
    Response,
    World,
)

NOON = time(12, 0, 0)
PriceText = tuple[date, str, str, str]


@dataclass(slots=True)
class Planter:
    """Adds hand-made events to a world and numbers them."""

    world: World
    numbered: int = 0

    def _number(self) -> int:
        self.numbered += 1
        return self.numbered

    def customer(
        self, name: str, first_delivery: int, country: str = "HU", segment: str = "Retail", person: bool = False
    ) -> Customer:
        """A customer record whose state never changes unless the caller adds versions."""
        state = Attributes(country, people.REGIONS[country][0], segment, people.OWNERS[country][0])
        customer = Customer(
            customer_id=f"FS-9{self._number():04d}",
            name=name,
            kind="person" if person else "company",
            industry="" if person else "construction",
            acquired_on=None,
            acquisition_channel="referral",
            acquisition_offer="none",
            first_delivery=first_delivery,
            versions={first_delivery: state},
        )
        self.world.customers.append(customer)
        return customer

    def contract(
        self, customer: Customer, prices: Sequence[PriceText], ends_on: date | None = None, reason: str = ""
    ) -> Contract:
        """A contract from (starts_on, plan, mrr, currency) rows; its end is announced a month ahead."""
        contract = Contract(
            contract_id=f"K29{self._number():04d}",
            customer_id=customer.customer_id,
            signed_on=prices[0][0],
            prices=[Price(day, plan, 1, Decimal(mrr), currency) for day, plan, mrr, currency in prices],
            ends_on=ends_on,
            end_reason=reason,
            involuntary=reason == "payment_failed",
        )
        if ends_on is not None:
            contract.end_known_on = max(contract.starts_on, add_months(ends_on, -1))
        self.world.contracts.append(contract)
        return contract

    def order(
        self, customer: Customer, at: date | datetime, amount: str, currency: str = "EUR", status: str = "completed"
    ) -> Order:
        """An order at noon of a day, or at that very second."""
        moment = at if isinstance(at, datetime) else datetime.combine(at, NOON)
        order = Order(
            order_id=f"O79{self._number():04d}",
            customer_id=customer.customer_id,
            ordered_at=moment,
            amount=Decimal(amount),
            currency=currency,
            channel="shop",
            status=status,
            delivered_in=max(0, month_index(moment.date())),
        )
        self.world.orders.append(order)
        return order

    def refund(self, order: Order, day: date, amount: str) -> None:
        """A refund at one o'clock of a day."""
        moment = datetime.combine(day, time(13, 0, 0))
        refund_id = f"R99{self._number():04d}"
        self.world.refunds.append(Refund(refund_id, order.order_id, moment, Decimal(amount), order.currency))

    def request(self, customer: Customer, day: date, reason: str, outcome: str = "lost") -> None:
        """A cancellation request decided on the day it was made."""
        moment = datetime.combine(day, NOON)
        request_id = f"CR59{self._number():04d}"
        self.world.requests.append(
            CancellationRequest(
                request_id, customer.customer_id, "", moment, reason, "", "", people.AGENTS[0], outcome, moment
            )
        )

    def member(self, name: str, country: str = "HU") -> Customer:
        """A customer with a contract at 39.00 a month from May 2021 on."""
        customer = self.customer(name, 0, country)
        self.contract(customer, [(date(2021, 5, 1), "Basic", "39.00", "EUR")])
        return customer

    def case(
        self,
        customer: Customer,
        opened_at: datetime,
        first_response_at: datetime | None = None,
        resolved_at: datetime | None = None,
        category: str = "billing",
        is_complaint: bool = False,
    ) -> Case:
        """A case by e-mail, open or resolved."""
        case = Case(
            case_id=f"CS49{self._number():04d}",
            customer_id=customer.customer_id,
            order_id="",
            opened_at=opened_at,
            first_response_at=first_response_at,
            resolved_at=resolved_at,
            channel="email",
            category=category,
            is_complaint=is_complaint,
            agent=people.AGENTS[0],
            status="open" if resolved_at is None else "resolved",
        )
        self.world.cases.append(case)
        return case

    def contact(
        self, customer: Customer, at: datetime, direction: str = "out", kind: str = "message", completed: bool = True
    ) -> None:
        """A contact by telephone."""
        number = f"IA99{self._number():05d}"
        self.world.interactions.append(
            Interaction(number, customer.customer_id, at, "voice", direction, kind, completed)
        )

    def quote(self, customer: Customer, asked: datetime, answered: datetime | None) -> None:
        """A request for a quote, open while unanswered."""
        status = "open" if answered is None else "won"
        number = f"Q89{self._number():04d}"
        self.world.quotes.append(QuoteRequest(number, customer.customer_id, asked, "quote", answered, status))

    def response(
        self, customer: Customer, at: datetime, score: int | None, survey: int = 0, case_id: str = ""
    ) -> Response:
        """A completed answer to SURVEYS[survey]."""
        response = Response(
            f"SR39{self._number():04d}",
            SURVEYS[survey].survey_id,
            customer.customer_id,
            at,
            "completed",
            "en",
            "web",
            case_id,
            False,
            False,
            score,
            None,
            "",
        )
        self.world.responses.append(response)
        return response
