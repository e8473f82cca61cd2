"""Service: how fast and how well cases are handled, by channel and subject, and what customers said afterwards.

Add here: a part of the page. Keep out: figures (cases.py, care.py) and sentences (reports/narrative/service.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from reports.charts.chart import Chart, DataTable
from reports.charts.palette import palette_for
from reports.charts.sparkline import sparkline
from reports.charts.trend import Trend, TrendPoint, trend
from reports.charts.typeface import lines_needed
from reports.context.axes import count_ticks, rate_ticks
from reports.context.care import (
    Matrix,
    Reviews,
    Variant,
    load_matrix,
    load_reviews,
    load_variants,
    matrix_table,
    reviews_table,
    variants_table,
    was_asked,
)
from reports.context.cases import MODEL, Breakdown, Cases, breakdown_table, load_breakdown, load_cases, load_returns
from reports.context.history import absent
from reports.context.layout import (
    HALF_WIDTH,
    SUBTITLE_LINE,
    TABLE_HEAD,
    filled,
    header_height,
    heading_height,
    note_height,
)
from reports.figures import Figure
from reports.marts import Marts, months_before
from reports.narrative import service as words
from reports.run import ReportRun
from reports.text import Text

ENTITIES = ("cases",)
NO_TARGET = absent("rpt_targets", "target_value")
SHOWN_CHANNELS, SHOWN_SUBJECTS, SHOWN_EVENTS = 9, 7, 3
# A row of these small tables, and the parts at the foot of the page with their notes.
ROW_HEIGHT, FOOT_HEIGHT, GAP = 14.8, 126.0, 17.0
# A quarter of the page's width less its gutter; a tile's rule, label line and figure, large and small.
TILE_WIDTH, TILE_RULE, LABEL_LINE, FIGURE, SMALL_FIGURE, TILE_GAP = 110.5, 7.4, 11.0, 32.6, 19.8, 12.8


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure; kind is hours, rate or number; value and unit as printed; note says what it rests on."""

    name: str
    label: str
    figure: Figure
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """Page 9. tiles: four with a sparkline; small_tiles: what was delivered beside; None or () leaves a part out."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    tables: Mapping[str, DataTable]
    tiles: tuple[Tile, ...]
    small_tiles: tuple[Tile, ...]
    channels: Breakdown
    channels_note: str
    subjects: Breakdown
    subjects_note: str
    has_answers: bool
    matrix: Matrix | None
    variants: tuple[Variant, ...]
    variants_note: str
    reviews: Reviews | None
    reviews_note: str

    @property
    def foot_parts(self) -> int:
        """How many parts stand at the foot of the page."""
        return sum(part for part in (self.matrix is not None, bool(self.variants), self.reviews is not None))


def load_service(marts: Marts, run: ReportRun, text: Text) -> ServiceContext | None:
    """Page 9 of the run's audience; None where no service case was ever delivered."""
    if not marts.is_delivered(*ENTITIES):
        return None
    cases = load_cases(marts, run)
    asked = was_asked(marts)
    matrix = load_matrix(marts, run) if asked else None
    variants = load_variants(marts, run, text) if asked else ()
    reviews = load_reviews(marts, run, text)
    channels = load_breakdown(marts, run, text, "channel", SHOWN_CHANNELS)
    subjects = load_breakdown(marts, run, text, "category", SHOWN_SUBJECTS)
    headline, standfirst = words.headline(text, cases), words.standfirst(text, cases, matrix)
    small = _small_tiles(text, cases)
    notes = words.breakdown_note(text, channels), _subjects_note(text, subjects, load_returns(marts, run, text))
    tiles = _tiles(text, cases)
    taken = header_height(headline, standfirst) + _row_height(tiles, FIGURE)
    taken += TILE_GAP + _row_height(small, SMALL_FIGURE) if small else 0.0
    taken += _tables_height((channels, subjects), notes)
    taken += GAP + FOOT_HEIGHT if matrix or variants or reviews else 0.0
    return ServiceContext(
        page_id="service",
        title=text.gettext("Service"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(_charts(marts, run, text, cases, tiles, taken)),
        tables=MappingProxyType(_tables(channels, subjects, matrix, variants, reviews)),
        tiles=tiles,
        small_tiles=small,
        channels=channels,
        channels_note=notes[0],
        subjects=subjects,
        subjects_note=notes[1],
        has_answers=asked and cases.is_told("csat_denominator"),
        matrix=matrix,
        variants=variants,
        variants_note=words.variants_note(text, variants) if variants else "",
        reviews=reviews,
        reviews_note=words.reviewed(text, reviews) if reviews else "",
    )


def _tiles(text: Text, cases: Cases) -> tuple[Tile, ...]:
    now, _ = cases.now, text.gettext
    shown = (
        ("first_response_hours_median", _("First response, median"), "hours",
         words.slowest(text, now["first_response_hours_p90"])),
        ("resolution_hours_median", _("Resolution, median"), "hours",
         words.slowest(text, now["resolution_hours_p90"])),
        ("first_contact_rate", _("Solved at first contact"), "rate",
         words.interval(text, cases.share("first_contact_rate", "first_contact"))),
        ("complaints_per_100", _("Complaints per 100"), "number", words.complaints_counted(text, cases)),
    )  # fmt: skip
    return tuple(Tile(name, label, now[name], kind, note) for name, label, kind, note in shown)


def _small_tiles(text: Text, cases: Cases) -> tuple[Tile, ...]:
    """What only some companies deliver: each is shown where it was ever told."""
    now, _ = cases.now, text.gettext
    shown = (
        ("csat", "csat_denominator", _("Satisfied after a case"), "rate",
         words.answers(text, cases.share("csat"))),
        ("self_service_rate", "self_service_denominator", _("Solved without an agent"), "rate",
         words.interval(text, cases.share("self_service_rate", "self_service"))),
        ("told_rate", "told_numerator", _("Told when solved"), "rate",
         words.interval(text, cases.share("told_rate", "told"))),
        ("returns_per_100_orders", "returns_numerator", _("Returns per 100 orders"), "number",
         _("returns and wrong goods")),
    )  # fmt: skip
    return tuple(
        Tile(name, label, now[name], kind, note) for name, told_by, label, kind, note in shown if cases.is_told(told_by)
    )


def _subjects_note(text: Text, subjects: Breakdown, returns: Sequence[tuple[str, Figure]]) -> str:
    parts = [
        words.followed(text, subjects) if subjects.left_to.known else "",
        words.breakdown_note(text, subjects),
        words.returns(text, returns) if returns else "",
    ]
    return " ".join(part for part in parts if part)


def _tables(
    channels: Breakdown,
    subjects: Breakdown,
    matrix: Matrix | None,
    variants: Sequence[Variant],
    reviews: Reviews | None,
) -> dict[str, DataTable]:
    found = {"channels": breakdown_table(channels), "subjects": breakdown_table(subjects)}
    if matrix:
        found["speed-correctness"] = matrix_table(matrix)
    if variants:
        found["variants"] = variants_table(variants)
    if reviews:
        found["reviews"] = reviews_table(reviews)
    return found


def _tables_height(tables: Sequence[Breakdown], notes: Sequence[str]) -> float:
    heights = [
        heading_height("-") + TABLE_HEAD + 10.0 + max(len(table.lines), 1) * ROW_HEIGHT
        + (note_height(note, HALF_WIDTH) if note else 0.0)
        for table, note in zip(tables, notes, strict=True)
    ]  # fmt: skip
    return GAP + max(heights)


def _row_height(tiles: Sequence[Tile], figure: float) -> float:
    labels = max(lines_needed(tile.label, TILE_WIDTH, 8, 600) for tile in tiles)
    notes = max(lines_needed(tile.note, TILE_WIDTH, 7.5) for tile in tiles)
    return TILE_RULE + labels * LABEL_LINE + figure + notes * SUBTITLE_LINE


def _charts(
    marts: Marts, run: ReportRun, text: Text, cases: Cases, tiles: Sequence[Tile], taken: float
) -> dict[str, Chart]:
    palette, charts = palette_for(run.accent), {}
    for tile in tiles:
        alt = words.trend_alt(text, tile.label, _told(text, cases, tile))
        charts[tile.name] = sparkline(cases.series(tile.name), NO_TARGET, alt, palette, 33.0)
    height = filled(taken + GAP + heading_height("-", HALF_WIDTH), 62.0, 210.0)
    for tile in tiles[1:3]:
        charts[f"{tile.name}-trend"] = _trend(marts, run, text, cases, tile, height)
    return charts


def _trend(marts: Marts, run: ReportRun, text: Text, cases: Cases, tile: Tile, height: float) -> Chart:
    is_rate, none = tile.kind == "rate", absent(MODEL, tile.name)
    lows, highs = (cases.series(f"first_contact_{end}") if is_rate else (none,) * len(cases.months)
                   for end in ("low", "high"))  # fmt: skip
    count = len(cases.months)
    months = [months_before(run.month_start, count - 1 - at) for at in range(count)]
    points = [TrendPoint(*point, NO_TARGET)
              for point in zip(months, cases.series(tile.name), lows, highs, strict=True)]  # fmt: skip
    data = Trend(
        points=points,
        tick=rate_ticks(text.f) if is_rate else count_ticks(text.f),
        value=lambda figure: text.f.percent(figure) if is_rate else words.with_hours(text, figure),
        month=text.f.month_short,
        target_label="",
        band_label="",
        events=_events(marts, months[0]),
        low_limit=0.0,
        high_limit=1.0 if is_rate else None,
    )
    alt = words.trend_alt(text, tile.label, _told(text, cases, tile))
    return trend(data, palette_for(run.accent), alt, HALF_WIDTH, height)


def _events(marts: Marts, since: date) -> list[tuple[date, str]]:
    """The newest events that fell into the months shown, as many as half a page can name."""
    found = [(row.day("happened_on"), row.text("label")) for row in marts.annotations()]
    return sorted(event for event in found if event[0] >= since)[-SHOWN_EVENTS:]


def _told(text: Text, cases: Cases, tile: Tile) -> list[tuple[str, str]]:
    """Month and value, as printed, of the months that have one."""
    return [
        (text.f.month_short(row.figure("period_start")), words.value(text, tile.kind, row.figure(tile.name)))
        for row in cases.months
        if row is not None and row.figure(tile.name).known
    ]
