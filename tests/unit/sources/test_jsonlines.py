"""JSON lines: numbers keep their literal, lines that are no rows are put aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.sources.files.model import FileRejectedError
from tests.landing_world import Reading, read


def lines(tmp_path: Path, *text: str, end: str = "\n") -> Reading:
    return read(tmp_path, "\n".join(text) + end, "orders_2024-12.jsonl")


GOOD = '{"order_id": 1, "customer_id": "C1", "amount": 1.50}'


def test_values_keep_their_literal(tmp_path: Path) -> None:
    reading = lines(
        tmp_path,
        '{"order_id": 12345678901234567890, "customer_id": "007", "amount": 1.50, "channel": true}',
        '{"order_id": "é", "customer_id": null, "amount": 1e3}',
        '{"order_id": "", "customer_id": "x", "amount": NaN, "fax": 1}',
    )
    assert reading.values("order_id", "customer_id", "amount", "channel") == [
        ("12345678901234567890", "007", "1.50", "true"),
        ("é", None, "1e3", None),
        (None, "x", "NaN", None),
    ]
    assert reading.notes == ('column "fax" is not in the contract and is left out',)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not json", "not JSON: Expecting value at character 1"),
        ("[1, 2]", "not a JSON object"),
        ('{"order_id": 1, "order_id": 2}', 'key "order_id" stands twice'),
        ('{"order_id": {"a": 1}}', 'key "order_id" holds an object'),
        ('{"order_id": [1]}', 'key "order_id" holds a list'),
        ('{"order_id": "a\\u0000b"}', "NUL"),
    ],
)
def test_a_line_that_is_no_row_is_put_aside(line: str, reason: str, tmp_path: Path) -> None:
    reading = lines(tmp_path, GOOD, "", line, GOOD.replace("1", "2", 1))
    assert reading.records == ["1", "3"]
    [(number, why, text)] = reading.unparsed
    assert (number, text) == (3, line)
    assert reason in why


def test_b02_b06_a_column_that_no_line_has_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match='"amount" is missing; nearest in the file is "ammount"'):
        lines(tmp_path, GOOD.replace("amount", "ammount"))


def test_b04_two_keys_of_one_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match="stands twice"):
        lines(tmp_path, '{"order_id": 1, "Order ID": 2, "customer_id": "C", "amount": 1}')


def test_b09_a_cut_last_line_rejects_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match="cut off in the middle of line 2"):
        lines(tmp_path, GOOD, GOOD[:20], end="")


def test_a_file_that_is_no_json_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match="no line is a JSON object"):
        lines(tmp_path, "[", "]")


def test_b10_a_foreign_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    content = GOOD.encode() + b"\n" + GOOD.replace("C1", "ő").encode("cp1250") + b"\n"
    with pytest.raises(FileRejectedError, match="line 2 holds byte 0xF5"):
        read(tmp_path, content, "orders_2024-12.jsonl")
