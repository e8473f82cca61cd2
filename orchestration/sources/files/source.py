"""The dlt source of files: hands what was read, all as text, to dlt, one resource per table.

Every column is declared text and nullable, and there is no primary key: a merge on a business key would drop
duplicates silently, and inferred types would change values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dlt
import pyarrow as pa
import pyarrow.parquet as pq
from dlt.extract import DltResource

from orchestration.sources.files.long import origin_of
from orchestration.sources.files.model import (
    ORIGIN_COLUMNS,
    RECEIPT_COLUMNS,
    RECEIPTS_TABLE,
    UNPARSED_COLUMNS,
    UNPARSED_TABLE,
    FoundFile,
    Part,
    ReadFile,
)
from orchestration.sources.files.spool import RECORD, spooled

# Many small files become few batches; dlt spends a few milliseconds on each.
_ROWS_AT_ONCE = 100_000


@dlt.source(name="files", max_table_nesting=0)
def files_source(files: Sequence[ReadFile]) -> Iterator[DltResource]:
    """Tables of one system: each entity's rows, unparsed_lines, and a receipt per file and entity (delivered_files)."""
    entities = dict.fromkeys(part.entity for file in files for part in file.parts)
    for entity in entities:
        parts = [(file.found, part) for file in files for part in file.parts if part.entity == entity]
        columns = list(dict.fromkeys(name for _, part in parts for name in _spool_columns(part)))
        if all(part.is_ready for _, part in parts):
            yield _resource(entity, _ready_files(parts), columns, ())
        else:
            yield _resource(entity, _joined(_entity_tables(parts, columns)), columns)
    if any(file.unparsed for file in files):
        yield _resource(UNPARSED_TABLE, _unparsed_tables(files), UNPARSED_COLUMNS)
    yield _resource(RECEIPTS_TABLE, _receipt_tables(files), RECEIPT_COLUMNS)


def _resource(
    name: str, items: Iterator[Any], columns: Sequence[str], origin: Sequence[str] = ORIGIN_COLUMNS
) -> DltResource:
    declared: dict[str, Any] = {
        column: {"name": column, "data_type": "text", "nullable": True} for column in (*columns, *origin)
    }
    return dlt.resource(items, name=name, columns=declared, write_disposition="append")


def _spool_columns(part: Part) -> list[str]:
    if part.is_ready:
        return list(pq.read_schema(part.spool).names)
    with pa.OSFile(str(part.spool), "rb") as source, pa.ipc.open_stream(source) as reader:
        return [name for name in reader.schema.names if name != RECORD]


def _origin(found: FoundFile, rows: int) -> dict[str, pa.Array]:
    return {name: pa.repeat(pa.scalar(value, pa.string()), rows) for name, value in origin_of(found).items()}


def _ready_files(parts: Sequence[tuple[FoundFile, Part]]) -> Iterator[Any]:
    """Files that dlt takes as they are. It would rewrite them, and lose their metadata, for any other column."""
    for _, part in parts:
        yield dlt.mark.with_file_import(str(part.spool), "parquet", part.rows)


def _entity_tables(parts: Sequence[tuple[FoundFile, Part]], names: Sequence[str]) -> Iterator[pa.Table]:
    """Tables of one shape: files beside a fetch have no marks of deletion."""
    for found, part in parts:
        for batch in _numbered(part) if part.is_ready else spooled(part.spool):
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            blank = {name: pa.nulls(batch.num_rows, pa.string()) for name in names if name not in columns}
            yield pa.table(
                {name: (columns | blank)[name] for name in (*names, RECORD)} | _origin(found, batch.num_rows)
            )


def _numbered(part: Part) -> Iterator[pa.RecordBatch]:
    """A ready file beside others of its entity lands as they do."""
    first = 1
    for batch in spooled(part.spool):
        records = pa.array(range(first, first + batch.num_rows), pa.int64()).cast(pa.string())
        first += batch.num_rows
        yield batch.append_column(RECORD, records)


def _joined(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in fewer tables."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(item.num_rows for item in waiting) >= _ROWS_AT_ONCE:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _text_table(
    columns: Mapping[str, Sequence[str | None]], origins: dict[str, pa.Array], records: list[str]
) -> pa.Table:
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    return pa.table(arrays | origins | {RECORD: pa.array(records, pa.string())})


def _unparsed_tables(files: Sequence[ReadFile]) -> Iterator[pa.Table]:
    for file in files:
        if file.unparsed:
            numbers = [str(line.line_number) for line in file.unparsed]
            columns = {
                "entity": [file.found.entity] * len(numbers),
                "line_number": numbers,
                "reason": [line.reason for line in file.unparsed],
                "raw_text": [line.raw_text for line in file.unparsed],
            }
            yield _text_table(columns, _origin(file.found, len(numbers)), numbers)


def _receipt_tables(files: Sequence[ReadFile]) -> Iterator[pa.Table]:
    """One table of receipts: also files without rows leave one, so that they are not read again."""
    receipts = []
    for file in files:
        for number, part in enumerate(file.parts):
            unparsed = len(file.unparsed) if number == 0 else 0
            fetched = file.fetched
            columns: dict[str, Sequence[str | None]] = {
                "entity": [part.entity],
                "rows": [str(part.rows)],
                "unparsed": [str(unparsed)],
                "delivery": [fetched.mode if fetched else None],
                "state": [fetched.state if fetched else None],
                "mapping": [file.mapping],
            }
            receipts.append(_text_table(columns, _origin(file.found, 1), ["1"]))
    yield pa.concat_tables(receipts).combine_chunks()
