"""What a reporting model's recipe says: its facts, the groups it judges, its figures. The recipes are in recipes.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.truth.rates import Figures, Read, Row, read

PERIOD = ("period_type", "period_start", "period_end")
SCOPE = ("audience", "scope_type", "scope_value")


@dataclass(frozen=True)
class Recipe:
    """A reporting model, its facts, and what makes a row, a group and a breakdown.

    `size` of a group is summed over the rows of the group; `beside` are the columns that, with audience and scope type,
    make the rows a reader sees side by side. `shown` columns are never withheld. `prepare` adds columns to the facts.
    `members`: further columns that, with the scope value, name a group of a breakdown.
    `together`: rows of a scope and period for which it gives the same are shown together or not at all.
    `second_size` is taken for a group whose first one is 0. `join` adds columns to the facts, from `with_facts`.
    """

    report: str
    facts: str
    size: Read
    members: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    beside: tuple[str, ...] = PERIOD
    figures: tuple[Figures, ...] = ()
    shown: tuple[str, ...] = ()
    prepare: Callable[[list[Row]], None] | None = None
    together: Callable[[Row], Any] | None = None
    second_size: Read | None = None
    with_facts: str = ""
    join: Callable[[list[Row], list[Row]], None] | None = None


def first_of(*columns: str) -> Callable[[Row], Any]:
    """The first of some counts that is not 0."""
    return lambda row: next((row[column] for column in columns if row[column]), 0)


def total_of(column: str, name: str, *further: str) -> Callable[[list[Row]], None]:
    """Adds to every row the sum of a column over its scope, period and further keys."""
    keys = (*SCOPE, *PERIOD, *further)

    def prepare(rows: list[Row]) -> None:
        sums: dict[tuple[Any, ...], int] = defaultdict(int)
        for row in rows:
            sums[tuple(row[key] for key in keys)] += row[column]
        for row in rows:
            row[name] = sums[tuple(row[key] for key in keys)]

    return prepare


def expected_figures(recipe: Recipe, row: Row) -> dict[str, Any]:
    """What the reporting model must say of a row of facts, before anything is withheld."""
    found: dict[str, Any] = {}
    for figures in recipe.figures:
        found |= figures(row)
    return found


def unit_of(recipe: Recipe, row: Row) -> tuple[Any, ...]:
    """The group a row belongs to: (audience, scope_type, its name in the breakdown, what makes the breakdown …)."""
    named = tuple(row[name] for name in ("scope_value", *recipe.members))
    return (row["audience"], row["scope_type"], named, *(row[name] for name in recipe.beside))


def sizes(recipe: Recipe, rows: list[Row]) -> dict[tuple[Any, ...], int | None]:
    """The size of every group."""
    found: dict[tuple[Any, ...], int | None] = _summed(recipe, recipe.size, rows)
    if recipe.second_size is not None:
        second = _summed(recipe, recipe.second_size, rows)
        found = {unit: size or second[unit] for unit, size in found.items()}
    return found


def _summed(recipe: Recipe, size: Read, rows: list[Row]) -> dict[tuple[Any, ...], int | None]:
    found: dict[tuple[Any, ...], int | None] = {}
    for row in rows:
        unit = unit_of(recipe, row)
        found[unit] = (found.get(unit) or 0) + (read(row, size) or 0)
    return found
