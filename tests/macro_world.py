"""SQL macros on their own: rendered by Jinja and run in DuckDB on a small table.

Add here: what several tests of macros need. Keep out: figures and references.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
from jinja2 import Environment

from orchestration.dbt_project import DBT_DIR

Found = list[tuple[float, ...]]


def evaluate(macros: Sequence[str], query: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> Found:
    """The rows of a query over table t.

    macros: names of files in dbt_project/macros whose macros the query calls.
    columns: t's columns and their SQL types; t also has i, the row's number from 0.
    """
    texts = [(DBT_DIR / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in macros]
    sql = Environment(extensions=["jinja2.ext.do"]).from_string("\n".join([*texts, query])).render()
    with duckdb.connect() as connection:
        connection.execute(f"create table t (i int, {', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        marks = ", ".join("?" for _ in range(len(columns) + 1))
        connection.executemany(f"insert into t values ({marks})", [[i, *row] for i, row in enumerate(rows)])
        return connection.execute(sql).fetchall()
