"""A sparkline: the run of a figure without axes, its newest value as a dot, its target as a dashed line."""

from __future__ import annotations

from collections.abc import Sequence

from reports.charts.axis import scale_for
from reports.charts.chart import Chart
from reports.charts.palette import Palette, palette_for
from reports.charts.svg import Canvas, Point
from reports.figures import Figure

WIDTH, HEIGHT = 72.0, 24.0
_INSET = 3.0


def sparkline(
    series: Sequence[Figure],
    target: Figure,
    alt: str,
    palette: Palette | None = None,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Chart:
    """series: oldest first, unknown values leave a gap; the target line is drawn where it is known."""
    colours = palette or palette_for(None)
    canvas = Canvas(width, height)
    values = [figure.amount for figure in series]
    known = [value for value in values if value is not None]
    aim = target.amount
    if not known:
        return canvas.finished(alt)
    scale = scale_for([*known, *([aim] if aim is not None else [])], height - _INSET, _INSET)
    low, high = min([*known, *([aim] if aim is not None else [])]), max([*known, *([aim] if aim is not None else [])])
    if high > low:
        scale = type(scale)(low, high, height - _INSET, _INSET, ())
    step = (width - 2 * _INSET) / max(len(values) - 1, 1)
    if aim is not None:
        canvas.line((_INSET, scale(aim)), (width - _INSET, scale(aim)), colours.miss, 0.7, "2 1.6")
    for run in runs(values):
        points: list[Point] = [(_INSET + at * step, scale(value)) for at, value in run]
        if len(points) > 1:
            canvas.polyline(points, colours.accent, 1.2)
        else:
            canvas.dot(points[0], 0.9, colours.accent)
    last = values[-1]
    if last is not None:
        canvas.dot((width - _INSET, scale(last)), 2.0, colours.accent)
    return canvas.finished(alt)


def runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The stretches without a gap, as (position, value)."""
    result: list[list[tuple[int, float]]] = []
    for at, value in enumerate(values):
        if value is None:
            continue
        if result and result[-1][-1][0] == at - 1:
            result[-1].append((at, value))
        else:
            result.append([(at, value)])
    return result
