"""The periods figures are told for: months, quarters, years, and the year to date at every month's end.

A quarter or a year is told once all of it lies within the company's months; a year to date starts within them too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from orchestration.demo.months import DAY, first_day, last_day, month_index


@dataclass(frozen=True, slots=True, eq=False)
class Period:
    """Whole months from `start` to `end`, both inside. Each exists once a company: it is compared by identity.

    `previous` is the period of the same type that ended on the day before, None for the first.
    """

    period_type: str
    start: date
    end: date
    previous: Period | None

    @property
    def day_before(self) -> date:
        return self.start - DAY

    @property
    def month_before(self) -> date:
        """First day of the month before the period."""
        return self.day_before.replace(day=1)

    @property
    def last_month(self) -> date:
        """First day of the period's last month."""
        return self.end.replace(day=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def key(self) -> tuple[str, str, str]:
        """period_type, period_start, period_end as they are written."""
        return (self.period_type, self.start.isoformat(), self.end.isoformat())

    def holds(self, day: date) -> bool:
        return self.start <= day <= self.end


def _in_line(period_type: str, bounds: Iterable[tuple[date, date]]) -> list[Period]:
    found: list[Period] = []
    for start, end in bounds:
        before = [period for period in found if period.end == start - DAY]
        found.append(Period(period_type, start, end, before[0] if before else None))
    return found


def periods_between(first_month: date, last_month: date) -> tuple[Period, ...]:
    """Every period of the months from one to another, given by any of their days."""
    first, last = month_index(first_month), month_index(last_month)
    months = range(first, last + 1)
    starts = {index for index in months if first <= index - index % 12}
    return (
        *_in_line("month", ((first_day(index), last_day(index)) for index in months)),
        *_in_line("quarter", ((first_day(i), last_day(i + 2)) for i in months if i % 3 == 0 and i + 2 <= last)),
        *_in_line("year", ((first_day(i), last_day(i + 11)) for i in months if i % 12 == 0 and i + 11 <= last)),
        *_in_line("ytd", ((first_day(i - i % 12), last_day(i)) for i in months if i in starts)),
    )
