"""A world that holds only what a test plants, and its truth tables as rows by scope."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from orchestration.demo.months import first_day
from orchestration.demo.planter import Planter
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.tables import Figure, Table
from orchestration.demo.world import World
from orchestration.settings import load_settings

COMPANY = ("(all)", "company", "(all)")
Row = dict[str, Figure]


def planted(case: Callable[[Planter], None], rate: str = "0.25") -> World:
    """A world with one planted case and one exchange rate for every month."""
    world = World(rates={first_day(index): Decimal(rate) for index in range(-24, 36)})
    case(Planter(world))
    return world


def known(world: World) -> Known:
    """The world, read by the demo's settings."""
    return Known.of(world, load_settings({}))


def row(table: Table, period: str, scope: tuple[str, str, str] = COMPANY, further: tuple[str, ...] = ()) -> Row:
    """The figures of one row that are not zero. `period`: 2024-03 for a month, else as in `year 2024-12-31`."""
    period_type, _, last = period.rpartition(" ")
    at = next(
        found
        for found in table.known.periods
        if (found.period_type, str(found.end)) == (period_type, last)
        or (not period_type and found.period_type == "month" and str(found.end).startswith(last))
    )
    figures = table.by_scope().get((scope, at, further), [])
    return {name: value for name, value in zip(table.columns, figures, strict=False) if value}
