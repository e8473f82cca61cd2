"""The year at a glance: each month and audience says the most urgent thing first, and nothing due is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.delivery.overview import SIGNS, URGENCY, Overview, overview, year_at_a_glance
from orchestration.delivery.records import State
from orchestration.delivery.release import release
from orchestration.delivery.status import StatusRow
from tests.delivery_world import MONTH, make_ledger, make_settings, ready

START = datetime(2025, 1, 3, 5, 0, tzinfo=UTC)


def row(state: State, month: str = MONTH, audience: str = "board", edition: int = 1, number: int = 1) -> StatusRow:
    return StatusRow(
        month, audience, edition, f"r{number}@fernhill.example", state, START, f"because | {state}", "<id>", number
    )


def hold(month: str = MONTH, audience: str = "board") -> StatusRow:
    return replace(row("held", month, audience, 0), recipient=None, delivery_id=None)


def glance(rows: Sequence[StatusRow], due: Sequence[str] = (MONTH,), **options: object) -> Overview:
    audiences = options.pop("audiences", ("board",))
    return overview(rows, audiences, due, first_month=MONTH, first_due=START, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("states", "text"),
    [
        (["sent"], "✓ 1 sent"),
        (["sent", "sent"], "✓ 2 sent"),
        (["planned", "sent"], "… 1 planned, 1 sent"),
        (["claimed"], "… 1 planned"),
        (["held", "sent"], "‖ held, 1 sent"),
        (["failed", "sent", "sent"], "✗ 1 failed, 2 sent"),
        (["unknown", "failed", "sent"], "? 1 unknown, 1 failed, 1 sent"),
    ],
)
def test_a_cell_says_the_most_urgent_first_and_counts_all(states: list[State], text: str) -> None:
    rows = [row(state, number=number) for number, state in enumerate(states)]
    assert glance(rows).cells[MONTH, "board"].text == text


def test_a_due_month_without_a_release_is_told() -> None:
    assert glance([row("sent", "2024-11")], ("2024-11", MONTH)).cells[MONTH, "board"].text == "! not released"
    assert glance([hold()]).cells[MONTH, "board"].text == "‖ held"


def test_an_audience_that_is_no_more_has_no_gap_after_its_last_month() -> None:
    found = glance([row("sent", "2024-11", "poland"), row("sent", "2024-11")], ("2024-11", MONTH))
    assert found.audiences == ("board", "poland")
    assert found.cells[MONTH, "poland"].text == "· not due"


def test_approved_is_said_until_it_is_sent() -> None:
    approved = {(MONTH, "board")}
    assert glance([], approved=approved).cells[MONTH, "board"].text == "○ approved"
    waits = [replace(hold(), reason="waits for approval: look at board.pdf")]
    assert glance(waits, approved=approved).cells[MONTH, "board"].text == "○ approved"
    assert glance(waits).cells[MONTH, "board"].text == "‖ held"
    assert glance([row("planned")], approved=approved).cells[MONTH, "board"].state == "approved"
    assert glance([row("sent")], approved=approved).cells[MONTH, "board"].state == "sent"
    assert glance([row("unknown")], approved=approved).cells[MONTH, "board"].state == "unknown"


def test_a_new_edition_replaces_what_is_settled_and_keeps_what_is_open() -> None:
    sent = [row("sent", edition=1), row("sent", edition=2, number=2)]
    assert glance(sent).cells[MONTH, "board"].text == "✓ 1 sent, edition 2"
    lost = [row("unknown", edition=1), row("sent", edition=2, number=2)]
    assert glance(lost).cells[MONTH, "board"].text == "? 1 unknown, 1 sent, edition 2"
    assert glance([row("sent"), hold()]).cells[MONTH, "board"].text == "‖ held, 1 sent"


def test_the_headline_says_when_nothing_was_released() -> None:
    assert glance([]).headline == "Nothing was released yet. The first month, 2024-12, was due on 2025-01-03."
    assert glance([], ()).headline == "Nothing was released yet. The first month, 2024-12, is due on 2025-01-03."


def test_the_headline_counts_what_is_open() -> None:
    assert glance([row("sent")]).headline == "Everything due is sent: 1 report, the newest of 2024-12."
    rows = [row("sent", "2024-11"), row("unknown"), row("sent", audience="hungary", number=2)]
    found = glance(rows, ("2024-11", MONTH), audiences=("board", "hungary"))
    assert found.headline == "1 unknown, 1 not released; 2 sent."


def test_every_state_has_a_sign_of_its_own() -> None:
    assert set(SIGNS) == set(URGENCY)
    assert len(set(SIGNS.values())) == len(URGENCY)


def test_the_table_for_the_ui_keeps_its_columns_whatever_a_reason_says() -> None:
    lines = glance(
        [row("failed"), row("sent", audience="hungary", number=2)], audiences=("board", "hungary")
    ).markdown()
    assert "| month | board | hungary |\n|---|---|---|\n| 2024-12 | ✗ 1 failed | ✓ 1 sent |" in lines
    assert r"| 1 | 2024-12 | board | r1@fernhill.example | failed | 2025-01-03 05:00 | because \| failed |" in lines


def test_it_is_read_from_the_ledger_and_the_calendar(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    before = year_at_a_glance(settings, datetime(2024, 12, 1, tzinfo=UTC))
    assert (before.months, before.headline[:24]) == ((), "Nothing was released yet")
    assert not settings.ledger_path.exists()
    release(settings, MONTH, ready(settings), make_ledger(settings))
    after = year_at_a_glance(settings, datetime(2025, 6, 1, tzinfo=UTC))
    assert [after.cells[month, "board"].text for month in after.months] == ["! not released", "… 2 planned"]
    ledger = make_ledger(settings)
    with ledger.writing() as connection:
        ledger.log(connection, "approved", ("retention", "hungary", "2024-11"), "by anna")
    again = year_at_a_glance(settings, datetime(2025, 6, 1, tzinfo=UTC))
    assert again.cells["2024-11", "hungary"].text == "○ approved"
    assert year_at_a_glance(settings, datetime(2025, 6, 1, tzinfo=UTC), [MONTH]).months == (MONTH,)
