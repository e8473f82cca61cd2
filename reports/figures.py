"""Figures: numbers that know where they come from.

A page's context holds Figures, never bare numbers, so that a test can look every shown number up again in the mart
it claims to come from, and recompute every difference and share from its inputs.

Add here: a rule that makes one figure of others (RULES). Keep out: formatting (reports/formats.py), and any figure
that a mart could hold: what the marts know is read, not computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt

Number = int | float | Decimal
Value = Number | date | None
KeyValue = str | int | date | None
Keys = tuple[tuple[str, KeyValue], ...]

# The 97.5 % point of the normal distribution, as in the marts.
_Z = 1.959964


class FigureError(LookupError):
    """A figure was asked for that its row does not hold, or holds as something other than a number."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure was read: one column of the one row of `model` that has these `keys`."""

    model: str
    column: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a figure was made of others: RULES[rule] applied to the values of `inputs`, in order."""

    rule: str
    inputs: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number (rates 0-1, NPS in points, amounts in the base currency), a date, or None; and its origin."""

    value: Value
    origin: Source | Derivation

    @property
    def number(self) -> Number | None:
        """The value as a number; None where there is none. Raises FigureError for a date."""
        if isinstance(self.value, date):
            raise FigureError(f"{self.origin} is a date, {self.value}; read .value")
        return self.value

    @property
    def amount(self) -> float | None:
        """The number as a float, for comparing and drawing; never for printing."""
        return None if self.number is None else float(self.number)

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a mart: `keys` say which one it is, `values` holds all its columns."""

    model: str
    keys: Keys
    values: Mapping[str, object]

    def __getitem__(self, column: str) -> object:
        if column not in self.values:
            raise FigureError(f"{self.model} has no column {column}; it has {', '.join(self.values)}")
        return self.values[column]

    def figure(self, column: str) -> Figure:
        """The number or date in `column`, with its origin. Raises FigureError for anything else."""
        value = self[column]
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float | Decimal | date)):
            raise FigureError(f"{self.model}.{column} is {value!r}: a figure is a number or a date")
        return Figure(value, Source(self.model, column, self.keys))

    def text(self, column: str) -> str:
        """The text in `column`; raises FigureError for anything else."""
        value = self[column]
        if not isinstance(value, str):
            raise FigureError(f"{self.model}.{column} is {value!r}, not text")
        return value

    def day(self, column: str) -> date:
        """The date in `column`; raises FigureError for anything else."""
        value = self[column]
        if not isinstance(value, date):
            raise FigureError(f"{self.model}.{column} is {value!r}, not a date")
        return value

    def flag(self, column: str) -> bool:
        """The yes or no in `column`; raises FigureError for anything else."""
        value = self[column]
        if not isinstance(value, bool):
            raise FigureError(f"{self.model}.{column} is {value!r}, not true or false")
        return value


def _difference(values: Sequence[Number]) -> Number:
    return _same_kind(values[0], values[1])[0] - _same_kind(values[0], values[1])[1]  # type: ignore[operator]


def _same_kind(first: Number, second: Number) -> tuple[Number, Number]:
    # Decimal and float do not mix in Python; a difference of the two is only ever shown, so float will do.
    if isinstance(first, float) or isinstance(second, float):
        return float(first), float(second)
    return first, second


def _total(values: Sequence[Number]) -> Number:
    result: Number = 0
    for value in values:
        left, right = _same_kind(result, value)
        result = left + right  # type: ignore[operator]
    return result


def _share(values: Sequence[Number]) -> Number | None:
    return None if values[1] == 0 else float(values[0]) / float(values[1])


def _wilson(values: Sequence[Number], side: int) -> Number | None:
    """A bound of Wilson's 95 % interval without continuity correction (Wilson 1927), as in the marts."""
    part, whole = float(values[0]), float(values[1])
    if whole == 0:
        return None
    rate, z2 = part / whole, _Z * _Z
    middle, half = rate + z2 / (2 * whole), _Z * sqrt(rate * (1 - rate) / whole + z2 / (4 * whole * whole))
    return min(1.0, max(0.0, (middle + side * half) / (1 + z2 / whole)))


def _newcombe(values: Sequence[Number], side: int) -> Number:
    """A bound of the difference of two shares: (share, low, high) of the first, then of the second (Newcombe 1998)."""
    share1, low1, high1, share0, low0, high0 = (float(value) for value in values)
    if side < 0:
        return share1 - share0 - sqrt((share1 - low1) ** 2 + (high0 - share0) ** 2)
    return share1 - share0 + sqrt((high1 - share1) ** 2 + (share0 - low0) ** 2)


RULES: Mapping[str, Callable[[Sequence[Number]], Number | None]] = {
    "difference": _difference,
    "sum": _total,
    "share": _share,
    "complement": lambda values: 1 - float(values[0]),
    "negative": lambda values: -values[0],
    "magnitude": lambda values: -values[0] if values[0] < 0 else values[0],
    "highest": lambda values: max(values),
    "lowest": lambda values: min(values),
    "mean": lambda values: float(_total(values)) / len(values),
    "rows": len,
    "wilson_low": lambda values: _wilson(values, -1),
    "wilson_high": lambda values: _wilson(values, 1),
    "newcombe_low": lambda values: _newcombe(values, -1),
    "newcombe_high": lambda values: _newcombe(values, 1),
}


def derive(rule: str, *inputs: Figure) -> Figure:
    """A figure made by RULES[rule]; None as soon as one input is None. Dates cannot be derived."""
    numbers = [figure.number for figure in inputs]
    known = [number for number in numbers if number is not None]
    value = RULES[rule](known) if len(known) == len(numbers) else None
    return Figure(value, Derivation(rule, inputs))


def difference(now: Figure, before: Figure) -> Figure:
    """now - before."""
    return derive("difference", now, before)


def total(*parts: Figure) -> Figure:
    """The sum of the parts; 0 for none."""
    return derive("sum", *parts)


def share(part: Figure, whole: Figure) -> Figure:
    """part / whole as a rate 0-1; None where the whole is 0."""
    return derive("share", part, whole)


def complement(rate: Figure) -> Figure:
    """1 - rate."""
    return derive("complement", rate)


def negative(figure: Figure) -> Figure:
    """The figure with its sign turned: a loss in a ledger that adds up."""
    return derive("negative", figure)


def magnitude(figure: Figure) -> Figure:
    """The figure without its sign: how far above or below, where the sentence says which."""
    return derive("magnitude", figure)


def counted(rows: Sequence[Row], column: str) -> Figure:
    """How many rows there are, each named by one of its numbers."""
    return Figure(len(rows), Derivation("rows", tuple(row.figure(column) for row in rows)))


def given(name: str, value: Number | date) -> Figure:
    """A value of the ReportRun itself: a setting, the edition, a number of checks. `name` is the attribute's."""
    return Figure(value, Source("report_run", name, ()))
