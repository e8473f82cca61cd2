"""How many restated figures the last page lists beside what it has to say, and when they get a sheet of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.context.data_layout import LEAST, MOST, MOST_APART, Said, restated_rows
from reports.narrative.method import Entry

ENTRY = Entry("Term", "word " * 40)
SHORT = Said("Headline", "Standfirst", "", "Checks.", "Nothing.", (ENTRY,), (ENTRY,))
LONG = replace(SHORT, definitions=(ENTRY,) * 30)


def test_little_to_say_leaves_all_rows() -> None:
    assert restated_rows(SHORT, 5, 0, 50) == (MOST, 1)
    assert restated_rows(SHORT, 5, 0, 3) == (3, 1)


@pytest.mark.parametrize(("restated", "listed"), [(1, 1), (LEAST, LEAST), (12, 12), (500, MOST_APART)])
def test_without_room_they_begin_a_second_sheet(restated: int, listed: int) -> None:
    assert restated_rows(LONG, 23, 4, restated) == (listed, 2)


def test_nothing_restated_needs_no_second_sheet() -> None:
    assert restated_rows(LONG, 23, 4, 0) == (0, 1)


def test_named_checks_take_rows_away() -> None:
    full = replace(SHORT, definitions=(ENTRY,) * 8)
    (free, one), (less, still_one), (_, two) = (restated_rows(full, 15, noticed, 50) for noticed in (0, 4, 8))
    assert free > less
    assert (one, still_one, two) == (1, 1, 2)
