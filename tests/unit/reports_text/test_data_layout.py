"""How many restated figures the last page lists beside what it has to say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.context.data_layout import LEAST, MOST, Said, restated_rows
from reports.narrative.method import Entry

ENTRY = Entry("Term", "word " * 40)
SHORT = Said("Headline", "Standfirst", "", "Checks.", "Nothing.", (ENTRY,), (ENTRY,))


def test_little_to_say_leaves_all_rows() -> None:
    assert restated_rows(SHORT, 5, 0) == MOST


def test_much_to_say_leaves_the_least() -> None:
    assert restated_rows(replace(SHORT, definitions=(ENTRY,) * 30), 23, 4) == LEAST


@pytest.mark.parametrize("noticed", [0, 8])
def test_named_checks_take_rows_away(noticed: int) -> None:
    full = replace(SHORT, definitions=(ENTRY,) * 14)
    assert restated_rows(full, 15, noticed) <= restated_rows(full, 15, 0)
