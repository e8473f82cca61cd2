"""What the ledger holds, as typed rows, and which change of a delivery's state is allowed.

    planned → claimed → sent | failed | unknown | planned again
    planned ⇄ held · planned → failed (deadline) · planned, held → unknown (a person accepts an older ledger) ·
    unknown, failed → planned (a person resends) · unknown → sent (a person has seen the message) ·
    sent, unknown → failed (it bounced)

Keep out: SQL (ledger.py), and why a state is chosen (smtp.py and send.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

State = Literal["planned", "claimed", "sent", "failed", "unknown", "held"]

# Every allowed change; the ledger refuses all others.
TRANSITIONS: Mapping[State, tuple[State, ...]] = {
    "planned": ("claimed", "held", "failed", "unknown"),
    "claimed": ("sent", "failed", "unknown", "planned"),
    "held": ("planned", "unknown"),
    "failed": ("planned",),
    "unknown": ("planned", "sent", "failed"),
    "sent": ("failed",),
}


@dataclass(frozen=True, slots=True)
class NewRelease:
    """What release() hands over: one audience's edition of a month, from one checked snapshot.

    folder: the released copy of PDF and mail texts, relative to the reports folder. Hashes are SHA-256 in hex.
    """

    report: str
    audience: str
    period: str
    edition: int
    language: str
    subject: str
    folder: str
    snapshot_hash: str
    pdf_sha256: str
    mail_sha256: str
    checks_sha256: str
    as_of: date
    version: str


@dataclass(frozen=True, slots=True)
class Release(NewRelease):
    """A release on record."""

    id: int
    figures_sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one recipient, and how far it came. `recipient` is the address in lower case."""

    id: int
    release_id: int
    report: str
    audience: str
    period: str
    edition: int
    recipient: str
    address: str
    name: str
    message_id: str
    state: State
    attempts: int
    reason: str | None
    is_notice: bool
    planned_at: datetime
    not_before: datetime | None
    claimed_at: datetime | None
    claimed_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One line of the ledger's log."""

    id: int
    at: datetime
    kind: str
    report: str
    audience: str
    period: str
    delivery_id: int | None
    detail: str


def message_id(report: str, audience: str, period: str, edition: int, recipient: str, domain: str) -> str:
    """The Message-ID of a delivery: a hash of its ledger key, at our domain. A resend carries the same one."""
    key = "\n".join((report, audience, period, str(edition), recipient.lower()))
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
