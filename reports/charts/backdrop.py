"""A backdrop: the run of a figure and its interval as a quiet shape behind words. Decoration: it has no labels.

Keep out: anything a reader must be able to read off.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.charts.chart import Chart
from reports.charts.sparkline import runs
from reports.charts.svg import Canvas, Point
from reports.figures import Figure

_INSET = 3.0


def backdrop(
    values: Sequence[Figure], lows: Sequence[Figure], highs: Sequence[Figure], colours: tuple[str, str], size: Point
) -> Chart:
    """values, lows, highs: one per month, oldest first. colours: of the interval and of the line; size: in pt."""
    canvas = Canvas(*size)
    every = [figure.amount for figure in (*values, *lows, *highs)]
    known = [value for value in every if value is not None]
    if len(known) < 2 or max(known) == min(known):
        return canvas.finished("")
    low, high = min(known), max(known)
    step = size[0] / max(len(values) - 1, 1)

    def at(index: int, value: float) -> Point:
        return (index * step, size[1] - _INSET - (value - low) / (high - low) * (size[1] - 2 * _INSET))

    bounded = [a.amount if a.known and b.known else None for a, b in zip(lows, highs, strict=True)]
    for run in runs(bounded):
        upper = [at(index, highs[index].amount or 0.0) for index, _ in run]
        if len(run) > 1:
            canvas.area([*upper, *(at(index, value) for index, value in reversed(run))], colours[0])
    for run in runs([value.amount for value in values]):
        if len(run) > 1:
            canvas.polyline([at(index, value) for index, value in run], colours[1], 2.2)
    return canvas.finished("")
