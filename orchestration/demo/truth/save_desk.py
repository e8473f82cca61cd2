"""The truth of fct_save_desk and fct_offers: what became of requests to cancel and of offers to stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from orchestration.demo.events import RetentionOffer
from orchestration.demo.months import DAY
from orchestration.demo.truth.histories import NONE, History
from orchestration.demo.truth.known import ALL, Known, Scope
from orchestration.demo.truth.orders import in_cents
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Further, Table
from orchestration.demo.world import CancellationRequest

DESK = ("requests", "saved", "lost", "pending", "undated", "saved_day_90", "still_active")
OFFERS = ("offered", "held_out", "accepted", "offered_day_90", "offered_staying", "held_out_day_90",
          "held_out_staying", "accepted_cost", "spent_cost")  # fmt: skip
DAYS_ON = 90 * DAY


def _desk_counts(history: History, request: CancellationRequest, period: Period) -> dict[str, int]:
    asked_on = request.requested_at.date()
    is_decided = request.outcome in ("saved", "lost")
    decided_on = request.decided_at.date() if is_decided and request.decided_at else None
    counts = {"requests": int(period.holds(asked_on))}
    if is_decided and decided_on is None:
        return counts | {"undated": int(period.holds(asked_on))}
    counts["pending"] = int(asked_on <= period.end and (decided_on is None or decided_on > period.end))
    if decided_on is not None and period.holds(decided_on):
        counts[request.outcome] = 1
    if decided_on is not None and request.outcome == "saved" and period.holds(decided_on + DAYS_ON):
        counts |= {"saved_day_90": 1, "still_active": int(history.is_active_on(decided_on + DAYS_ON))}
    return counts


def save_desk(known: Known) -> Table:
    """Requests by outcome, every period and scope: all, by handler, by the offer made."""
    table = Table(known, ("handled_by", "campaign", "offer_kind"), DESK)
    made = {offer.offer_id: offer for offer in known.world.offers}
    for request in known.world.requests:
        history = known.person(request.customer_id)
        if history is None:
            continue
        offer = made.get(request.offer_id)
        campaign, kind = (offer.campaign or NONE, offer.kind or NONE) if offer else (NONE, NONE)
        views: tuple[Further, ...] = ((ALL, ALL, ALL), (request.handled_by or NONE, ALL, ALL), (ALL, campaign, kind))
        for period in known.periods:
            counts = _desk_counts(history, request, period)
            if any(counts.values()):
                for view in views:
                    table.add(history.place_in(period), period, counts, view)
    return table


def _accepted_on(offer: RetentionOffer) -> date | None:
    return offer.accepted_at.date() if offer.accepted_at and not offer.is_holdout else None


def _cost(history: History, offer: RetentionOffer, accepted_on: date) -> int:
    if offer.cost is None:
        return 0
    return in_cents(offer.cost, history.rate_of(offer.currency, accepted_on) or Decimal(1))


def _offer_counts(history: History, offer: RetentionOffer, period: Period) -> dict[str, int]:
    made_on, accepted_on = offer.offered_at.date(), _accepted_on(offer)
    counts: dict[str, int] = {}
    if period.holds(made_on):
        counts["held_out" if offer.is_holdout else "offered"] = 1
        if accepted_on is not None and accepted_on <= period.end:
            counts |= {"accepted": 1, "accepted_cost": _cost(history, offer, accepted_on)}
    if accepted_on is not None and period.holds(accepted_on):
        counts["spent_cost"] = _cost(history, offer, accepted_on)
    if period.holds(made_on + DAYS_ON):
        arm = "held_out" if offer.is_holdout else "offered"
        counts |= {f"{arm}_day_90": 1, f"{arm}_staying": int(history.is_active_on(made_on + DAYS_ON))}
    return counts


def _counted_offers(known: Known) -> Iterator[tuple[History, RetentionOffer, Period, dict[str, int]]]:
    for offer in known.world.offers:
        history = known.person(offer.customer_id)
        if history is not None:
            for period in known.periods:
                counts = _offer_counts(history, offer, period)
                if counts:
                    yield history, offer, period, counts


def offers(known: Known) -> Table:
    """Offers by campaign and kind, every period and scope."""
    table = Table(known, ("campaign", "offer_kind"), OFFERS, frozenset({"accepted_cost", "spent_cost"}))
    for history, offer, period, counts in _counted_offers(known):
        table.add(history.place_in(period), period, counts, (offer.campaign or NONE, offer.kind or NONE))
    return table


def spent_by_scope(known: Known) -> dict[tuple[Scope, Period], int]:
    """Cents spent on offers accepted in a period, by scope."""
    found: dict[tuple[Scope, Period], int] = defaultdict(int)
    for history, _, period, counts in _counted_offers(known):
        for scope in known.scopes_of(history.place_in(period)):
            found[(scope, period)] += counts.get("spent_cost", 0)
    return found
