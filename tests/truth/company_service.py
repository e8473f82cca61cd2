"""Hypothesis strategies: what customers of a small company ask, complain of, are offered, collect and pass on.

Add here: a further fact of one row around a customer. Keep out: what they hold, buy and answer (company_strategies.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from orchestration.demo.events import Interaction, LoyaltyTransaction, QuoteRequest, Referral, RetentionOffer
from orchestration.demo.world import Case
from tests.truth.company_days import LAST, days, moments

Draw = Any

# From opening to the answer, to the end, to the second opening: about an hour, two days, a week.
waits = st.sampled_from(
    [timedelta(), timedelta(minutes=59, seconds=59), timedelta(hours=1), timedelta(hours=1, seconds=1)]
    + [timedelta(days=count) for count in (1, 2, 3, 6, 7, 8, 40)]
)
costs = st.sampled_from([None, Decimal("0.00"), Decimal("5.00"), Decimal("12.34")])
currencies = st.sampled_from(["EUR", "EUR", "PLN"])


@st.composite
def later(draw: Draw, moment: datetime | None, step: st.SearchStrategy[timedelta] = waits) -> datetime | None:
    """Some time after a moment, or never; never after the last day."""
    found = None if moment is None or draw(st.sampled_from([False, False, True])) else moment + draw(step)
    return None if found is None or found.date() > LAST else found


@st.composite
def cases(draw: Draw, customer_id: str, order_ids: list[str]) -> list[Case]:
    """Up to three cases: open, resolved, reopened, cancelled or merged into the one before; some about an order."""
    found: list[Case] = []
    for number in range(draw(st.integers(0, 3))):
        opened_at = draw(moments(days))
        if found and draw(st.booleans()):
            # Soon after the one before was resolved: the same trouble again, or another.
            opened_at = draw(later(found[-1].resolved_at)) or opened_at
        resolved_at = draw(later(opened_at))
        status = draw(st.sampled_from(["open"] * 6 + ["cancelled"])) if resolved_at is None else "resolved"
        is_merged = bool(found) and draw(st.sampled_from([False] * 5 + [True]))
        found.append(
            Case(
                case_id=f"{customer_id}-S{number}",
                customer_id=customer_id,
                order_id=draw(st.sampled_from(["", *order_ids])),
                opened_at=opened_at,
                first_response_at=draw(later(opened_at)),
                resolved_at=resolved_at,
                channel=draw(st.sampled_from(["email", "chatbot", "web", ""])),
                category=draw(st.sampled_from(["bugs", "bugs", "billing", ""])),
                is_complaint=draw(st.sampled_from([False, False, True])),
                agent=draw(st.sampled_from(["Eva", "", ""])),
                reopened_at=draw(later(resolved_at)),
                reply_variant=draw(st.sampled_from(["", "plain", "warm"])),
                status="merged" if is_merged else status,
                merged_into=found[-1].case_id if is_merged else "",
            )
        )
    return found


@st.composite
def contacts(draw: Draw, customer_id: str) -> list[Interaction]:
    """Up to three contacts, in or out, some of them in vain."""
    return [
        Interaction(
            interaction_id=f"{customer_id}-I{number}",
            customer_id=customer_id,
            occurred_at=draw(moments(days)),
            channel=draw(st.sampled_from(["email", "voice", "visit"])),
            direction=draw(st.sampled_from(["in", "out"])),
            kind=draw(st.sampled_from(["message", "onboarding", "training"])),
            completed=draw(st.sampled_from([True, True, False])),
        )
        for number in range(draw(st.integers(0, 3)))
    ]


@st.composite
def quotes(draw: Draw, customer_id: str) -> list[QuoteRequest]:
    """At most one request for a quote: answered, open or withdrawn."""
    found = []
    for number in range(draw(st.integers(0, 1))):
        asked_at = draw(moments(days))
        answered_at = draw(later(asked_at, st.sampled_from([timedelta(days=count) for count in (0, 13, 14, 15, 60)])))
        status = draw(st.sampled_from(["open", "open", "withdrawn"])) if answered_at is None else "answered"
        found.append(QuoteRequest(f"{customer_id}-Q{number}", customer_id, asked_at, "quote", answered_at, status))
    return found


@st.composite
def offers(draw: Draw, customer_id: str) -> list[RetentionOffer]:
    """Up to two offers to stay, or places in a holdout."""
    found = []
    for number in range(draw(st.integers(0, 2))):
        offered_at = draw(moments(days))
        is_holdout = draw(st.sampled_from([False, False, True]))
        found.append(
            RetentionOffer(
                offer_id=f"{customer_id}-F{number}",
                customer_id=customer_id,
                campaign=draw(st.sampled_from(["spring", "autumn"])),
                offered_at=offered_at,
                kind="" if is_holdout else draw(st.sampled_from(["discount", "upgrade"])),
                cost=None if is_holdout else draw(costs),
                currency=draw(currencies),
                accepted_at=None if is_holdout else draw(later(offered_at)),
                is_holdout=is_holdout,
            )
        )
    return found


@st.composite
def points(draw: Draw, customer_id: str) -> list[LoyaltyTransaction]:
    """Up to three movements of points, rewards with their cost."""
    found = []
    for number in range(draw(st.integers(0, 3))):
        kind, sign = draw(st.sampled_from([("earn", 1), ("redeem", -1), ("expire", -1), ("adjust", 1), ("adjust", -1)]))
        moved = sign * draw(st.sampled_from([1, 10, 250]))
        cost = draw(costs) if kind == "redeem" else None
        at = draw(moments(days))
        currency = draw(currencies)
        found.append(LoyaltyTransaction(f"{customer_id}-T{number}", customer_id, at, kind, moved, "", cost, currency))
    return found


@st.composite
def referrals(draw: Draw, customer_id: str, others: list[str]) -> list[Referral]:
    """At most one referral, of another customer of the company or of somebody unknown."""
    found = []
    for number in range(draw(st.integers(0, 1))):
        at = draw(moments(days))
        named = draw(st.sampled_from(["", *others]))
        found.append(Referral(f"{customer_id}-N{number}", customer_id, named, at, draw(later(at))))
    return found
