"""How axis values are printed: the unit at the top one only, the decimals that tell the ticks apart.

Add here: another kind of axis. Keep out: figures; an axis value belongs to the drawing, not to the data.
"""

from __future__ import annotations

from collections.abc import Callable

from reports.formats import Formats

Tick = Callable[[float, int, bool], str]


def rate_ticks(f: Formats) -> Tick:
    """Rates 0–1 in per cent."""

    def tick(value: float, digits: int, with_unit: bool) -> str:
        shown = max(digits - 2, 0)
        return f.percent(value, shown) if with_unit else f.bare_percent(value, shown)

    return tick


def count_ticks(f: Formats) -> Tick:
    """Plain numbers."""

    def tick(value: float, digits: int, with_unit: bool) -> str:
        del with_unit
        return f.number(value, digits)

    return tick


def money_ticks(f: Formats) -> Tick:
    """Amounts of the base currency, short."""

    def tick(value: float, digits: int, with_unit: bool) -> str:
        del digits, with_unit
        return f.money_short(value)

    return tick
