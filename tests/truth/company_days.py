"""Hypothesis strategies of days and moments as random companies have them: at the edges of periods and windows.

Keep out: what happens on them (company_strategies.py, company_service.py).
"""

from __future__ import annotations

from datetime import date, datetime, time

from hypothesis import strategies as st

from orchestration.demo.months import DAY, first_day, last_day, month_index

FIRST, LAST = date(2023, 1, 1), date(2024, 3, 31)
HISTORY = date(2022, 9, 15)
DELIVERIES = range(month_index(FIRST) - 1, month_index(LAST) + 1)

_edges = [
    day
    for index in DELIVERIES
    for day in (first_day(index), first_day(index) + DAY, last_day(index) - DAY, last_day(index))
]
days = st.one_of(
    st.sampled_from([*_edges, date(2024, 2, 28), date(2024, 2, 29)]),
    st.dates(HISTORY, LAST),
)
hours = st.sampled_from([time(0, 0), time(9, 30), time(12, 0), time(23, 59, 59)])


def moments(drawn_days: st.SearchStrategy[date]) -> st.SearchStrategy[datetime]:
    """A local moment on a drawn day."""
    return st.builds(datetime.combine, drawn_days, hours)
