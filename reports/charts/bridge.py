"""A bridge: from an opening amount over its movements to the closing one.

The axis may be cut so that the movements can be seen; the outer columns then carry a notch, and `Bridge.cut` of the
result tells the caller to say so in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts.axis import tick_step
from reports.charts.chart import Chart, DataTable
from reports.charts.palette import Palette
from reports.charts.svg import Canvas
from reports.charts.typeface import text_width, wrapped
from reports.figures import Figure

# Movements smaller than this share of the opening amount cannot be seen on an axis from zero.
_CUT_BELOW = 0.25
_LABEL_LINES = 2


@dataclass(frozen=True, slots=True)
class Step:
    """One movement, as a signed amount, and the words under it."""

    label: str
    amount: Figure


@dataclass(frozen=True, slots=True)
class Bridge:
    """opening + Σ steps = closing. value prints the outer amounts, change the signed movements."""

    opening: Step
    steps: Sequence[Step]
    closing: Step
    value: Callable[[Figure], str]
    change: Callable[[Figure], str]

    @property
    def levels(self) -> tuple[float, ...]:
        """The running amount after the opening and after each step."""
        level, result = self.opening.amount.amount or 0.0, [self.opening.amount.amount or 0.0]
        for step in self.steps:
            level += step.amount.amount or 0.0
            result.append(level)
        return tuple(result)

    @property
    def floor(self) -> float:
        """Where the axis starts: 0, or a round amount below the lowest level where the movements are small."""
        closing = self.closing.amount.amount or 0.0
        low, high = min(*self.levels, closing), max(*self.levels, closing)
        if low <= 0 or high <= low or high - low >= _CUT_BELOW * high:
            return 0.0
        span = max(high - low, high * 0.02)
        step = tick_step(span, 4)
        return max(0.0, step * int((low - span * 0.35) / step))


def bridge(data: Bridge, palette: Palette, alt: str, width: float, height: float) -> Chart:
    """Draws the bridge across the whole width."""
    canvas = Canvas(width, height)
    count = len(data.steps) + 2
    pitch = width / (count - 0.32)
    wide = pitch * 0.68
    levels, floor = data.levels, data.floor
    closing = data.closing.amount.amount or 0.0
    top, bottom = 16.0, height - 10.5 - 9.5 * _LABEL_LINES
    ceiling = max(*levels, closing)
    room = (ceiling - floor) or 1.0

    def y(amount: float) -> float:
        return bottom - (amount - floor) / room * (bottom - top)

    canvas.line((0, bottom), (width, bottom), palette.ink, 0.7)
    for at, step in enumerate(data.steps, start=1):
        _movement(canvas, step, data, (levels[at - 1], levels[at]), at * pitch, wide, pitch, y, palette)
    for left, step in ((0.0, data.opening), (pitch * (count - 1), data.closing)):
        _outer(canvas, step, data, left, wide, y, bottom, palette, notched=floor > 0)
    canvas.line((wide, y(levels[0])), (pitch, y(levels[0])), palette.grey, 0.6)
    for at, step in enumerate((data.opening, *data.steps, data.closing)):
        weight, colour = (600, palette.ink) if at in (0, count - 1) else (400, palette.muted)
        lines = wrapped(step.label, pitch * 0.98, 7, weight, _LABEL_LINES)
        for row, line in enumerate(lines):
            half = text_width(line, 7, weight) / 2
            middle = min(max(at * pitch + wide / 2, half), width - half)
            canvas.text((middle, bottom + 11 + row * 9.5), line, 7, colour, weight, "middle")
    return canvas.finished(alt, _table(data))


def _table(data: Bridge) -> DataTable:
    steps = (data.opening, *data.steps, data.closing)
    return DataTable(("step", "amount"), tuple((step.label, step.amount) for step in steps))


def _outer(
    canvas: Canvas,
    step: Step,
    data: Bridge,
    left: float,
    wide: float,
    y: Callable[[float], float],
    bottom: float,
    palette: Palette,
    *,
    notched: bool,
) -> None:
    amount = step.amount.amount or 0.0
    top = min(y(amount), y(0.0) if not notched else y(amount))
    low = bottom if notched else max(y(0.0), y(amount))
    canvas.rect(left, top, wide, low - top, palette.accent)
    if notched and low - top > 12:
        middle, at = left + wide / 2, bottom - 8
        points = [(left, at), (middle, at + 4), (left + wide, at), (left + wide, at + 2.6), (middle, at + 6.6)]
        canvas.area([*points, (left, at + 2.6)], "#FFFFFF")
    canvas.text((left + wide / 2, top - 4), data.value(step.amount), 8.5, palette.accent, 600, "middle")


def _movement(
    canvas: Canvas,
    step: Step,
    data: Bridge,
    levels: tuple[float, float],
    left: float,
    wide: float,
    pitch: float,
    y: Callable[[float], float],
    palette: Palette,
) -> None:
    before, after = y(levels[0]), y(levels[1])
    top, height = min(before, after), abs(before - after)
    loss = levels[1] < levels[0]
    colour = palette.miss if loss else palette.soft
    if height > 0:
        canvas.rect(left, top, wide, max(height, 0.8), colour)
    else:
        canvas.line((left, after), (left + wide, after), palette.grey, 0.6)
    canvas.line((left + wide, after), (left + pitch, after), palette.grey, 0.6)
    text_colour = palette.miss if loss else (palette.accent if height > 0 else palette.muted)
    below = loss and top + height + 10 < canvas.height - 32
    at = top + height + 9.5 if below else top - 4
    canvas.text((left + wide / 2, at), data.change(step.amount), 8, text_colour, 600, "middle")
