"""Who may send, and when: every row of the rule."""

from __future__ import annotations

import pytest

from orchestration.delivery.permission import may_send

RULE = [
    # month, is_backfill, asked, allowed, a word of the reason
    ("2024-12", False, False, True, "newest closed"),
    ("2024-12", False, True, True, "newest closed"),
    ("2024-11", False, False, False, "not the newest closed"),
    ("2024-11", False, True, True, "asked for"),
    ("2024-12", True, False, False, "backfill"),
    ("2024-12", True, True, False, "backfill"),
    ("2024-09", False, True, False, "before the first report month"),
    ("2025-01", False, True, False, "not closed"),
]


@pytest.mark.parametrize(("month", "is_backfill", "asked", "allowed", "word"), RULE)
def test_a_run_may_send(month: str, is_backfill: bool, asked: bool, allowed: bool, word: str) -> None:
    permission = may_send(
        month, first_report_month="2024-10", newest_closed_month="2024-12", is_backfill=is_backfill, asked=asked
    )
    assert permission.allowed is allowed
    assert bool(permission) is allowed
    assert word in permission.reason
    assert month in permission.reason


def test_three_years_of_history_give_one_month_unasked() -> None:
    months = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(1, 13)]
    allowed = [m for m in months if may_send(m, first_report_month="2022-01", newest_closed_month="2024-12")]
    assert allowed == ["2024-12"]


@pytest.mark.parametrize("month", ["2024-13", "2024-1", "12-2024", "2024-12'; drop table releases", ""])
def test_a_month_is_written_year_and_month(month: str) -> None:
    with pytest.raises(ValueError, match="write YYYY-MM"):
        may_send(month, first_report_month="2024-10", newest_closed_month="2024-12")
