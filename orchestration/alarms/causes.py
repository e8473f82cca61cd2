"""What needs a hand, found in what is on record: one Cause per thing a person has to do something about.

Pure. Every kind of alarm is one function here and one row in docs/operations.md (a test compares the two). Keep out:
how the records are read (look.py) and telling anybody (channels.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from orchestration.alarms.rules import Cause
from orchestration.automation.calendar_rules import CompanyCalendar
from orchestration.automation.completeness import STALE_CLAIM
from orchestration.automation.freshness import LateSource
from orchestration.delivery.status import StatusRow

# The kinds, in the order of docs/operations.md.
KINDS = ("unknown", "failed", "held", "stuck", "not sent", "not released", "late source", "run failed")
MAX_REASON = 600
WAITING = ("planned", "held")
# Their cause is told from the ledger, with recipient and reason: the run's own failure would say it twice.
TOLD_BY_THE_LEDGER = ("DeliveryIncomplete", "ReleaseRefused")
# A month that is not closed in the data fails so; where a source is late, that is the cause.
TOLD_BY_A_SOURCE = ("ReportsRefused",)


@dataclass(frozen=True)
class FailedRun:
    """The newest run of a job (and month, where it has one), if it failed. error: its class and message."""

    job: str
    month: str | None
    run_id: str
    ended_at: datetime
    error_class: str
    error: str


@dataclass(frozen=True)
class Seen:
    """What a look found: the ledger's rows; due month → audiences without a release; month → late sources; the newest
    run of each job and month, if it failed; the months that a run is at work on or about to be."""

    now: datetime
    calendar: CompanyCalendar
    rows: Sequence[StatusRow] = ()
    open_months: Mapping[str, Sequence[str]] = field(default_factory=dict)
    late: Mapping[str, Sequence[LateSource]] = field(default_factory=dict)
    failed_runs: Sequence[FailedRun] = ()
    busy: Collection[str] = ()

    def is_past_deadline(self, month: str) -> bool:
        """Whether the month should have been sent by now."""
        return self.now >= self.calendar.deadline_at(month)

    def overdue(self, month: str) -> bool:
        """Whether a source of the month is late beyond its own deadline."""
        return any(source.is_overdue(self.now) for source in self.late.get(month, ()))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _short(text: str | None) -> str:
    words = " ".join((text or "no reason on record").split())
    return words if len(words) <= MAX_REASON else f"{words[: MAX_REASON - 1]}…"


def message_causes(rows: Iterable[StatusRow], calendar: CompanyCalendar, now: datetime) -> list[Cause]:
    """One cause per message that is unknown, failed, held, left by a dead sender, or unsent past the deadline."""
    listed = [row for row in rows if row.recipient is not None]
    newest: dict[tuple[str, str], int] = {}
    for row in listed:
        newest[row.month, row.audience] = max(row.edition, newest.get((row.month, row.audience), 0))
    # What had not left of an older edition never will: its recipients get the newer one.
    waits = [row for row in listed if row.state not in WAITING or row.edition == newest[row.month, row.audience]]
    found = (_message_cause(row, calendar, now) for row in waits)
    return [cause for cause in found if cause is not None]


def _message_cause(row: StatusRow, calendar: CompanyCalendar, now: datetime) -> Cause | None:
    what = f"{row.month} {row.audience} to {row.recipient}"
    again = f"holdfast ledger resend {row.delivery_id} --who NAME"
    match row.state:
        case "unknown":
            do = (
                f"look for Message-ID {row.message_id} in the mail server's log; if it is there: holdfast ledger seen "
                f"{row.delivery_id} --who NAME; if not: {again}"
            )
            return _cause("unknown", row, f"{what}: nobody knows whether it was sent ({_short(row.reason)})", do)
        case "failed":
            do = f"mend the address or the server, then: {again}"
            return _cause("failed", row, f"{what}: not sent ({_short(row.reason)})", do)
        case "held":
            do = f"read the reason, mend it, then: holdfast deliver --month {row.month}"
            return _cause("held", row, f"{what}: held ({_short(row.reason)})", do)
        case "claimed" if now >= row.since + STALE_CLAIM:
            do = f"if no run is at work: holdfast deliver --month {row.month}; it tells what may be resent"
            return _cause("stuck", row, f"{what}: a sender took it and never said what became of it", do)
        case "planned" if now >= calendar.deadline_at(row.month):
            do = "read the last trouble; the message is tried again by itself for three days"
            return _cause("not sent", row, f"{what}: not sent by the deadline ({_short(row.reason)})", do)
    return None


def _cause(kind: str, row: StatusRow, what: str, do: str) -> Cause:
    return Cause(kind, str(row.delivery_id), what, _utc(row.since), do)


def hold_causes(seen: Seen) -> list[Cause]:
    """One cause per month and reason for which audiences are held before a release.

    Not while a run is about to see to it, and not for a source that is late: that has its own alarm. If that source
    is due only after the month's deadline, the hold is told at the deadline.
    """
    by_reason: dict[tuple[str, str], list[StatusRow]] = {}
    for row in seen.rows:
        if row.recipient is None and row.state == "held" and row.month not in seen.busy:
            by_reason.setdefault((row.month, row.reason or ""), []).append(row)
    return [
        Cause(
            "held",
            f"{month} {hashlib.sha256(reason.encode()).hexdigest()[:8]}",
            f"{month} {', '.join(row.audience for row in rows)}: held ({_short(reason)})",
            _utc(min(row.since for row in rows)),
            f"do what the reason asks for (docs/delivery.md lists them); holdfast status --month {month} shows all",
        )
        for (month, reason), rows in by_reason.items()
        if month not in seen.late or (seen.is_past_deadline(month) and not seen.overdue(month))
    ]


def deadline_causes(seen: Seen) -> list[Cause]:
    """One cause per due month with audiences unreleased by the deadline, unless something else says why."""
    held = {(row.month, row.audience) for row in seen.rows if row.recipient is None and row.state == "held"}
    explained = {run.month for run in told_runs(seen)} | {month for month in seen.late if seen.overdue(month)}
    found = []
    for month, audiences in seen.open_months.items():
        silent = [name for name in audiences if (month, name) not in held]
        if silent and seen.is_past_deadline(month) and month not in explained:
            what = f"{month} {', '.join(silent)}: not released by the deadline"
            do = f"look at the newest run of {month} in Dagster; then: holdfast run --month {month} --deliver"
            found.append(Cause("not released", month, what, _utc(seen.calendar.deadline_at(month)), do))
    return found


def source_causes(seen: Seen) -> list[Cause]:
    """One cause per awaited source and month past its deadline."""
    return [
        Cause(
            "late source",
            f"{source.source} {source.month}",
            source.reason,
            _utc(source.due_at),
            "ask whoever delivers it; the report goes by itself when the data is there",
        )
        for sources in seen.late.values()
        for source in sources
        if source.is_overdue(seen.now)
    ]


def told_runs(seen: Seen) -> list[FailedRun]:
    """The failed runs whose reason nothing else here tells."""
    return [
        run
        for run in seen.failed_runs
        if run.error_class not in TOLD_BY_THE_LEDGER
        and not (run.error_class in TOLD_BY_A_SOURCE and run.month in seen.late)
    ]


def run_causes(seen: Seen) -> list[Cause]:
    """One cause per job and month whose newest run failed."""
    return [
        Cause(
            "run failed",
            f"{run.job} {run.month or ''}".rstrip(),
            f"run of {run.job}{f' {run.month}' if run.month else ''} failed: {run.error_class}: {_short(run.error)}",
            _utc(run.ended_at),
            f"mend what the message names, then start {run.job} again (run {run.run_id[:8]} in Dagster has the log)",
        )
        for run in told_runs(seen)
    ]


def find_causes(seen: Seen) -> list[Cause]:
    """Everything that needs a hand now."""
    return [
        *message_causes(seen.rows, seen.calendar, seen.now),
        *hold_causes(seen),
        *deadline_causes(seen),
        *source_causes(seen),
        *run_causes(seen),
    ]
