"""Which month is due on which day: pure date rules."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def business_day_number(day: date) -> int | None:
    """1 for the first Monday-to-Friday day of its month, 2 for the next …; None on a weekend."""
    if day.weekday() >= SATURDAY:
        return None
    days = (day.replace(day=1) + timedelta(days=offset) for offset in range(day.day))
    return sum(1 for earlier in days if earlier.weekday() < SATURDAY)


def month_before(day: date) -> str:
    """The month before the one the day lies in, as YYYY-MM."""
    return (day.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def due_month(day: date, close_lag_business_days: int) -> str | None:
    """The month whose report is due on this day: the one before, on the close-lag business day; else None."""
    number = business_day_number(day)
    return month_before(day) if number == max(close_lag_business_days, 1) else None
