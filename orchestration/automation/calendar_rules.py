"""Which month is due when: pure rules of dates, business days and public holidays.

A business day is a working day in every country named in config (Monday to Friday where none is named). A moment is
06:00 in the company's zone on such a day. Add here: a rule that needs nothing but dates. Keep out: what was released
(completeness.py) and Dagster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

RUN_HOUR = 6
SATURDAY = 5
IsWorkday = Callable[[date], bool]


class CalendarError(ValueError):
    """A country or subdivision whose holidays are not known; the message names it and how to write one."""


@cache
def _workdays_of(country: str) -> IsWorkday:
    # The package takes 50 ms to import; a company without countries never pays for it.
    import holidays

    code, _, subdivision = country.partition("-")
    try:
        known = holidays.country_holidays(code, subdiv=subdivision or None)
    except NotImplementedError as error:
        raise CalendarError(
            f'the holidays of "{country}" are not known ({error}); write a country such as HU, or DE-BY for a part'
        ) from None
    # Where a country works on a Saturday in exchange for a bridge day, that Saturday is a working day.
    return known.is_working_day


def check_country(country: str) -> str:
    """The country, if its holidays are known.

    Raises:
        CalendarError: it is not.
    """
    _workdays_of(country)
    return country


def is_business_day(day: date, countries: Iterable[str] = ()) -> bool:
    """Whether people work on that day in every one of the countries; without countries: Monday to Friday."""
    named = tuple(countries)
    if not named:
        return day.weekday() < SATURDAY
    return all(_workdays_of(country)(day) for country in named)


def business_day_number(day: date, countries: Iterable[str] = ()) -> int | None:
    """1 for the first business day of its month, 2 for the next …; None on a day off."""
    named = tuple(countries)
    if not is_business_day(day, named):
        return None
    days = (day.replace(day=1) + timedelta(days=offset) for offset in range(day.day))
    return sum(1 for earlier in days if is_business_day(earlier, named))


def month_before(day: date) -> str:
    """The month before the one the day lies in, as YYYY-MM."""
    return (day.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def first_day(month: str) -> date:
    """The first day of a month YYYY-MM."""
    return date(int(month[:4]), int(month[5:]), 1)


def first_day_after(month: str) -> date:
    """The first day of the month after YYYY-MM."""
    return (first_day(month) + timedelta(days=31)).replace(day=1)


def last_day(month: str) -> date:
    """The last day of a month YYYY-MM."""
    return first_day_after(month) - timedelta(days=1)


def months_between(first: str, last: str) -> Iterator[str]:
    """Every month from first to last, both included; none if last is before first."""
    day = first_day(first)
    while day <= first_day(last):
        yield day.strftime("%Y-%m")
        day = (day + timedelta(days=31)).replace(day=1)


@cache
def nth_business_day(month: str, number: int, countries: tuple[str, ...] = ()) -> date:
    """The n-th business day after a month (0 counts as 1). A month with too few of them goes on into the next."""
    day, left = first_day_after(month), max(number, 1)
    while True:
        left -= is_business_day(day, countries)
        if left == 0:
            return day
        day += timedelta(days=1)


def due_month(day: date, close_lag_business_days: int, countries: Iterable[str] = ()) -> str | None:
    """The month whose report is due on this day: the one before, on the close-lag business day; else None.

    A month may have fewer business days than the lag asks for: then the one before that is due now.
    """
    named, newest = tuple(countries), month_before(day)
    for month in (newest, month_before(first_day(newest))):
        if day == nth_business_day(month, close_lag_business_days, named):
            return month
    return None


@dataclass(frozen=True)
class CompanyCalendar:
    """When a company's months are due, in its zone. Business days are counted in the month after.

    close_lag: the day a month's report runs. deadline: the day by which every due message is sent or has an alarm.
    """

    zone: ZoneInfo
    countries: tuple[str, ...]
    close_lag: int
    deadline: int

    def moment(self, month: str, business_day: int) -> datetime:
        """06:00 local time on the n-th business day after a month, as an aware time."""
        day = nth_business_day(month, business_day, self.countries)
        return datetime.combine(day, time(RUN_HOUR), tzinfo=self.zone)

    def due_at(self, month: str) -> datetime:
        """When a month's report runs."""
        return self.moment(month, self.close_lag)

    def deadline_at(self, month: str) -> datetime:
        """When whatever of a month is not sent raises an alarm."""
        return self.moment(month, self.deadline)

    def due_months(self, first: str, last: str | None, now: datetime) -> list[str]:
        """The months from first to last (None: no end) whose report was due by now (aware), oldest first."""
        newest = month_before(now.astimezone(self.zone).date())
        end = min(newest, last) if last else newest
        return [month for month in months_between(first, end) if self.due_at(month) <= now]
