"""The exported quarantine: every row as it came, and nothing that a spreadsheet would calculate."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from orchestration.quarantine.export import COLUMNS, export_quarantine
from orchestration.quarantine.report import QuarantinedRow, ReasonCount


def row(file: str, raw: str) -> QuarantinedRow:
    return QuarantinedRow("orders", "shop", file, 2, date(2024, 10, 31), "amount: not a decimal(18,2)", raw)


def test_every_row_is_written_with_its_values(tmp_path: Path) -> None:
    raw = '{"order_id":"1","note":"a ""quoted""\nsecond line"}'
    path = export_quarantine([row("=cmd.csv", raw), row("b.csv", "x\0;y")], tmp_path / "new" / "aside.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    assert read == [
        list(COLUMNS),
        ["orders", "shop", "'=cmd.csv", "2", "2024-10-31", "amount: not a decimal(18,2)", raw],
        ["orders", "shop", "b.csv", "2", "2024-10-31", "amount: not a decimal(18,2)", "x␀;y"],
    ]


def test_the_file_is_its_owners_only_and_nothing_half_written_is_left(tmp_path: Path) -> None:
    path = export_quarantine([row("a.csv", "{}")], tmp_path / "aside.csv")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["aside.csv"]


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("ordered_at: not a timestamp", "date_order"),
        ("amount: not a decimal(18,2)", "decimal_comma"),
        ("status: not one of open, completed, cancelled", "map the source's codes"),
        ("customer_id: unknown customer", "deliver the customer"),
        ("order_id: unknown order", "deliver what it refers to"),
        ("survey_id: unknown survey", "deliver surveys and survey_questions"),
        ("response_id: unknown survey response", "see why the response itself is set aside"),
        ("order_id: other values of the same key in one delivery", "updated_at"),
        ("too few fields", "deliver it again"),
    ],
)
def test_a_reason_comes_with_what_puts_it_right(reason: str, advice: str) -> None:
    assert advice in ReasonCount("orders", reason, 1, 1).advice
