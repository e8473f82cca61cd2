"""A world that holds only what a test plants, and its truth tables as rows by scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from orchestration.demo.months import first_day
from orchestration.demo.planter import Planter
from orchestration.demo.truth.histories import History, histories
from orchestration.demo.truth.tables import Table
from orchestration.demo.world import World

COMPANY = ("(all)", "company", "(all)")
Row = dict[str, int]


def planted(case: Callable[[Planter], None], rate: str = "0.25") -> World:
    """A world with one planted case and one exchange rate for every month."""
    world = World(rates={first_day(index): Decimal(rate) for index in range(-24, 36)})
    case(Planter(world))
    return world


def people(world: World) -> list[History]:
    """The world's histories."""
    return list(histories(world).values())


def row(table: Table, month: str, scope: tuple[str, str, str] = COMPANY, further: tuple[str, ...] = ()) -> Row:
    """The figures of one row that are not zero."""
    day = date.fromisoformat(f"{month}-01")
    index = (day.year - 2022) * 12 + day.month - 1
    figures = table.by_scope().get((scope, index, further), [])
    return {name: value for name, value in zip(table.columns, figures, strict=False) if value}
