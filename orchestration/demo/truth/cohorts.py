"""The truth of fct_cohorts: cohorts from 2022-01 on, by the place their customers had in the cohort month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from orchestration.demo.months import MONTH_COUNT, MONTHS, month_index
from orchestration.demo.spells import is_active
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.tables import Table

FURTHER_KEYS = ("cohort_month", "age_months", "cohort_basis")
COLUMNS = ("cohort_size", "active_customers")


def _count(table: Table, history: History, cohort: int) -> None:
    place = history.place_in(cohort)
    ordered_in = Counter(month_index(order.ordered_on) for order in history.counted_orders)
    for index in range(cohort, MONTH_COUNT):
        key = (str(MONTHS[cohort].first), str(index - cohort))
        active = is_active(history.spells, MONTHS[index].last)
        for basis, is_seen in (("active", active), ("ordered", ordered_in[index] > 0)):
            table.add(place, index, {"cohort_size": 1, "active_customers": int(is_seen)}, (*key, basis))


def cohorts(histories: Iterable[History]) -> Table:
    """Both bases of every cohort and age that ended by 2024-12."""
    table = Table(FURTHER_KEYS, COLUMNS)
    for history in histories:
        day = history.cohort_day()
        if day is not None and 0 <= month_index(day) < MONTH_COUNT:
            _count(table, history, month_index(day))
    return table
