"""Where the parts of page 5 stand: on which of its sheets, and what is left for the pictures."""

from __future__ import annotations

import pytest

from reports.context.layout import BODY_HEIGHT
from reports.context.reasons_layout import Parts, planned


def parts(**given: object) -> Parts:
    fields = {
        "headline": "h", "standfirst": "s", "subtitle": "u", "notes": (), "reasons": 8, "trend": 9, "splits": 9,
        "splits_head": 1, "leavers": 90.0, "tried": "t", "tried_standfirst": "s", "desk": 11, "offers": 8,
        "offer_subtitle": "o", "offer_notes": 2,
    }  # fmt: skip
    return Parts(**{**fields, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "splits", "leavers", "sheets"),
    [
        ({}, 1, 2, 2),
        ({"reasons": 14, "trend": 14, "desk": 0}, 2, 2, 2),
        ({"desk": 0, "offers": 0}, 1, 0, 1),
        ({"desk": 0, "offers": 0, "splits": 0}, 0, 1, 1),
        ({"leavers": 0.0, "splits": 0}, 0, 0, 2),
        ({"leavers": 2 * BODY_HEIGHT}, 1, 0, 2),
    ],
)
def test_parts_stand_where_there_is_room(given: dict[str, object], splits: int, leavers: int, sheets: int) -> None:
    plan = planned(parts(**given))
    assert (plan.splits, plan.leavers, plan.sheets) == (splits, leavers, sheets)


def test_what_is_left_goes_to_the_pictures() -> None:
    alone = planned(parts(desk=0, offers=0, splits=0, leavers=0.0, trend=0))
    assert alone.chart > 400
    assert planned(parts(desk=0, offers=0)).chart < alone.chart
    assert planned(parts(leavers=0.0)).desk_chart > planned(parts()).desk_chart
