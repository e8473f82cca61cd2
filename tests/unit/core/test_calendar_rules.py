"""Which month is due on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchestration.calendar_rules import business_day_number, due_month


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


def test_each_month_of_ten_years_is_due_exactly_once() -> None:
    start = date(2020, 1, 1)
    due = [due_month(start + timedelta(days=offset), 3) for offset in range(3653)]
    months = [month for month in due if month]
    assert len(months) == len(set(months)) == 120
    assert months[0] == "2019-12"


def test_no_lag_means_the_first_business_day() -> None:
    assert due_month(date(2024, 6, 3), 0) == "2024-05"
    assert due_month(date(2024, 6, 4), 0) is None
