"""The months a report can be asked for, in the company's time zone."""

from __future__ import annotations

import dagster as dg

from orchestration.settings import Settings

MONTH_FORMAT = "%Y-%m"


def _next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def monthly_partitions(settings: Settings) -> dg.MonthlyPartitionsDefinition:
    """One partition a month from first_month; without last_month the end follows the clock."""
    company = settings.company
    return dg.MonthlyPartitionsDefinition(
        start_date=company.first_month,
        end_date=_next_month(company.last_month) if company.last_month else None,
        fmt=MONTH_FORMAT,
        timezone=company.time_zone,
    )
