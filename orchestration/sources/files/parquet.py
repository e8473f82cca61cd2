"""Reads Parquet as text: dates and times in ISO 8601, numbers by their digits, floats without exponent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.sources.files.headers import HeaderMap
from orchestration.sources.files.model import FileRejectedError
from orchestration.sources.files.spool import BATCH_ROWS, Spool


def read_parquet(path: Path, headers: HeaderMap, spool_path: Path) -> Spool:
    """Reads a Parquet file into a spool.

    Raises:
        FileRejectedError: cut off or no Parquet, a nested or binary column, header faults (headers.py).
    """
    try:
        with pq.ParquetFile(path) as file, Spool(spool_path, headers.output_columns) as spool:
            targets = headers.add_all(file.schema_arrow.names)
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                values = {
                    name: as_text(column, str(batch.schema.names[index]))
                    for index, (name, column) in enumerate(zip(targets, batch.columns, strict=True))
                    if name is not None
                }
                spool.write(values, range(spool.rows + 1, spool.rows + batch.num_rows + 1))
    except (pa.ArrowInvalid, OSError) as error:
        raise FileRejectedError(f"it cannot be read as Parquet ({error}); deliver it again") from error
    return spool


def as_text(column: pa.Array, name: str) -> pa.Array:
    """A column of any plain type as text; an empty text is null.

    Raises:
        FileRejectedError: the column is nested or binary.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.dictionary_decode(), name)
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise FileRejectedError(f'column "{name}" is of type {kind}; deliver it as text, number, date or time')
    if pa.types.is_floating(kind):
        return _floats(column)
    text = column.cast(pa.string())
    if pa.types.is_timestamp(kind):
        text = pc.replace_substring_regex(text, r"\.0+(Z?)$", r"\1")
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _floats(column: pa.Array) -> pa.Array:
    """The shortest digits that give the same float, never 1e+20, and 5 rather than 5.0."""
    text = column.cast(pa.string()).to_pylist()
    return pa.array([_plain_number(value) if value and "e" in value else value for value in text], pa.string())


def _plain_number(text: str) -> str:
    return format(Decimal(text), "f")
