"""Two databases with the same shop in them: a PostgreSQL server of the test's own, and a SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import postgres

TABLES = (
    "create table accounts (id integer primary key, name text, vip boolean, changed_at timestamp)",
    "create table sales (id varchar(10) primary key, buyer integer, total numeric(12,2), sold_on date, extra text)",
)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that holds the shop's tables, without rows."""
    if request.param == "sqlite":
        found = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    else:
        found = request.getfixturevalue("server")
        run(found, "drop schema public cascade", "create schema public")
    run(found, *TABLES)
    return found


def run(url: str, *statements: str) -> None:
    """Statements of the shop's owner, committed."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
