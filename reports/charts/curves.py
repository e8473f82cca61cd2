"""Curves by age: up to four lines over the time since joining, each named at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts.axis import Scale, Tick, scale_for, spread, tick_count
from reports.charts.chart import Chart, DataTable
from reports.charts.palette import Palette
from reports.charts.sparkline import runs
from reports.charts.svg import Canvas
from reports.charts.typeface import shortened, text_width, wrapped
from reports.figures import Figure

_LEFT = 24.0
# A longer line has its points too close for dots.
_DOTTED = 24


@dataclass(frozen=True, slots=True)
class Curve:
    """values by age from `first_age` on; tone is accent, soft, navy or grey."""

    label: str
    tone: str
    values: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Curves:
    """The data of a plot; axis_label names the unit of the ages, standing before the first one."""

    curves: Sequence[Curve]
    first_age: int
    tick: Tick
    value: Callable[[Figure], str]
    age: Callable[[int], str]
    label_width: float = 74.0
    zero: bool = False


def curves(data: Curves, palette: Palette, alt: str, width: float, height: float) -> Chart:
    """Draws the curves; the y axis covers what is there, from zero where asked."""
    canvas = Canvas(width, height)
    right, bottom, top = width - data.label_width, height - 15, 10.0
    known = [value for curve in data.curves for figure in curve.values if (value := figure.amount) is not None]
    scale = scale_for(known, bottom, top, count=tick_count(bottom - top), zero=data.zero, floor_at=0.0, ceiling=1.0)
    for tick in scale.ticks:
        canvas.line((0, scale(tick)), (right, scale(tick)), palette.hairline, 0.6)
        canvas.text((0, scale(tick) - 2.4), data.tick(tick, scale), 7, palette.muted)
    longest = max((len(curve.values) for curve in data.curves), default=1)
    left = max(_LEFT, 8 + max(text_width(data.tick(t, scale), 7) for t in scale.ticks))
    step = (right - left - 6) / max(longest - 1, 1)
    _ages(canvas, data, left, step, longest, palette, height)
    ends: list[tuple[float, tuple[str, ...], str]] = []
    for curve in reversed(data.curves):
        colour, width_of_line = _colour(curve, palette), 1.9 if curve.tone == "accent" else 1.5
        points = [figure.amount for figure in curve.values]
        for run in runs(points):
            canvas.polyline([(left + at * step, scale(value)) for at, value in run], colour, width_of_line)
            for at, value in run if len(run) == 1 or (curve.tone == "accent" and len(run) <= _DOTTED) else []:
                canvas.dot((left + at * step, scale(value)), 1.7, colour)
        ends += _end(curve, data, points, scale, palette)
    _labels(canvas, ends, right + 4, top, bottom)
    return canvas.finished(alt, _table(data))


def _colour(curve: Curve, palette: Palette) -> str:
    return {"accent": palette.accent, "soft": palette.soft, "navy": palette.navy, "grey": palette.grey}[curve.tone]


def _table(data: Curves) -> DataTable:
    rows = (
        (data.age(data.first_age + at), curve.label, value)
        for curve in data.curves
        for at, value in enumerate(curve.values)
    )
    return DataTable(("age", "curve", "value"), tuple(rows))


def _ages(
    canvas: Canvas, data: Curves, left: float, step: float, count: int, palette: Palette, height: float
) -> None:  # fmt: skip
    names = [data.age(data.first_age + at) for at in range(count)]
    room = max((text_width(name, 7) for name in names[1:]), default=8) + 3.5
    every = next((n for n in (1, 2, 3, 6, 12) if step * n >= room), 12)
    taken = 0.0
    for at in range(0, count, every):
        half = text_width(names[at], 7) / 2
        x = max(left + at * step, half)
        if x - half >= taken:
            taken = canvas.text((x, height - 3), names[at], 7, palette.muted, align="middle")[1] + 3


def _end(
    curve: Curve, data: Curves, points: Sequence[float | None], scale: Scale, palette: Palette
) -> list[tuple[float, tuple[str, ...], str]]:
    last = next(((f, v) for f, v in zip(reversed(curve.values), reversed(points), strict=True) if v is not None), None)
    if last is None:
        return []
    colour = palette.muted if curve.tone == "grey" else _colour(curve, palette)
    return [(scale(last[1]), (data.value(last[0]), curve.label), colour)]


def _labels(
    canvas: Canvas, ends: Sequence[tuple[float, tuple[str, ...], str]], x: float, top: float, bottom: float
) -> None:  # fmt: skip
    """Value and name of each curve at its end: the name in two lines, in one, or behind the value, as room allows."""
    if not ends:
        return
    wide = canvas.width - x - 1
    for most in (2, 1, 0):
        texts = [_label(value, name, wide, most) for _, (value, name), _ in ends]
        tallest = max(len(lines) for lines in texts)
        if len(ends) * (9.2 * tallest + 2) <= bottom - top + 12:
            break
    centres = spread([y for y, _, _ in ends], 9.2 * tallest + 2, top + 4.6 * tallest - 6, bottom - 4.6 * tallest + 4)
    for centre, lines, (_, _, colour) in zip(centres, texts, ends, strict=True):
        y = centre - 4.6 * len(lines) + 7.5
        for row, line in enumerate(lines):
            bold = row == 0 and most > 0
            canvas.text((x, y + 9.2 * row), line, 8 if bold else 7.5, colour, 600 if bold else 400)


def _label(value: str, name: str, width: float, most: int) -> tuple[str, ...]:
    """The lines of one label, the name in at most so many lines of its own; 0: all in one line."""
    return (value, *wrapped(name, width, 7.5, lines=most)) if most else (shortened(f"{value} {name}", width, 7.5),)
