"""Publishing: the checked marts as a new read-only file, swapped in at once under `published/marts.duckdb`.

The file is named by the hash of its content (tables, columns, types, rows in any order): the same marts are the same
file, and nothing is written a second time. Readers hold the old file open as long as they like.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

PUBLISHED_PREFIXES = ("rpt_", "dim_", "fct_")
PUBLISHED_NAMES = ("customer_360",)
# Readable by DuckDB clients since 1.0, the oldest that analysts still use.
STORAGE_VERSION = "v1.0.0"
HASH_LENGTH = 16


@dataclass(frozen=True)
class Snapshot:
    """One published file. `is_new` is False when the same content had been published before."""

    path: Path
    hash: str
    tables: dict[str, int]
    is_new: bool

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


class PublishError(RuntimeError):
    """There is nothing to publish, or the file cannot be written; what is published stays as it is."""


def published_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What analysts may read of the working file: tables, and the views among PUBLISHED_NAMES, written as tables."""
    rows = connection.execute(
        "select table_name, table_type from information_schema.tables where table_schema = 'main' order by table_name"
    ).fetchall()
    return [
        name
        for name, kind in rows
        if name in PUBLISHED_NAMES or (kind == "BASE TABLE" and name.startswith(PUBLISHED_PREFIXES))
    ]


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'main' and table_name = ? order by ordinal_position",
        [table],
    ).fetchall()


def table_digest(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, str]:
    """Rows, and a hash over columns, types and the sum of the rows' hashes.

    A sum needs no order and no memory. 96 bits of each hash leave room for two thousand million rows in 128.
    """
    count, rows = connection.execute(
        f'select count(*), coalesce(sum((md5_number(t::varchar) >> 32)::hugeint), 0) from main."{table}" as t'
    ).fetchall()[0]
    text = f"{table} {_columns(connection, table)} {rows}"
    return int(count), hashlib.sha256(text.encode()).hexdigest()


def content_hash(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> tuple[str, dict[str, int]]:
    """The snapshot's name, and the rows of each table."""
    digest = hashlib.sha256()
    counts: dict[str, int] = {}
    for table in tables:
        counts[table], part = table_digest(connection, table)
        digest.update(part.encode())
    return digest.hexdigest()[:HASH_LENGTH], counts


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(connection: duckdb.DuckDBPyConnection, tables: list[str], target: Path) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    quoted = str(temporary).replace("'", "''")
    connection.execute(f"attach '{quoted}' as snapshot (storage_version '{STORAGE_VERSION}')")
    try:
        for table in tables:
            connection.execute(f'create table snapshot.main."{table}" as from main."{table}" order by all')
    finally:
        connection.execute("detach snapshot")
    temporary.chmod(0o444)
    _sync(temporary)
    temporary.replace(target)


def _swap(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == Path(target.name):
        return
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target.name)
    temporary.replace(link)
    _sync(link.parent)


def publish(connection: duckdb.DuckDBPyConnection, published_dir: Path) -> Snapshot:
    """Writes the snapshot if its content is new and points `marts.duckdb` to it.

    Raises:
        PublishError: the working file holds no marts.
    """
    tables = published_tables(connection)
    if not tables:
        raise PublishError("the working file holds no marts to publish; run `holdfast build` first")
    published_dir.mkdir(parents=True, exist_ok=True)
    name, counts = content_hash(connection, tables)
    target = published_dir / f"marts-{name}.duckdb"
    is_new = not target.exists()
    if is_new:
        _write(connection, tables, target)
    _swap(published_dir / "marts.duckdb", target)
    return Snapshot(target, name, counts, is_new)


def forget_old_snapshots(published_dir: Path, keep: int) -> list[Path]:
    """Removes all but the newest `keep` snapshots (1 or more); the current one stays whatever its age.

    A reader that has one open keeps it until it closes it. Nothing is released from any but the current one.
    """
    current = (published_dir / "marts.duckdb").resolve()
    snapshots = sorted(published_dir.glob("marts-*.duckdb"), key=lambda file: (file.stat().st_mtime_ns, file.name))
    older = [file for file in snapshots[:-keep] if file.name != current.name]
    for file in older:
        file.unlink()
    return older
