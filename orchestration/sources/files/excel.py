"""Reads one sheet of an Excel (or OpenDocument) workbook as text: dates in ISO 8601, whole numbers without .0.

Refused: a password, several visible sheets without a declared one, a merged header, formulas without stored results,
and an archive that unpacks to far more than a workbook needs.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from orchestration.sources.files.headers import HeaderMap
from orchestration.sources.files.model import FileRejectedError
from orchestration.sources.files.spool import BATCH_ROWS, Spool, text_array

# A full sheet (1,048,576 rows) of ten columns unpacks to about 0.5 GB of XML and packs about tenfold.
MAX_UNPACKED, MAX_RATIO, SMALL = 2 * 1024**3, 120, 32 * 1024**2
# A formula cell whose value was never stored: <c …><f>…</f></c>, or with an empty <v>. Excel's empty text has t="str".
_UNCACHED = re.compile(rb'<c\b((?:(?! t="str")[^>])*)>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')
_CELL_NAME = re.compile(rb'\br="([A-Z]+\d+)"')
_CHUNK, _OVERLAP = 4 * 1024**2, 64 * 1024


def read_excel(path: Path, sheet: str | None, headers: HeaderMap, spool_path: Path) -> Spool:
    """Reads the declared sheet, or the only visible one, into a spool.

    Raises:
        FileRejectedError: see the module; also header faults (headers.py).
    """
    _refuse_bomb(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            name = _sheet_name(book, sheet)
            found = book.get_sheet_by_name(name)
            rows = _filled_rows(found)
            header = next(rows, None)
            if header is None:
                raise FileRejectedError(f'sheet "{name}" is empty; deliver it again with its header row')
            _refuse_merged(found, header[0])
            _refuse_uncached(path, name)
            return _spool_rows(header[1], rows, headers, spool_path)
    except PasswordError:
        raise FileRejectedError("it has a password; save it without one") from None
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise FileRejectedError(f"it cannot be read as a workbook ({error}); deliver it again") from error


def _refuse_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(item.file_size for item in archive.infolist())
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * path.stat().st_size):
        raise FileRejectedError(f"it unpacks to {unpacked:,} bytes, which no extract needs; deliver it as CSV")


def _sheet_name(book: CalamineWorkbook, wanted: str | None) -> str:
    sheets = [item for item in book.sheets_metadata if item.typ == SheetTypeEnum.WorkSheet]
    visible = [item.name for item in sheets if item.visible == SheetVisibleEnum.Visible]
    if wanted is not None:
        if wanted not in [item.name for item in sheets]:
            raise FileRejectedError(f'it has no sheet "{wanted}"; it has {", ".join(visible)}')
        return wanted
    if len(visible) != 1:
        raise FileRejectedError(f"it has {len(visible)} visible sheets ({', '.join(visible)}); declare sheet: <name>")
    return visible[0]


def _filled_rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    """The rows that hold anything, with their row number from 0."""
    for number, row in enumerate(sheet.iter_rows()):
        if any(cell not in ("", None) for cell in row):
            yield number, row


def _refuse_merged(sheet: CalamineSheet, header_row: int) -> None:
    for start, end in sheet.merged_cell_ranges or []:
        if start[0] <= header_row <= end[0]:
            raise FileRejectedError(f"row {header_row + 1}, the header, has merged cells; unmerge them")


def _refuse_uncached(path: Path, sheet: str) -> None:
    """Formulas are not calculated here; without the result that a program stored, the cell would silently be empty."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, sheet)
        cell = _first_uncached(archive, part) if part in archive.namelist() else None
    if cell is not None:
        raise FileRejectedError(
            f"cell {cell} holds a formula without a stored result; save it in Excel, or deliver values"
        )


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The name of a sheet's XML inside an .xlsx; None in another kind of workbook."""
    if "xl/_rels/workbook.xml.rels" not in archive.namelist():
        return None
    links = {
        _attribute(tag, "Id"): _attribute(tag, "Target")
        for tag in _tags(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    for tag in _tags(archive, "xl/workbook.xml", "sheet"):
        if _attribute(tag, "name") == sheet:
            target = links.get(_attribute(tag, "r:id"), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _tags(archive: zipfile.ZipFile, part: str, name: str) -> list[str]:
    # No XML parser, so no entities to expand: these parts are small and written by programs.
    return re.findall(rf"<{name}\s[^>]*>", archive.read(part).decode("utf-8", "replace"))


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return html.unescape(found.group(1)) if found else ""


def _first_uncached(archive: zipfile.ZipFile, part: str) -> str | None:
    with archive.open(part) as file:
        rest = b""
        while chunk := file.read(_CHUNK):
            rest += chunk
            found = _UNCACHED.search(rest)
            if found:
                name = _CELL_NAME.search(found.group(1))
                return name.group(1).decode("ascii") if name else "?"
            rest = rest[-_OVERLAP:]
    return None


def _spool_rows(header: Sequence[Any], rows: Iterator[tuple[int, list[Any]]], headers: HeaderMap, path: Path) -> Spool:
    targets = headers.add_all([cell_text(cell) or "" for cell in header])
    kept = [(index, name) for index, name in enumerate(targets) if name is not None]
    with Spool(path, headers.output_columns) as spool:
        block: list[list[Any]] = []
        for _, row in rows:
            block.append(row)
            if len(block) == BATCH_ROWS:
                _write(spool, kept, block)
                block = []
        _write(spool, kept, block)
    return spool


def _write(spool: Spool, kept: Sequence[tuple[int, str]], block: Sequence[Sequence[Any]]) -> None:
    values = {name: text_array([cell_text(row[index]) for row in block]) for index, name in kept}
    spool.write(values, range(spool.rows + 1, spool.rows + len(block) + 1))


def cell_text(cell: Any) -> str | None:
    """A cell as text: 5.0 → 5, a date → 2024-01-31, a moment → 2024-01-31 10:00:00, TRUE → true, empty → None."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
