"""How the subject of leaving is set: what stands on its first sheet, what on the second, and how tall the pictures are.

Add here: the height of a further part. Keep out: marts and words; everything here is a function of heights in pt.

The second sheet holds what was tried to keep customers; a company that tried nothing (or delivers nothing of it) has
one sheet. What is left of the first sheet is given to a picture of the losses by month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.context.layout import (
    BLOCK_GAP,
    BODY_HEIGHT,
    HEADING,
    NOTE,
    PICTURE_GAP,
    SUBTITLE_LINE,
    header_height,
    heading_height,
    note_height,
)

ROW, HEAD = 14.2, 15.0
HEAT_ROW, HEAT_HEAD = 12.2, 16.0
TITLED = BLOCK_GAP + HEADING + SUBTITLE_LINE + PICTURE_GAP
LEAST_CHART, MOST_CHART = 80.0, 420.0
LEAST_DESK_CHART, MOST_DESK_CHART = 96.0, 240.0
# The rows of a sheet differ from what is reckoned by a point or two in all.
SPARE = 7.0
Sheet = Literal[0, 1, 2]
# Where the reasons by kind of customer stand, and where the three small tables of those who left; 0: nowhere.
_PREFERRED: tuple[tuple[Sheet, Sheet], ...] = (
    (1, 2), (2, 1), (1, 1), (2, 2), (1, 0), (2, 0), (0, 2), (0, 1), (0, 0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """What there is to place, in rows (leavers: in pt, below the headings); 0 where a part is not there."""

    headline: str
    standfirst: str
    subtitle: str
    notes: tuple[str, ...]
    reasons: int
    trend: int
    splits: int
    splits_head: int
    leavers: float
    tried: str
    tried_standfirst: str
    desk: int
    offers: int
    offer_subtitle: str
    offer_notes: int
    has_losses: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the optional parts stand (0: nowhere), the height of the pictures (0: no picture), the number of sheets.

    has_losses: whether there are losses to tell; without, what was tried stands on the only sheet.
    """

    splits: Sheet
    leavers: Sheet
    chart: float
    desk_chart: float
    sheets: int
    has_losses: bool = True


def leavers_height(early: int, competitors: int, more: bool, silent: bool) -> float:
    """The tallest of the three small tables, each below its heading; an interval stands in a line of its own."""
    named = HEAD + competitors * ROW + (NOTE if more else 0.0)
    return max(HEAD + early * (ROW + 10.3) if early else 0.0, named if competitors else 0.0, 56.0 if silent else 0.0)


def planned(parts: Parts) -> Plan:
    """The first placing of the optional parts, in order of preference, for which there is room on both sheets."""
    two = bool(parts.desk or parts.offers)
    if two and not parts.has_losses:
        return _without_losses(parts)
    room = {1: BODY_HEIGHT - SPARE - _first(parts), 2: BODY_HEIGHT - SPARE - _second(parts), 0: 0.0}
    splits = (
        TITLED + HEAT_HEAD + 2.0 + parts.splits_head * 10.0 + (parts.splits + 1) * HEAT_ROW if parts.splits else 0.0
    )
    leavers = TITLED + parts.leavers if parts.leavers else 0.0
    for at_splits, at_leavers in _PREFERRED:
        left = dict(room)
        left[at_splits] -= splits if at_splits else 0.0
        left[at_leavers] -= leavers if at_leavers else 0.0
        if (2 in (at_splits, at_leavers)) <= two and min(left[1], left[2] if two else 0.0) >= 0:
            break
    grown = round(min(MOST_DESK_CHART, _desk_chart(parts) + max(0.0, left[2])), 1) if parts.desk else 0.0
    return Plan(
        splits=at_splits if parts.splits else 0,
        leavers=at_leavers if parts.leavers else 0,
        chart=_chart(left[1]),
        desk_chart=grown,
        sheets=2 if two else 1,
    )


def _without_losses(parts: Parts) -> Plan:
    """What was tried, on the only sheet."""
    left = BODY_HEIGHT - SPARE - _second(parts) - (TITLED + parts.leavers if parts.leavers else 0.0)
    chart = round(min(MOST_DESK_CHART, _desk_chart(parts) + max(0.0, left)), 1) if parts.desk else 0.0
    return Plan(0, 2 if parts.leavers and left >= 0 else 0, 0.0, chart, 1, has_losses=False)


def _desk_chart(parts: Parts) -> float:
    """The picture beside the table of the save desk is as tall as the table, or a little less."""
    return max(LEAST_DESK_CHART, HEAD + parts.desk * ROW - PICTURE_GAP)


def _first(parts: Parts) -> float:
    reasons = heading_height(parts.subtitle) + HEAD + (parts.reasons + 1) * ROW
    notes = sum(note_height(note) for note in parts.notes)
    trend = TITLED + HEAT_HEAD + (parts.trend + 1) * HEAT_ROW if parts.trend else 0.0
    return header_height(parts.headline, parts.standfirst) + reasons + notes + trend


def _second(parts: Parts) -> float:
    """The second sheet with its own head; its first block stands right below that."""
    if not parts.desk and not parts.offers:
        return 0.0
    desk = TITLED + HEAD + parts.desk * ROW + NOTE if parts.desk else 0.0
    offers = 0.0
    if parts.offers:
        offers = BLOCK_GAP + heading_height(parts.offer_subtitle) + HEAD + parts.offers * ROW
        offers += parts.offer_notes * NOTE
    return header_height(parts.tried, parts.tried_standfirst) + desk + offers - BLOCK_GAP


def _chart(left: float) -> float:
    height = left - TITLED
    return round(min(height, MOST_CHART), 1) if height >= LEAST_CHART else 0.0
