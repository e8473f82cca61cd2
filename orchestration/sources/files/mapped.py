"""Takes an entity's mapping to a file: which headers are read, and its columns once the rows are spooled.

A mapping that only renames costs nothing: each header is read straight into its column. Expressions take a second pass
over the spool.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from orchestration.mapping.compiled import ColumnMapping
from orchestration.mapping.expressions import FILE, RECORD
from orchestration.sources.files.headers import ANSWER_PREFIX, FIELD_PREFIX, Computed, HeaderMap
from orchestration.sources.files.spool import AnySpool, ParquetSpool, Spool, spooled


def header_map(mapping: ColumnMapping) -> HeaderMap:
    """Where the headers of a file of this mapping go."""
    dropped = dict.fromkeys(mapping.dropped, "")
    if mapping.is_rename:
        columns = {item.fields[0]: name for name, item in mapping.columns.items()}
        answers = {key: name.removeprefix(ANSWER_PREFIX) for key, name in columns.items() if _is_answer(name)}
        plain = {key: name for key, name in columns.items() if not _is_answer(name)}
        return HeaderMap(mapping.entity, dropped | plain, answers)
    fields = {name: FIELD_PREFIX + name for name in mapping.fields}
    computed = {
        name: Computed(tuple(field for field in item.fields if field not in (RECORD, FILE)), item.kind == "first_of")
        for name, item in mapping.columns.items()
        if not _is_answer(name)
    }
    computed |= {name: Computed((field,)) for name, field in mapping.own_fields.items()}
    return HeaderMap(mapping.entity, dropped | fields, {}, computed)


def _is_answer(name: str) -> bool:
    return name.startswith(ANSWER_PREFIX)


def mapped_spool(spool: AnySpool, mapping: ColumnMapping, file: str, path: Path) -> AnySpool:
    """The spool with the contract's columns (and answers) in place of the fields; the old one is removed."""
    if mapping.is_rename or isinstance(spool, ParquetSpool):
        return spool
    with Spool(path, mapping.output_columns) as made:
        for batch in spooled(spool.path):
            table = pa.table(_by_field(batch))
            columns = mapping.apply_table(table, file)
            records = [int(text) for text in batch.column(RECORD).to_pylist()]
            made.write({name: columns.column(name).chunk(0) for name in columns.column_names}, records)
    spool.path.unlink()
    return made


def _by_field(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """The columns under the names of fields; a contract's column whose header an expression took is not there."""
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    fields = {
        name.removeprefix(FIELD_PREFIX): array for name, array in columns.items() if name.startswith(FIELD_PREFIX)
    }
    return columns | fields
