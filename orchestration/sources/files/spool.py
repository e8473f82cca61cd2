"""Keeps a file's rows on disk as Arrow text until every file of the run is known to be good.

Nothing is held in memory beyond a batch, so a file of any length is read, judged and landed alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.sources.files.model import Part

BATCH_ROWS = 65_536
RECORD = "_record"


class Spool:
    """Writes batches of text columns; columns a batch does not have become null.

    Use as a context manager; `rows` counts what was written.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.rows = 0
        self._columns = list(columns)
        self._schema = pa.schema([(name, pa.string()) for name in (*columns, RECORD)])
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_stream(self._sink, self._schema, options=pa.ipc.IpcWriteOptions(compression="lz4"))

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        self._sink.close()

    def write(self, values: dict[str, pa.Array], records: Sequence[int] | range) -> None:
        """One batch: an array per column that has values, and each row's ordinal in the delivery (from 1)."""
        if not records:
            return
        blank = pa.nulls(len(records), pa.string())
        arrays = [values.get(name, blank) for name in self._columns]
        ordinals = pa.array(records, pa.int64()).cast(pa.string())
        self._writer.write_batch(pa.record_batch([*arrays, ordinals], schema=self._schema))
        self.rows += len(records)

    def part(self, entity: str) -> Part:
        """What was written, as a part of the delivery."""
        return Part(entity, self.path, self.rows)


@dataclass(frozen=True)
class ParquetSpool:
    """Rows that stand as landing keeps them (long.py): the contract's columns, the origin in the file's metadata."""

    path: Path
    rows: int

    def part(self, entity: str) -> Part:
        """What was written, as a part of the delivery."""
        return Part(entity, self.path, self.rows)


AnySpool = Spool | ParquetSpool


def spooled(path: Path) -> Iterator[pa.RecordBatch]:
    """The batches of a spool file, in order; those of a file that landing takes as it stands have no _record."""
    if path.suffix == ".parquet":
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(BATCH_ROWS)
        return
    with pa.OSFile(str(path), "rb") as source, pa.ipc.open_stream(source) as reader:
        yield from reader


def text_array(values: Sequence[str | None]) -> pa.Array:
    """Text as Arrow; an empty text is null, as a blank field is."""
    return pa.array([value or None for value in values], pa.string())
