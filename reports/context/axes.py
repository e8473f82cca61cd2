"""How axis values are printed: the unit at the top one only, the decimals that tell the ticks apart.

Add here: another kind of axis. Keep out: figures; an axis value belongs to the drawing, not to the data.
"""

from __future__ import annotations

from reports.charts.axis import Scale, Tick, digits_of
from reports.formats import Formats


def rate_ticks(f: Formats) -> Tick:
    """Rates 0–1 in per cent."""

    def tick(value: float, scale: Scale) -> str:
        digits = max(scale.digits - 2, 0)
        return f.percent(value, digits) if value == scale.ticks[-1] else f.bare_percent(value, digits)

    return tick


def count_ticks(f: Formats) -> Tick:
    """Plain numbers."""
    return lambda value, scale: f.number(value, scale.digits)


def money_ticks(f: Formats) -> Tick:
    """Amounts of the base currency in units, thousands or millions, whatever the top of the axis asks for."""

    def tick(value: float, scale: Scale) -> str:
        unit = next((step for step in (1_000_000, 1_000) if max(map(abs, scale.ticks)) >= step), 1)
        digits = digits_of([other / unit for other in scale.ticks])
        if value == scale.ticks[-1]:
            return f.money_scaled(value, unit, digits)
        return f.number(value / unit, digits)

    return tick
