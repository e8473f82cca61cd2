"""Draws requests for quotes, price lists and information, and when they were answered, if at all."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from orchestration.demo import story
from orchestration.demo.customers import Profile
from orchestration.demo.events import QuoteRequest
from orchestration.demo.ground import Ground, known, moment_in
from orchestration.demo.months import MONTHS, Month

_KINDS = (("quote", 55), ("price_list", 25), ("information", 20))
_SHARE = {"Retail": 0.012, "Trade": 0.03, "Enterprise": 0.04}


def draw_quotes(ground: Ground) -> None:
    """About 45 requests a month. Those of customers that soon leave are left lying more often."""
    rng = ground.stream("quotes")
    for month in MONTHS:
        for profile in ground.active_in(month):
            leaving = ground.leaves_within(profile.customer_id, month.last, 75)
            if rng.random() < _SHARE[profile.segment] * (2.0 if leaving else 1.0):
                _ask(rng, ground, profile, month, leaving)


def _ask(rng: Random, ground: Ground, profile: Profile, month: Month, leaving: bool) -> None:
    asked = moment_in(rng, month.first, month.last)
    slow = 3.5 if month.index in story.BAD_SERVICE else 1.0
    answered = asked + timedelta(hours=round(rng.lognormvariate(3.6, 0.8) * slow, 1))
    forgotten = rng.random() < (0.45 if leaving else 0.05)
    answered_at = None if forgotten else known(answered)
    status = "open" if answered_at is None else rng.choices(("won", "lost", "closed"), (45, 30, 25))[0]
    kind = rng.choices([name for name, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    number = f"Q{800001 + len(ground.world.quotes)}"
    ground.world.quotes.append(QuoteRequest(number, profile.customer_id, asked, kind, answered_at, status))
