"""The ledger as lines of JSON, the same from SQLite and PostgreSQL: how it gets into a backup and out of one.

One line a row, tables in the order in which they refer to each other. Keep out: files and folders
(orchestration/backup/).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Table, insert, select, text
from sqlalchemy.engine import URL, make_url

from orchestration.delivery.store import LedgerStore
from orchestration.delivery.tables import (
    SCHEMA_VERSION,
    WRITES,
    LedgerError,
    UtcTime,
    events,
    facts,
    is_postgresql,
    metadata,
    open_database,
    releases,
)

BATCH = 5_000


def export_ledger(ledger: LedgerStore) -> Iterator[str]:
    """Every row of every table as it stood at one moment."""
    with ledger.reading() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
                values = {name: _written(value) for name, value in row.items()}
                yield json.dumps({"table": table.name, "row": values}, ensure_ascii=False) + "\n"


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    for name, value in row.items():
        if isinstance(value, str) and isinstance(table.c[name].type, UtcTime):
            row[name] = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(table.c[name].type, Date):
            row[name] = date.fromisoformat(value)
    return row


def import_ledger(url: str | URL, lines: Iterable[str]) -> tuple[str, int]:
    """Fills a new ledger, in one transaction; gives its id and the number of its last event.

    Raises:
        LedgerError: something is on record there already, the lines are of another schema version, or one is damaged.
    """
    engine = open_database(url)
    shown = make_url(url).render_as_string()
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if is_used(connection):
            raise LedgerError(f"{shown}: this ledger has entries; a backup over them would forget what was sent")
        connection.execute(facts.delete())
        for table, rows in _batches(shown, lines):
            connection.execute(insert(table), rows)
        known = {str(row.name): str(row.value) for row in connection.execute(select(facts))}
        if known.get("schema_version") != SCHEMA_VERSION:
            raise LedgerError(
                f"the backup's ledger is of schema {known.get('schema_version')}, this version reads {SCHEMA_VERSION}; "
                "restore with the version that wrote it"
            )
        if is_postgresql(engine.url):
            _continue_numbers(connection)
        last = connection.execute(select(events.c.id).order_by(events.c.id.desc()).limit(1)).scalar() or 0
    engine.dispose()
    return known["ledger_id"], int(last)


def is_used(connection: Connection) -> bool:
    """Whether anything was ever recorded in a ledger."""
    return any(connection.execute(select(table.c.id).limit(1)).first() for table in (events, releases))


def _batches(shown: str, lines: Iterable[str]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    table: Table | None = None
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        try:
            content = json.loads(line)
            current = metadata.tables[content["table"]]
            row = _read(current, content["row"])
        except (ValueError, KeyError, TypeError) as error:
            raise LedgerError(f"{shown}: line {number} of the backup's ledger is damaged ({error})") from error
        if table is not None and (current is not table or len(rows) >= BATCH):
            yield table, rows
            rows = []
        table = current
        rows.append(row)
    if table is not None:
        yield table, rows


def _continue_numbers(connection: Connection) -> None:
    # Rows came with their numbers; the server's counters know nothing of them yet.
    for table in metadata.sorted_tables:
        if "id" in table.c:
            counter = f"pg_get_serial_sequence('{table.name}', 'id')"
            connection.execute(
                text(f"select setval({counter}, coalesce((select max(id) from {table.name}), 0) + 1, false)")
            )
