"""Draws the contacts with customers: onboarding, regular contact, what they write in, word of solved cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from orchestration.demo import story
from orchestration.demo.customers import Profile, any_day
from orchestration.demo.events import Interaction
from orchestration.demo.ground import Ground, known, moment_in
from orchestration.demo.months import DAY, FIRST_DAY, LAST_DAY, MONTHS, Month, month_index

_CHANNELS = ("email", "voice", "messenger", "live_chat", "video", "visit", "web", "social", "chatbot")
_CHANNEL_WEIGHTS = (34, 24, 12, 10, 5, 5, 5, 3, 2)
# Contacts a month that the company begins, and that the customer begins.
_OUT = {"Retail": 0.26, "Trade": 0.36, "Enterprise": 0.6}
_IN = 0.11


def draw_interactions(ground: Ground) -> None:
    """Every contact up to the demo's last day."""
    rng = ground.stream("interactions")
    favourite = {profile.customer_id: rng.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0] for profile in ground.profiles}
    for profile in ground.profiles:
        if profile.joined_on >= FIRST_DAY:
            _welcome(rng, ground, profile)
    for month in MONTHS:
        for profile in ground.active_in(month):
            _month_of(rng, ground, profile, month, favourite[profile.customer_id])
    for case in list(ground.world.cases):
        if case.resolved_at is not None and case.agent:
            _tell(rng, ground, case.customer_id, case.resolved_at)


def book(
    ground: Ground, customer_id: str, at: datetime | None, channel: str, direction: str, kind: str, completed: bool
) -> None:
    """Writes down a contact, unless it would lie after the demo's last day."""
    if at is not None and known(at) is not None:
        number = f"IA{1000001 + len(ground.world.interactions)}"
        ground.world.interactions.append(Interaction(number, customer_id, at, channel, direction, kind, completed))


def _welcome(rng: Random, ground: Ground, profile: Profile) -> None:
    """Training or onboarding in the first 30 days; without it perhaps an attempt, or one that comes too late."""
    kind = rng.choice(("onboarding", "onboarding", "training"))
    channel = rng.choice(("video", "voice", "visit"))
    joined_on = profile.joined_on
    draw = rng.random()
    if profile.onboarded:
        at = moment_in(rng, joined_on + DAY, joined_on + 28 * DAY)
        book(ground, profile.customer_id, at, channel, "out", kind, True)
    elif draw < 0.25:
        at = moment_in(rng, joined_on + DAY, joined_on + 28 * DAY)
        book(ground, profile.customer_id, at, channel, "out", kind, False)
    elif draw < 0.4:
        at = moment_in(rng, joined_on + 32 * DAY, joined_on + 80 * DAY)
        if ground.is_active(profile.customer_id, at.date()):
            book(ground, profile.customer_id, at, channel, "out", kind, True)


def _month_of(rng: Random, ground: Ground, profile: Profile, month: Month, favourite: str) -> None:
    share = _OUT[profile.segment] * (0.6 if month.index in story.BAD_SERVICE else 1.0)
    if rng.random() < share:
        kind = "campaign" if rng.random() < 0.15 else "thank_you" if rng.random() < 0.1 else "message"
        kind = "call" if favourite == "voice" and kind == "message" else kind
        at = moment_in(rng, month.first, month.last)
        book(ground, profile.customer_id, at, favourite, "out", kind, rng.random() < 0.88)
    if rng.random() < _IN:
        channel = favourite if rng.random() < 0.75 else rng.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0]
        at = datetime.combine(any_day(rng, month.first, month.last), datetime.min.time())
        at += timedelta(seconds=rng.randrange(86400))
        book(ground, profile.customer_id, at, channel, "in", "message", True)


def _tell(rng: Random, ground: Ground, customer_id: str, resolved_at: datetime) -> None:
    """Word to the customer that its case is solved; some of it comes after the two days in which it counts."""
    if rng.random() < story.told_share(month_index(min(resolved_at.date(), LAST_DAY))):
        at = resolved_at + timedelta(minutes=rng.randrange(5, 4000))
        book(ground, customer_id, at, rng.choice(("email", "voice")), "out", "message", rng.random() < 0.95)
