"""The scopes a place belongs to, and tables of whole numbers summed over them.

Scopes are those of the demo's configuration: the company, three audiences (board sees all, hungary country HU,
poland country PL), and country, segment and plan inside each.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from orchestration.demo.months import MONTHS
from orchestration.demo.truth.histories import Place

ALL = "(all)"
AUDIENCES: dict[str, str | None] = {"board": None, "hungary": "HU", "poland": "PL"}
Scope = tuple[str, str, str]
Further = tuple[str, ...]
KEY_COLUMNS = ("audience", "scope_type", "scope_value", "period_type", "period_start", "period_end")


@cache
def scopes_of(place: Place) -> tuple[Scope, ...]:
    """(audience, scope_type, scope_value) of every scope a place is counted in."""
    country, segment, plan = place
    found: list[Scope] = []
    for audience, only in ((ALL, None), *AUDIENCES.items()):
        if only is None or only == country:
            whole = "company" if audience == ALL else "audience"
            found.append((audience, whole, audience))
            found += [(audience, "country", country), (audience, "segment", segment), (audience, "plan", plan)]
    return tuple(found)


@dataclass(slots=True)
class Table:
    """Whole numbers by place, month index and further keys; amounts are in cents and named in `amounts`."""

    further_keys: Sequence[str]
    columns: Sequence[str]
    amounts: frozenset[str] = frozenset()
    positions: dict[str, int] = field(init=False)
    cells: dict[tuple[Place, int, Further], list[int]] = field(default_factory=dict)
    scoped: dict[tuple[Scope, int, Further], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.positions = {name: position for position, name in enumerate(self.columns)}

    def add(self, place: Place, index: int, values: Mapping[str, int], further: Further = ()) -> None:
        """Adds to the row of a place; it counts in every scope of the place."""
        self._add(self.cells.setdefault((place, index, further), [0] * len(self.columns)), values)

    def add_to_scope(self, scope: Scope, index: int, values: Mapping[str, int]) -> None:
        """Adds to one scope only, for what cannot be summed over places."""
        self._add(self.scoped.setdefault((scope, index, ()), [0] * len(self.columns)), values)

    def _add(self, row: list[int], values: Mapping[str, int]) -> None:
        for name, value in values.items():
            row[self.positions[name]] += value

    def by_scope(self) -> dict[tuple[Scope, int, Further], list[int]]:
        """Places summed to scopes."""
        found = {key: list(row) for key, row in self.scoped.items()}
        for (place, index, further), row in self.cells.items():
            for scope in scopes_of(place):
                total = found.setdefault((scope, index, further), [0] * len(self.columns))
                for position, value in enumerate(row):
                    total[position] += value
        return found

    def _lines(self) -> Iterable[list[str]]:
        shown = [cents_text if name in self.amounts else str for name in self.columns]
        for (scope, index, further), row in sorted(self.by_scope().items()):
            month = MONTHS[index]
            figures = [show(value) for show, value in zip(shown, row, strict=True)]
            yield [*scope, "month", str(month.first), str(month.last), *further, *figures]

    def write(self, path: Path) -> int:
        """Writes the table as CSV; returns its rows."""
        lines = list(self._lines())
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*KEY_COLUMNS, *self.further_keys, *self.columns])
            writer.writerows(lines)
        return len(lines)


def cents_text(cents: int) -> str:
    """`-12.05` for -1205."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"
