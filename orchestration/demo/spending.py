"""Draws what winning and keeping customers cost, by month and channel or programme.

Only `costs` enters the cost figures: rewards and accepted offers have costs of their own, told beside them.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from orchestration.demo import story
from orchestration.demo.events import Cost
from orchestration.demo.ground import Ground
from orchestration.demo.months import MONTHS
from orchestration.demo.world import CENT

# Whole units a month. The Polish fairs are paid in złoty.
_ACQUISITION = (
    ("web", 6200, "EUR"),
    ("advertising", 12500, "EUR"),
    ("partner", 4600, "EUR"),
    ("trade_fair", 29000, "PLN"),
    ("referral", 1900, "EUR"),
    ("welcome_offers", 2700, "EUR"),
)
_RETENTION = (("loyalty", 1450, "EUR"), ("save_desk", 1100, "EUR"), ("customer_care", 3600, "EUR"))


def draw_costs(ground: Ground) -> None:
    """One amount per month and channel or programme. The loyalty programme costs nothing before it begins."""
    rng = ground.stream("costs")
    for month in MONTHS:
        for kind, lines in (("acquisition", _ACQUISITION), ("retention", _RETENTION)):
            for name, usual, currency in lines:
                amount = usual * rng.uniform(0.75, 1.3) * (1 + month.index / 120)
                if name == "loyalty" and month.index < story.LOYALTY_STARTS:
                    continue
                exact = Decimal(str(round(amount, 2))).quantize(CENT, ROUND_HALF_UP)
                ground.world.costs.append(Cost(month.first, kind, name, exact, currency))
