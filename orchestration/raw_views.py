"""The raw_* schemas of the working database: views over the committed landing files, shaped by the contract.

A view lists its files by name, so a file that a crash left behind is never opened and a build sees one fixed set.
An entity that was not delivered is an empty view of the same shape. Keep out: types and rules (staging has them).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.contract import Entity
from orchestration.landing.landed import committed_files, committed_loads, load_of
from orchestration.settings import SYSTEMS, Settings
from orchestration.sources.files.long import origin_in
from orchestration.sources.files.model import (
    DELETED,
    RECEIPT_COLUMNS,
    RECEIPTS_TABLE,
    UNPARSED_COLUMNS,
    UNPARSED_TABLE,
)

# Column in landing → (type, name) in the view; every other column is VARCHAR under its own name.
_ORIGIN = {
    "_source": ("varchar", "_source"),
    "_file": ("varchar", "_file"),
    "_file_sha256": ("varchar", "_file_sha256"),
    "_record": ("bigint", "_record"),
    "_delivered_on": ("date", "_delivered_on"),
    "_delivered_by": ("varchar", "_delivered_by"),
    "_dlt_load_id": ("varchar", "_load_id"),
}
_NUMBERS = {"line_number": "bigint", "rows": "bigint", "unparsed": "bigint"}


def create_raw_views(
    settings: Settings, connection: duckdb.DuckDBPyConnection, contract: Mapping[str, Entity]
) -> dict[str, int]:
    """Creates or replaces `raw_<system>.<entity>`, `.unparsed_lines` and `.delivered_files` for every system.

    Returns:
        Rows per view, keyed `raw_<system>.<name>`; counted from the Parquet files' own footers.
    """
    counts: dict[str, int] = {}
    for system in dict.fromkeys((*SYSTEMS, *(entity.system for entity in contract.values()))):
        connection.execute(f"create schema if not exists raw_{system}")
        loads = committed_loads(settings.landing_dir, system)
        for name, columns in _tables(system, contract).items():
            files = committed_files(settings.landing_dir, system, name, loads)
            connection.execute(view_sql(f"raw_{system}", name, columns, files))
            counts[f"raw_{system}.{name}"] = sum(pq.read_metadata(file).num_rows for file in files)
    return counts


def _tables(system: str, contract: Mapping[str, Entity]) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {
        entity.name: (*entity.column_names, DELETED) for entity in contract.values() if entity.system == system
    }
    return found | {UNPARSED_TABLE: UNPARSED_COLUMNS, RECEIPTS_TABLE: RECEIPT_COLUMNS}


def view_sql(schema: str, name: str, columns: Iterable[str], files: Sequence[Path]) -> str:
    """The statement of one view; a column that no file has yet is null, by the union with the empty shape."""
    names = [*columns, *_ORIGIN]
    shape = "select " + ", ".join(f"null::varchar as {_quoted(column)}" for column in names) + " where false"
    selected = ", ".join(_selected(column) for column in names)
    origins = {file: origin_in(pq.read_metadata(file).metadata) for file in files}
    parts = _whole_sql([file for file, origin in origins.items() if not origin])
    parts += [_bare_sql(file, origin) for file, origin in origins.items() if origin]
    landed = "".join(f" union all by name {part}" for part in parts)
    return f"create or replace view {schema}.{_quoted(name)} as select {selected} from ({shape}{landed})"


def _whole_sql(files: Sequence[Path]) -> list[str]:
    paths = ", ".join(_literal(str(file)) for file in files)
    return [f"select * from read_parquet([{paths}], union_by_name=true)"] if files else []


def _bare_sql(file: Path, origin: Mapping[str, str]) -> str:
    """A file that was written straight (sources/files/long.py): its metadata say where its rows came from, a row's
    place in it is its ordinal, and its name says the load."""
    added = {**origin, "_dlt_load_id": load_of(file)}
    columns = ", ".join(f"{_literal(value)} as {_quoted(name)}" for name, value in added.items())
    source = f"read_parquet({_literal(str(file))}, file_row_number=true)"
    return f"select * exclude (file_row_number), file_row_number + 1 as _record, {columns} from {source}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _selected(column: str) -> str:
    kind, name = _ORIGIN.get(column, (_NUMBERS.get(column, "varchar"), column))
    return f"cast({_quoted(column)} as {kind}) as {_quoted(name)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
