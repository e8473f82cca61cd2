"""What happened at the demo company: clean events, before anything is delivered or spoilt.

Add here: a fact an entity needs. Keep out: how it is written to files (files_*.py), what is wrong in the files
(spoilt.py), and what the facts add up to (truth/).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from orchestration.demo.events import (
    CaseReview,
    Cost,
    Interaction,
    Invitation,
    LoyaltyTransaction,
    QuoteRequest,
    Referral,
    RetentionOffer,
    SocialRating,
    Touch,
)

Country = str
BASE_CURRENCY = "EUR"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a customer row says that can change from one delivery to the next; '' is a blank cell."""

    country: str
    region: str
    segment: str
    account_owner: str
    loyalty_tier: str = ""


@dataclass(slots=True)
class Customer:
    """A customer as the CRM keeps it.

    `versions` maps the index of the delivery that first shows a state to that state; deliveries start at
    `first_delivery`. `merged_in_delivery` is the first delivery that names `merged_into`.
    """

    customer_id: str
    name: str
    kind: str
    industry: str
    acquired_on: date | None
    acquisition_channel: str
    acquisition_offer: str
    first_delivery: int
    versions: dict[int, Attributes]
    loyalty_joined_on: date | None = None
    do_not_contact: bool = False
    merged_into: str = ""
    merged_in_delivery: int = 0
    last_delivery: int | None = None

    def attributes_in(self, delivery: int) -> Attributes:
        """The state valid from that delivery on; before the first delivery the first one holds."""
        at = max(delivery, self.first_delivery)
        return self.versions[max(index for index in self.versions if index <= at)]


@dataclass(frozen=True, slots=True)
class Price:
    """One price period of a contract, from `starts_on` to the next one's start or the contract's end.

    `rate_to_base`, base units per unit of `currency`, wins over the month's rate. `margin_rate` is a share of `mrr`.
    `renews_on` is the next renewal as the last snapshot shows it; each snapshot before shows its own.
    """

    starts_on: date
    plan: str
    term_months: int
    mrr: Decimal
    currency: str
    rate_to_base: Decimal | None = None
    margin_rate: Decimal | None = None
    renews_on: date | None = None


@dataclass(slots=True)
class Contract:
    """A contract with its price periods. `ends_on` is the first day without service, None while none is known.

    `end_known_on` is the day the CRM learnt of the end. `end_row`: which rows carry it (last, first, all).
    `last_delivery`: the last snapshot that shows it, for a contract entered by mistake.
    """

    contract_id: str
    customer_id: str
    signed_on: date
    prices: list[Price]
    ends_on: date | None = None
    cancelled_on: date | None = None
    end_known_on: date | None = None
    end_reason: str = ""
    involuntary: bool = False
    auto_renews: bool = True
    end_row: str = "last"
    last_delivery: int | None = None

    @property
    def starts_on(self) -> date:
        return self.prices[0].starts_on


@dataclass(slots=True)
class Order:
    """An order; times are local. `delivered_in` is the index of the file that first holds it; `margin` an amount."""

    order_id: str
    customer_id: str
    ordered_at: datetime
    amount: Decimal
    currency: str
    channel: str
    status: str
    delivered_in: int
    rate_to_base: Decimal | None = None
    settled_in: int | None = None
    margin: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back for an order, in the order's currency."""

    refund_id: str
    order_id: str
    refunded_at: datetime
    amount: Decimal
    currency: str


@dataclass(slots=True)
class Case:
    """A service case as it stands in the end: open, resolved, cancelled or merged (into another of the customer's).

    It is delivered again in every month that changed it. `agent` is '' where a machine alone handled it.
    """

    case_id: str
    customer_id: str
    order_id: str
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    channel: str
    category: str
    is_complaint: bool
    agent: str
    reopened_at: datetime | None = None
    reply_variant: str = ""
    status: str = "open"
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class CancellationRequest:
    """A customer who said it wants to leave, and what became of it."""

    request_id: str
    customer_id: str
    contract_id: str
    requested_at: datetime
    reason: str
    reason_text: str
    competitor: str
    handled_by: str
    outcome: str
    decided_at: datetime | None
    offer_id: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """An answered survey; `score` None is the survey's blank code, or there is no score question. Times are local.

    `answers` holds the answers to driver questions by question, None for one left blank; `effort` is one asked in the
    service survey. `reason` answers the reason question of the exit survey with a code.
    """

    response_id: str
    survey_id: str
    customer_id: str
    responded_at: datetime
    status: str
    language: str
    channel: str
    case_id: str
    is_test: bool
    is_duplicate: bool
    score: int | None
    effort: int | None
    comment: str
    answers: dict[str, int | None] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey and its score question; without one (exit) the question is '' and the scale says nothing."""

    survey_id: str
    name: str
    type: str
    scale_min: int
    scale_max: int
    blank_code: str
    question: str
    higher_is_better: bool = True


EXIT_QUESTION = "exit_reason"
SURVEYS = (
    Survey("relationship", "Relationship survey", "nps", 0, 10, "11", "recommend"),
    Survey("service", "Service survey", "csat", 1, 5, "9", "satisfied"),
    Survey("effort", "Effort survey", "ces", 1, 7, "99", "ease", higher_is_better=False),
    Survey("web", "Website question", "web_intercept", 1, 5, "0", "page_helped"),
    Survey("exit", "Exit survey", "exit", 0, 0, "", ""),
)


@dataclass(slots=True)
class World:
    """Everything that happened, in the order it was drawn."""

    customers: list[Customer] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    requests: list[CancellationRequest] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    rates: dict[date, Decimal] = field(default_factory=dict)
    reviews: list[CaseReview] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)
    quotes: list[QuoteRequest] = field(default_factory=list)
    offers: list[RetentionOffer] = field(default_factory=list)
    points: list[LoyaltyTransaction] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    ratings: list[SocialRating] = field(default_factory=list)
