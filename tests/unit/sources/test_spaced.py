"""Text whose values stand apart by blanks."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.sources.files.model import FileRejectedError
from tests.landing_world import read

TEXT = "order_id   customer_id amount\r\n 1  K1\t  5.00\r\n\r\n 2  K2   6\r\n"


def test_any_number_of_blanks_parts_two_values(tmp_path: Path) -> None:
    reading = read(tmp_path, TEXT, "orders.txt", format="spaced")
    assert reading.values("order_id", "customer_id", "amount", "_record") == [
        ("1", "K1", "5.00", "1"),
        ("2", "K2", "6", "2"),
    ]


def test_a_line_of_another_width_is_put_aside_and_its_neighbours_stay(tmp_path: Path) -> None:
    text = "order_id customer_id amount\n1 K1 5\n2 K 2 6\n3 K\0 7\n4 K4 8\n"
    reading = read(tmp_path, text, "orders.txt", format="spaced")
    assert reading.values("order_id", "_record") == [("1", "1"), ("4", "4")]
    assert reading.unparsed == [
        (3, "4 values where the header has 3", "2 K 2 6"),
        (4, "holds a NUL character", "3 K\u2400 7"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("order_id customer_id amount\n1 K1 5\n2 K2", "cut off in the middle of line 3"),
        ("\n \n", "blank lines only"),
        ("1 K1 5\n2 K2 6\n", "the header is missing"),
    ],
)
def test_a_fault_that_could_hide_rows_rejects_the_file(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(FileRejectedError, match=words):
        read(tmp_path, text, "orders.txt", format="spaced")
