"""What the ledger says, for people: months × audiences × recipients, what needs a hand, one delivery's history.

Keep out: anything that changes a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from orchestration.delivery.records import LedgerEvent, State
from orchestration.delivery.store import HOLD_KINDS, LedgerStore
from orchestration.delivery.tables import deliveries, events, releases

# States that need a person, or that a person should know of.
ALARMING: tuple[State, ...] = ("failed", "unknown", "held", "claimed", "planned")


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One recipient of one edition, or (recipient None) an audience's month that is held before any release.

    since: when the state began, in UTC. delivery_id: what `holdfast ledger resend` takes.
    """

    month: str
    audience: str
    edition: int
    recipient: str | None
    state: State
    since: datetime
    reason: str | None
    message_id: str | None
    delivery_id: int | None

    @property
    def needs_a_hand(self) -> bool:
        """Whether this is anything but sent."""
        return self.state in ALARMING


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One release: an audience's edition of a month."""

    month: str
    audience: str
    edition: int
    snapshot_hash: str
    pdf_sha256: str
    version: str
    created_at: datetime


def _deliveries(report: str) -> Select[Any]:
    since = func.coalesce(
        deliveries.c.settled_at, deliveries.c.claimed_at, deliveries.c.planned_at, type_=deliveries.c.planned_at.type
    )
    return (
        select(
            deliveries.c.period.label("month"),
            deliveries.c.audience,
            deliveries.c.edition,
            deliveries.c.address.label("recipient"),
            deliveries.c.state,
            since.label("since"),
            deliveries.c.reason,
            deliveries.c.message_id,
            deliveries.c.id.label("delivery_id"),
        )
        .where(deliveries.c.report == report)
        .order_by(deliveries.c.period, deliveries.c.audience, deliveries.c.edition, deliveries.c.recipient)
    )


def _holds(report: str) -> Select[Any]:
    # The newest word on an audience's month; it is held if that word is not its release.
    newest = (
        select(func.max(events.c.id))
        .where(events.c.report == report, events.c.kind.in_(HOLD_KINDS), events.c.delivery_id.is_(None))
        .group_by(events.c.audience, events.c.period)
    )
    return (
        select(events.c.period, events.c.audience, events.c.at, events.c.detail)
        .where(events.c.id.in_(newest), events.c.kind == "held")
        .order_by(events.c.period, events.c.audience)
    )


def status_rows(ledger: LedgerStore, report: str, months: Sequence[str] | None = None) -> tuple[StatusRow, ...]:
    """Every recipient's state, and every month that is held, by month and audience; months None for all."""
    with ledger.reading() as connection:
        found = [StatusRow(**row) for row in connection.execute(_deliveries(report)).mappings()]
        found += [
            StatusRow(row.period, row.audience, 0, None, "held", row.at, row.detail, None, None)
            for row in connection.execute(_holds(report))
        ]
    chosen = [row for row in found if months is None or row.month in months]
    return tuple(sorted(chosen, key=lambda row: (row.month, row.audience, row.edition, row.recipient or "")))


def release_rows(ledger: LedgerStore, report: str) -> tuple[ReleaseRow, ...]:
    """Every release, by month, audience and edition."""
    columns = (
        releases.c.period.label("month"),
        releases.c.audience,
        releases.c.edition,
        releases.c.snapshot_hash,
        releases.c.pdf_sha256,
        releases.c.version,
        releases.c.created_at,
    )
    query = select(*columns).where(releases.c.report == report).order_by(*columns[:3])
    with ledger.reading() as connection:
        return tuple(ReleaseRow(**row) for row in connection.execute(query).mappings())


def released_months(ledger: LedgerStore, report: str, audience: str) -> frozenset[str]:
    """The months an audience has a release of; what a completeness sensor must not ask for again."""
    query = select(releases.c.period).where(releases.c.report == report, releases.c.audience == audience)
    with ledger.reading() as connection:
        return frozenset(connection.execute(query).scalars())


def approved_months(ledger: LedgerStore, report: str) -> frozenset[tuple[str, str]]:
    """(month, audience) that a person has approved for sending."""
    query = select(events.c.period, events.c.audience).where(events.c.report == report, events.c.kind == "approved")
    with ledger.reading() as connection:
        return frozenset((row.period, row.audience) for row in connection.execute(query))


def delivery_history(ledger: LedgerStore, delivery_id: int) -> tuple[LedgerEvent, ...]:
    """Everything that happened to one delivery, oldest first."""
    query = select(events).where(events.c.delivery_id == delivery_id).order_by(events.c.id)
    with ledger.reading() as connection:
        return tuple(LedgerEvent(**row) for row in connection.execute(query).mappings())
