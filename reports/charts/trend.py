"""A trend: one figure by month with its interval as a band, its target, and the events that fell into the time.

Add here: what a line over months needs. Keep out: columns (columns.py) and curves by age (curves.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from reports.charts.axis import Scale, Tick, scale_for, spread, tick_count
from reports.charts.chart import Chart, DataTable
from reports.charts.palette import Palette
from reports.charts.sparkline import runs
from reports.charts.svg import Canvas
from reports.charts.typeface import shortened, text_width, wrapped
from reports.figures import Figure

LABEL_WIDTH = 62.0
_LEFT, _EVENT_ROW, _EVENT_WIDTH = 26.0, 10.5, 120.0
# More rows of names would leave the line no room: the newest events keep theirs.
_MOST_EVENT_ROWS = 3
# Nor may they take the last of a low picture: below this the values of the axis stand on one another.
_LEAST_PLOT = 24.0


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One month; rates 0–1 or any other number, unknown ones leave a gap."""

    month: date
    value: Figure
    low: Figure
    high: Figure
    target: Figure


@dataclass(frozen=True, slots=True)
class Trend:
    """The data of a trend. events: (day, label), drawn in the month they fall into.

    tick: an axis value as text, its unit shown at the top one only (bare).
    value: the newest figure as text; month: a month's short name. low_limit, high_limit: ends of the axis, 0 and 1.
    """

    points: Sequence[TrendPoint]
    tick: Tick
    value: Callable[[Figure], str]
    month: Callable[[date], str]
    target_label: str
    band_label: str
    events: Sequence[tuple[date, str]] = field(default=())
    low_limit: float | None = 0.0
    high_limit: float | None = 1.0


def trend(data: Trend, palette: Palette, alt: str, width: float, height: float) -> Chart:
    """Draws the trend; the axis starts where the data do, so the caller says so in words."""
    canvas = Canvas(width, height)
    points = data.points
    events = _named(data, _events_in(data), width, height)
    top = 9.0 + _EVENT_ROW * len({row for _, _, row in _event_rows(data, events, width)})
    scale = trend_scale(points, height - 17, top, data.low_limit, data.high_limit)
    right = width - LABEL_WIDTH
    step = (right - _LEFT - 8) / max(len(points) - 1, 1)
    x = [_LEFT + at * step for at in range(len(points))]
    _grid(canvas, data, scale, palette, right)
    _months(canvas, data, x, palette, height)
    _band(canvas, points, x, scale, palette)
    _draw_events(canvas, data, events, scale, palette, width, height)
    labels = _target_line(canvas, data, x, scale, palette)
    for run in runs([point.value.amount for point in points]):
        canvas.polyline([(x[at], scale(value)) for at, value in run], palette.accent, 1.9)
        if len(run) == 1:
            canvas.dot((x[run[0][0]], scale(run[0][1])), 1.8, palette.accent)
    labels += _newest(canvas, data, x, scale, palette)
    _end_labels(canvas, labels, right + 5, top, height - 17)
    return canvas.finished(alt, _table(data))


def _table(data: Trend) -> DataTable:
    events = _events_in(data)
    rows = (
        (*point, "; ".join(label for position, label in events if position == at) or None)
        for at, p in enumerate(data.points)
        for point in ((p.month, p.value, p.low, p.high, p.target),)
    )
    return DataTable(("month", "value", "low", "high", "target", "events"), tuple(rows))


def trend_scale(
    points: Sequence[TrendPoint], at_low: float, at_high: float, low_limit: float | None, high_limit: float | None
) -> Scale:
    """The scale over values, bounds and targets."""
    every = [figure.amount for point in points for figure in (point.value, point.low, point.high, point.target)]
    known = [value for value in every if value is not None]
    return scale_for(known, at_low, at_high, count=tick_count(at_low - at_high), floor_at=low_limit, ceiling=high_limit)


def _grid(canvas: Canvas, data: Trend, scale: Scale, palette: Palette, right: float) -> None:
    for tick in scale.ticks:
        y = scale(tick)
        canvas.line((0, y), (right, y), palette.hairline, 0.6)
        text = data.tick(tick, scale)
        canvas.text((0, y - 2.4), text, 7, palette.muted)


def _months(canvas: Canvas, data: Trend, x: Sequence[float], palette: Palette, height: float) -> None:
    """Month names as many as fit, counted back from the newest."""
    names = [data.month(point.month) for point in data.points]
    room = max((text_width(name, 7) for name in names), default=0) + 10
    every = next((n for n in (1, 2, 3, 6, 12, 24) if len(x) < 2 or (x[1] - x[0]) * n >= room), 24)
    for at in range(len(names) - 1, -1, -every):
        canvas.text((x[at], height - 4), names[at], 7, palette.muted, align="middle")


def _band(canvas: Canvas, points: Sequence[TrendPoint], x: Sequence[float], scale: Scale, palette: Palette) -> None:
    bounded = [p.low.amount if p.low.known and p.high.known else None for p in points]
    for run in runs(bounded):
        lower = [(x[at], scale(low)) for at, low in run]
        upper = [(x[at], scale(points[at].high.amount or 0.0)) for at, _ in run]
        if len(run) > 1:
            canvas.area([*upper, *reversed(lower)], palette.tint)
        else:
            canvas.line(upper[0], lower[0], palette.tint, 4)


Label = tuple[float, tuple[tuple[str, float, str, int], ...]]


def _target_line(canvas: Canvas, data: Trend, x: Sequence[float], scale: Scale, palette: Palette) -> list[Label]:
    targets = [point.target.amount for point in data.points]
    for run in runs(targets):
        path = [(x[at], scale(value)) for at, value in run]
        canvas.polyline(
            path if len(path) > 1 else [(path[0][0] - 4, path[0][1]), path[0]], palette.miss, 1.0, "3.2 2.4"
        )
    last = targets[-1]
    if last is None:
        return []
    lines = wrapped(data.target_label, LABEL_WIDTH - 6, 7.5, 600)
    return [(scale(last), tuple((line, 7.5, palette.miss, 600) for line in lines))]


def _newest(canvas: Canvas, data: Trend, x: Sequence[float], scale: Scale, palette: Palette) -> list[Label]:
    newest = data.points[-1]
    value = newest.value.amount
    if value is None:
        return []
    canvas.dot((x[-1], scale(value)), 3.0, palette.accent, "#FFFFFF")
    text = data.value(newest.value)
    size = min(11.5, 11.5 * (LABEL_WIDTH - 6) / text_width(text, 11.5, 600))
    return [(scale(value), ((text, size, palette.accent, 600), (data.month(newest.month), 7, palette.muted, 400)))]


def _end_labels(canvas: Canvas, labels: Sequence[Label], x: float, top: float, bottom: float) -> None:
    """Labels at the ends of their lines, moved apart where they would touch."""
    if not labels:
        return
    heights = [sum(size * 1.12 for _, size, _, _ in lines) for _, lines in labels]
    gap = (sum(heights) / len(heights)) + 2
    centres = spread([y for y, _ in labels], gap, top + heights[0] / 2 - 6, bottom - heights[-1] / 2)
    for (_, lines), centre, height in zip(labels, centres, heights, strict=True):
        y = centre - height / 2
        for content, size, colour, weight in lines:
            y += size * 1.12
            canvas.text((x, y - size * 0.3), content, size, colour, weight)


def _events_in(data: Trend) -> list[tuple[int, str]]:
    months = {(p.month.year, p.month.month): at for at, p in enumerate(data.points)}
    found = [(months.get((day.year, day.month)), label) for day, label in data.events]
    return sorted((at, label) for at, label in found if at is not None)


def _named(data: Trend, events: Sequence[tuple[int, str]], width: float, height: float) -> list[tuple[int, str]]:
    """The newest events whose names fit into the rows there are."""
    kept, most = list(events), min(_MOST_EVENT_ROWS, int((height - 17 - 9.0 - _LEAST_PLOT) / _EVENT_ROW))
    while kept and len({row for _, _, row in _event_rows(data, kept, width)}) > most:
        kept = kept[1:]
    return kept


def _event_rows(data: Trend, events: Sequence[tuple[int, str]], width: float) -> list[tuple[float, str, int]]:
    """Left edge, text and row of every event label: the first row in which it runs into none before it."""
    right = width - LABEL_WIDTH
    step = (right - _LEFT - 8) / max(len(data.points) - 1, 1)
    ends: list[float] = []
    placed: list[tuple[float, str, int]] = []
    for at, label in events:
        text = shortened(label, _EVENT_WIDTH, 7, 500)
        x, wide = _LEFT + at * step + 3, text_width(text, 7, 500)
        left = x if x + wide <= width else x - 6 - wide
        row = next((n for n, end in enumerate(ends) if left > end + 6), len(ends))
        ends[row : row + 1] = [left + wide]
        placed.append((left, text, row))
    return placed


def _draw_events(
    canvas: Canvas,
    data: Trend,
    events: Sequence[tuple[int, str]],
    scale: Scale,
    palette: Palette,
    width: float,
    height: float,
) -> None:
    step = (width - LABEL_WIDTH - _LEFT - 8) / max(len(data.points) - 1, 1)
    for (at, _), (left, text, row) in zip(events, _event_rows(data, events, width), strict=True):
        x, y = _LEFT + at * step, 7.0 + row * _EVENT_ROW
        canvas.line((x, y - 5), (x, height - 17), palette.grey, 0.6, "2 1.6")
        canvas.text((left, y), text, 7, palette.ink, 500)
