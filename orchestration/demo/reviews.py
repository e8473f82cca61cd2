"""Draws the quality reviews of cases: own, by a colleague and by the lead, four categories each.

Scales differ: three categories go from 0 to 5, data protection is kept (1) or not (0) and is critical.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from orchestration.demo import story
from orchestration.demo.events import CaseReview
from orchestration.demo.ground import Ground, known
from orchestration.demo.months import month_index
from orchestration.demo.world import Case

_ROLES = (("own", 0.10, 0.5), ("colleague", 0.09, 0.1), ("lead", 0.07, -0.3))
_WEIGHTS = {"solution": Decimal(3), "tone": Decimal("1.5"), "records": None}
CRITICAL = "data_protection"


def draw_reviews(ground: Ground) -> None:
    """Reviews of cases a person handled and resolved; who reviews itself is kinder, the lead is stricter."""
    rng = ground.stream("reviews")
    for case in ground.world.cases:
        if case.resolved_at is None or not case.agent or case.status != "resolved":
            continue
        for role, share, kindness in _ROLES:
            if rng.random() < share:
                _review(rng, ground, case, role, kindness)


def _review(rng: Random, ground: Ground, case: Case, role: str, kindness: float) -> None:
    resolved_at = case.resolved_at or case.opened_at
    at = known(resolved_at + timedelta(hours=rng.randrange(20, 500), minutes=rng.randrange(60)))
    if at is None:
        return
    bad = month_index(case.opened_at.date()) in story.BAD_SERVICE
    level = (3.0 if bad else 4.0) + kindness - (0.8 if case.reopened_at is not None else 0.0)
    review_id = f"RV{600001 + len(ground.world.reviews)}"
    scores = {category: min(5, max(0, round(rng.gauss(level, 0.8)))) for category in _WEIGHTS}
    for category, weight in _WEIGHTS.items():
        value = Decimal(scores[category])
        ground.world.reviews.append(
            CaseReview(review_id, category, case.case_id, at, role, value, Decimal(0), Decimal(5), weight, False)
        )
    kept = Decimal(0 if rng.random() < (0.06 if bad else 0.02) else 1)
    ground.world.reviews.append(
        CaseReview(review_id, CRITICAL, case.case_id, at, role, kept, Decimal(0), Decimal(1), Decimal(1), True)
    )
