"""Reads JSON lines: one object per line, numbers kept as they are written (1.50 stays 1.50, 007 is no number).

The columns are the keys of all lines together; a key that a line does not have is null there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.sources.files.headers import HeaderMap
from orchestration.sources.files.model import FileRejectedError, Unparsed
from orchestration.sources.files.spool import BATCH_ROWS, Spool, text_array


class _LineFaultError(ValueError):
    """A line that is no row; the message says why."""


def read_json_lines(path: Path, headers: HeaderMap, spool_path: Path) -> tuple[Spool, list[Unparsed]]:
    """Reads a UTF-8 JSON lines file into a spool; returns it and the lines that are no rows.

    Raises:
        FileRejectedError: no line is an object, the last line is cut off, or header faults (headers.py).
    """
    unparsed: list[Unparsed] = []
    with Spool(spool_path, headers.output_columns) as spool:
        for ordinals, rows in _batches(_rows(path, headers, unparsed)):
            names = dict.fromkeys(name for row in rows for name in row)
            spool.write({name: text_array([row.get(name) for row in rows]) for name in names}, ordinals)
    if spool.rows:
        headers.check()
    elif unparsed:
        raise FileRejectedError(f"no line is a JSON object (line {unparsed[0].line_number}: {unparsed[0].reason})")
    return spool, unparsed


def _batches(
    rows: Iterator[tuple[int, dict[str, str | None]]],
) -> Iterator[tuple[list[int], list[dict[str, str | None]]]]:
    ordinals: list[int] = []
    block: list[dict[str, str | None]] = []
    for ordinal, row in rows:
        ordinals.append(ordinal)
        block.append(row)
        if len(block) == BATCH_ROWS:
            yield ordinals, block
            ordinals, block = [], []
    if block:
        yield ordinals, block


def _rows(path: Path, headers: HeaderMap, unparsed: list[Unparsed]) -> Iterator[tuple[int, dict[str, str | None]]]:
    targets: dict[str, str | None] = {}
    ordinal = 0
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            ordinal += 1
            try:
                found = _parse(line)
                row = _by_column(found, headers, targets)
            except _LineFaultError as error:
                if not line.endswith("\n") and ordinal > 1:
                    raise FileRejectedError(f"it is cut off in the middle of line {number}; deliver it again") from None
                unparsed.append(Unparsed(number, str(error), line.rstrip("\r\n").replace("\0", "\u2400")))
                continue
            yield ordinal, row


def _parse(line: str) -> dict[str, Any]:
    """One line as an object of text values.

    Raises:
        _LineFaultError: not JSON, no object, a key twice.
    """
    try:
        found = json.loads(line, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise _LineFaultError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise _LineFaultError("not JSON: nested too deeply") from None
    if not isinstance(found, dict):
        raise _LineFaultError("not a JSON object")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _LineFaultError(f'key "{next(key for key in keys if keys.count(key) > 1)}" stands twice')
    return found


def _by_column(found: dict[str, Any], headers: HeaderMap, targets: dict[str, str | None]) -> dict[str, str | None]:
    row: dict[str, str | None] = {}
    for key, value in found.items():
        if key not in targets:
            targets[key] = headers.add(key)
        name = targets[key]
        if name is not None:
            row[name] = _text(key, value)
    return row


def _text(key: str, value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        raise _LineFaultError(f'key "{key}" holds {"an object" if isinstance(value, dict) else "a list"}, not a value')
    if isinstance(value, str) and "\0" in value:
        raise _LineFaultError("holds a NUL character")
    return None if value is None else str(value)
