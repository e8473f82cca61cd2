"""The demo's calendar: 36 months, 2022-01 to 2024-12, and plain date arithmetic on them.

Keep out: any clock. The demo's last day is 2024-12-31, whenever it is generated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR = 2022
MONTH_COUNT = 36
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month; `index` counts from 0 = 2022-01 and is negative before."""

    index: int
    first: date
    last: date

    @property
    def name(self) -> str:
        """`2024-03`."""
        return f"{self.first:%Y-%m}"


def month_index(day: date) -> int:
    """Months from 2022-01 to the day's month; negative before 2022."""
    return (day.year - FIRST_YEAR) * 12 + day.month - 1


def first_day(index: int) -> date:
    """First day of the month of that index."""
    return date(FIRST_YEAR + index // 12, index % 12 + 1, 1)


def last_day(index: int) -> date:
    """Last day of the month of that index."""
    return first_day(index + 1) - DAY


def add_months(day: date, months: int) -> date:
    """The same day some months later; the 29th to 31st become the month's last day where they must."""
    index = month_index(day) + months
    return min(first_day(index) + timedelta(days=day.day - 1), last_day(index))


MONTHS = tuple(Month(index, first_day(index), last_day(index)) for index in range(MONTH_COUNT))
FIRST_DAY = MONTHS[0].first
LAST_DAY = MONTHS[-1].last
