"""The Kaplan–Meier estimate by its definition: day after day, who is at risk and who of them leaves."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from orchestration.demo.truth.histories import NONE, History, Place

FEWEST_AT_RISK = 10
NINE_PLACES = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class Life:
    """Something that begins: its first and, by what is known on the last day, its last day; `ended` or still going."""

    began_on: date
    ended_on: date
    ended: bool

    @property
    def days(self) -> int:
        return (self.ended_on - self.began_on).days


@dataclass(frozen=True, slots=True)
class Point:
    """The curve on a day: `at_risk` just before it, `events` and `share` (nine places) up to and with it."""

    day: int
    at_risk: int
    events: int
    share: Decimal


def life_until(began_on: date, ended_on: date | None, last_day: date) -> Life:
    """As it is seen on a last day: an end after it is not known yet."""
    if ended_on is not None and ended_on <= last_day:
        return Life(began_on, ended_on, True)
    return Life(began_on, last_day, False)


def curve(lives: Iterable[Life], shown: Sequence[int]) -> list[Point]:
    """The curve on every day with an event and every day shown, until fewer than ten are at risk."""
    seen = list(lives)
    lasted = sorted(life.days for life in seen)
    events = Counter(life.days for life in seen if life.ended)
    found: list[Point] = []
    so_far, share = 0, Decimal(1)
    with localcontext() as context:
        context.prec = 60
        for day in sorted({*events, *shown}):
            at_risk = len(lasted) - bisect_left(lasted, day)
            if at_risk < FEWEST_AT_RISK:
                break
            so_far += events[day]
            share *= Decimal(at_risk - events[day]) / at_risk
            found.append(Point(day, at_risk, so_far, share.quantize(NINE_PLACES, ROUND_HALF_UP)))
    return found


def place_on(history: History, day: date) -> Place:
    """Where a customer stands on a day, by what was delivered and the foremost contract of that day."""
    state, contract = history.attributes_on(day), history.contract_on(day)
    return Place(
        country=state.country or NONE,
        region=state.region or NONE,
        segment=state.segment or NONE,
        plan=contract.plan or NONE if contract else NONE,
        term=str(contract.term_months) if contract else NONE,
        acquisition_channel=history.customer.acquisition_channel or NONE,
        acquisition_offer=history.customer.acquisition_offer or NONE,
        account_owner=state.account_owner or NONE,
    )
