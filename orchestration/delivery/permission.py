"""Who may send, and when: one pure decision, the same for command line, schedule, sensor and backfill."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a run may release and send, and why (one sentence for log and status)."""

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


def may_send(
    month: str, *, first_report_month: str, newest_closed_month: str, is_backfill: bool = False, asked: bool = False
) -> Permission:
    """May a run for this month release and send? Months are YYYY-MM.

    It may if the month is not before the go-live (first_report_month), the run is no backfill, and the month is the
    newest closed one or was asked for (by the completeness sensor or by --deliver).

    Raises:
        ValueError: a month that is not written YYYY-MM.
    """
    for value in (month, first_report_month, newest_closed_month):
        if not _MONTH.match(value):
            raise ValueError(f"{value!r} is not a month; write YYYY-MM")
    if month < first_report_month:
        return Permission(False, f"{month} is before the first report month {first_report_month} (config/company.yml)")
    if is_backfill:
        return Permission(False, f"{month} is computed by a backfill; a backfill never sends")
    if month > newest_closed_month:
        return Permission(False, f"{month} is not closed yet; the newest closed month is {newest_closed_month}")
    if month == newest_closed_month:
        return Permission(True, f"{month} is the newest closed month")
    if asked:
        return Permission(True, f"{month} was asked for")
    return Permission(
        False, f"{month} is not the newest closed month ({newest_closed_month}) and was not asked for (--deliver)"
    )
