"""The ledger's tables, and how a database of them is opened (SQLite by default; any SQLAlchemy URL).

Add here: a column, together with a new SCHEMA_VERSION and its migration. Keep out: what rows mean to a run (that is
ledger.py). The ledger is the one thing that cannot be rebuilt: never DuckDB, never Dagster's storage.
"""

from __future__ import annotations

import fcntl
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

SCHEMA_VERSION = "1"
# How long a connection waits for another's transaction; transactions here last milliseconds.
BUSY_SECONDS = 30
WRITES = "holdfast_writes"
# Numbers of our advisory locks on a PostgreSQL server: "holdfast" in ASCII, cut to 31 bits, and the next one.
CREATE_LOCK, TURN_LOCK = 0x686F6C64, 0x686F6C65


class LedgerError(RuntimeError):
    """The ledger cannot be used as asked; the message names the ledger, the row and the fix."""


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC timestamp, also where the database keeps none (SQLite)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware → naive UTC; a naive value is a mistake of the caller and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the ledger's clock must be aware")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Naive UTC → aware."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

facts = Table("facts", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False))

releases = Table(
    "releases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report", String(50), nullable=False),
    Column("audience", String(50), nullable=False),
    Column("period", String(7), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("language", String(5), nullable=False),
    Column("subject", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("snapshot_hash", String(64), nullable=False),
    Column("pdf_sha256", String(64), nullable=False),
    Column("mail_sha256", String(64), nullable=False),
    Column("checks_sha256", String(64), nullable=False),
    Column("figures_sha256", String(64), nullable=False),
    Column("figure_columns", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("version", String(40), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("report", "audience", "period", "edition"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("release_id", ForeignKey("releases.id"), nullable=False),
    Column("report", String(50), nullable=False),
    Column("audience", String(50), nullable=False),
    Column("period", String(7), nullable=False),
    Column("edition", Integer, nullable=False),
    # The address in lower case: one mailbox is one recipient, however the configuration writes it.
    Column("recipient", String(320), nullable=False),
    Column("address", String(320), nullable=False),
    Column("name", Text, nullable=False),
    Column("message_id", String(330), nullable=False, unique=True),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("reason", Text),
    Column("is_notice", Integer, nullable=False, default=0),
    Column("planned_at", UtcTime, nullable=False),
    Column("not_before", UtcTime),
    Column("claimed_at", UtcTime),
    Column("claimed_by", Text),
    Column("settled_at", UtcTime),
    UniqueConstraint("report", "audience", "period", "edition", "recipient"),
)

published_figures = Table(
    "published_figures",
    metadata,
    Column("release_id", ForeignKey("releases.id"), primary_key=True),
    Column("model", String(60), primary_key=True),
    Column("figure", String(60), primary_key=True),
    Column("scope_type", String(40), primary_key=True),
    # Names come from the company's systems and are as long as they are.
    Column("scope_value", Text, primary_key=True),
    Column("detail", Text, primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("value", Text),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("report", String(50), nullable=False),
    Column("audience", String(50), nullable=False),
    Column("period", String(7), nullable=False),
    Column("delivery_id", ForeignKey("deliveries.id")),
    Column("detail", Text, nullable=False),
)


def sqlite_url(path: Path) -> URL:
    """The URL of a ledger file."""
    return URL.create("sqlite", database=str(path))


def ledger_file(url: URL) -> Path | None:
    """The file of a SQLite ledger; None for a server's."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late and too weak: transactions are begun by _begin below.
    dbapi_connection.isolation_level = None
    for pragma in (f"busy_timeout = {BUSY_SECONDS * 1000}", "synchronous = FULL", "foreign_keys = ON"):
        dbapi_connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a writer that read first would otherwise fail with "database is locked" instead of waiting.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def is_postgresql(url: URL) -> bool:
    """Whether a ledger lives on a PostgreSQL server."""
    return url.get_backend_name() == "postgresql"


def _create(engine: Engine) -> None:
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if is_postgresql(engine.url):
            # Two first openers take turns; the lock goes with the transaction.
            connection.execute(select(func.pg_advisory_xact_lock(CREATE_LOCK)))
        if inspect(connection).has_table(facts.name):
            return
        metadata.create_all(connection)
        connection.execute(
            insert(facts),
            [{"name": "schema_version", "value": SCHEMA_VERSION}, {"name": "ledger_id", "value": uuid.uuid4().hex}],
        )


def _create_file(engine: Engine, file: Path) -> None:
    # Changing the journal mode does not wait for other connections, so two first openers take turns.
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(f".{file.name}.create").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("pragma journal_mode = wal")
        _create(engine)


def _prepare_postgresql(dbapi_connection: Any, _record: Any) -> None:
    # A server may be set up to confirm commits before they are on disk; a claim must not be lost with its power.
    dbapi_connection.autocommit = True
    dbapi_connection.execute("set synchronous_commit to on")
    dbapi_connection.autocommit = False


def _open_server(url: URL) -> Engine:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _prepare_postgresql)
    try:
        _create(engine)
    except OperationalError as error:
        shown = url.render_as_string()
        raise LedgerError(f"{shown}: the ledger's database cannot be reached ({error.orig})") from error
    return engine


def open_database(url: str | URL) -> Engine:
    """An engine on a ledger whose tables exist.

    Raises:
        LedgerError: the ledger was written by another schema version, or its server cannot be reached.
    """
    parsed = make_url(url)
    file = ledger_file(parsed)
    if file is None:
        engine = _open_server(parsed)
    else:
        engine = create_engine(parsed, poolclass=NullPool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        _create_file(engine, file)
    with engine.connect() as connection:
        version: str = connection.execute(select(facts.c.value).where(facts.c.name == "schema_version")).scalar_one()
    if version != SCHEMA_VERSION:
        raise LedgerError(
            f"{parsed.render_as_string()}: ledger of schema {version}, this version reads {SCHEMA_VERSION}; "
            "install the version that wrote it"
        )
    return engine
