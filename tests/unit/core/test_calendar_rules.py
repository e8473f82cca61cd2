"""Which month is due on which day, by business days of the countries a company names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestration.automation.calendar_rules import (
    CalendarError,
    CompanyCalendar,
    business_day_number,
    check_country,
    due_month,
    is_business_day,
    last_day,
    months_between,
    nth_business_day,
)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2025, 1, 1), 1),
        (date(2025, 1, 3), 3),
        (date(2025, 1, 4), None),
        (date(2025, 1, 6), 4),
        (date(2024, 6, 1), None),
        (date(2024, 6, 3), 1),
    ],
)
def test_business_days_are_counted_from_the_first_weekday(day: date, number: int | None) -> None:
    assert business_day_number(day) == number


@pytest.mark.parametrize(
    ("day", "countries", "number"),
    [
        (date(2025, 1, 1), ("HU",), None),
        (date(2025, 1, 2), ("HU",), 1),
        # Three Kings is a holiday in Poland, an ordinary Monday in Hungary.
        (date(2025, 1, 6), ("HU",), 3),
        (date(2025, 1, 6), ("PL",), None),
        (date(2025, 1, 7), ("PL",), 3),
        (date(2025, 1, 7), ("HU", "PL"), 3),
        (date(2025, 1, 6), ("DE",), 3),
        (date(2025, 1, 6), ("DE-BY",), None),
    ],
)
def test_public_holidays_of_every_named_country_are_no_business_days(
    day: date, countries: tuple[str, ...], number: int | None
) -> None:
    assert business_day_number(day, countries) == number


def test_a_saturday_worked_in_exchange_is_a_business_day() -> None:
    # Hungary worked on Saturday 7 December 2024 and had 24 December off.
    assert is_business_day(date(2024, 12, 7), ("HU",))
    assert not is_business_day(date(2024, 12, 24), ("HU",))
    assert not is_business_day(date(2024, 12, 7))


@pytest.mark.parametrize("country", ["XX", "DE-XX", "Hungary?"])
def test_a_country_nobody_knows_is_refused_by_name(country: str) -> None:
    with pytest.raises(CalendarError, match=f'the holidays of "{country}" are not known'.replace("?", r"\?")):
        check_country(country)


@pytest.mark.parametrize("countries", [(), ("HU",), ("PL", "HU"), ("US",)])
def test_each_month_of_ten_years_is_due_exactly_once(countries: tuple[str, ...]) -> None:
    start = date(2020, 1, 1)
    due = [due_month(start + timedelta(days=offset), 3, countries) for offset in range(3653)]
    months = [month for month in due if month]
    assert len(months) == len(set(months)) == 120
    assert months[0] == "2019-12"


def test_a_month_with_too_few_business_days_is_due_in_the_next() -> None:
    # February 2025 has 20 weekdays: the 23rd after January's end lies in March, and is due there.
    day = nth_business_day("2025-01", 23)
    assert day == date(2025, 3, 5)
    assert due_month(day, 23) == "2025-01"


def test_no_lag_means_the_first_business_day() -> None:
    assert due_month(date(2024, 6, 3), 0) == "2024-05"
    assert due_month(date(2024, 6, 4), 0) is None


def test_months_and_their_ends() -> None:
    assert list(months_between("2024-11", "2025-02")) == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert list(months_between("2024-11", "2024-10")) == []
    assert [last_day(month) for month in ("2024-02", "2024-12", "2025-02")] == [
        date(2024, 2, 29),
        date(2024, 12, 31),
        date(2025, 2, 28),
    ]


def calendar(zone: str = "Europe/Budapest") -> CompanyCalendar:
    return CompanyCalendar(ZoneInfo(zone), ("HU",), close_lag=3, deadline=5)


def test_moments_are_six_in_the_morning_at_the_company() -> None:
    assert calendar().due_at("2024-12").astimezone(UTC) == datetime(2025, 1, 6, 5, 0, tzinfo=UTC)
    assert calendar().deadline_at("2024-12").astimezone(UTC) == datetime(2025, 1, 8, 5, 0, tzinfo=UTC)
    # In summer the company's six o'clock is an hour earlier.
    assert calendar().due_at("2025-06").astimezone(UTC) == datetime(2025, 7, 3, 4, 0, tzinfo=UTC)


def test_due_months_end_with_the_newest_that_was_due_by_now() -> None:
    def due(now: datetime, last: str | None = None) -> list[str]:
        return calendar().due_months("2024-11", last, now)

    before, after = datetime(2025, 1, 6, 4, 59, tzinfo=UTC), datetime(2025, 1, 6, 5, 0, tzinfo=UTC)
    assert due(before) == ["2024-11"]
    assert due(after) == ["2024-11", "2024-12"]
    assert due(datetime(2025, 6, 20, tzinfo=UTC), last="2024-12") == ["2024-11", "2024-12"]
    assert due(datetime(2024, 11, 20, tzinfo=UTC)) == []


def test_the_host_zone_does_not_matter() -> None:
    # 31 January 23:30 UTC is 1 February at the company, and still January in New York.
    now = datetime(2025, 1, 31, 23, 30, tzinfo=UTC)
    months = [calendar().due_months("2024-12", None, now.astimezone(ZoneInfo(zone))) for zone in ("UTC", "Asia/Tokyo")]
    assert months == [["2024-12"], ["2024-12"]]
