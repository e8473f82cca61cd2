"""The ledger's ground: one database, its log, its mark against older copies, and what is read from it to act on.

Keep out: every change of a row (ledger.py) and lists for people (status.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select
from sqlalchemy.engine import URL, RowMapping
from sqlalchemy.exc import OperationalError

from orchestration.delivery.figures import FigureKey, Figures
from orchestration.delivery.manifest import write_whole
from orchestration.delivery.records import Delivery, Release
from orchestration.delivery.tables import (
    TURN_LOCK,
    WRITES,
    LedgerError,
    deliveries,
    events,
    facts,
    is_postgresql,
    ledger_file,
    open_database,
    published_figures,
    releases,
)
from orchestration.run_lock import WAIT_SECONDS

Clock = Callable[[], datetime]
# Events that tell whether an audience's month is held; the newest one counts.
HOLD_KINDS = ("held", "released", "cleared")


def utc_now() -> datetime:
    """The host's clock, aware, in UTC."""
    return datetime.now(UTC)


def _release(row: RowMapping) -> Release:
    return Release(**{name: value for name, value in row.items() if name != "figure_columns"})


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(**{**row, "is_notice": bool(row["is_notice"])})


class LedgerStore:
    """A ledger on any SQLAlchemy URL.

    mark: a small file beside the ledger that remembers how many events it had. A ledger with fewer events than its
    mark was restored from an older copy: what it calls planned may have been sent, so guard() refuses to go on.
    """

    def __init__(self, url: str | URL, *, mark: Path | None = None, clock: Clock = utc_now) -> None:
        self._engine = open_database(url)
        self._mark = mark
        self.clock = clock
        file = ledger_file(self._engine.url)
        self.name = str(file) if file else self._engine.url.render_as_string()

    def close(self) -> None:
        """Gives back every connection."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for queries."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._engine.execution_options(**{WRITES: True}).begin() as connection:
            yield connection
        # Before the caller acts on what was committed: a claim is in the mark before its socket opens.
        self._write_mark()

    @contextmanager
    def turn(self, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
        """Holds the right to release and to send against senders on other machines; on SQLite there are none.

        The server gives it back when its holder's connection ends. Raises LedgerError after wait_seconds.
        """
        if not is_postgresql(self._engine.url):
            yield
            return
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"set lock_timeout to '{round(wait_seconds * 1000)}ms'")
            try:
                connection.execute(select(func.pg_advisory_lock(TURN_LOCK)))
            except OperationalError as error:
                raise LedgerError(
                    f"{self.name}: another sender has held the ledger for {wait_seconds:.0f} s; look for its run, or "
                    "for its connection in pg_stat_activity"
                ) from error
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(TURN_LOCK)))

    def _position(self) -> tuple[str, int]:
        with self.reading() as connection:
            ledger_id: str = connection.execute(select(facts.c.value).where(facts.c.name == "ledger_id")).scalar_one()
            return ledger_id, connection.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one()

    def _write_mark(self) -> None:
        if self._mark is not None:
            ledger_id, count = self._position()
            write_whole(self._mark, json.dumps({"ledger_id": ledger_id, "events": count}).encode())

    def guard(self) -> None:
        """Raises LedgerError if this ledger is older than what has been done with it, or is another one."""
        if self._mark is None or not self._mark.exists():
            return
        mark = json.loads(self._mark.read_text(encoding="utf-8"))
        ledger_id, count = self._position()
        if mark["ledger_id"] != ledger_id or count < mark["events"]:
            raise LedgerError(
                f"{self.name}: the ledger has {count} events, {self._mark} remembers {mark['events']} of ledger "
                f"{mark['ledger_id'][:8]}: an older copy was restored, or the file was lost, and mail may have gone "
                "out since. Bring the newest copy back; if there is none, compare with the mail server's log and "
                "accept this one with `holdfast ledger accept --who NAME`"
            )

    def log(
        self, connection: Connection, kind: str, key: Sequence[str], detail: str, delivery_id: int | None = None
    ) -> None:
        report, audience, period = key
        values = {"report": report, "audience": audience, "period": period, "detail": detail}
        connection.execute(insert(events).values(at=self.clock(), kind=kind, delivery_id=delivery_id, **values))

    def count(self, kind: str) -> int:
        """How many events of a kind are on record."""
        with self.reading() as connection:
            return int(connection.execute(select(func.count()).where(events.c.kind == kind)).scalar_one())

    def last_release(self, report: str, audience: str, period: str) -> Release | None:
        """The newest edition of an audience's month, None before the first."""
        query = (
            select(releases)
            .where(releases.c.report == report, releases.c.audience == audience, releases.c.period == period)
            .order_by(releases.c.edition.desc())
            .limit(1)
        )
        with self.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _release(row)

    def release(self, release_id: int) -> Release:
        """The release of that id; LedgerError if there is none."""
        with self.reading() as connection:
            row = connection.execute(select(releases).where(releases.c.id == release_id)).mappings().first()
        if row is None:
            raise LedgerError(f"{self.name}: there is no release {release_id}")
        return _release(row)

    def figures(self, release: Release) -> Figures:
        """The figures published with a release."""
        columns = select(releases.c.figure_columns).where(releases.c.id == release.id)
        rows = select(published_figures).where(published_figures.c.release_id == release.id)
        with self.reading() as connection:
            known = json.loads(connection.execute(columns).scalar_one())
            found = connection.execute(rows).all()
        values = {FigureKey(*row[1:7]): row[7] for row in found}
        return Figures(values, frozenset((model, figure) for model, figure in known))

    def published(self, report: str) -> list[tuple[str | None, ...]]:
        """Every figure of every release of a report, as texts: audience, month, edition, as-of day, release time (UTC),
        then the figure's key and value."""
        query = (
            select(
                releases.c.audience,
                releases.c.period,
                releases.c.edition,
                releases.c.as_of,
                releases.c.created_at,
                *[column for column in published_figures.c if column.name != "release_id"],
            )
            .join(releases, releases.c.id == published_figures.c.release_id)
            .where(releases.c.report == report)
            .order_by(releases.c.id)
        )
        with self.reading() as connection:
            return [
                (row[0], row[1], str(row[2]), f"{row[3]:%Y-%m-%d}", f"{row[4]:%Y-%m-%d %H:%M:%S}", *row[5:])
                for row in connection.execute(query)
            ]

    def _find(self, query: Select[Any]) -> tuple[Delivery, ...]:
        with self.reading() as connection:
            return tuple(_delivery(row) for row in connection.execute(query).mappings())

    def delivery(self, delivery_id: int) -> Delivery:
        """The delivery of that id; LedgerError if there is none."""
        found = self._find(select(deliveries).where(deliveries.c.id == delivery_id))
        if not found:
            raise LedgerError(f"{self.name}: there is no delivery {delivery_id}; `holdfast status` lists them")
        return found[0]

    def by_message_id(self, message_id: str) -> Delivery | None:
        """The delivery that carries a Message-ID; None if it is not ours."""
        found = self._find(select(deliveries).where(deliveries.c.message_id == message_id))
        return found[0] if found else None

    def deliveries_of(self, release: Release) -> tuple[Delivery, ...]:
        """All deliveries of a release, in the order they were planned."""
        return self._find(select(deliveries).where(deliveries.c.release_id == release.id).order_by(deliveries.c.id))
