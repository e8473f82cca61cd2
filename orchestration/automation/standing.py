"""What stands on record at a moment: due months, releases, messages, approvals, late sources. Read once per look.

The sensors' one way to the ledger and the landing; what follows from it is decided by completeness.py and
alarms/causes.py. Keep out: decisions, and runs (those are Dagster's to tell).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from orchestration.automation.approvals import WAITS, approvals, approved_now
from orchestration.automation.completeness import Waiting, unreleased
from orchestration.automation.freshness import LateSource, late_now
from orchestration.checks import ChecksError, read_checks
from orchestration.delivery.manifest import Manifest, ManifestError, manifest_path, read_manifest
from orchestration.delivery.status import StatusRow, released_months, status_rows
from orchestration.delivery.store import LedgerStore
from orchestration.delivery.tables import deliveries
from orchestration.settings import Settings

LateNow = Callable[[Settings, Iterable[str]], Mapping[str, tuple[LateSource, ...]]]


@dataclass(frozen=True)
class Standing:
    """open_months: due month → audiences without a release. late: open month → the sources it waits for.
    approved: month → id of the newest approval that is not acted on yet. snapshot: the last build's, None if it failed.
    """

    now: datetime
    due_since: Mapping[str, datetime]
    open_months: Mapping[str, tuple[str, ...]]
    late: Mapping[str, tuple[LateSource, ...]]
    rows: tuple[StatusRow, ...]
    waiting: tuple[Waiting, ...]
    approved: Mapping[str, int]
    snapshot: str | None = None

    @property
    def waiting_for_data(self) -> tuple[str, ...]:
        """Open months in which at least one audience waits for something else than a person's approval."""
        by_person = {
            (row.month, row.audience)
            for row in self.rows
            if row.recipient is None and row.state == "held" and (row.reason or "").startswith(WAITS)
        }
        return tuple(
            month for month, names in self.open_months.items() if any((month, name) not in by_person for name in names)
        )


def standing(settings: Settings, ledger: LedgerStore, now: datetime, late: LateNow = late_now) -> Standing:
    """Everything on record at this moment (aware). late: which sources the months wait for, from what is landed."""
    company = settings.company
    names = [audience.name for audience in settings.audiences]
    due = settings.calendar.due_months(company.first_report_month, company.last_month, now)
    released = {name: released_months(ledger, company.report, name) for name in names}
    open_months = unreleased(due, names, released)
    snapshot = _green_snapshot(settings)
    given = approvals(ledger, company.report)
    return Standing(
        now=now,
        due_since={month: settings.calendar.due_at(month) for month in due},
        open_months=open_months,
        late=late(settings, open_months),
        rows=status_rows(ledger, company.report),
        waiting=waiting_messages(ledger, company.report),
        approved=approved_now(open_months, _manifests(settings, open_months), given, snapshot),
        snapshot=snapshot,
    )


def _green_snapshot(settings: Settings) -> str | None:
    try:
        checks = read_checks(settings.checks_path)
    except ChecksError:
        # Nothing was built yet, or nothing legible: nothing may leave.
        return None
    return checks.snapshot_hash if checks.passed else None


def waiting_messages(ledger: LedgerStore, report: str) -> tuple[Waiting, ...]:
    """Every planned or claimed message of the newest editions, oldest first: nobody waits for an older one."""
    table = deliveries.c
    newest = (
        select(table.audience, table.period, func.max(table.edition).label("edition"))
        .where(table.report == report)
        .group_by(table.audience, table.period)
        .subquery()
    )
    is_newest = and_(
        newest.c.audience == table.audience, newest.c.period == table.period, newest.c.edition == table.edition
    )
    query = (
        select(
            table.id, table.period, table.attempts, table.state, table.planned_at, table.claimed_at, table.not_before
        )
        .join(newest, is_newest)
        .where(table.report == report, table.state.in_(("planned", "claimed")))
        .order_by(table.id)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Waiting(
            delivery_id=row.id,
            month=row.period,
            attempts=row.attempts,
            is_claimed=row.state == "claimed",
            since=(row.claimed_at if row.state == "claimed" else None) or row.planned_at,
            not_before=row.not_before,
        )
        for row in rows
    )


def _manifests(settings: Settings, months: Mapping[str, object]) -> dict[str, Manifest]:
    found = {}
    for month in months:
        path = manifest_path(settings.reports_dir, month)
        try:
            found[month] = read_manifest(path)
        except ManifestError:
            # Not rendered yet, or not readable: there is nothing to approve, and the report stage says what is wrong.
            continue
    return found
