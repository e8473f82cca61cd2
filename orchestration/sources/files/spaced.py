"""Reads text whose values stand apart by blanks, one or many, as old programs and statistics packages write it.

There are no quotes, so no value holds a blank, and none is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.files.headers import HeaderMap
from orchestration.sources.files.model import FileRejectedError, Unparsed
from orchestration.sources.files.spool import BATCH_ROWS, Spool, text_array

_Row = tuple[int, list[str]]


def read_spaced(path: Path, headers: HeaderMap, spool_path: Path) -> tuple[Spool, list[Unparsed]]:
    """Reads a UTF-8 file into a spool; returns it and the lines that are no rows.

    Raises:
        FileRejectedError: header faults (headers.py), or cut off in the middle of a line.
    """
    unparsed: list[Unparsed] = []
    with path.open(encoding="utf-8-sig") as file:
        lines = ((number, line) for number, line in enumerate(file, 1) if line.strip())
        header = next(lines, None)
        if header is None:
            raise FileRejectedError("it holds blank lines only; deliver it again with its header line")
        targets = headers.add_all(header[1].split())
        with Spool(spool_path, headers.output_columns) as spool:
            for block in _blocks(_rows(lines, len(targets), unparsed)):
                columns = list(zip(*(values for _, values in block), strict=True))
                filled = {name: text_array(columns[at]) for at, name in enumerate(targets) if name is not None}
                spool.write(filled, [ordinal for ordinal, _ in block])
    return spool, unparsed


def _rows(lines: Iterator[tuple[int, str]], width: int, unparsed: list[Unparsed]) -> Iterator[_Row]:
    for ordinal, (number, line) in enumerate(lines, 1):
        values = line.split()
        if len(values) == width and "\0" not in line:
            yield ordinal, values
            continue
        if not line.endswith("\n") and len(values) < width:
            raise FileRejectedError(f"it is cut off in the middle of line {number}; deliver it again")
        reason = "holds a NUL character" if "\0" in line else f"{len(values)} values where the header has {width}"
        unparsed.append(Unparsed(number, reason, line.rstrip("\n").replace("\0", "\u2400")))


def _blocks(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    block: list[_Row] = []
    for row in rows:
        block.append(row)
        if len(block) == BATCH_ROWS:
            yield block
            block = []
    if block:
        yield block
