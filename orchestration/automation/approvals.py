"""Approval: a person's word that a report may be sent, for audiences that ask for one (`approval` in audiences.yml).

It is a line of the ledger's log, of exactly the PDF that was looked at: a report rendered anew from other data needs a
new word. Only the first edition needs one; later ones are released by a person anyway.

Add here: a rule of what counts as approved. Keep out: releasing (delivery/release.py) and Dagster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from orchestration.delivery.manifest import Manifest
from orchestration.delivery.store import LedgerStore
from orchestration.delivery.tables import events
from orchestration.settings import Audience

APPROVED = "approved"
# How the reason of a hold begins that only a person can lift.
WAITS = "waits for approval"


class ApprovalError(ValueError):
    """There is nothing to approve as asked; the message names the audience and the month."""


@dataclass(frozen=True)
class Approval:
    """One word: of whom, when, and for which PDF (SHA-256)."""

    id: int
    audience: str
    month: str
    pdf_sha256: str
    who: str
    at: datetime


def approvals(ledger: LedgerStore, report: str) -> tuple[Approval, ...]:
    """Every approval on record, oldest first."""
    query = (
        select(events.c.id, events.c.audience, events.c.period, events.c.detail, events.c.at)
        .where(events.c.report == report, events.c.kind == APPROVED)
        .order_by(events.c.id)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    found = []
    for row in rows:
        pdf_sha256, _, who = row.detail.partition(" by ")
        found.append(Approval(row.id, row.audience, row.period, pdf_sha256, who, row.at))
    return tuple(found)


def approve(
    ledger: LedgerStore, manifest: Manifest, audiences: Iterable[Audience], who: str, named: Iterable[str] = ()
) -> tuple[str, ...]:
    """Puts a person's word on record for the reports of a manifest; returns the audiences it was given for.

    named: only these; none: every audience that asks for approval and has a report.

    Raises:
        ApprovalError: an audience that asks for no approval, or has no report in the manifest.
    """
    wanted = {audience.name for audience in audiences if audience.approval}
    chosen = tuple(named) or tuple(sorted(wanted & set(manifest.audiences)))
    for name in chosen:
        if name not in wanted:
            raise ApprovalError(f'audience "{name}" asks for no approval (config/audiences.yml); nothing to approve')
        if name not in manifest.audiences:
            raise ApprovalError(f'there is no report of {manifest.month} for audience "{name}"; render it first')
    if not chosen:
        raise ApprovalError("no audience with a report asks for approval (config/audiences.yml); nothing to approve")
    with ledger.writing() as connection:
        for name in chosen:
            detail = f"{manifest.audiences[name].pdf_sha256} by {who}"
            ledger.log(connection, APPROVED, (manifest.report, name, manifest.month), detail)
    return chosen


def approval_obstacle(audience: Audience, manifest: Manifest, given: Iterable[Approval]) -> str | None:
    """What stands against a first release for want of approval; None if nothing does."""
    entry = manifest.audiences.get(audience.name)
    if not audience.approval or entry is None:
        return None
    words = [word for word in given if (word.audience, word.month) == (audience.name, manifest.month)]
    if any(word.pdf_sha256 == entry.pdf_sha256 for word in words):
        return None
    if words:
        return (
            f"{WAITS}: the report has changed since {words[-1].who} approved it; look at {entry.pdf} again, "
            f"then approve it (asset `approval`, or holdfast approve --month {manifest.month})"
        )
    return (
        f"{WAITS}: look at {entry.pdf}, then approve it (asset `approval`, or "
        f"holdfast approve --month {manifest.month})"
    )


def approved_now(
    open_months: Mapping[str, Iterable[str]],
    manifests: Mapping[str, Manifest],
    given: Iterable[Approval],
    snapshot_hash: str | None,
) -> dict[str, int]:
    """Month → the newest approval of a report that stands there and is not released: it may go now.

    open_months: month → its audiences without a release. snapshot_hash: of the last green build; a report of another
    snapshot must be rendered anew, and then approved anew.
    """
    ready: dict[str, int] = {}
    for word in given:
        manifest = manifests.get(word.month)
        entry = manifest.audiences.get(word.audience) if manifest else None
        is_current = manifest is not None and manifest.snapshot_hash == snapshot_hash
        is_open = word.audience in open_months.get(word.month, ())
        if entry and is_current and is_open and entry.pdf_sha256 == word.pdf_sha256:
            ready[word.month] = max(word.id, ready.get(word.month, 0))
    return ready
