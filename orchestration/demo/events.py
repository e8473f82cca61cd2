"""What happened around customers, apart from what they hold, buy, complain of and answer (world.py).

Contacts, reviews, quotes, offers, points, referrals, prospecting, costs, invitations, public ratings. Times are local.
Add here: an event of one row. Keep out: how it is drawn and how it is written to files (files_*.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CaseReview:
    """One category of a review of a case; a review has one row per category. `reviewer_role`: own, colleague, lead."""

    review_id: str
    category: str
    case_id: str
    reviewed_at: datetime
    reviewer_role: str
    value: Decimal
    scale_min: Decimal
    scale_max: Decimal
    weight: Decimal | None
    critical: bool


@dataclass(frozen=True, slots=True)
class Interaction:
    """A contact with a customer, in or out; `completed` False is one that did not come about."""

    interaction_id: str
    customer_id: str
    occurred_at: datetime
    channel: str
    direction: str
    kind: str
    completed: bool


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """A customer that asked for a quote, a price list or information, and when it got it."""

    request_id: str
    customer_id: str
    requested_at: datetime
    kind: str
    answered_at: datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class RetentionOffer:
    """An offer to stay, or the place in a holdout of a customer that got none."""

    offer_id: str
    customer_id: str
    campaign: str
    offered_at: datetime
    kind: str
    cost: Decimal | None
    currency: str
    accepted_at: datetime | None
    is_holdout: bool


@dataclass(frozen=True, slots=True)
class LoyaltyTransaction:
    """Points that a member earned, redeemed, lost or was given; signed."""

    transaction_id: str
    customer_id: str
    occurred_at: datetime
    kind: str
    points: int
    reward: str
    cost: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A customer that named another, and whether that one came."""

    referral_id: str
    referrer_id: str
    referred_customer_id: str
    referred_at: datetime
    converted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Touch:
    """A message of a prospecting campaign; `customer_id` is '' while nobody came of it."""

    touch_id: str
    prospect: str
    customer_id: str
    channel: str
    campaign: str
    touched_at: datetime
    replied_at: datetime | None
    converted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a month's acquisition or retention cost on one channel or programme."""

    month: date
    kind: str
    channel_or_programme: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """Invitations to a survey that arrived in a month, by customer; '' where the survey knows none."""

    survey_id: str
    month: date
    customer_id: str
    delivered: int


@dataclass(frozen=True, slots=True)
class SocialRating:
    """A public rating on a platform, by a known customer or by anybody ('')."""

    rating_id: str
    platform: str
    rated_at: datetime
    rating: Decimal
    scale_min: Decimal
    scale_max: Decimal
    customer_id: str
