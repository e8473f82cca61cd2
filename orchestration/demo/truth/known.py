"""All that the truth is told from: the facts, the settings that say what they mean, people with histories, periods.

Every area of truth is a function of `Known` that returns a Table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from orchestration.configuration.company import Company
from orchestration.demo.months import LAST_DAY
from orchestration.demo.truth.histories import NONE, History, Place, histories, survivors
from orchestration.demo.truth.periods import Period, periods_between
from orchestration.demo.world import World
from orchestration.settings import Settings

ALL = "(all)"
NOWHERE = Place(*[NONE] * len(Place._fields))
Scope = tuple[str, str, str]
Filter = Mapping[str, Sequence[str]]


@dataclass(slots=False)
class Known:
    """A company's facts, read by its settings. `filters` are the audiences', the company's own empty one first."""

    world: World
    company: Company
    filters: dict[str, Filter]
    periods: tuple[Period, ...]
    histories: dict[str, History]
    survivor: dict[str, str]
    scopes: dict[Place, tuple[Scope, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, settings: Settings) -> Known:
        """Reads the facts by the settings; without a last_month the demo's last one is taken."""
        company = settings.company
        first = date.fromisoformat(f"{company.first_month}-01")
        last = date.fromisoformat(f"{company.last_month}-01") if company.last_month else LAST_DAY
        filters: dict[str, Filter] = {ALL: {}}
        filters |= {audience.name: {str(key): only for key, only in audience.filter.items()}
                    for audience in settings.audiences}  # fmt: skip
        kept = [customer for customer in world.customers if customer.last_delivery is None]
        return cls(world, company, filters, periods_between(first, last), histories(world, company), survivors(kept))

    @cached_property
    def people(self) -> list[History]:
        """Everybody, merged customers as one."""
        return list(self.histories.values())

    @cached_property
    def months(self) -> list[Period]:
        return [period for period in self.periods if period.period_type == "month"]

    @cached_property
    def last_day(self) -> date:
        """The last day figures are told for."""
        return self.months[-1].end

    @cached_property
    def _by_month(self) -> dict[date, list[Period]]:
        return {month.start: [period for period in self.periods if period.holds(month.start)] for month in self.months}

    def periods_with(self, day: date) -> list[Period]:
        """Every period a day lies in."""
        return self._by_month.get(day.replace(day=1), [])

    def month_of(self, day: date) -> Period | None:
        """The month a day lies in, None outside the company's months."""
        return next((period for period in self.periods_with(day) if period.period_type == "month"), None)

    def person(self, customer_id: str) -> History | None:
        """Who a customer id stands for, merges followed; None for nobody known."""
        return self.histories.get(self.survivor.get(customer_id, ""))

    @cached_property
    def whole_scopes(self) -> list[Scope]:
        """The company, and every audience without a filter: the scopes that hold everything, what is nobody's too."""
        return [
            (name, "company" if name == ALL else "audience", name) for name, only in self.filters.items() if not only
        ]

    def scopes_of(self, place: Place) -> tuple[Scope, ...]:
        """(audience, scope_type, scope_value) of every scope a place is counted in."""
        if place not in self.scopes:
            self.scopes[place] = tuple(self._find_scopes(place))
        return self.scopes[place]

    def _find_scopes(self, place: Place) -> list[Scope]:
        found: list[Scope] = []
        for audience, only in self.filters.items():
            if all(getattr(place, attribute) in allowed for attribute, allowed in only.items()):
                found.append((audience, "company" if audience == ALL else "audience", audience))
                found += [(audience, name, getattr(place, name)) for name in self.company.breakdowns]
        return found
