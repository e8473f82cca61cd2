"""The truth of fct_survival: how long customers stay before they first leave, by where they stood when they came."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import ALL, Known
from orchestration.demo.truth.lasting import Life, curve, life_until, place_on
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Figure, Table

STRATA = ("term", "plan", "acquisition_channel")
GRID = range(0, 3661, 30)
HALF = Decimal("0.5")
Stratum = tuple[str, str]


def _may_go_on(known: Known, history: History, day: date) -> bool:
    """Whether a contract ended on a day so lately that a follow-up could still make it go on: no end yet."""
    gap = known.company.allowed_gap_days
    ended = any(history.gives_activity(charge) and charge.ends_on == day for charge in history.charges)
    return gap > 0 and ended and day + timedelta(days=gap) >= known.last_day


def _strata(known: Known, month: Period) -> dict[tuple[str, Stratum], list[Life]]:
    """First spells as they are seen at a month's end, by audience and stratum."""
    found: dict[tuple[str, Stratum], list[Life]] = defaultdict(list)
    for history in known.people:
        if not history.spells or history.spells[0][0] > month.end:
            continue
        start, end = history.spells[0]
        place = place_on(history, start)
        life = life_until(start, end, month.end)
        if life.ended and _may_go_on(known, history, life.ended_on):
            life = Life(start, life.ended_on, False)
        strata = [(ALL, ALL), *((name, getattr(place, name)) for name in STRATA if name in known.company.breakdowns)]
        for audience, scope_type, _ in known.scopes_of(place):
            if scope_type in ("company", "audience"):
                for stratum in strata:
                    found[audience, stratum].append(life)
    return found


def survival(known: Known) -> Table:
    """Every curve on every thirtieth day, and the first day on which half have left."""
    table = Table(
        known, ("stratum_type", "stratum_value", "age_days"), ("at_risk", "events", "survival", "median_days")
    )
    for month in known.months:
        for (audience, stratum), lives in _strata(known, month).items():
            scope = (audience, "company" if audience == ALL else "audience", audience)
            points = curve(lives, GRID)
            median = next((point.day for point in points if point.share <= HALF), None)
            for point in points:
                if point.day in GRID:
                    figures: dict[str, Figure] = {
                        "at_risk": point.at_risk,
                        "events": point.events,
                        "survival": point.share,
                    }
                    table.put(scope, month, {**figures, "median_days": median}, (*stratum, str(point.day)))
    return table
