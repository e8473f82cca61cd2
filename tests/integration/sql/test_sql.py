"""The sql connector on a real PostgreSQL and on SQLite: values, cursors, drift, and what is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from orchestration.configuration.source_sql import SqlEntity, SqlSource
from orchestration.settings import PROJECT_ROOT
from orchestration.sources.fetched import Ended, MissingSecretsError, Progress, SourceFailedError, TablePage
from orchestration.sources.sql.connector import SqlConnector
from tests.databases import PASSWORD
from tests.integration.sql.conftest import TABLES, run

NOON = "2024-10-31 12:00:00"
Rows = list[tuple[str | None, ...]]


def source(chunk_rows: int = 50_000, **cursors: str | None) -> SqlSource:
    entities = {name: SqlEntity(table=table, cursor=cursors.get(table)) for name, table in
                (("customers", "accounts"), ("orders", "sales"))}  # fmt: skip
    return SqlSource(
        name="shop", kind="sql", system="crm", url_env="SHOP_URL", chunk_rows=chunk_rows, entities=entities
    )


@contextmanager
def opened(url: str, settings: SqlSource | None = None) -> Iterator[SqlConnector]:
    waits: list[float] = []
    connector = SqlConnector(settings or source(), {"SHOP_URL": url}, waits.append)
    connector.open()
    try:
        yield connector
    finally:
        connector.close()


def fetch(
    url: str,
    table: str,
    fields: Sequence[str],
    state: dict[str, str] | None = None,
    settings: SqlSource | None = None,
    progress: list[Progress] | None = None,
) -> tuple[Rows, Ended]:
    """Every row of a fetch, sorted, and its end."""
    told = progress if progress is not None else []
    with opened(url, settings) as connector:
        *pages, end = connector.fetch(table, fields, state, told.append)
    assert isinstance(end, Ended)
    rows: Rows = []
    for page in pages:
        assert isinstance(page, TablePage)
        assert {str(kind) for kind in page.table.schema.types} <= {"string"}
        assert page.table.column_names == list(fields)
        rows += [tuple(row.values()) for row in page.table.to_pylist()]
    return sorted(rows, key=str), end


def test_every_row_comes_as_text(url: str) -> None:
    run(
        url,
        f"insert into accounts values (1, 'Ann', true, '{NOON}'), (2, null, false, null)",
        "insert into sales values ('007', 1, 10.50, '2024-10-31', ' two '), ('8', null, 1000000, null, '')",
    )
    rows, end = fetch(url, "accounts", ["id", "name"])
    assert (rows, end.mode, end.expected_rows) == ([("1", "Ann"), ("2", None)], "snapshot", 2)
    rows, _ = fetch(url, "sales", ["id", "sold_on", "extra"])
    assert rows == [("007", "2024-10-31", " two "), ("8", None, "")]


def test_an_empty_table_is_a_snapshot_of_no_rows(url: str) -> None:
    rows, end = fetch(url, "accounts", ["id"])
    assert (rows, end.mode, end.expected_rows) == ([], "snapshot", 0)


def test_a_cursor_brings_what_is_new_the_last_moment_again_and_what_has_none(url: str) -> None:
    run(url, f"insert into accounts values (1, 'a', true, '2024-10-01 10:00:00'), (2, 'b', true, '{NOON}')")
    settings = source(accounts="changed_at")
    rows, first = fetch(url, "accounts", ["id"], None, settings)
    assert ([row[0] for row in rows], first.mode) == (["1", "2"], "snapshot")
    run(
        url,
        f"insert into accounts values (3, 'same moment', true, '{NOON}'), (4, 'later', true, '2024-11-01 08:00:00')",
        "insert into accounts values (5, 'never stamped', true, null)",
    )
    rows, second = fetch(url, "accounts", ["id"], dict(first.state), settings)
    assert ([row[0] for row in rows], second.mode, second.expected_rows) == (["2", "3", "4", "5"], "increment", None)
    rows, third = fetch(url, "accounts", ["id"], dict(second.state), settings)
    assert ([row[0] for row in rows], third.state) == (["4", "5"], second.state)


def test_the_last_hour_before_the_cursor_is_read_again(server: str) -> None:
    run(server, "drop schema public cascade", "create schema public", *TABLES)
    run(server, f"insert into accounts values (1, 'a', true, '2024-10-31 10:59:00'), (2, 'b', true, '{NOON}')")
    settings = source(accounts="changed_at")
    _, end = fetch(server, "accounts", ["id"], None, settings)
    run(server, "insert into accounts values (3, 'long transaction', true, '2024-10-31 11:05:00')")
    assert fetch(server, "accounts", ["id"], dict(end.state), settings)[0] == [("2",), ("3",)]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_connection_that_breaks_on_any_page_fails_the_fetch(page: int, server: str) -> None:
    run(server, "drop schema public cascade", "create schema public", *TABLES,
        "insert into accounts select g, 'n', true, null from generate_series(1, 4000) g")  # fmt: skip
    with opened(server, source(chunk_rows=1000)) as connector:
        pages = connector.fetch("accounts", ["id"], None, lambda progress: None)
        for _ in range(page):
            next(pages)
        run(server, "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
        with pytest.raises(SourceFailedError, match="see that the database answers"):
            list(pages)
        assert len(list(connector.fetch("accounts", ["id"], None, lambda progress: None))) == 5


def test_names_that_are_statements_are_names(server: str) -> None:
    odd = 'id"; drop table accounts; --'
    quoted = odd.replace('"', '""')
    run(server, "drop schema public cascade", "create schema public", *TABLES,
        f'create table "{quoted}" ("{quoted}" int)', f'insert into "{quoted}" values (1)')  # fmt: skip
    assert fetch(server, odd, [odd])[0] == [("1",)]
    assert fetch(server, "accounts", ["id"])[0] == []


def test_it_runs_alone(url: str, tmp_path: Path) -> None:
    run(url, "insert into accounts values (1, 'Ann', true, null)")
    for name in ("company.yml", "audiences.yml"):
        shutil.copy(PROJECT_ROOT / "config" / name, tmp_path / name)
    entity = "{table: accounts, columns: {customer_id: id, name: name}}"
    wrong = "{table: sales, columns: {refund_id: id, order_id: id, refunded_at: sold, amount: total, currency: id}}"
    (tmp_path / "sources.yml").write_text(
        "sources:\n  - name: shop\n    kind: sql\n    system: crm\n    url_env: SHOP_URL\n    entities:\n"
        f"      customers: {entity}\n      refunds: {wrong}\n"
    )
    environment = {**os.environ, "HOLDFAST_CONFIG": str(tmp_path), "SHOP_URL": url}
    command = [sys.executable, "-m", "orchestration.sources.sql", "shop"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "shop customers: 1 rows, 1 page" in done.stdout
    assert 'shop refunds: FAILED: table sales has no column "sold" (nearest: "sold_on")' in done.stderr
    assert (done.returncode, PASSWORD in done.stdout + done.stderr) == (1, False)


def test_a_number_may_be_the_cursor(url: str) -> None:
    run(url, "insert into accounts values (9, 'a', true, null), (10, 'b', true, null)")
    settings = source(accounts="id")
    _, end = fetch(url, "accounts", ["name"], None, settings)
    run(url, "insert into accounts values (11, 'c', true, null)")
    rows, _ = fetch(url, "accounts", ["name"], dict(end.state), settings)
    assert rows == [("b",), ("c",)]


def test_without_a_cursor_a_state_changes_nothing(url: str) -> None:
    run(url, "insert into accounts values (1, 'a', true, null)")
    _, end = fetch(url, "accounts", ["id"])
    rows, again = fetch(url, "accounts", ["id"], dict(end.state))
    assert (rows, again.mode) == ([("1",)], "snapshot")


def test_rows_come_in_chunks_with_progress(url: str) -> None:
    values = ", ".join(f"({number}, 'n', true, null)" for number in range(7))
    run(url, f"insert into accounts values {values}")
    told: list[Progress] = []
    rows, _ = fetch(url, "accounts", ["id"], None, source(chunk_rows=3), told)
    assert len(rows) == 7
    assert [(item.rows, item.pages, item.expected_rows) for item in told] == [(3, 1, 7), (6, 2, 7), (7, 3, 7)]


def test_drift_is_told_and_a_column_that_is_asked_for_and_gone_is_refused(url: str) -> None:
    run(url, "insert into sales values ('1', 1, 5, '2024-10-31', 'x')")
    _, end = fetch(url, "sales", ["id", "total"])
    run(url, "alter table sales add column fax text", "alter table sales drop column extra")
    _, drifted = fetch(url, "sales", ["id", "total"], dict(end.state))
    assert drifted.notes == ("table sales: column fax is new", "table sales: column extra is gone")
    run(url, "alter table sales rename column total to total_net")
    with pytest.raises(SourceFailedError, match=r'table sales has no column "total" \(nearest: "total_net"\)'):
        fetch(url, "sales", ["id", "total"], dict(end.state))


def test_a_changed_type_is_told_and_the_values_still_come(server: str) -> None:
    run(server, "drop schema public cascade", "create schema public", "create table sales (id int, total int)",
        "insert into sales values (1, 5)")  # fmt: skip
    _, end = fetch(server, "sales", ["total"])
    run(server, "alter table sales alter column total type numeric(8, 3)")
    rows, drifted = fetch(server, "sales", ["total"], dict(end.state))
    assert (rows, drifted.notes) == ([("5.000",)], ("table sales: column total was INTEGER and is NUMERIC(8, 3)",))


def test_values_of_postgresql_keep_their_digits_offsets_and_structure(server: str) -> None:
    run(
        server,
        "drop schema public cascade",
        "create schema public",
        "create table t (a numeric, b double precision, c timestamptz, d boolean, e jsonb, f uuid, g real, h bigint)",
        "insert into t values (1234567890.10, 0.1, '2024-10-31 12:00:00+01', true, '{\"k\": [1]}', "
        "'00000000-0000-0000-0000-000000000001', 1e-7, 9007199254740993)",
        "insert into t (b) values ('NaN')",
    )
    rows, _ = fetch(server, "t", list("abcdefgh"))
    rows.sort(key=lambda row: row[0] is None)
    full, blank = rows
    assert blank == (None, "NaN", *[None] * 6)
    assert full[:2] == ("1234567890.10", "0.1") and full[3:] == (
        "true", '{"k": [1]}', "00000000-0000-0000-0000-000000000001", "0.0000001", "9007199254740993",
    )  # fmt: skip
    assert datetime.fromisoformat(full[2] or "").astimezone(UTC) == datetime(2024, 10, 31, 11, tzinfo=UTC)


def test_nothing_can_be_written(url: str) -> None:
    with opened(url) as connector, connector._reading() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.exec_driver_sql("insert into accounts values (1, 'a', true, null)")


def test_count_and_rows_are_of_one_moment(url: str) -> None:
    run(url, "insert into accounts values (1, 'a', true, null), (2, 'b', true, null)")
    if url.startswith("sqlite"):
        run(url, "pragma journal_mode=wal")
    with opened(url, source(chunk_rows=1)) as connector:
        pages = connector.fetch("accounts", ["id"], None, lambda progress: None)
        next(pages)
        run(url, "insert into accounts values (3, 'c', true, null)")
        *rest, end = pages
    assert isinstance(end, Ended)
    assert (len(rest), end.expected_rows) == (1, 2)


def test_a_table_that_is_not_there_is_refused_with_the_nearest(url: str) -> None:
    with pytest.raises(SourceFailedError, match='no table or view "acounts"; nearest is "accounts"'):
        fetch(url, "acounts", ["id"])


def test_a_table_of_another_schema_and_a_view_are_found(server: str) -> None:
    run(server, "drop schema if exists crm cascade", "create schema crm", "create table crm.people (Id int)",
        "insert into crm.people values (1)", "create view crm.everyone as select id from crm.people")  # fmt: skip
    assert fetch(server, "crm.people", ["ID"])[0] == [("1",)]
    assert fetch(server, "crm.everyone", ["id"])[0] == [("1",)]


def test_a_user_without_permission_is_told_so(server: str) -> None:
    run(server, "drop schema public cascade", "create schema public", "create table secrets (id int)",
        "drop role if exists reader", f"create role reader login password '{PASSWORD}'",
        "grant usage on schema public to reader")  # fmt: skip
    with pytest.raises(SourceFailedError, match="permission denied for table secrets") as caught:
        fetch(server.replace("owner:", "reader:"), "secrets", ["id"])
    assert PASSWORD not in str(caught.value)


def test_a_wrong_password_and_a_silent_server_are_told_without_the_password(server: str) -> None:
    silent = f"postgresql+psycopg://owner:{PASSWORD}@127.0.0.1:1/postgres"
    for wrong in (server.replace(PASSWORD, f"{PASSWORD}x"), silent):
        with pytest.raises(SourceFailedError, match="see that the database answers") as caught:
            fetch(wrong, "accounts", ["id"])
        assert PASSWORD not in str(caught.value)


def test_a_database_that_is_starting_is_asked_again(tmp_path: Path) -> None:
    silent = f"postgresql+psycopg://owner:{PASSWORD}@127.0.0.1:1/postgres"
    waits: list[float] = []
    connector = SqlConnector(source(), {"SHOP_URL": silent}, waits.append)
    connector.open()
    with pytest.raises(SourceFailedError):
        list(connector.fetch("accounts", ["id"], None, lambda progress: None))
    connector.close()
    assert waits == [1.0, 4.0]


def test_a_missing_url_and_one_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingSecretsError, match=r"SHOP_URL \(url_env\)"):
        SqlConnector(source(), {}).open()
    for text in (f"my password is {PASSWORD}", f"nosuchdb://u:{PASSWORD}@h/d", f"sqlite:///{tmp_path / 'no.sqlite'}"):
        with pytest.raises(SourceFailedError, match="SHOP_URL") as caught:
            SqlConnector(source(), {"SHOP_URL": text}).open()
        assert PASSWORD not in str(caught.value)
    assert not (tmp_path / "no.sqlite").exists()


def test_a_probe_says_what_is_there(url: str) -> None:
    run(url, f"insert into accounts values (1, 'a', true, '{NOON}')")
    with opened(url, source(accounts="changed_at")) as connector:
        probe = connector.probe("accounts", ["id", "nmae"])
        assert (probe.reachable, probe.permitted, probe.change_tracking, probe.rows) == (True, True, "on", 1)
        assert probe.missing_fields == ("nmae",)
        assert (probe.newest or "").startswith(NOON)
        absent = connector.probe("nothing", ["id"])
    assert (absent.reachable, absent.permitted, absent.rows) == (True, False, None)
    assert "no table or view" in absent.problem


def test_entities_of_one_table_share_its_cursor() -> None:
    tables: dict[str, Any] = {
        "customers": {"table": "t", "cursor": "a"},
        "orders": {"table": "t", "cursor": "b"},
    }
    with pytest.raises(ValueError, match="orders: table t has another cursor"):
        SqlSource(name="shop", kind="sql", system="crm", url_env="U", entities=tables)
