"""The truth of fct_social_ratings: each public rating turned to 0–1 on its own scale, added up by platform."""

from __future__ import annotations

from decimal import Decimal

from orchestration.demo.truth.known import NOWHERE, Known
from orchestration.demo.truth.tables import ByScope, Table

FURTHER_KEYS = ("platform",)
COLUMNS = ["ratings", "rescaled_sum"]
PLACES = Decimal("0.000000000001")


def social_ratings(known: Known) -> Table:
    """Ratings of every platform, period and scope; those of nobody known stand where anonymous answers do."""
    table = Table(known, FURTHER_KEYS, COLUMNS)
    found: ByScope[Decimal] = ByScope(known)
    for rating in known.world.ratings:
        person = known.person(rating.customer_id)
        rescaled = (rating.rating - rating.scale_min) / (rating.scale_max - rating.scale_min)
        for period in known.periods_with(rating.rated_at.date()):
            place = NOWHERE if person is None else person.place_in(period)
            found.add(place, period, rescaled.quantize(PLACES), (rating.platform,))
    for (scope, period, further), ratings in found.found.items():
        table.put(scope, period, {"ratings": len(ratings), "rescaled_sum": sum(ratings, Decimal(0))}, further)
    return table
