"""Columns by month: stacked parts of a whole over time, the newest month in full colour, named at its right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from reports.charts.axis import Scale, Tick, scale_for, spread, tick_count
from reports.charts.chart import Chart, DataTable
from reports.charts.palette import Palette
from reports.charts.svg import Canvas
from reports.charts.typeface import text_width, wrapped
from reports.figures import Figure

_LEFT = 26.0


@dataclass(frozen=True, slots=True)
class Part:
    """One layer of every column, from the bottom up; tone is accent, miss or grey. values: one per month.

    What is below 0 hangs from the axis.
    """

    label: str
    tone: str
    values: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Columns:
    """The data: months and the parts stacked in each; tick and value print an axis value and a figure."""

    months: Sequence[date]
    parts: Sequence[Part]
    tick: Tick
    value: Callable[[Figure], str]
    month: Callable[[date], str]
    label_width: float = 66.0


def columns(data: Columns, palette: Palette, alt: str, width: float, height: float) -> Chart:
    """Draws the columns on an axis from zero."""
    canvas = Canvas(width, height)
    right, bottom, top = width - data.label_width, height - 15, 10.0
    scale = _scale(data, bottom, top)
    left = max(_LEFT, 5 + value_axis(canvas, scale, data.tick, palette, right))
    step = (right - left) / max(len(data.months), 1)
    wide = min(step * 0.7, 26)
    middles = [left + (at + 0.5) * step for at in range(len(data.months))]
    for at, middle in enumerate(middles):
        _column(canvas, data, at, middle - wide / 2, wide, scale, palette)
    _months(canvas, data, middles, step, palette, height)
    _labels(canvas, data, scale, palette, right + 5)
    return canvas.finished(alt, _table(data))


def value_axis(canvas: Canvas, scale: Scale, tick: Tick, palette: Palette, right: float) -> float:
    """Draws a line with its value at every tick, up to `right`; returns the width of the widest value, in pt."""
    for at in scale.ticks:
        canvas.line((0, scale(at)), (right, scale(at)), palette.grey if at == 0 else palette.hairline, 0.6)
        canvas.text((0, scale(at) - 2.4), tick(at, scale), 7, palette.muted)
    return max(text_width(tick(at, scale), 7) for at in scale.ticks)


def _table(data: Columns) -> DataTable:
    rows = ((month, part.label, part.values[at]) for at, month in enumerate(data.months) for part in data.parts)
    return DataTable(("month", "part", "value"), tuple(rows))


def tone_colours(tone: str, palette: Palette) -> tuple[str, str]:
    """The colour of a tone in the newest month and in those before it."""
    return {
        "accent": (palette.accent, palette.soft),
        "miss": (palette.miss, "#E39A76"),
        "tint": (palette.tint, palette.tint),
        "grey": (palette.grey, "#C9D0D8"),
    }[tone]


def _scale(data: Columns, bottom: float, top: float) -> Scale:
    """An axis from zero; one of counts has whole ticks only."""
    values = [figure.number for part in data.parts for figure in part.values]
    ends = [end for at in range(len(data.months)) for _, *ends in _stacked(data, at) for end in ends]
    lowest = None if min(ends, default=0.0) < 0 else 0.0
    scales = [
        scale_for(ends, bottom, top, count=count, zero=True, floor_at=lowest)
        for count in range(tick_count(bottom - top), 0, -1)
    ]
    whole = all(isinstance(value, int) or not value for value in values)
    return next((scale for scale in scales if scale.digits == 0), scales[-1]) if whole else scales[0]


def _stacked(data: Columns, at: int) -> list[tuple[Part, float, float]]:
    """The parts of a month with the values at which each begins and ends, going up from 0 or down."""
    up = down = 0.0
    result = []
    for part in data.parts:
        value = part.values[at].amount or 0.0
        base = up if value >= 0 else down
        result.append((part, base, base + value))
        up, down = max(up, base + value), min(down, base + value)
    return result


def _column(
    canvas: Canvas, data: Columns, at: int, left: float, wide: float, scale: Scale, palette: Palette
) -> None:  # fmt: skip
    if not any(part.values[at].known for part in data.parts):
        canvas.text((left + wide / 2, scale(0) - 3), "–", 7, palette.muted, align="middle")
        return
    for part, base, end in _stacked(data, at):
        newest, before = tone_colours(part.tone, palette)
        top, tall = min(scale(base), scale(end)), abs(scale(base) - scale(end))
        if tall > 0:
            # A hair of white between the parts keeps them apart in grey print.
            gap = 0.5 if base > 0 and tall > 1.5 else 0.0
            canvas.rect(left, top, wide, tall - gap, newest if at == len(data.months) - 1 else before)


def _months(
    canvas: Canvas, data: Columns, middles: Sequence[float], step: float, palette: Palette, height: float
) -> None:  # fmt: skip
    names = [data.month(month) for month in data.months]
    room = max((text_width(name, 7) for name in names), default=0) + 8
    every = next((n for n in (1, 2, 3, 6, 12, 24) if step * n >= room), 24)
    for at in range(len(names) - 1, -1, -every):
        canvas.text((middles[at], height - 3), names[at], 7, palette.muted, align="middle")


def _labels(canvas: Canvas, data: Columns, scale: Scale, palette: Palette, x: float) -> None:
    wanted, texts = [], []
    for part, base, end in _stacked(data, len(data.months) - 1):
        wanted.append(scale((base + end) / 2))
        colour = {"grey": palette.muted, "tint": palette.muted}.get(part.tone, tone_colours(part.tone, palette)[0])
        lines = wrapped(part.label, data.label_width - 6, 7.5, 400)
        texts.append((data.value(part.values[-1]), lines, colour))
    tallest = max((1 + len(lines) for _, lines, _ in texts), default=1)
    for centre, (value_text, lines, colour) in zip(
        spread(wanted, 9.2 * tallest + 2, 14, scale(min(0.0, scale.ticks[0])) - 4.6 * tallest), texts, strict=True
    ):
        y = centre - 4.6 * (1 + len(lines)) + 8
        canvas.text((x, y), value_text, 8, colour, 600)
        for line in lines:
            y += 9.2
            canvas.text((x, y), line, 7.5, colour)
