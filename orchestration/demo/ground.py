"""What the subjects around a customer's business are drawn from: who is active when, a random stream for each.

Keep out: any subject itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from orchestration.demo.customers import Profile, any_day
from orchestration.demo.months import LAST_DAY, MONTHS, Month
from orchestration.demo.spells import Spell, is_active
from orchestration.demo.world import World


def stream(seed: int, subject: str) -> Random:
    """The random stream of a subject. Seeding with text is stable over Python versions and platforms."""
    return Random(f"{seed}:{subject}")  # noqa: S311 - repeatable on purpose, nothing secret


def moment_in(rng: Random, first: date, last: date) -> datetime:
    """A second in working hours of a day in [first, last]."""
    at = time(rng.randrange(7, 20), rng.randrange(60), rng.randrange(60))
    return datetime.combine(any_day(rng, first, last), at)


def known(moment: datetime | None) -> datetime | None:
    """The moment, or None where it lies after the demo's last day."""
    return moment if moment is not None and moment.date() <= LAST_DAY else None


def after(rng: Random, moment: datetime, first_hour: int, last_hour: int) -> datetime:
    """A moment some whole hours and odd minutes later."""
    return moment + timedelta(hours=rng.randrange(first_hour, last_hour), minutes=rng.randrange(60))


@dataclass(slots=True)
class Ground:
    """The drawn business of all customers. `spells` are by customer id."""

    seed: int
    world: World
    profiles: list[Profile]
    spells: dict[str, list[Spell]]
    active: dict[int, list[Profile]] = field(init=False)
    by_id: dict[str, Profile] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {profile.customer_id: profile for profile in self.profiles}
        self.active = {month.index: [] for month in MONTHS}
        for profile in self.profiles:
            spells = self.spells.get(profile.customer_id, ())
            for month in MONTHS:
                if any(start <= month.last and end > month.first for start, end in spells):
                    self.active[month.index].append(profile)

    def stream(self, subject: str) -> Random:
        """The random stream of a subject of this seed."""
        return stream(self.seed, subject)

    def active_in(self, month: Month) -> list[Profile]:
        """Customers that are active on some day of a month, in the order they joined."""
        return self.active[month.index]

    def is_active(self, customer_id: str, day: date) -> bool:
        """Is the customer active on that day?"""
        return is_active(self.spells.get(customer_id, []), day)

    def leaves_within(self, customer_id: str, day: date, days: int) -> bool:
        """Is the customer active on a day and gone so many days later, by the demo's last day?"""
        for start, end in self.spells.get(customer_id, ()):
            if start <= day < end:
                return end <= LAST_DAY and (end - day).days <= days
        return False
