"""The exact reader of delimited text: every record with its line numbers, its own text and what is wrong with it.

It is the authority on what a delimited file holds; DuckDB is used only where plain.py shows that both must agree.
Records end at \\n, \\r\\n or \\r, mixed as they come; a quote inside a value is doubled; blank lines are no records.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# A comment of 10 MB is a value like any other; the csv module's own limit is 128 kB.
_FIELD_LIMIT = 2**31 - 1


class Record(NamedTuple):
    """One record: its first and last line (from 1), its fields, or `fault`; `unclosed` if a quote runs to the end."""

    line: int
    last_line: int
    fields: list[str]
    text: str
    fault: str | None = None
    unclosed: bool = False


class _Lines:
    """Hands lines to the csv reader and remembers those of the record at hand."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.taken: list[str] = []
        self.count = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        self.taken.append(line)
        return line


def read_records(file: Iterable[str], separator: str) -> Iterator[Record]:
    """The records of a text file opened with newline="" (so that line ends stay as they are)."""
    csv.field_size_limit(_FIELD_LIMIT)
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.taken, first = [], lines.count + 1
        fault, fields = None, []
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = str(error)
        text = lines.taken[0] if len(lines.taken) == 1 else "".join(lines.taken)
        if fault is not None or text.strip():
            unclosed = fault == "unexpected end of data"
            yield Record(first, lines.count, fields, text, _in_words(fault), unclosed)


def _in_words(fault: str | None) -> str | None:
    return "text after a closing quote" if fault is not None and "expected after" in fault else fault
