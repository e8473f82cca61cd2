"""A distribution of answers: a column per score with its count, the bands named and summed below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts.chart import Chart, DataTable
from reports.charts.palette import Palette
from reports.charts.svg import Canvas
from reports.charts.typeface import shortened
from reports.figures import Figure

_TONES = {"bad": "miss", "plain": "grey", "good": "accent"}


@dataclass(frozen=True, slots=True)
class Score:
    """One score of the scale and how many gave it; None counts as a suppressed column and stays empty."""

    label: str
    responses: Figure


@dataclass(frozen=True, slots=True)
class Band:
    """Neighbouring scores with a name and a share; tone is bad, plain or good; scores counts them, in order."""

    label: str
    tone: str
    scores: int
    share: Figure


@dataclass(frozen=True, slots=True)
class Distribution:
    """Scores from the lowest up; the bands cover them in the same order."""

    scores: Sequence[Score]
    bands: Sequence[Band]
    value: Callable[[Figure], str]
    share: Callable[[Figure], str]


def distribution(data: Distribution, palette: Palette, alt: str, width: float, height: float) -> Chart:
    """Draws the columns on an axis from zero, the bands under them."""
    canvas = Canvas(width, height)
    top, bottom = 12.0, height - 38
    highest = max((score.responses.amount or 0.0 for score in data.scores), default=0.0) or 1.0
    pitch = width / max(len(data.scores), 1)
    wide = pitch * 0.84
    tones = [band.tone for band in data.bands for _ in range(band.scores)]
    for at, (score, tone) in enumerate(zip(data.scores, tones, strict=True)):
        colour = getattr(palette, _TONES[tone])
        left, middle = at * pitch, at * pitch + wide / 2
        tall = (score.responses.amount or 0.0) / highest * (bottom - top)
        if tall > 0:
            canvas.rect(left, bottom - tall, wide, tall, colour)
        canvas.text((middle, bottom - tall - 3), data.value(score.responses), 7, palette.ink, 600, "middle")
        canvas.text((middle, bottom + 9), score.label, 7, palette.muted, align="middle")
    canvas.line((0, bottom), (width - pitch + wide, bottom), palette.ink, 0.7)
    first = 0
    for band in data.bands:
        colour = palette.muted if band.tone == "plain" else getattr(palette, _TONES[band.tone])
        left, right = first * pitch, (first + band.scores) * pitch - (pitch - wide)
        canvas.line((left, bottom + 15), (right, bottom + 15), colour, 1.4)
        canvas.text((left, bottom + 25), shortened(band.label, right - left + 6, 7.5), 7.5, colour)
        canvas.text((left, bottom + 35), data.share(band.share), 8, colour, 600)
        first += band.scores
    return canvas.finished(alt, _table(data))


def _table(data: Distribution) -> DataTable:
    bands = (band.label for band in data.bands for _ in range(band.scores))
    rows = ((score.label, band, score.responses) for score, band in zip(data.scores, bands, strict=True))
    return DataTable(("score", "band", "responses"), tuple(rows))
