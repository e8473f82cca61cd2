"""Writes rows as the demo's files: CSV, JSON lines, Excel, Parquet; the same rows always give the same bytes.

Keep out: what the rows say.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

# A workbook and its archive carry times of writing; these stand in their place.
_MADE_AT = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_ARCHIVED_AT = (2025, 1, 1, 0, 0, 0)


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    raw_lines: Sequence[str] = (),
    separator: str = ",",
    encoding: str = "utf-8",
) -> None:
    """A CSV file with line feeds. `raw_lines` go in as they are, before the last row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows[:-1])
    for line in raw_lines:
        text.write(line + "\n")
    writer.writerows(rows[-1:])
    path.write_bytes(text.getvalue().encode(encoding))


def write_json_lines(path: Path, rows: Sequence[Mapping[str, Any]], raw_lines: Sequence[str] = ()) -> None:
    """One JSON object per line. `raw_lines` go in as they are, before the last row."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = [encode(row) for row in rows[:-1]]
    lines += [*raw_lines, *(encode(row) for row in rows[-1:])]
    path.write_bytes("".join(line + "\n" for line in lines).encode("utf-8"))


def write_parquet(path: Path, schema: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> None:
    """A typed Parquet file."""
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)


def write_excel(path: Path, sheet: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A workbook of one sheet; dates are date cells."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    page.append(list(header))
    for row in rows:
        page.append(list(row))
    book.properties.creator = "Fernhill Supply"
    book.properties.created = _MADE_AT
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        ExcelWriter(book, archive).save()
    path.write_bytes(_without_times(packed.getvalue(), book))


def _without_times(workbook: bytes, book: Workbook) -> bytes:
    """The same archive with fixed times; the time of saving in its properties becomes the time of making."""
    saved_at = f"{book.properties.modified:%Y-%m-%dT%H:%M:%SZ}".encode()
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = content.replace(saved_at, f"{_MADE_AT:%Y-%m-%dT%H:%M:%SZ}".encode())
            target.writestr(zipfile.ZipInfo(name, _ARCHIVED_AT), content, zipfile.ZIP_DEFLATED)
    return result.getvalue()
