"""The truth of fct_cohorts: cohorts from the first month on, by the place their customers had in the cohort month."""

from __future__ import annotations

from collections import Counter

from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Table

FURTHER_KEYS = ("cohort_month", "age_months", "cohort_basis")
COLUMNS = ("cohort_size", "active_customers")


def _count(known: Known, table: Table, history: History, cohort: Period) -> None:
    place = history.place_in(cohort)
    ordered_in = Counter(order.ordered_on.replace(day=1) for order in history.counted_orders)
    for age, month in enumerate(known.months[known.months.index(cohort) :]):
        active = history.is_active_on(month.end)
        for basis, is_seen in (("active", active), ("ordered", ordered_in[month.start] > 0)):
            further = (str(cohort.start), str(age), basis)
            table.add(place, month, {"cohort_size": 1, "active_customers": int(is_seen)}, further)


def cohorts(known: Known) -> Table:
    """Both bases of every cohort and age that ended by the last month."""
    table = Table(known, FURTHER_KEYS, COLUMNS)
    for history in known.people:
        day = history.cohort_day()
        cohort = known.month_of(day) if day is not None else None
        if cohort is not None:
            _count(known, table, history, cohort)
    return table
