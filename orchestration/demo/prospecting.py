"""Draws what happens outside the circle of customers: touches of prospecting campaigns, and public ratings."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from orchestration.demo import people, story
from orchestration.demo.events import SocialRating, Touch
from orchestration.demo.ground import Ground, known, moment_in
from orchestration.demo.months import DAY, MONTHS, Month

TOUCHES_A_MONTH = 55
_CAMPAIGNS = (("joiners", "linkedin"), ("builders", "linkedin"), ("trade_fair_follow_up", "email"))
_REPLIES = {"joiners": 0.24, "builders": 0.13, "trade_fair_follow_up": 0.35}
_PLATFORMS = (
    ("google", Decimal(1), Decimal(5), 7),
    ("trustpilot", Decimal(1), Decimal(5), 5),
    ("trade_portal", Decimal(0), Decimal(10), 4),
)


def draw_touches(ground: Ground) -> None:
    """Messages to prospects. Some of those that came by advertising or a trade fair had been written to before."""
    rng = ground.stream("touches")
    channel = {customer.customer_id: customer.acquisition_channel for customer in ground.world.customers}
    won = [p for p in ground.profiles if channel[p.customer_id] in ("advertising", "trade_fair") and rng.random() < 0.2]
    for month in MONTHS:
        for _ in range(TOUCHES_A_MONTH):
            _touch(rng, ground, month)
        for profile in won:
            first = profile.joined_on - 45 * DAY
            if month.first <= first <= month.last:
                touched = moment_in(rng, first, first)
                replied = touched + timedelta(hours=rng.randrange(3, 400))
                converted = datetime.combine(profile.joined_on, touched.time())
                campaign = rng.choice(_CAMPAIGNS)
                _book(rng, ground, profile.customer_id, campaign, touched, replied, converted)


def _touch(rng: Random, ground: Ground, month: Month) -> None:
    campaign = rng.choice(_CAMPAIGNS)
    touched = moment_in(rng, month.first, month.last)
    replies = rng.random() < _REPLIES[campaign[0]]
    replied = touched + timedelta(hours=round(rng.lognormvariate(3.4, 1.1), 1)) if replies else None
    _book(rng, ground, "", campaign, touched, replied, None)


def _book(
    rng: Random,
    ground: Ground,
    customer_id: str,
    campaign: tuple[str, str],
    touched: datetime,
    replied: datetime | None,
    converted: datetime | None,
) -> None:
    country = rng.choice(("HU", "PL", "AT"))
    # Who came is known by its new number only from the day it came.
    converted_at = known(converted)
    ground.world.touches.append(
        Touch(
            touch_id=f"T{200001 + len(ground.world.touches)}",
            prospect=people.person_name(rng, country),
            customer_id=customer_id if converted_at is not None else "",
            channel=campaign[1],
            campaign=campaign[0],
            touched_at=touched,
            replied_at=known(replied),
            converted_at=converted_at,
        )
    )


def draw_ratings(ground: Ground) -> None:
    """Public ratings on three platforms, few of them by somebody known; the bad quarter was public too."""
    rng = ground.stream("ratings")
    for month in MONTHS:
        level = 0.52 if month.index in story.BAD_SERVICE else 0.86 if month.index >= story.RECOVERY else 0.78
        for platform, low, high, usual in _PLATFORMS:
            for _ in range(rng.randrange(usual - 2, usual + 4)):
                share = min(1.0, max(0.0, rng.gauss(level, 0.22)))
                rating = low + Decimal(round(share * float(high - low) * 2)) / 2
                known_customer = rng.random() < 0.25
                customer_id = rng.choice(ground.active_in(month)).customer_id if known_customer else ""
                at = moment_in(rng, month.first, month.last)
                number = f"SO{50001 + len(ground.world.ratings)}"
                ground.world.ratings.append(SocialRating(number, platform, at, rating, low, high, customer_id))
