"""Published marts of a few hand-made rows, for tests of a page's context: no pipeline is run, no company made up.

Tables have the columns and types of the models' enforced contracts, so a test cannot give a page a column that the
build does not make. Add here: a helper that several pages' tests need. Keep out: figures of any one page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.contract import load_contract
from orchestration.settings import PROJECT_ROOT

MART_FILES = PROJECT_ROOT / "dbt_project" / "models" / "marts"
CellValue = str | int | float | bool | date | None
MartRow = Mapping[str, CellValue]


@cache
def model_columns() -> Mapping[str, Mapping[str, str]]:
    """Model → column → type, for every rpt_ model; its contract is enforced, so the build has the very same."""
    documents = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(MART_FILES.rglob("*.yml"))]
    models: list[dict[str, Any]] = [model for document in documents for model in document.get("models") or []]
    return {
        model["name"]: {column["name"]: column["data_type"] for column in model["columns"]}
        for model in models
        if model["name"].startswith("rpt_")
    }


def add_missing(connection: duckdb.DuckDBPyConnection) -> None:
    """Adds every published model that the database lacks, without rows, and every column that its models lack."""
    query = "select table_name, column_name from information_schema.columns"
    there: dict[str, set[str]] = {}
    for table, column in connection.execute(query).fetchall():
        there.setdefault(str(table), set()).add(str(column))
    for model, columns in model_columns().items():
        if model not in there:
            _create(connection, model)
            continue
        for name in sorted(columns.keys() - there[model]):
            connection.execute(f"alter table {model} add column {name} {columns[name]}")


def make_marts(path: Path, models: Mapping[str, Sequence[MartRow]]) -> Path:
    """Writes a DuckDB file with these models (an empty list makes an empty one) and returns its path.

    What a row leaves out is NULL. rpt_data_received is always there; without rows, nothing was delivered. Raises
    KeyError for a model or a column that the contracts do not have.
    """
    connection = duckdb.connect(str(path))
    for model, rows in {"rpt_data_received": (), **models}.items():
        columns = _create(connection, model)
        for row in rows:
            unknown = [name for name in row if name not in columns]
            if unknown:
                raise KeyError(f"{model} has no column {unknown[0]}; it has {', '.join(columns)}")
            names, places = ", ".join(row), ", ".join("?" for _ in row)
            connection.execute(f"insert into {model} ({names}) values ({places})", list(row.values()))
    connection.close()
    return path


def _create(connection: duckdb.DuckDBPyConnection, model: str) -> Mapping[str, str]:
    """An empty table; returns its columns."""
    columns = model_columns()[model]
    connection.execute(f"create table {model} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    return columns


def received(*entities: str) -> tuple[MartRow, ...]:
    """The rows of rpt_data_received where these entities were delivered and no other was.

    Raises KeyError for an entity that the contract does not have.
    """
    contract = load_contract()
    missing = [name for name in entities if name not in contract]
    if missing:
        raise KeyError(f"the contract has no entity {missing[0]}; it has {', '.join(sorted(contract))}")
    return tuple(
        {"entity": name, "system": entity.system, "is_delivered": name in entities, "landed": int(name in entities)}
        for name, entity in sorted(contract.items())
    )


def scoped(month: str = "2024-12", audience: str = "board", **values: CellValue) -> MartRow:
    """A row of one calendar month (YYYY-MM) for a whole audience; scope_type and scope_value may be given."""
    start = date.fromisoformat(f"{month}-01")
    end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    keys = {"audience": audience, "scope_type": "audience", "scope_value": audience}
    return {**keys, "period_type": "month", "period_start": start, "period_end": end, **values}
