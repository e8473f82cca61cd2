"""Draws the loyalty programme's points, and who brought whom."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from orchestration.demo import story
from orchestration.demo.customers import Profile
from orchestration.demo.events import LoyaltyTransaction, Referral
from orchestration.demo.ground import Ground, known, moment_in
from orchestration.demo.months import DAY, FIRST_DAY, LAST_DAY, MONTHS, Month

_EARNS = {"bronze": 0.3, "silver": 0.4, "gold": 0.5}
_REWARDS = {"voucher": "10.00", "tool_bag": "24.90", "free_delivery": "6.50"}
_PLN = Decimal("4.4")


def draw_points(ground: Ground) -> None:
    """Points of members, month by month; at the end of each December the rest of a quarter of them expires."""
    rng = ground.stream("points")
    balance: dict[str, int] = {}
    for month in MONTHS[story.LOYALTY_STARTS :]:
        for profile in ground.active_in(month):
            joined_on = profile.loyalty_joined_on
            if joined_on is not None and joined_on < month.first:
                _month_of(rng, ground, profile, month, balance)
        if month.index % 12 == 11:
            for customer_id, points in balance.items():
                if points > 0 and rng.random() < 0.25:
                    at = datetime.combine(month.last, time(23, 30, 0))
                    _book(ground, balance, customer_id, at, "expire", -points)


def _book(
    ground: Ground,
    balance: dict[str, int],
    customer_id: str,
    at: datetime,
    kind: str,
    points: int,
    reward: str = "",
) -> None:
    """Moves points; a reward has its cost in the member's currency."""
    cost, currency = None, ""
    if reward:
        currency = ground.by_id[customer_id].currency
        cost = (Decimal(_REWARDS[reward]) * (_PLN if currency == "PLN" else 1)).quantize(Decimal("0.01"))
    number = f"LT{100001 + len(ground.world.points)}"
    balance[customer_id] = balance.get(customer_id, 0) + points
    ground.world.points.append(LoyaltyTransaction(number, customer_id, at, kind, points, reward, cost, currency))


def _month_of(rng: Random, ground: Ground, profile: Profile, month: Month, balance: dict[str, int]) -> None:
    at = moment_in(rng, month.first, month.last)
    if not ground.is_active(profile.customer_id, at.date()):
        return
    if rng.random() < _EARNS.get(profile.tier(month.index), 0.0):
        _book(ground, balance, profile.customer_id, at, "earn", 10 * rng.randrange(3, 40))
    if rng.random() < 0.004:
        _book(ground, balance, profile.customer_id, at, "adjust", rng.choice((-50, 25, 100)))
    if balance.get(profile.customer_id, 0) >= 400 and rng.random() < 0.5:
        _book(ground, balance, profile.customer_id, at, "redeem", -400, rng.choice(list(_REWARDS)))


def draw_referrals(ground: Ground) -> None:
    """Referrals behind most customers that came by referral, and as many again of which nothing came."""
    rng = ground.stream("referrals")
    channel = {customer.customer_id: customer.acquisition_channel for customer in ground.world.customers}
    for profile in ground.profiles:
        referred = channel[profile.customer_id] == "referral" and profile.joined_on > FIRST_DAY + 60 * DAY
        if referred and rng.random() < 0.75:
            _refer(rng, ground, profile)
    for month in MONTHS:
        for _ in range(rng.randrange(6, 15)):
            referrer = _referrer(rng, ground, month)
            at = moment_in(rng, month.first, month.last)
            _book_referral(ground, referrer.customer_id, "", at, None)


def _referrer(rng: Random, ground: Ground, month: Month) -> Profile:
    """An active customer; members of the programme refer three times as often."""
    choices = rng.choices(ground.active_in(month), k=3)
    return next((profile for profile in choices if profile.tier(month.index)), choices[0])


def _refer(rng: Random, ground: Ground, referred: Profile) -> None:
    at = moment_in(rng, referred.joined_on - 50 * DAY, referred.joined_on - DAY)
    month = next(month for month in MONTHS if month.first <= at.date() <= month.last)
    referrer = _referrer(rng, ground, month)
    converted_at = datetime.combine(referred.joined_on, time(12, 0, 0)) + timedelta(minutes=rng.randrange(300))
    if referrer is not referred and referred.joined_on <= LAST_DAY:
        _book_referral(ground, referrer.customer_id, referred.customer_id, at, known(converted_at))


def _book_referral(
    ground: Ground, referrer_id: str, referred_id: str, at: datetime, converted_at: datetime | None
) -> None:
    number = f"RF{10001 + len(ground.world.referrals)}"
    ground.world.referrals.append(Referral(number, referrer_id, referred_id, at, converted_at))
