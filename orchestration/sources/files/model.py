"""The words of the files source: a file found, what was read from it, and why one is rejected.

Add here: a value that more than one module of this folder passes on. Keep out: reading, and anything of dlt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

ORIGIN_COLUMNS = ("_source", "_file", "_file_sha256", "_record", "_delivered_on", "_delivered_by")
UNPARSED_TABLE = "unparsed_lines"
UNPARSED_COLUMNS = ("entity", "line_number", "reason", "raw_text")
RECEIPTS_TABLE = "delivered_files"
# mapping is a sign of how a file was read. delivery and state are a fetch's: snapshot or increment, and what the next
# fetch goes on from.
RECEIPT_COLUMNS = ("entity", "rows", "unparsed", "delivery", "state", "mapping")
# "true" in a row that only says that its key is gone; and how the date of a fetch is known.
DELETED, FETCH = "_deleted", "fetch"


class FileRejectedError(ValueError):
    """A file that cannot be landed as a whole, because what is wrong in it could shift or hide other rows.

    The message names the line or column and the fix; the file's own name is added by whoever reports it.
    """


@dataclass(frozen=True)
class FoundFile:
    """One file of one entity, hashed and dated, not yet read. `file` is its name relative to the source's path."""

    source: str
    system: str
    entity: str
    path: Path
    file: str
    sha256: str
    delivered_on: date
    delivered_by: str


@dataclass(frozen=True)
class Unparsed:
    """A line that is no row: its number in the file (from 1), why, and its text (NUL written as ␀)."""

    line_number: int
    reason: str
    raw_text: str


@dataclass(frozen=True)
class Part:
    """The rows one file delivers for one entity, as text in an Arrow file: the contract's columns and _record.

    `is_ready` if it is a Parquet file that landing takes as it stands, its origin in its metadata (long.py).
    """

    entity: str
    spool: Path
    rows: int

    @property
    def is_ready(self) -> bool:
        return self.spool.suffix == ".parquet"


@dataclass(frozen=True)
class Fetched:
    """What a fetch was: all rows or new and changed ones, the state for the next one (JSON), and its figures.

    rows: rows of the service, before any mapping. oldest, newest: the span of their dates, as the service writes them.
    """

    mode: Literal["snapshot", "increment"]
    state: str
    rows: int
    deleted: int
    pages: int
    seconds: float
    expected_rows: int | None
    oldest: str | None
    newest: str | None


@dataclass(frozen=True)
class ReadFile:
    """A file or fetch read to its end and found good. `parts[0]` is its own entity; then answers, then what is derived.

    mapping: a sign of how it was read; another one is a reason to read it again.
    """

    found: FoundFile
    parts: tuple[Part, ...]
    unparsed: tuple[Unparsed, ...]
    notes: tuple[str, ...]
    fetched: Fetched | None = None
    mapping: str | None = None


@dataclass(frozen=True)
class RejectedFile:
    """A file, pattern or setting that nothing is landed from, with the reason and the fix."""

    source: str
    entity: str
    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source} {self.entity}: {self.file}: {self.reason}"
