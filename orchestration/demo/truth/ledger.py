"""The truth of fct_retention: who was there on the day before a period, who on its last day, and who moved scope."""

from __future__ import annotations

from orchestration.demo.months import DAY
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Table

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
    "in_period_first_timers_lost",
    "provisional_losses",
]


def _outcome(history: History, period: Period, start: bool, end: bool) -> str | None:
    if start:
        return "retained_customers" if end else "lost_customers"
    if end:
        return "reactivated_customers" if history.was_active_before(period.start) else "new_customers"
    return "in_period_joiners_lost" if history.is_active_inside(period) else None


def _is_provisional(known: Known, history: History, period: Period) -> bool:
    """Could a follow-up within the allowed gap still undo the loss?"""
    gap, lost_on = known.company.allowed_gap_days * DAY, history.lost_on(period)
    ends = {charge.ends_on for charge in history.charges if history.gives_activity(charge)}
    return bool(gap) and lost_on in ends and lost_on is not None and lost_on + gap >= known.last_day


def _count(known: Known, table: Table, history: History, period: Period) -> None:
    start = history.is_active_on(period.day_before)
    end = history.is_active_on(period.end)
    outcome = _outcome(history, period, start, end)
    if outcome is None:
        return
    values = {"customers_start": int(start), "customers_end": int(end), outcome: 1}
    if outcome == "in_period_joiners_lost" and not history.was_active_before(period.start):
        values["in_period_first_timers_lost"] = 1
    if outcome == "lost_customers" and _is_provisional(known, history, period):
        values["provisional_losses"] = 1
    table.add(history.place_in(period), period, values)
    if start and period.previous is not None:
        _count_moves(known, table, history, period, period.previous)


def _count_moves(known: Known, table: Table, history: History, period: Period, previous: Period) -> None:
    """Scopes a customer left and came to over the midnight before a period."""
    now, then = history.place_in(period), history.place_in(previous)
    if now == then:
        return
    scopes_now, scopes_then = known.scopes_of(now), known.scopes_of(then)
    for scope in set(scopes_now) - set(scopes_then):
        table.add_to_scope(scope, period, {"moved_in": 1})
    for scope in set(scopes_then) - set(scopes_now):
        table.add_to_scope(scope, period, {"moved_out": 1})


def retention(known: Known) -> Table:
    """The movement ledger of every period and scope."""
    table = Table(known, (), COLUMNS)
    for history in known.people:
        for period in known.periods:
            _count(known, table, history, period)
    return table
