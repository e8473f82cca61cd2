"""Reads CSV and TSV: DuckDB for files whose every record is plain, an exact reader for all others.

DuckDB skips or shifts rows silently in some files (mixed line ends, a blank before a quote), so plain.py first counts
the records and DuckDB must find as many. Any doubt goes to the exact reader, which knows line numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import duckdb
import pyarrow as pa

from orchestration.sources.files.exact import Record, read_records
from orchestration.sources.files.headers import HeaderMap, header_key
from orchestration.sources.files.long import LONG_BYTES, SUFFIX, write_straight
from orchestration.sources.files.model import FileRejectedError, FoundFile, Unparsed
from orchestration.sources.files.plain import count_plain_records
from orchestration.sources.files.spool import BATCH_ROWS, AnySpool, ParquetSpool, Spool, text_array

SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Layout:
    """Where each field of a delimited file goes: None drops it. `skip` lines stand above the first record."""

    separator: str
    targets: tuple[str | None, ...]
    skip: int


def read_delimited(
    path: Path,
    separator: str | None,
    headers: HeaderMap,
    spool_path: Path,
    connection: duckdb.DuckDBPyConnection,
    straight: FoundFile | None = None,
) -> tuple[AnySpool, list[Unparsed], Layout]:
    """Reads a UTF-8 delimited file into a spool; returns it, the lines that are no rows, and the layout found.

    `straight` is the file itself if its rows may land as they are read, without another pass over them.

    Raises:
        FileRejectedError: header faults (headers.py), an unclosed quote, a file cut off in mid-row.
    """
    layout = _layout(path, separator, headers)
    # A single column is left to the exact reader: DuckDB takes a line of blanks for a row there.
    width = len(layout.targets)
    is_long = straight is not None and path.stat().st_size >= LONG_BYTES
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(count_plain_records, path, layout.separator, layout.skip, width)
        ready = _write_straight(path, layout, headers, straight, spool_path, connection) if is_long else None
        expected = counting.result() if width > 1 else None
    if ready is not None and ready.rows == expected:
        return ready, [], layout
    if expected is not None:
        with Spool(spool_path, headers.output_columns) as spool:
            complete = _read_plain(path, layout, spool, connection)
        if complete and spool.rows == expected:
            return spool, [], layout
    with Spool(spool_path, headers.output_columns) as spool:
        unparsed = _read_exact(path, layout, spool)
    return spool, unparsed, layout


def _write_straight(
    path: Path,
    layout: Layout,
    headers: HeaderMap,
    found: FoundFile | None,
    spool_path: Path,
    connection: duckdb.DuckDBPyConnection,
) -> ParquetSpool | None:
    if found is None or len(layout.targets) == 1:
        return None
    columns = {name: f"c{index}" for index, name in enumerate(layout.targets) if name is not None}
    source, target = _csv_source(layout), spool_path.with_suffix(SUFFIX)
    return write_straight(source, path, headers.output_columns, columns, found, target, connection)


def _layout(path: Path, separator: str | None, headers: HeaderMap) -> Layout:
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = next((line for line in file if line.strip()), "")
    chosen = separator or detect_separator(line, headers.names)
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(read_records(file, chosen), None)
    if header is None:
        raise FileRejectedError("it holds blank lines only; deliver it again with its header line")
    if header.fault is not None:
        raise FileRejectedError(f"line {header.line}, the header: {header.fault}; deliver it again")
    return Layout(chosen, tuple(headers.add_all(header.fields)), header.last_line)


def detect_separator(header: str, known: Iterable[str]) -> str:
    """The separator under which the header line holds most known names; the most frequent one if none does."""
    keys = {header_key(name) for name in known}

    def score(separator: str) -> tuple[int, int]:
        cells = [header_key(cell.strip().strip('"')) for cell in header.split(separator)]
        return sum(cell in keys for cell in cells), len(cells)

    return max(SEPARATORS, key=score)


class _FaultFoundError(Exception):
    """DuckDB found a fault; the exact reader reads the same file again and names it."""


def _read_plain(path: Path, layout: Layout, spool: Spool, connection: duckdb.DuckDBPyConnection) -> bool:
    """Spools the file by DuckDB; False if DuckDB finds a fault in it."""
    kept = [(index, name) for index, name in enumerate(layout.targets) if name is not None]
    try:
        for batch in _plain_batches(connection, _csv_query(layout, [index for index, _ in kept]), path):
            columns = [column.cast(pa.string()) for column in batch.columns]
            values = {name: column for (_, name), column in zip(kept, columns, strict=True)}
            spool.write(values, range(spool.rows + 1, spool.rows + batch.num_rows + 1))
    except _FaultFoundError:
        return False
    return True


def _plain_batches(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> Iterator[pa.RecordBatch]:
    try:
        # A fault in the first lines raises duckdb.Error, one further down reaches Arrow and comes out as OSError.
        yield from connection.sql(query, params=[str(path)]).to_arrow_reader(BATCH_ROWS)
    except (duckdb.Error, OSError) as error:
        raise _FaultFoundError from error


def _csv_query(layout: Layout, kept: Sequence[int]) -> str:
    return f"select {', '.join(f'c{index}' for index in kept)} from {_csv_source(layout)}"


def _csv_source(layout: Layout) -> str:
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(layout.targets)))
    separator = layout.separator.replace("'", "''")
    return (
        f"read_csv(?, auto_detect=false, header=false, "
        f"skip={layout.skip}, columns={{{columns}}}, delim='{separator}', quote='\"', escape='\"', nullstr='', "
        "strict_mode=true)"
    )


def _read_exact(path: Path, layout: Layout, spool: Spool) -> list[Unparsed]:
    unparsed: list[Unparsed] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = _good_rows(file, layout, unparsed)
        for ordinals, columns in _batches(rows, len(layout.targets)):
            values = {name: text_array(columns[i]) for i, name in enumerate(layout.targets) if name is not None}
            spool.write(values, ordinals)
    return unparsed


def _batches(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[list[int], list[tuple[str, ...]]]]:
    """Row tuples turned to columns, BATCH_ROWS at a time."""
    ordinals: list[int] = []
    block: list[list[str]] = []
    for ordinal, row in rows:
        ordinals.append(ordinal)
        block.append(row)
        if len(block) == BATCH_ROWS:
            yield ordinals, list(zip(*block, strict=True))
            ordinals, block = [], []
    if block:
        yield ordinals, list(zip(*block, strict=True))


def _good_rows(file: TextIO, layout: Layout, unparsed: list[Unparsed]) -> Iterator[tuple[int, list[str]]]:
    """Ordinal and fields of each record of the right width; the others go to `unparsed` or reject the file."""
    records = read_records(file, layout.separator)
    next(records)
    for ordinal, record in enumerate(records, start=1):
        reason = _fault(record, layout)
        if reason is None:
            yield ordinal, record.fields
        else:
            unparsed.append(Unparsed(record.line, reason, record.text.rstrip("\r\n").replace("\0", "\u2400")))


def _fault(record: Record, layout: Layout) -> str | None:
    """Why a record is no row, None if it is one; FileRejectedError if its fault may hide other rows."""
    width = len(layout.targets)
    if record.fault is not None or len(record.fields) != width:
        _refuse_hidden_rows(record, layout.separator)
        return record.fault or f"{len(record.fields)} values where the header has {width}"
    return "holds a NUL character" if "\0" in record.text else None


def _refuse_hidden_rows(record: Record, separator: str) -> None:
    """A faulty record over several lines has a stray quote that took other rows in; one without an end was cut off."""
    if record.unclosed or record.last_line > record.line:
        line = record.line + _quote_opens(record.text, separator)
        raise FileRejectedError(
            f"a quote opened on line {line} is not closed there; close it, or double quotes inside a value"
        )
    if not record.text.endswith(("\n", "\r")):
        raise FileRejectedError(f"it is cut off in the middle of line {record.line}; deliver it again")


def _quote_opens(text: str, separator: str) -> int:
    """How many lines below the record's first the last quoted value opens."""
    opened, inside, previous = 0, False, separator
    for index, letter in enumerate(text):
        if letter == '"' and inside:
            inside = False
        elif letter == '"' and previous == '"':
            inside = True
        elif letter == '"' and previous in (separator, "\n", "\r"):
            opened, inside = index, True
        previous = letter
    return text.count("\n", 0, opened)
