"""Tables of figures: whole numbers added up by place and told for every scope, and figures that are told per scope.

Add to a place whatever can be summed over customers. What cannot (a median, the top fifth) is found per scope, by
`ByScope`, and put into the scope's row.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo.truth.histories import Place
from orchestration.demo.truth.known import ALL, Known, Scope
from orchestration.demo.truth.periods import Period

Further = tuple[str, ...]
Figure = int | Decimal | str | None
Key = tuple[Scope, Period, Further]
KEY_COLUMNS = ("audience", "scope_type", "scope_value", "period_type", "period_start", "period_end")
Item = TypeVar("Item")


@dataclass(slots=True)
class Table:
    """Figures by scope, period and further keys, with the model's own column names.

    Amounts are whole cents and are named in `amounts`, sums of products of two amounts in `squares`. A column nothing
    was added to is 0, and NULL if it is named in `unknown`, where "nothing" and "cannot be said" differ: such a
    column is told per scope.
    """

    known: Known
    further_keys: Sequence[str]
    columns: Sequence[str]
    amounts: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    squares: frozenset[str] = frozenset()
    cells: dict[tuple[Place, Period, Further], list[int]] = field(default_factory=dict)
    scoped: dict[Key, dict[str, Figure]] = field(default_factory=dict)
    positions: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.positions = {name: position for position, name in enumerate(self.columns)}

    def add(self, place: Place, period: Period, values: Mapping[str, int], further: Further = ()) -> None:
        """Adds to the figures of a place; they count in every scope of the place."""
        key = (place, period, further)
        row = self.cells.get(key)
        if row is None:
            row = self.cells[key] = [0] * len(self.columns)
        for name, value in values.items():
            row[self.positions[name]] += value

    def add_to_scope(self, scope: Scope, period: Period, values: Mapping[str, int], further: Further = ()) -> None:
        """Adds to one scope only, for what cannot be summed over places."""
        row = self.scoped.setdefault((scope, period, further), {})
        for name, value in values.items():
            before = row.get(name)
            row[name] = value + (before if isinstance(before, int) else 0)

    def put(self, scope: Scope, period: Period, values: Mapping[str, Figure], further: Further = ()) -> None:
        """Sets figures of one scope: a median, a share, a text; None is told as NULL."""
        self.scoped.setdefault((scope, period, further), {}).update(values)

    def by_scope(self) -> dict[Key, list[Figure]]:
        """Places summed to scopes, in the order of `columns`."""
        found: dict[Key, list[Figure]] = {}
        nothing: list[Figure] = [None if name in self.unknown else 0 for name in self.columns]
        if self.cells:
            for key, sums in self._sums():
                found[key] = [
                    None if name in self.unknown else value for name, value in zip(self.columns, sums, strict=True)
                ]
        for key, values in self.scoped.items():
            row = found.setdefault(key, list(nothing))
            for name, value in values.items():
                before = row[self.positions[name]]
                added = isinstance(before, int) and isinstance(value, int)
                row[self.positions[name]] = before + value if added else value  # type: ignore[operator]
        return found

    def _sums(self) -> Iterable[tuple[Key, Sequence[int]]]:
        periods = list({period for _, period, _ in self.cells})
        furthers = list({further for _, _, further in self.cells})
        period_at = {period: position for position, period in enumerate(periods)}
        further_at = {further: position for position, further in enumerate(furthers)}
        keys = {
            "period": [period_at[period] for _, period, _ in self.cells],
            "further": [further_at[further] for _, _, further in self.cells],
        }
        for name in Place._fields:
            keys[name] = pa.array([getattr(place, name) for place, _, _ in self.cells]).dictionary_encode()
        figures = {f"f{at}": [row[at] for row in self.cells.values()] for at in range(len(self.columns))}
        everyone = pa.table(keys | figures)
        sums = [(name, "sum") for name in figures]
        for audience, only in self.known.filters.items():
            members = everyone
            for attribute, allowed in only.items():
                members = members.filter(pc.is_in(members[attribute].cast(pa.string()), pa.array(allowed)))
            for scope_type in ("", *self.known.company.breakdowns):
                grouping = ["period", "further", *([scope_type] if scope_type else [])]
                summed = members.group_by(grouping, use_threads=False).aggregate(sums).to_pydict()
                rows = zip(*(summed[f"{name}_sum"] for name in figures), strict=True)
                whole = "company" if audience == ALL else "audience"
                values = summed[scope_type] if scope_type else [audience] * len(summed["period"])
                for value, period, further, row in zip(values, summed["period"], summed["further"], rows, strict=True):
                    yield ((audience, scope_type or whole, value), periods[period], furthers[further]), row

    def _shown(self, name: str) -> Callable[[Figure], str]:
        return cents_text if name in self.amounts else square_text if name in self.squares else text

    def _lines(self) -> Iterable[list[str]]:
        shown = [self._shown(name) for name in self.columns]
        in_order = sorted(self.by_scope().items(), key=lambda item: (item[0][0], item[0][1].key, item[0][2]))
        for (scope, period, further), row in in_order:
            figures = [show(value) for show, value in zip(shown, row, strict=True)]
            yield [*scope, *period.key, *further, *figures]

    def write(self, path: Path) -> int:
        """Writes the table as CSV, NULL as an empty cell; returns its rows."""
        lines = list(self._lines())
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*KEY_COLUMNS, *self.further_keys, *self.columns])
            writer.writerows(lines)
        return len(lines)


@dataclass(slots=True)
class ByScope(Generic[Item]):
    """Items of customers, handed to every scope of their place: what a median or a top fifth is found from."""

    known: Known
    found: dict[Key, list[Item]] = field(default_factory=dict)

    def add(self, place: Place, period: Period, item: Item, further: Further = ()) -> None:
        """Hands an item to every scope of a place."""
        for scope in self.known.scopes_of(place):
            self.found.setdefault((scope, period, further), []).append(item)


def text(figure: Figure) -> str:
    """As it is written; '' for NULL."""
    return "" if figure is None else str(figure)


def cents_text(figure: Figure) -> str:
    """`-12.05` for -1205; '' for NULL."""
    return _shifted(figure, 2)


def square_text(figure: Figure) -> str:
    """`0.0144` for 144, the product of 12 and 12 cents; '' for NULL."""
    return _shifted(figure, 4)


def _shifted(figure: Figure, places: int) -> str:
    if not isinstance(figure, int):
        return text(figure)
    whole, rest = divmod(abs(figure), 10**places)
    return f"{'-' if figure < 0 else ''}{whole}.{rest:0{places}d}"
