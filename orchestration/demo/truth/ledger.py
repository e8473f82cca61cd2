"""The truth of fct_retention: who was there on the day before a month, who on its last day, and who moved scope."""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.demo.months import DAY, MONTHS, Month
from orchestration.demo.spells import is_active
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.tables import Table, scopes_of

COLUMNS = [
    "customers_start",
    "customers_end",
    "retained_customers",
    "lost_customers",
    "new_customers",
    "reactivated_customers",
    "moved_in",
    "moved_out",
    "in_period_joiners_lost",
    "provisional_losses",
]


def _outcome(history: History, month: Month, start: bool, end: bool) -> str | None:
    if start:
        return "retained_customers" if end else "lost_customers"
    if end:
        return "reactivated_customers" if history.was_active_before(month.first) else "new_customers"
    return "in_period_joiners_lost" if history.is_active_inside(month) else None


def _count(table: Table, history: History, month: Month) -> None:
    start = is_active(history.spells, month.first - DAY)
    end = is_active(history.spells, month.last)
    outcome = _outcome(history, month, start, end)
    if outcome is None:
        return
    values = {"customers_start": int(start), "customers_end": int(end), outcome: 1}
    table.add(history.place_in(month.index), month.index, values)
    if start and month.index > 0:
        _count_moves(table, history, month.index)


def _count_moves(table: Table, history: History, index: int) -> None:
    """Scopes a customer left and came to over the midnight before a month."""
    now, then = history.place_in(index), history.place_in(index - 1)
    if now == then:
        return
    for scope in scopes_of(now):
        if scope not in scopes_of(then):
            table.add_to_scope(scope, index, {"moved_in": 1})
    for scope in scopes_of(then):
        if scope not in scopes_of(now):
            table.add_to_scope(scope, index, {"moved_out": 1})


def retention(histories: Iterable[History]) -> Table:
    """The movement ledger of every month and scope."""
    table = Table((), COLUMNS)
    for history in histories:
        for month in MONTHS:
            _count(table, history, month)
    return table
