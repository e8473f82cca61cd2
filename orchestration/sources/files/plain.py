"""Counts the records of a delimited file that is plain by RFC 4180, and says so if it is not.

Plain: one kind of line end throughout, no NUL, quotes only around whole values and doubled inside them. Of such a file
every reader must find the same records, so DuckDB may read it and its row count is checked against this one.
Vectorised: about 0.3 s per 100 MB.
"""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CHUNK = 16 * 1024 * 1024
_LF, _CR, _QUOTE = 10, 13, 34
_Bytes = NDArray[np.uint8]


class _NotPlainError(Exception):
    """The file needs the exact reader."""


def count_plain_records(path: Path, separator: str, skip: int, width: int) -> int | None:
    """Records below the first `skip` lines of a UTF-8 file, None if the file is not plain.

    Nor is it plain if its separators do not make `width` values a record: DuckDB refuses a short record, but takes a
    long one whose surplus values are empty.
    """
    if path.stat().st_size == 0 or not separator.isascii():
        return None
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = _after_lines(path, skip)
    try:
        counter = _Counter(mapped, start, ord(separator))
        records = counter.count()
    except _NotPlainError:
        return None
    return records if counter.separators == records * (width - 1) else None


def _after_lines(path: Path, skip: int) -> int:
    with path.open("rb") as file:
        for _ in range(skip):
            file.readline()
        return file.tell()


class _Counter:
    def __init__(self, mapped: mmap.mmap, start: int, separator: int) -> None:
        self._mapped = mapped
        self._data: _Bytes = np.frombuffer(mapped, np.uint8)
        self._start, self._separator = start, separator
        self.separators = 0
        self._quotes_before = 0
        self._ends_in_crlf: bool | None = None

    def count(self) -> int:
        records = sum(self._count_chunk(at) for at in range(self._start, len(self._data), CHUNK))
        if self._quotes_before % 2:
            raise _NotPlainError
        unended = len(self._data) > self._start and int(self._data[-1]) != _LF
        return records + int(unended)

    def _count_chunk(self, at: int) -> int:
        # What has been counted goes, or a file of a gigabyte would count as a gigabyte of this process's memory.
        if at >= 2 * CHUNK:
            self._mapped.madvise(mmap.MADV_DONTNEED, 0, (at - CHUNK) // mmap.PAGESIZE * mmap.PAGESIZE)
        chunk = self._data[at : at + CHUNK]
        returns = np.flatnonzero(chunk == _CR) + at
        if bool((chunk == 0).any()) or bool((self._after(returns) != _LF).any()):
            raise _NotPlainError
        quotes = np.flatnonzero(chunk == _QUOTE) + at
        self._check_quotes(quotes)
        self.separators += self._count_separators(chunk, at, quotes)
        ends = np.flatnonzero(chunk == _LF) + at
        inside = (np.searchsorted(quotes, ends) + self._quotes_before) % 2 == 1
        self._quotes_before += len(quotes)
        self._check_line_ends(ends)
        ends = ends[~inside]
        last = ends - (2 if self._ends_in_crlf else 1)
        blank = (last < self._start) | (self._data[np.maximum(last, 0)] == _LF)
        return len(ends) - int(blank.sum())

    def _count_separators(self, chunk: _Bytes, at: int, quotes: NDArray[np.int64]) -> int:
        """Separators of the chunk that stand outside quotes."""
        found = chunk == self._separator
        if not len(quotes):
            return 0 if self._quotes_before % 2 else int(np.count_nonzero(found))
        positions = np.flatnonzero(found) + at
        return int(((np.searchsorted(quotes, positions) + self._quotes_before) % 2 == 0).sum())

    def _after(self, positions: NDArray[np.int64]) -> _Bytes:
        """The bytes after the positions; the end of the file counts as a line end."""
        safe = np.minimum(positions + 1, len(self._data) - 1)
        return np.where(positions + 1 < len(self._data), self._data[safe], _LF).astype(np.uint8)

    def _check_quotes(self, quotes: NDArray[np.int64]) -> None:
        """An opening quote stands at the start of a value, a closing one at its end; doubled ones are both."""
        closing = (np.arange(len(quotes)) + self._quotes_before) % 2 == 1
        opens, closes = quotes[~closing], quotes[closing]
        before = np.where(opens > self._start, self._data[np.maximum(opens - 1, 0)], _LF)
        after = self._after(closes)
        good_open = np.isin(before, (self._separator, _LF, _QUOTE))
        good_close = np.isin(after, (self._separator, _LF, _CR, _QUOTE))
        if not (bool(good_open.all()) and bool(good_close.all())):
            raise _NotPlainError

    def _check_line_ends(self, ends: NDArray[np.int64]) -> None:
        if not len(ends):
            return
        crlf = self._data[np.maximum(ends - 1, 0)] == _CR
        if self._ends_in_crlf is None:
            self._ends_in_crlf = bool(crlf[0])
        if bool((crlf != self._ends_in_crlf).any()):
            raise _NotPlainError
