"""Flows by month: what came in above a line, what went out below it, the newest month in full colour.

Add here: what an account of points or customers needs. Keep out: stacked parts of one whole (columns.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from reports.charts.axis import Scale, Tick, scale_for, spread, tick_count
from reports.charts.chart import Chart, DataTable
from reports.charts.columns import Part, tone_colours, value_axis
from reports.charts.palette import Palette
from reports.charts.svg import Canvas
from reports.charts.typeface import text_width, wrapped
from reports.figures import Figure


@dataclass(frozen=True, slots=True)
class Flows:
    """Months, the part that comes in and those that go out, all ≥ 0; unknown ones are drawn as nothing.

    tick: an axis value, 0 at the line, without a sign; value: the newest figure; month: a month's short name.
    """

    months: Sequence[date]
    into: Part
    out_of: Sequence[Part]
    tick: Tick
    value: Callable[[Figure], str]
    month: Callable[[date], str]
    label_width: float = 62.0


def flows(data: Flows, palette: Palette, alt: str, width: float, height: float) -> Chart:
    """Draws both sides on one axis, so that their lengths can be compared."""
    canvas = Canvas(width, height)
    right, bottom, top = width - data.label_width, height - 15, 10.0
    every = range(len(data.months))
    highest = [_amount(data.into, at) for at in every]
    lowest = [-sum(_amount(part, at) for part in data.out_of) for at in every]
    scale = scale_for([*highest, *lowest], bottom, top, count=tick_count(bottom - top), zero=True)
    left = 5 + value_axis(canvas, scale, lambda value, on: data.tick(abs(value), on), palette, right)
    step = (right - left) / max(len(data.months), 1)
    wide = min(step * 0.7, 26)
    middles = [left + (at + 0.5) * step for at in every]
    for at, middle in enumerate(middles):
        _month(canvas, data, at, middle - wide / 2, wide, scale, palette)
    _names(canvas, data, middles, step, palette, height)
    _labels(canvas, data, scale, palette, right + 5, bottom)
    return canvas.finished(alt, _table(data))


def _amount(part: Part, at: int) -> float:
    return part.values[at].amount or 0.0


def _month(
    canvas: Canvas, data: Flows, at: int, left: float, wide: float, scale: Scale, palette: Palette
) -> None:  # fmt: skip
    newest = at == len(data.months) - 1
    level = _amount(data.into, at)
    if level > 0:
        canvas.rect(
            left, scale(level), wide, scale(0) - scale(level), tone_colours(data.into.tone, palette)[not newest]
        )
    base = 0.0
    for part in data.out_of:
        amount = _amount(part, at)
        if amount > 0:
            # A hair of white between the parts keeps them apart in grey print.
            gap = 0.5 if base else 0.0
            tall = scale(-base - amount) - scale(-base) - gap
            canvas.rect(left, scale(-base) + gap, wide, max(tall, 0.2), tone_colours(part.tone, palette)[not newest])
        base += amount


def _names(
    canvas: Canvas, data: Flows, middles: Sequence[float], step: float, palette: Palette, height: float
) -> None:  # fmt: skip
    names = [data.month(month) for month in data.months]
    room = max((text_width(name, 7) for name in names), default=0) + 8
    every = next((n for n in (1, 2, 3, 6, 12, 24) if step * n >= room), 24)
    for at in range(len(names) - 1, -1, -every):
        canvas.text((middles[at], height - 3), names[at], 7, palette.muted, align="middle")


def _labels(canvas: Canvas, data: Flows, scale: Scale, palette: Palette, x: float, bottom: float) -> None:
    """The newest month's figures at the right, each beside its part."""
    base, parts = 0.0, [(data.into, scale(_amount(data.into, -1) / 2))]
    for part in data.out_of:
        parts.append((part, scale(-base - _amount(part, -1) / 2)))
        base += _amount(part, -1)
    texts = [wrapped(part.label, data.label_width - 6, 7.5) for part, _ in parts]
    tallest = max(1 + len(lines) for lines in texts)
    centres = spread([at for _, at in parts], 9.2 * tallest + 2, 14, bottom - 4.6 * tallest)
    for (part, _), lines, centre in zip(parts, texts, centres, strict=True):
        colour = palette.muted if part.tone == "grey" else tone_colours(part.tone, palette)[0]
        y = centre - 4.6 * (1 + len(lines)) + 8
        canvas.text((x, y), data.value(part.values[-1]), 8, colour, 600)
        for line in lines:
            y += 9.2
            canvas.text((x, y), line, 7.5, colour)


def _table(data: Flows) -> DataTable:
    parts = (data.into, *data.out_of)
    rows = ((month, part.label, part.values[at]) for at, month in enumerate(data.months) for part in parts)
    return DataTable(("month", "part", "value"), tuple(rows))
