"""Database values as text, and cursors as text and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from orchestration.sources.sql.values import cursor_from_state, cursor_to_state, text_of, text_table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        (" 007 ", " 007 "),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (2**80, str(2**80)),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.0050"), "1.0050"),
        (Decimal("1e-12"), "0.000000000001"),
        (0.1, "0.1"),
        (1e22, "10000000000000000000000"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (date(2024, 10, 31), "2024-10-31"),
        (datetime(2024, 10, 31, 23, 0, 0, 5), "2024-10-31 23:00:00.000005"),
        (datetime(2024, 10, 31, 23, tzinfo=UTC), "2024-10-31 23:00:00+00:00"),
        (time(8, 30), "08:30:00"),
        (timedelta(days=1), "1 day, 0:00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"é": [1, None]}, '{"é": [1, null]}'),
    ],
)
def test_a_value_has_one_text(value: Any, text: str | None) -> None:
    assert text_of(value) == text
    assert text_table(["a"], [[value]])["a"].to_pylist() == [text]


def test_bytes_have_none() -> None:
    with pytest.raises(ValueError, match="type bytes is no text; cast it in a view"):
        text_table(["a"], [[b"\x00"]])


def test_no_rows_keep_their_columns() -> None:
    assert text_table(["a", "b"], []).column_names == ["a", "b"]


@pytest.mark.parametrize(
    "value", ["2024-10-31", 12, Decimal("1.50"), date(2024, 10, 31), datetime(2024, 10, 31, 23, 0, 0, 5, tzinfo=UTC)]
)
def test_a_cursor_comes_back_as_what_it_was(value: Any) -> None:
    state = cursor_to_state(value)
    back = cursor_from_state(state["cursor"], state["kind"])
    assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize("value", [True, b"x", 1.5])
def test_a_value_without_a_certain_order_is_no_cursor(value: Any) -> None:
    with pytest.raises(ValueError, match="cannot be followed"):
        cursor_to_state(value)
