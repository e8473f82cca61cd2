"""History: rows of a mart by month, and the figure that is not there.

Add here: a way to arrange rows that several pages share. Keep out: reading (reports/marts.py) and figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from reports.figures import Figure, Row, Source

# The breakdowns a page may show, in the order in which they are shown.
BREAKDOWNS = ("country", "segment", "plan")


def by_month(rows: Iterable[Row]) -> Mapping[date, Row]:
    """Rows by the first day of their month; one row a month is expected, the last one stays."""
    return {row.day("period_start"): row for row in rows}


def grouped(rows: Iterable[Row], column: str) -> Mapping[object, tuple[Row, ...]]:
    """Rows by the value of a column, in the order they came."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return {value: tuple(members) for value, members in groups.items()}


def absent(model: str, column: str) -> Figure:
    """The figure of a row that the mart does not have."""
    return Figure(None, Source(model, column, ()))
