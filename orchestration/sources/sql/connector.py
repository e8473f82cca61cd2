"""Asks a database for the rows of a table: all of them, or those from the last cursor on.

One read-only transaction per table, in which rows and their count are of one moment where the database can do that.
Rows are streamed and written as text here: landing keeps text, and types that a library infers would change values.
Keep out: what a value looks like as text (values.py), and which columns there are (columns.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from orchestration.configuration.source_sql import SqlSource
from orchestration.sources.fetched import (
    Ended,
    Probe,
    Progress,
    Report,
    SourceFailedError,
    TablePage,
    redacted,
    secrets_of,
)
from orchestration.sources.sql.columns import Shape, shape_of
from orchestration.sources.sql.values import cursor_from_state, cursor_to_state, text_of, text_table

# What makes a transaction read-only, and all its statements see one moment.
_READ_ONLY = {
    "postgresql": ("set transaction isolation level repeatable read, read only",),
    "mysql": ("set transaction isolation level repeatable read, read only",),
    "mariadb": ("set transaction isolation level repeatable read, read only",),
    "oracle": ("set transaction read only",),
    "sqlite": ("pragma query_only = on", "begin"),
}
# A database that is starting or failing over is there again within seconds; longer is for a person to see.
_WAITS = (1.0, 4.0)


class SqlConnector:
    """One database (orchestration/sources/fetched.py, Connector)."""

    def __init__(
        self, source: SqlSource, environment: Mapping[str, str], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._source, self._environment, self._sleep = source, environment, sleep
        self._engine: sa.Engine | None = None
        self._cursors = {entity.table: entity.cursor for entity in source.entities.values()}
        self._overlaps = {entity.table: entity.overlap_minutes for entity in source.entities.values()}

    def open(self) -> None:
        """Reads the URL; nothing is connected yet.

        Raises:
            MissingSecretsError: the variable is not set.
            SourceFailedError: it holds no URL of a database that can be read here.
        """
        name = self._source.url_env
        text = secrets_of(self._environment, {"url_env": name})["url_env"].strip()
        try:
            url = sa.make_url(text)
            if url.get_backend_name() == "sqlite":
                url = _existing_file(url, name)
            self._engine = sa.create_engine(url, pool_size=self._source.parallel, pool_pre_ping=True)
        except (sa.exc.ArgumentError, ImportError) as error:
            # The message of make_url holds the text it was given, password included.
            why = str(error) if isinstance(error, ImportError) else "it is no URL such as postgresql+psycopg://…"
            raise SourceFailedError(f"{self._source.name}: {name}: {why}; correct it") from None

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def fetch(
        self, table: str, fields: Sequence[str], state: Mapping[str, str] | None, report: Report
    ) -> Iterator[TablePage | Ended]:
        """All rows, or with a state those whose cursor is at least the last one (less the overlap), or NULL.

        Rows of exactly the last cursor come again: others of that moment may have been written since. A table without a
        cursor is read whole. Rows that were deleted are seen by a full fetch only.
        """
        with _failing(), self._reading() as connection:
            shape = shape_of(connection, table)
            cursor = self._cursors.get(table)
            columns = shape.found([*fields, *([cursor] if cursor else [])])
            since = state if cursor and state and "cursor" in state else None
            where = _since(columns[cursor], since, self._overlaps[table]) if cursor and since else sa.true()
            total = None if since else _count(connection, shape)
            names = list(dict.fromkeys(columns[field] for field in fields))
            asked = list(dict.fromkeys([*names, *([columns[cursor]] if cursor else [])]))
            query: Any = sa.select(*(sa.column(name) for name in asked)).select_from(shape.clause).where(where)
            newest = cursor_from_state(since["cursor"], since["kind"]) if since else None
            started, rows, pages = time.monotonic(), 0, 0
            place = asked.index(columns[cursor]) if cursor else None
            for chunk in _chunks(connection, query, self._source.chunk_rows):
                if place is not None:
                    newest = max((row[place] for row in chunk if row[place] is not None), default=newest)
                rows, pages = rows + len(chunk), pages + 1
                read = text_table(asked, chunk)
                yield TablePage(read.select([columns[field] for field in fields]).rename_columns(list(fields)))
                report(Progress(rows, pages, time.monotonic() - started, total))
        kept = cursor_to_state(newest) if newest is not None else {}
        notes = tuple(shape.drift((state or {}).get("columns")))
        yield Ended("increment" if since else "snapshot", {**kept, "columns": shape.state()}, notes, total)

    def probe(self, table: str, fields: Sequence[str]) -> Probe:
        """Whether the table can be read, how many rows it has, and its newest cursor."""
        cursor = self._cursors.get(table)
        tracking = "on" if cursor else "off"
        try:
            with _failing(), self._reading() as connection:
                shape = shape_of(connection, table)
                missing = tuple(field for field in fields if shape.column(field) is None)
                column = shape.column(cursor) if cursor else None
                newest = None
                if column:
                    newest = connection.scalar(sa.select(sa.func.max(sa.column(column))).select_from(shape.clause))
                rows = connection.scalar(sa.select(sa.func.count()).select_from(shape.clause))
        except SourceFailedError as error:
            return Probe(not isinstance(error.__cause__, sa.exc.OperationalError), False, "unknown", problem=str(error))
        return Probe(True, True, tracking, rows, text_of(newest), missing)  # type: ignore[arg-type]

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A connection in a read-only transaction, which is always rolled back."""
        if self._engine is None:
            raise SourceFailedError(f"{self._source.name}: the connector is not open; this is a fault of its caller")
        with self._connected(self._engine) as connection:
            for statement in _READ_ONLY.get(self._engine.dialect.name, ()):
                connection.exec_driver_sql(statement)
            yield connection

    def _connected(self, engine: sa.Engine) -> sa.Connection:
        for wait in _WAITS:
            try:
                return engine.connect()
            except sa.exc.OperationalError:
                self._sleep(wait)
        return engine.connect()


@contextmanager
def _failing() -> Iterator[None]:
    """Turns whatever goes wrong into one error without values and passwords."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise SourceFailedError(f"{redacted(said)}; see that the database answers and permits it") from error
    except ValueError as error:
        raise SourceFailedError(str(error)) from error


def _existing_file(url: sa.URL, name: str) -> sa.URL:
    """SQLite makes a file that is not there; a wrong path would look like an empty database."""
    if not url.database or not Path(url.database).is_file():
        raise SourceFailedError(f"{name}: the file of the database is not there; correct its path")
    return url


def _since(column: str, state: Mapping[str, str], overlap_minutes: int) -> sa.ColumnElement[bool]:
    """From the last cursor on; a time from somewhat before it, for rows whose transactions ended after younger ones."""
    value = cursor_from_state(state["cursor"], state["kind"])
    if isinstance(value, datetime):
        value -= timedelta(minutes=overlap_minutes)
    return sa.or_(sa.column(column) >= sa.literal(value), sa.column(column).is_(None))


def _count(connection: sa.Connection, shape: Shape) -> int | None:
    """The table's rows, where count and rows are of one moment; else None."""
    if connection.dialect.name not in _READ_ONLY:
        return None
    return connection.scalar(sa.select(sa.func.count()).select_from(shape.clause))


def _chunks(connection: sa.Connection, query: Any, rows: int) -> Iterator[Sequence[sa.Row[Any]]]:
    streamed = connection.execution_options(stream_results=True, max_row_buffer=rows).execute(query)
    yield from streamed.partitions(rows)
