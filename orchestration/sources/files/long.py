"""Writes a long plain file straight as landing keeps it: DuckDB from text to Parquet, on all cores, nothing in between.

A file of a gigabyte passes through Python twice otherwise, once into the spool and once out of it. What is the same in
all rows stands once, in the Parquet file's own metadata. Only files of which plain.py shows what every record is count
here, so a row's place in the file is its `_record`. The raw views add these columns (orchestration/raw_views.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.sources.files.model import FoundFile
from orchestration.sources.files.spool import ParquetSpool

# Below this a file is one of many, and dlt joins many into few; above it, the detour through Arrow is felt.
LONG_BYTES = 32 * 1024 * 1024
SUFFIX = ".parquet"
# What DuckDB may hold while it writes; beyond it, it writes before it reads on. Of 2 million rows the process held
# 0.46, 0.32 and 0.28 GB at limits of 1 GB, 300 and 200 MB, for 1.28, 1.34 and 1.41 seconds of CPU.
MEMORY = "500MB"
ORIGIN_CONSTANTS = ("_source", "_file", "_file_sha256", "_delivered_on", "_delivered_by")


def origin_of(found: FoundFile) -> dict[str, str]:
    """The origin columns that are the same in every row of a file."""
    values = (found.source, found.file, found.sha256, found.delivered_on.isoformat(), found.delivered_by)
    return dict(zip(ORIGIN_CONSTANTS, values, strict=True))


def write_straight(
    source: str,
    path: Path,
    names: Sequence[str],
    columns: Mapping[str, str],
    found: FoundFile,
    target: Path,
    connection: duckdb.DuckDBPyConnection,
) -> ParquetSpool | None:
    """Writes `source` (SQL that reads a file's values as text, in order) to `target`; None if DuckDB finds a fault.

    names: all columns of the contract. columns: those that came → column of `source`. dlt takes the file as it stands
    only if all columns are there in the order it is told. The caller compares the rows with those it counted.
    """
    kept = [f'{columns.get(name, "null::varchar")} as "{name}"' for name in names]
    origin = ", ".join(f"{name}: {_quoted(value)}" for name, value in origin_of(found).items())
    options = f"format parquet, kv_metadata {{{origin}}}"
    query = f"copy (select {', '.join(kept)} from {source}) to {_quoted(str(target))} ({options})"
    try:
        connection.execute(f"set memory_limit = '{MEMORY}'")
        connection.execute(query, [str(path)])
    except duckdb.Error:
        target.unlink(missing_ok=True)
        return None
    return ParquetSpool(target, pq.read_metadata(target).num_rows)


def origin_in(metadata: Mapping[bytes, bytes] | None) -> dict[str, str]:
    """The origin columns that a Parquet file's metadata holds; empty for a file that has them as columns."""
    kept = {name.decode(): value.decode() for name, value in (metadata or {}).items() if name.startswith(b"_")}
    return kept if set(kept) >= set(ORIGIN_CONSTANTS) else {}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
