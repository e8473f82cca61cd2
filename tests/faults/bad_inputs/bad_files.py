"""The bytes of bad inputs: CSV of orders, and workbooks that a spreadsheet program could have saved."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.faults.bad_inputs.bad_company import Order

COLUMNS = ("order_id", "customer_id", "ordered_at", "status", "channel", "amount", "currency", "updated_at")
HEADER = ",".join(COLUMNS)
DAY = date(2024, 10, 5)


def row(key: str, amount: str = "10.00", **more: str) -> str:
    """One line of orders.csv; other columns by name."""
    values = {
        **dict.fromkeys(COLUMNS, ""),
        "order_id": key,
        "customer_id": "C1",
        "ordered_at": "2024-10-05 10:00:00",
        "status": "completed",
        "channel": "web",
        "amount": amount,
        "currency": "EUR",
        **more,
    }
    return ",".join(values.values())


def good(key: str, amount: str = "10.00", **more: Any) -> Order:
    """What `row` of the same arguments must become."""
    return (key, more.get("customer_id", "C1"), more.get("day", DAY), Decimal(amount), more.get("channel", "web"))


def neighbours(case: str) -> list[str]:
    """Three good rows, their customers and values all different."""
    return [
        row(f"{case}-n1", "11.00", customer_id="C1", channel="web"),
        row(f"{case}-n2", "22.50", customer_id="C2", channel="Győr"),
        row(f"{case}-n3", "33.99", customer_id="C3", channel=""),
    ]


def good_neighbours(case: str) -> list[Order]:
    """What the neighbours must become, whatever stands beside them."""
    return [
        good(f"{case}-n1", "11.00", customer_id="C1", channel="web"),
        good(f"{case}-n2", "22.50", customer_id="C2", channel="Győr"),
        good(f"{case}-n3", "33.99", customer_id="C3", channel=None),
    ]


def text(lines: Iterable[str], header: str = HEADER) -> str:
    return "".join(f"{line}\n" for line in (header, *lines))


def csv(lines: Iterable[str], header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return text(lines, header).encode(encoding)


def among(case: str, *lines: str) -> bytes:
    """A file whose bad lines stand after its first good row: the first of them is line 3."""
    first, second, third = neighbours(case)
    return csv([first, *lines, second, third])


def workbook(case: str, change: Callable[[Workbook, Worksheet], None] | None = None, day: Any = None) -> bytes:
    """A workbook with one order, changed before it is saved."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append(COLUMNS)
    sheet.append([case, "C1", day or datetime(2024, 10, 5, 10), "completed", "web", 10.0, "EUR", None])
    if change is not None:
        change(made, sheet)
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


def hide_another(book: Workbook, sheet: Worksheet) -> None:
    hidden = book.create_sheet("old")
    hidden.append(COLUMNS)
    hidden.append(["b35-hidden", "C1", "2024-10-05", "completed", "web", 99, "EUR", None])
    hidden.sheet_state = "hidden"


def count_from_1904(book: Workbook, sheet: Worksheet) -> None:
    book.epoch = CALENDAR_MAC_1904


def merge_the_header(book: Workbook, sheet: Worksheet) -> None:
    sheet.merge_cells("D1:E1")


def calculate(book: Workbook, sheet: Worksheet) -> None:
    sheet["F2"] = "=5+5"


def locked() -> bytes:
    """The container of a workbook with a password: OLE, not zip."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)


def bomb() -> bytes:
    """A workbook whose sheet packs 300 MB of blanks into 0.3 MB."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook("b35-bomb"))) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if not name.endswith("sheet1.xml"):
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(b" " * 1_000_000)
    return packed.getvalue()


def long_sheet(rows: int) -> bytes:
    """A workbook of so many customers, its XML written by hand: a library would take a minute."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook("b35"))) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            if not name.endswith("sheet1.xml"):
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            sheet.write(b'<row r="1"><c r="A1" t="inlineStr"><is><t>customer_id</t></is></c></row>')
            for start in range(0, rows, 50_000):
                numbers = range(start, min(start + 50_000, rows))
                sheet.write("".join(f'<row r="{n + 2}"><c r="A{n + 2}"><v>{n}</v></c></row>' for n in numbers).encode())
            sheet.write(b"</sheetData></worksheet>")
    return packed.getvalue()
