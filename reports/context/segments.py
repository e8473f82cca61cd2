"""Segments: a month's retention by every attribute there is, with size, interval and verdict, lowest rate first,
and how much of the change since the month before each segment brought about, by its rate and by its weight.

Add here: what every table by segment needs. Keep out: other figures of a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.charts.axis import scale_for
from reports.charts.chart import DataTable
from reports.context.history import absent
from reports.figures import Figure, Row, counted, total
from reports.marts import Marts
from reports.narrative.labels import SCOPE_TYPES, label, scope_label
from reports.text import Text
from reports.verdicts import Change, Verdicts, load_verdicts

MIX = "rpt_rate_mix"
# Every attribute a customer may be told apart by, in the order of the table.
CUTS = ("country", "region", "segment", "plan", "term", "acquisition_channel")


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """One segment's month; is_hidden: too few customers to be shown.

    versus_rest: against all other customers. rate_effect, mix_effect: what its rate and its weight changed in the
    retention of all since the month before, as differences of rates (0.01 is a point).
    """

    scope_type: str
    scope_value: str
    label: str
    is_hidden: bool
    size: Figure
    lost: Figure
    rate: Figure
    low: Figure
    high: Figure
    versus_rest: Change
    rate_effect: Figure
    mix_effect: Figure


@dataclass(frozen=True, slots=True)
class SegmentGroup:
    """One breakdown, lowest rate first; left_out counts the smaller segments that are not listed.

    rate_effect and mix_effect: of all its segments together; their sum is the change of the whole.
    """

    scope_type: str
    label: str
    lines: tuple[SegmentLine, ...]
    left_out: Figure
    rate_effect: Figure
    mix_effect: Figure

    @property
    def has_effects(self) -> bool:
        """Whether there is a month before to have changed from."""
        return self.rate_effect.known and self.mix_effect.known


def segments_table(groups: Sequence[SegmentGroup]) -> DataTable:
    """What the table by segment shows, with the intervals it only draws, for the attached file."""
    columns = (
        "breakdown", "segment", "customers_start", "lost_customers", "retention_rate", "retention_low",
        "retention_high", "against_the_rest", "rate_effect", "mix_effect",
    )  # fmt: skip
    return DataTable(
        columns,
        tuple(
            (line.scope_type, line.label, line.size, line.lost, line.rate, line.low, line.high,
             line.versus_rest.verdict, line.rate_effect, line.mix_effect)
            for group in groups
            for line in group.lines
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """The scale all intervals of a table are drawn on; low and high are rates 0–1, round in per cent."""

    low: float
    high: float

    def at(self, rate: Figure) -> float:
        """Where a rate lies, in per cent of the drawing's width."""
        return round(100 * ((rate.amount or 0.0) - self.low) / (self.high - self.low), 2)

    def wide(self, low: Figure, high: Figure) -> float:
        """How wide an interval is, in per cent of the drawing's width."""
        return round(min(self.at(high), 100.0) - self.start(low), 2)

    def start(self, low: Figure) -> float:
        """Where an interval begins; one that begins below the scale starts at its edge."""
        return max(self.at(low), 0.0)


# An interval of fewer customers is wide enough to squeeze all others; it may run out of the drawing.
_SCALED_FROM = 50


def range_of(groups: Sequence[SegmentGroup], whole: Figure) -> Range:
    """The scale of a table's drawing: it holds every rate, and the intervals of all but the smallest segments."""
    lines = [line for group in groups for line in group.lines]
    large = [line for line in lines if (line.size.amount or 0.0) >= _SCALED_FROM] or lines
    figures = [whole, *(line.rate for line in lines), *(figure for line in large for figure in (line.low, line.high))]
    known = [value for figure in figures if (value := figure.amount) is not None]
    scale = scale_for(known, 0, 1, floor_at=0.0, ceiling=1.0)
    return Range(scale.low, scale.high)


def load_groups(marts: Marts, text: Text, room: int) -> tuple[SegmentGroup, ...]:
    """The month's breakdowns with more than one segment, together at most `room` lines, the largest segments first.

    A breakdown with a single segment says what the whole says and is left out, as is one that hides every segment.
    """
    found: dict[str, tuple[Row, ...]] = {}
    for scope_type in CUTS:
        rows = tuple(
            row for row in marts.read("rpt_retention", scope_type=scope_type, months=1) if row["customers_start"] != 0
        )
        if len(rows) > 1 and not all(row.flag("is_suppressed") for row in rows):
            found[scope_type] = tuple(sorted(rows, key=_by_size))
    shares = allotted([len(rows) for rows in found.values()], room)
    return tuple(
        _group(marts, text, scope_type, rows, shown)
        for (scope_type, rows), shown in zip(found.items(), shares, strict=True)
    )


def _group(marts: Marts, text: Text, scope_type: str, rows: Sequence[Row], shown: int) -> SegmentGroup:
    effects = load_effects(marts, scope_type)
    return SegmentGroup(
        scope_type,
        label(text, SCOPE_TYPES, scope_type),
        _lines(text, rows[:shown], effects, load_verdicts(marts, scope_type)),
        counted(rows[shown:], "customers_start"),
        *(_together(effects, column) for column in ("rate_effect", "mix_effect")),
    )


def load_effects(marts: Marts, scope_type: str) -> Mapping[str, Row]:
    """How each segment of a breakdown moved the whole since the month before; segments too small count as one."""
    rows = marts.read(MIX, scope_type=scope_type, months=1, compared_with="previous")
    return {row.text("scope_value"): row for row in rows}


def _together(effects: Mapping[str, Row], column: str) -> Figure:
    return total(*(row.figure(column) for row in effects.values())) if effects else absent(MIX, column)


def allotted(wanted: Sequence[int], room: int) -> tuple[int, ...]:
    """How many lines each group gets: as even as can be, what one does not need goes to the others."""
    result = [0] * len(wanted)
    for _ in range(room):
        open_groups = [at for at in range(len(wanted)) if result[at] < wanted[at]]
        if not open_groups:
            break
        result[min(open_groups, key=lambda at: (result[at], at))] += 1
    return tuple(result)


def _lines(
    text: Text, rows: Sequence[Row], effects: Mapping[str, Row], verdicts: Verdicts
) -> tuple[SegmentLine, ...]:  # fmt: skip
    lines = [_line(text, row, effects.get(row.text("scope_value")), verdicts) for row in rows]
    return tuple(sorted(lines, key=lambda line: (line.rate.amount is None, line.rate.amount or 0.0, line.scope_value)))


def _line(text: Text, row: Row, effect: Row | None, verdicts: Verdicts) -> SegmentLine:
    scope_type, scope_value = row.text("scope_type"), row.text("scope_value")
    return SegmentLine(
        scope_type,
        scope_value,
        scope_label(text, scope_type, scope_value),
        row.flag("is_suppressed"),
        row.figure("customers_start"),
        row.figure("lost_customers"),
        row.figure("retention_rate"),
        row.figure("retention_low"),
        row.figure("retention_high"),
        verdicts.of("retention_rate", "rest", scope_value=scope_value),
        *(effect.figure(name) if effect else absent(MIX, name) for name in ("rate_effect", "mix_effect")),
    )


def _by_size(row: Row) -> tuple[float, str]:
    return -(row.figure("customers_start").amount or 0.0), row.text("scope_value")
