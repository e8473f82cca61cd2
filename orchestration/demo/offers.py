"""Draws the offers made to keep customers: at the save desk, and by campaigns with and without a holdout.

Also who handled which request: one handler is better at it than the others.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from orchestration.demo import people, story
from orchestration.demo.customers import Profile
from orchestration.demo.events import RetentionOffer
from orchestration.demo.ground import Ground, after, known
from orchestration.demo.months import month_index
from orchestration.demo.world import CancellationRequest

BETTER_HANDLER = people.AGENTS[2]
SAVE_DESK = "save_desk"
_KINDS = (("discount", 50), ("free_month", 30), ("plan_change", 20))
_COST = {"discount": "36.00", "free_month": "58.00", "gift": "12.50"}
_PLN = Decimal("4.4")


def draw_offers(ground: Ground) -> None:
    """Offers of the save desk, written into their requests, then those of the campaigns."""
    rng = ground.stream("offers")
    ground.world.requests = [_handle(rng, ground, request) for request in ground.world.requests]
    for campaign in story.CAMPAIGNS:
        for profile in ground.profiles:
            if campaign.name in profile.arms and ground.is_active(profile.customer_id, campaign.offered_on):
                _offer_by_campaign(rng, ground, profile, campaign)


def _cost(kind: str, profile: Profile) -> Decimal | None:
    """What an offer costs in the customer's currency; a change of plan costs nothing that is written down."""
    if kind not in _COST:
        return None
    cost = Decimal(_COST[kind]) * (_PLN if profile.currency == "PLN" else 1)
    return cost.quantize(Decimal("0.01"))


def _book(
    ground: Ground,
    profile: Profile,
    campaign: str,
    at: datetime,
    kind: str,
    accepted_at: datetime | None,
    held_out: bool,
) -> str:
    offer_id = f"OF{100001 + len(ground.world.offers)}"
    cost = None if held_out else _cost(kind, profile)
    currency = "" if cost is None else profile.currency
    ground.world.offers.append(
        RetentionOffer(offer_id, profile.customer_id, campaign, at, kind, cost, currency, accepted_at, held_out)
    )
    return offer_id


def _handle(rng: Random, ground: Ground, request: CancellationRequest) -> CancellationRequest:
    """The request with its handler and, for contracts since mid-2022, mostly an offer."""
    weights = [(3.4 if request.outcome == "saved" else 0.7) if a == BETTER_HANDLER else 1.0 for a in people.AGENTS]
    handled_by = rng.choices(people.AGENTS, weights)[0]
    draw, taken = rng.random(), rng.random()
    offered_at = known(after(rng, request.requested_at, 1, 20))
    kind = rng.choices([name for name, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    too_early = month_index(request.requested_at.date()) < story.LOYALTY_STARTS
    if draw > 0.7 or too_early or not request.contract_id or offered_at is None:
        return replace(request, handled_by=handled_by)
    accepts = taken < {"saved": 0.85, "lost": 0.03}.get(request.outcome, 0.0)
    profile = ground.by_id[request.customer_id]
    accepted_at = request.decided_at if accepts and request.decided_at is not None else None
    offer_id = _book(ground, profile, SAVE_DESK, offered_at, kind, accepted_at, False)
    return replace(request, handled_by=handled_by, offer_id=offer_id)


def _offer_by_campaign(rng: Random, ground: Ground, profile: Profile, campaign: story.Campaign) -> None:
    at = datetime.combine(campaign.offered_on, time(9, rng.randrange(60), rng.randrange(60)))
    held_out = profile.arms[campaign.name] == story.HELD_OUT
    leaves = ground.leaves_within(profile.customer_id, campaign.offered_on, 90)
    accepts = rng.random() < (0.12 if leaves else 0.52)
    after_days = timedelta(days=rng.randrange(1, 25), minutes=rng.randrange(600))
    accepted_at = known(at + after_days) if accepts and not held_out else None
    if accepted_at is not None and not ground.is_active(profile.customer_id, accepted_at.date()):
        accepted_at = None
    _book(ground, profile, campaign.name, at, campaign.kind, accepted_at, held_out)
