"""A histogram: how many answers each score of a scale got, in the bands that the scale is read in.

Add here: what columns by score need. Keep out: columns by month (columns.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts.axis import scale_for
from reports.charts.chart import Chart, DataTable
from reports.charts.palette import Palette
from reports.charts.svg import Canvas
from reports.charts.typeface import shortened
from reports.figures import Figure

_LABEL_HEIGHT, _BAND_HEIGHT = 11.0, 27.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One score; share is that of all answers, 0–1."""

    score: Figure
    share: Figure


@dataclass(frozen=True, slots=True)
class Band:
    """Neighbouring scores that are read together; tone is miss, grey or accent; share is that of all answers."""

    label: str
    share: Figure
    tone: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Histogram:
    """The bands from the lowest score up; score and share print what stands below and above a bar."""

    bands: Sequence[Band]
    score: Callable[[Figure], str]
    share: Callable[[Figure], str]


def histogram(data: Histogram, palette: Palette, alt: str, width: float, height: float) -> Chart:
    """Draws the bars from zero; every bar says its share, so there is no axis."""
    canvas = Canvas(width, height)
    bottom = height - _LABEL_HEIGHT - _BAND_HEIGHT
    shares = [bar.share.amount or 0.0 for band in data.bands for bar in band.bars]
    scale = scale_for(shares, bottom, _LABEL_HEIGHT, zero=True, floor_at=0.0)
    step = width / max(len(shares), 1)
    wide = min(step * 0.74, 30.0)
    left = 0.0
    for band in data.bands:
        for at, bar in enumerate(band.bars):
            middle = left + (at + 0.5) * step
            top = scale(bar.share.amount or 0.0)
            canvas.rect(middle - wide / 2, top, wide, bottom - top, _colour(band.tone, palette))
            canvas.text((middle, top - 2.6), data.share(bar.share), 7, palette.ink, align="middle")
            canvas.text((middle, bottom + 8.5), data.score(bar.score), 7, palette.muted, align="middle")
        _bracket(canvas, data, band, left, left + len(band.bars) * step, bottom + _LABEL_HEIGHT, palette)
        left += len(band.bars) * step
    canvas.line((0, bottom), (width, bottom), palette.grey, 0.6)
    return canvas.finished(alt, _table(data))


def _table(data: Histogram) -> DataTable:
    rows = ((bar.score, band.label, bar.share) for band in data.bands for bar in band.bars)
    return DataTable(("score", "band", "share"), tuple(rows))


def _bracket(
    canvas: Canvas, data: Histogram, band: Band, left: float, right: float, y: float, palette: Palette
) -> None:
    """The band's name and share under its scores; the line under them keeps bands apart without their colour."""
    if not band.bars:
        return
    canvas.line((left + 2, y + 2.5), (right - 2, y + 2.5), _colour(band.tone, palette), 1.2)
    text = shortened(band.label, right - left + 6, 7, 600)
    canvas.text(((left + right) / 2, y + 12), text, 7, palette.ink, 600, align="middle")
    canvas.text(((left + right) / 2, y + 21), data.share(band.share), 7, palette.ink, align="middle")


def _colour(tone: str, palette: Palette) -> str:
    return {"miss": palette.miss, "grey": palette.grey}.get(tone, palette.accent)
