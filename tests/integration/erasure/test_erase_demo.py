"""Three persons of the demo company erased: every published figure is what it was, and none of them is in a mart."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.erasure.erase import erase, look_up
from orchestration.erasure.register import Register
from orchestration.settings import Settings
from tests.pipeline import DemoRun, holdfast

# Who has most to lose: a customer with a retention offer, one that others were merged into, one of the newest list.
CHOSEN = """
    (select customer_id from work.int_retention_offers_admitted order by customer_id limit 1)
    union (select merged_into from work.int_customers_admitted where merged_into is not null order by 1 limit 1)
    union (select customer_id from work.rpt_customers_at_risk where audience = 'board'
           order by period_end desc, list_rank limit 1)
"""
NAMES = ("name", "customer_name")


def connected(before: DemoRun, after: Settings) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"attach '{before.settings.published_marts.resolve()}' as old (read_only)")
    connection.execute(f"attach '{after.published_marts.resolve()}' as new (read_only)")
    return connection


def tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    rows = connection.execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns() "
        "where database_name = 'old' group by 1 order by 1"
    ).fetchall()
    return dict(rows)


def shown(table: str, columns: list[str], names: dict[str, str]) -> str:
    """A table's rows with pseudonyms for ids, without names."""
    cases = " ".join(f"when '{name}' then '{pseudonym}'" for name, pseudonym in names.items())
    cells = [
        f"case {column} {cases} else {column} end as {column}" if names and column.endswith("customer_id") else column
        for column in columns
        if column not in NAMES
    ]
    return f"select {', '.join(cells)} from {table}"


def left_over(table: str, columns: list[str]) -> str:
    """Counts the rows in which an erased id stands, or an erased customer has a name."""
    ids = [f"{column} in getvariable('erased')" for column in columns if column.endswith("customer_id")]
    named = [f"(customer_id like 'erased-%' and {column} not like 'erased%')" for column in columns if column in NAMES]
    return f"select count(*) from new.{table} where {' or '.join([*ids, *named]) or 'false'}"


@pytest.mark.pipeline
@pytest.mark.timeout(1200)
def test_figures_of_the_demo_stay(demo_run: DemoRun, tmp_path: Path) -> None:
    settings, contract = demo_run.copy(tmp_path / "data"), load_contract()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.work_database}' as work (read_only)")
        chosen = sorted(str(row[0]) for row in connection.execute(CHOSEN).fetchall())
    assert len(chosen) == 3
    erased, merged = look_up(settings, contract, chosen)
    assert merged
    erase(settings, contract, merged[:1], "test")
    named = [argument for name in erased for argument in ("--customer", name)]
    done = holdfast(tmp_path / "data", "erase", *named, "--who", "test", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(settings.published_dir.glob("marts-*.duckdb"))) == 1

    register = Register(settings)
    names = {name: str(register.pseudonym_of(name)) for name in (*erased, merged[0])}
    with connected(demo_run, settings) as connection:
        connection.execute(f"set variable erased = {sorted(names)}")
        differing = {}
        for table, columns in tables(connection).items():
            before, after = shown(f"old.{table}", columns, names), shown(f"new.{table}", columns, {})
            query = f"(({before}) except all ({after})) union all (({after}) except all ({before}))"
            differing[table] = connection.execute(f"select count(*) from ({query})").fetchall()[0][0]
            assert connection.execute(left_over(table, columns)).fetchall() == [(0,)], table
    assert {table: count for table, count in differing.items() if count} == {}
