"""Publishing: content-hashed snapshots, swapped in at once."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import PublishError, forget_old_snapshots, publish

ROWS = "select range as id, range * 1.5 as amount from range(100)"


@pytest.fixture
def work(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(tmp_path / "work.duckdb"))
    connection.execute(f"create table rpt_retention as {ROWS}; create table int_secret as select 'name' as name")
    connection.execute("create view rpt_view as select 1 as x; create view customer_360 as select 1 as customer_id")
    return connection


def read(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_only_the_published_tables_are_in_the_file(work: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    snapshot = publish(work, tmp_path / "published")
    tables = read(snapshot.path, "select table_name from information_schema.tables order by 1")
    assert tables == [("customer_360",), ("rpt_retention",)]
    assert snapshot.tables == {"customer_360": 1, "rpt_retention": 100}


def test_the_same_content_in_another_order_is_the_same_file(work: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first = publish(work, tmp_path / "published")
    before = first.path.stat()
    work.execute(f"create or replace table rpt_retention as {ROWS} order by id desc")
    second = publish(work, tmp_path / "published")
    assert (second.path, second.is_new) == (first.path, False)
    assert (second.path.stat().st_mtime_ns, second.path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


@pytest.mark.parametrize(
    "change",
    [
        "update rpt_retention set amount = amount + 1 where id = 7",
        "update rpt_retention set amount = case id when 7 then 12.0 else 10.5 end where id in (7, 8)",
        "delete from rpt_retention where id = 7",
        "insert into rpt_retention select * from rpt_retention where id = 7",
        "alter table rpt_retention rename column amount to revenue",
        "alter table rpt_retention alter column id type integer",
    ],
)
def test_any_change_gives_another_file_and_leaves_the_old_one(
    work: duckdb.DuckDBPyConnection, tmp_path: Path, change: str
) -> None:
    first = publish(work, tmp_path / "published")
    work.execute(change)
    second = publish(work, tmp_path / "published")
    assert second.hash != first.hash
    assert read(first.path, "select count(*) from rpt_retention") == [(100,)]
    assert (tmp_path / "published" / "marts.duckdb").resolve() == second.path


def test_a_reader_of_the_old_file_is_not_disturbed(work: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish(work, tmp_path / "published")
    with duckdb.connect(str((tmp_path / "published" / "marts.duckdb").resolve()), read_only=True) as reader:
        work.execute("delete from rpt_retention")
        publish(work, tmp_path / "published")
        assert reader.execute("select count(*) from rpt_retention").fetchall() == [(100,)]
    assert read((tmp_path / "published" / "marts.duckdb").resolve(), "select count(*) from rpt_retention") == [(0,)]


def test_nothing_to_publish_is_an_error(tmp_path: Path) -> None:
    with duckdb.connect() as connection, pytest.raises(PublishError, match="holdfast build"):
        publish(connection, tmp_path)


def published_again(work: duckdb.DuckDBPyConnection, folder: Path, content: int) -> Path:
    """A snapshot of other content, each a second younger than the one before, whatever the clock does meanwhile."""
    work.execute(f"create or replace table rpt_retention as select {content} as id")
    path = publish(work, folder).path
    os.utime(path, (1_700_000_000 + content, 1_700_000_000 + content))
    return path


def test_old_snapshots_go_and_the_newest_stay(work: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    made = [published_again(work, folder, content) for content in range(5)]
    assert forget_old_snapshots(folder, 3) == made[:2]
    assert sorted(folder.glob("marts-*.duckdb")) == sorted(made[2:])
    assert forget_old_snapshots(folder, 3) == []
    assert read(folder / "marts.duckdb", "select id from rpt_retention") == [(4,)]


def test_the_current_snapshot_stays_however_old_it_is(work: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    made = [published_again(work, folder, content) for content in range(4)]
    work.execute("create or replace table rpt_retention as select 0 as id")
    assert publish(work, folder).path == made[0]
    assert forget_old_snapshots(folder, 1) == made[1:3]
    assert read(folder / "marts.duckdb", "select id from rpt_retention") == [(0,)]


def test_a_reader_keeps_what_it_reads(work: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    first = published_again(work, folder, 0)
    with duckdb.connect(str(first), read_only=True) as reader:
        published_again(work, folder, 1)
        assert forget_old_snapshots(folder, 1) == [first]
        assert reader.execute("select id from rpt_retention").fetchall() == [(0,)]
