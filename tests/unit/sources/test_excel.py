"""Excel: one sheet as text, and B35, the workbooks that are refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.sources.files import excel
from orchestration.sources.files.model import FileRejectedError
from tests.landing_world import Reading, read

NAME = "orders_2024-12.xlsx"
HEADER = ["order_id", "customer_id", "amount", "channel"]


def book(*rows: list[Any], change: Callable[[Workbook, Worksheet], None] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row in (HEADER, *rows):
        sheet.append(row)
    if change is not None:
        change(workbook, sheet)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def amounts(reading: Reading) -> list[Any]:
    return [row["amount"] for row in reading.rows]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (5.0, "5"),
        (0.1, "0.1"),
        (12345678901, "12345678901"),
        ("007", "007"),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, 10, 30), "2024-01-31 10:30:00"),
        (True, "true"),
        (None, None),
    ],
)
def test_cells_become_text(value: Any, text: str | None, tmp_path: Path) -> None:
    assert amounts(read(tmp_path, book(["O1", "C1", value, "x"]), NAME)) == [text]


def test_rows_above_the_header_may_be_blank_and_blank_rows_are_none(tmp_path: Path) -> None:
    def move(workbook: Workbook, sheet: Worksheet) -> None:
        sheet.insert_rows(1, 2)

    reading = read(tmp_path, book(["O1", "C1", 1, "x"], [None] * 4, ["O2", "C2", 2, "x"], change=move), NAME)
    assert reading.values("order_id", "_record") == [("O1", "1"), ("O2", "2")]


def test_dates_of_a_1904_workbook_are_the_same_days(tmp_path: Path) -> None:
    def old_mac(workbook: Workbook, sheet: Worksheet) -> None:
        workbook.epoch = CALENDAR_MAC_1904

    assert amounts(read(tmp_path, book(["O1", "C1", date(2024, 1, 31), "x"], change=old_mac), NAME)) == ["2024-01-31"]


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    def hide(workbook: Workbook, sheet: Worksheet) -> None:
        workbook.create_sheet("old").sheet_state = "hidden"

    assert len(read(tmp_path, book(["O1", "C1", 1, "x"], change=hide), NAME).rows) == 1


def test_several_sheets_need_a_declared_one(tmp_path: Path) -> None:
    def second(workbook: Workbook, sheet: Worksheet) -> None:
        sheet.title = "orders"
        workbook.create_sheet("notes")

    content = book(["O1", "C1", 1, "x"], change=second)
    with pytest.raises(FileRejectedError, match=r"2 visible sheets \(orders, notes\); declare sheet"):
        read(tmp_path, content, NAME)
    assert len(read(tmp_path, content, NAME, sheet="orders").rows) == 1
    with pytest.raises(FileRejectedError, match='no sheet "x"; it has orders, notes'):
        read(tmp_path, content, NAME, sheet="x")


def test_a_merged_header_is_refused(tmp_path: Path) -> None:
    def merge(workbook: Workbook, sheet: Worksheet) -> None:
        sheet.merge_cells("C1:D1")

    with pytest.raises(FileRejectedError, match="row 1, the header, has merged cells"):
        read(tmp_path, book(["O1", "C1", 1, "x"], change=merge), NAME)


def test_a_formula_without_a_stored_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match="cell C2 holds a formula without a stored result"):
        read(tmp_path, book(["O1", "C1", "=1+1", "x"]), NAME)


def test_formulas_of_a_sheet_that_is_not_read_do_not_matter(tmp_path: Path) -> None:
    def hide(workbook: Workbook, sheet: Worksheet) -> None:
        other = workbook.create_sheet("old & gone")
        other.append(HEADER)
        other.append(["O1", "C1", "=1+1", "x"])
        other.sheet_state = "hidden"

    content = book(["O1", "C1", 1, "x"], change=hide)
    assert len(read(tmp_path, content, NAME).rows) == 1
    with pytest.raises(FileRejectedError, match="cell C2 holds a formula"):
        read(tmp_path, content, NAME, sheet="old & gone")


def with_cell(content: bytes, old: str, new: str) -> bytes:
    """The workbook with a piece of its sheet's XML written another way."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name.endswith("sheet1.xml"):
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            target.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="C2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="C2" t="str"><f>""</f><v></v></c>', None),
    ],
)
def test_the_stored_result_of_a_formula_is_read(cell: str, text: str | None, tmp_path: Path) -> None:
    content = with_cell(book(["O1", "C1", "=1+1", "x"]), '<c r="C2"><f>1+1</f><v></v></c>', cell)
    assert amounts(read(tmp_path, content, NAME)) == [text]


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    # The container of an encrypted workbook: an OLE file (its signature is enough to be none of the plain formats).
    with pytest.raises(FileRejectedError, match=r"password|cannot be read as a workbook"):
        read(tmp_path, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048), NAME)


def test_a_zip_bomb_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "SMALL", 1_000_000)
    bomb = io.BytesIO(book(["O1", "C1", 1, "x"]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", bytes(20_000_000))
    with pytest.raises(FileRejectedError, match="which no extract needs"):
        read(tmp_path, bomb.getvalue(), NAME)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match="cannot be read as a workbook"):
        read(tmp_path, book(["O1", "C1", 1, "x"])[:-500], NAME)


def test_b02_b04_b08_header_faults_are_those_of_text_files(tmp_path: Path) -> None:
    def rename(workbook: Workbook, sheet: Worksheet) -> None:
        sheet["C1"] = "amonut"

    with pytest.raises(FileRejectedError, match='nearest in the file is "amonut"'):
        read(tmp_path, book(["O1", "C1", 1, "x"], change=rename), NAME)
    with pytest.raises(FileRejectedError, match="a header and no rows"):
        read(tmp_path, book(), NAME)
