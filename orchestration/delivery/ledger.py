"""The delivery ledger: every release and every message on record, changed only by allowed steps.

Each method is one transaction. Add here: a change of state that a stage or a person makes. Keep out: reading for
people (status.py), mail (message.py, transports) and the decision what to do (release.py, send.py).

The clock is injected; the ledger never asks the host for a month, only for the moment of an event.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from orchestration.delivery.failpoints import FailPoint, pass_by
from orchestration.delivery.figures import Figures
from orchestration.delivery.records import TRANSITIONS, Delivery, NewRelease, Release, State, message_id
from orchestration.delivery.store import HOLD_KINDS, Clock, LedgerStore, utc_now
from orchestration.delivery.tables import (
    LedgerError,
    deliveries,
    events,
    published_figures,
    releases,
    sqlite_url,
)
from orchestration.settings import Recipient, Settings


def _insert(connection: Connection, table: Table, values: dict[str, Any]) -> int:
    return int(connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one())


class Ledger(LedgerStore):
    """Open it with open_ledger(settings), or on any SQLAlchemy URL."""

    def add_release(
        self,
        new: NewRelease,
        figures: Figures,
        recipients: Sequence[Recipient],
        domain: str,
        *,
        reach: FailPoint = pass_by,
    ) -> Release:
        """Writes the release, its figures and a planned delivery per recipient in one transaction.

        domain: the part after @ of every Message-ID. Raises sqlalchemy's IntegrityError when the edition exists.
        """
        now = self.clock()
        with self.writing() as connection:
            values = asdict(new) | {"figures_sha256": figures.hash, "created_at": now}
            values["figure_columns"] = json.dumps(sorted(figures.columns))
            release_id = _insert(connection, releases, values)
            if figures.values:
                connection.execute(
                    insert(published_figures),
                    [{"release_id": release_id, "value": value} | asdict(key) for key, value in figures.values.items()],
                )
            self.log(
                connection,
                "released",
                (new.report, new.audience, new.period),
                f"edition {new.edition}, {new.snapshot_hash}",
            )
            release = Release(**asdict(new), id=release_id, figures_sha256=figures.hash, created_at=now)
            self._plan(connection, release, recipients, domain)
            reach("release.before_commit")
        reach("release.after_commit")
        return release

    def plan(self, release: Release, recipients: Sequence[Recipient], domain: str) -> int:
        """Plans deliveries for recipients the release has none for yet; returns how many."""
        with self.writing() as connection:
            return self._plan(connection, release, recipients, domain)

    def _plan(self, connection: Connection, release: Release, recipients: Sequence[Recipient], domain: str) -> int:
        known: set[str] = set(
            connection.execute(select(deliveries.c.recipient).where(deliveries.c.release_id == release.id)).scalars()
        )
        key = (release.report, release.audience, release.period)
        added = 0
        for recipient in recipients:
            address = recipient.address.lower()
            if address in known:
                continue
            row: dict[str, Any] = {
                "release_id": release.id,
                "report": release.report,
                "audience": release.audience,
                "period": release.period,
                "edition": release.edition,
                "recipient": address,
                "address": recipient.address,
                "name": recipient.name,
                "message_id": message_id(*key, release.edition, address, domain),
                "state": "planned",
                "planned_at": self.clock(),
            }
            delivery_id = _insert(connection, deliveries, row)
            self.log(connection, "planned", key, recipient.address, delivery_id)
            added += 1
        return added

    def _change(
        self, connection: Connection, delivery: Delivery, state: State, kind: str, reason: str | None, **values: Any
    ) -> bool:
        if state not in TRANSITIONS[delivery.state]:
            raise LedgerError(
                f"{self.name}: delivery {delivery.id} ({delivery.audience} {delivery.period} to {delivery.address}) "
                f"is {delivery.state} and cannot become {state}"
            )
        done = connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery.id, deliveries.c.state == delivery.state)
            .where(deliveries.c.attempts == delivery.attempts)
            .values(state=state, reason=reason, **values)
        )
        if done.rowcount != 1:
            return False
        self.log(
            connection,
            kind,
            (delivery.report, delivery.audience, delivery.period),
            reason or delivery.address,
            delivery.id,
        )
        return True

    def claim(self, delivery: Delivery) -> Delivery | None:
        """Takes a planned delivery for this process: committed when it returns. None: another sender was first."""
        holder = f"{socket.gethostname()}:{os.getpid()}"
        values = {"attempts": delivery.attempts + 1, "claimed_at": self.clock(), "claimed_by": holder}
        with self.writing() as connection:
            won = self._change(connection, delivery, "claimed", "claimed", None, **values)
        return self.delivery(delivery.id) if won else None

    def move(
        self,
        delivery: Delivery,
        state: State,
        reason: str | None,
        *,
        not_before: datetime | None = None,
        is_notice: bool = False,
        kind: str | None = None,
    ) -> Delivery:
        """Records the outcome of an attempt, or holds or frees a delivery; kind names the event (default: the state).

        Raises:
            LedgerError: the step is not allowed, or the row has changed since it was read.
        """
        settled = self.clock() if state in ("sent", "failed", "unknown") else None
        values = {"not_before": not_before, "settled_at": settled, "is_notice": int(is_notice)}
        with self.writing() as connection:
            if not self._change(connection, delivery, state, kind or state, reason, **values):
                raise LedgerError(
                    f"{self.name}: delivery {delivery.id} has changed since it was read; look at "
                    f"`holdfast ledger show {delivery.id}`"
                )
        return self.delivery(delivery.id)

    def recover(self) -> tuple[Delivery, ...]:
        """Claimed rows → unknown: their sender is gone, and nobody knows how far it came.

        Call it under the sender lock only: then no claim can belong to a sender still at work.
        """
        left = self._find(select(deliveries).where(deliveries.c.state == "claimed").order_by(deliveries.c.id))
        return tuple(
            self.move(
                delivery,
                "unknown",
                f"claimed by {delivery.claimed_by} at {delivery.claimed_at:%Y-%m-%d %H:%M:%S} UTC, which ended before "
                "it recorded an outcome",
            )
            for delivery in left
        )

    def accept(self, who: str) -> tuple[Delivery, ...]:
        """A person takes this ledger as it is, although it is older than its mark; returns what is unknown by that.

        What it calls planned or held may have been sent since it was copied: only a person can tell, so it becomes
        unknown.
        """
        waiting = self._find(
            select(deliveries).where(deliveries.c.state.in_(("planned", "held"))).order_by(deliveries.c.id)
        )
        with self.writing() as connection:
            self.log(connection, "accepted", ("", "", ""), f"ledger taken as it is by {who}")
            for delivery in waiting:
                reason = f"{delivery.state} in a ledger that {who} took as it is: it may have been sent since that copy"
                self._change(connection, delivery, "unknown", "unknown", reason, settled_at=self.clock())
        return tuple(self.delivery(delivery.id) for delivery in waiting)

    def note(self, delivery: Delivery, kind: str, detail: str) -> None:
        """Puts something on record about a delivery that changes nothing of it."""
        with self.writing() as connection:
            self.log(connection, kind, (delivery.report, delivery.audience, delivery.period), detail, delivery.id)

    def note_held(self, report: str, audience: str, period: str, reason: str) -> None:
        """Records that an audience's month is held, once per reason."""
        with self.writing() as connection:
            if self._last_hold(connection, report, audience, period) != ("held", reason):
                self.log(connection, "held", (report, audience, period), reason)

    def clear_hold(self, report: str, audience: str, period: str) -> None:
        """Records that nothing holds an audience's month any more."""
        with self.writing() as connection:
            kind, _ = self._last_hold(connection, report, audience, period)
            if kind == "held":
                self.log(connection, "cleared", (report, audience, period), "nothing holds it any more")

    def hold_reason(self, report: str, audience: str, period: str) -> str | None:
        """Why an audience's month is held; None if nothing holds it."""
        with self.reading() as connection:
            kind, reason = self._last_hold(connection, report, audience, period)
        return reason if kind == "held" else None

    def _last_hold(self, connection: Connection, report: str, audience: str, period: str) -> tuple[str, str]:
        query = (
            select(events.c.kind, events.c.detail)
            .where(events.c.report == report, events.c.audience == audience, events.c.period == period)
            .where(events.c.kind.in_(HOLD_KINDS), events.c.delivery_id.is_(None))
            .order_by(events.c.id.desc())
            .limit(1)
        )
        row = connection.execute(query).first()
        return ("", "") if row is None else (row.kind, row.detail)


def ledger_url(settings: Settings, environment: Mapping[str, str] | None = None) -> URL:
    """Where the company's ledger is: the data folder's SQLite file, or what the variable of `ledger.url_env` holds.

    Raises:
        LedgerError: the variable is not set, or holds no URL of a PostgreSQL database.
    """
    name = settings.company.ledger.url_env
    if name is None:
        return sqlite_url(settings.ledger_path)
    value = (os.environ if environment is None else environment).get(name)
    fix = "set it to postgresql://user:password@host/database (ledger.url_env in config/company.yml)"
    if not value:
        raise LedgerError(f"environment variable {name} is empty; {fix}")
    try:
        url = make_url(value)
    except ArgumentError as error:
        # The library's message repeats the value, and with it the password.
        raise LedgerError(f"environment variable {name} holds no URL; {fix}") from error
    if url.get_backend_name() != "postgresql":
        raise LedgerError(f"environment variable {name} names a {url.get_backend_name()} database; {fix}")
    return url.set(drivername="postgresql+psycopg")


def has_ledger(settings: Settings) -> bool:
    """Whether there can be anything on record yet; asked where opening would make an empty ledger."""
    return settings.company.ledger.url_env is not None or settings.ledger_path.exists()


def open_ledger(settings: Settings, *, clock: Clock = utc_now, environment: Mapping[str, str] | None = None) -> Ledger:
    """The company's ledger, made if it is not there. Its mark is in the data folder, wherever the ledger is.

    Raises:
        LedgerError: its place is not known or cannot be reached, or another schema version wrote it.
    """
    mark = settings.data_dir / "ledger.mark"
    return Ledger(ledger_url(settings, environment), mark=mark, clock=clock)
