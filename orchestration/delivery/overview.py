"""The year at a glance: months × audiences, each as sent, approved, planned, held, unknown, failed or not released.

Pure: rows of the ledger in, a table for people out. Keep out: reading the ledger (status.py) and printing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from orchestration.automation.approvals import WAITS
from orchestration.delivery.ledger import Ledger, has_ledger, open_ledger
from orchestration.delivery.status import StatusRow, approved_months, status_rows
from orchestration.delivery.tables import LedgerError
from orchestration.settings import Settings

CellState = Literal["unknown", "failed", "held", "not released", "planned", "approved", "sent", "not due"]
# The first that applies is what a cell says: what a person must see first stands first.
URGENCY: tuple[CellState, ...] = (
    "unknown",
    "failed",
    "held",
    "not released",
    "planned",
    "approved",
    "sent",
    "not due",
)
# A shape for each state, so that it is told without colour.
SIGNS: Mapping[CellState, str] = {
    "unknown": "?",
    "failed": "✗",
    "held": "‖",
    "not released": "!",
    "planned": "…",
    "approved": "○",
    "sent": "✓",
    "not due": "·",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One audience's month: its state, and in words how many of its messages are where."""

    state: CellState
    text: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Months down, audiences across. rows: every recipient of these months; headline: all of it in a sentence."""

    headline: str
    audiences: tuple[str, ...]
    months: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    rows: tuple[StatusRow, ...]
    # Why this ledger lets nothing leave, if it does not: it is older than its mark.
    refusal: str | None = None

    @property
    def doubtful(self) -> tuple[StatusRow, ...]:
        """The rows that need a hand."""
        return tuple(row for row in self.rows if row.needs_a_hand)

    def markdown(self) -> str:
        """Headline, table and what needs a hand, for the Dagster UI."""
        refusal = [_escaped(f"Nothing is released or sent: {self.refusal}"), ""] if self.refusal else []
        lines = [self.headline, "", *refusal]
        if self.months:
            lines += [f"| month | {' | '.join(self.audiences)} |", "|---" * (len(self.audiences) + 1) + "|"]
        for month in self.months:
            lines.append(
                f"| {month} | {' | '.join(_escaped(self.cells[month, name].text) for name in self.audiences)} |"
            )
        if self.doubtful:
            lines += ["", "| id | month | audience | recipient | state | since (UTC) | reason |", "|---" * 7 + "|"]
        for row in self.doubtful:
            number, since = row.delivery_id or "", f"{row.since:%Y-%m-%d %H:%M}"
            told = (number, row.month, row.audience, row.recipient or "", row.state, since, row.reason or "")
            lines.append(f"| {' | '.join(_escaped(str(value)) for value in told)} |")
        return "\n".join(lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def overview(
    rows: Sequence[StatusRow],
    audiences: Sequence[str],
    due: Sequence[str],
    *,
    first_month: str,
    first_due: datetime,
    approved: Collection[tuple[str, str]] = (),
) -> Overview:
    """The table of every month that is due or on record.

    due: the closed months whose report was to leave by now. first_month, first_due: the go-live and when it is due.
    approved: (month, audience) that a person has approved.
    """
    months = sorted({*due, *(row.month for row in rows)})
    names = list(dict.fromkeys([*audiences, *sorted({row.audience for row in rows})]))
    cells = {
        (month, name): _cell(
            [row for row in rows if (row.month, row.audience) == (month, name)],
            is_due=month in due and name in audiences,
            is_approved=(month, name) in approved,
        )
        for month in months
        for name in names
    }
    headline = _headline(rows, cells, due, first_month, first_due)
    return Overview(headline, tuple(names), tuple(months), cells, tuple(rows))


def _cell(rows: Sequence[StatusRow], *, is_due: bool, is_approved: bool) -> Cell:
    if is_approved and all((row.reason or "").startswith(WAITS) for row in rows):
        return Cell("approved", f"{SIGNS['approved']} approved")
    if not rows:
        state: CellState = "not released" if is_due else "not due"
        return Cell(state, f"{SIGNS[state]} {state}")
    newest = max(row.edition for row in rows)
    # An older edition counts as long as something of it is open; what is settled there was replaced.
    counted = [row for row in rows if row.edition == newest or row.needs_a_hand]
    counts = Counter[CellState]("planned" if row.state == "claimed" else row.state for row in counted)
    state = next(known for known in URGENCY if counts[known])
    if state == "planned" and is_approved:
        state = "approved"
    parts = [f"{counts[known]} {known}" if known != "held" else known for known in URGENCY if counts[known]]
    edition = f", edition {newest}" if newest > 1 else ""
    return Cell(state, f"{SIGNS[state]} {', '.join(parts)}{edition}")


def _headline(
    rows: Sequence[StatusRow],
    cells: Mapping[tuple[str, str], Cell],
    due: Sequence[str],
    first_month: str,
    first_due: datetime,
) -> str:
    if not rows:
        when = "was due on" if due else "is due on"
        return f"Nothing was released yet. The first month, {first_month}, {when} {first_due:%Y-%m-%d}."
    counts = Counter(cell.state for cell in cells.values())
    open_states = [state for state in URGENCY if counts[state] and state not in ("sent", "not due")]
    if not open_states:
        reports = "1 report" if counts["sent"] == 1 else f"{counts['sent']} reports"
        return f"Everything due is sent: {reports}, the newest of {max(row.month for row in rows)}."
    parts = ", ".join(f"{counts[state]} {state}" for state in open_states)
    return f"{parts}; {counts['sent']} sent."


def year_at_a_glance(settings: Settings, now: datetime, months: Collection[str] | None = None) -> Overview:
    """What the ledger says of every due month; months None for all. Reads only: no ledger is made.

    now: aware; decides which months are due. Raises LedgerError if the ledger cannot be read.
    """
    company = settings.company
    rows: tuple[StatusRow, ...] = ()
    approved: frozenset[tuple[str, str]] = frozenset()
    refusal = None
    due = settings.calendar.due_months(company.first_report_month, company.last_month, now)
    if has_ledger(settings):
        ledger = open_ledger(settings)
        rows = status_rows(ledger, company.report)
        approved = approved_months(ledger, company.report)
        refusal = _refusal(ledger)
    found = overview(
        [row for row in rows if months is None or row.month in months],
        [audience.name for audience in settings.audiences if audience.recipients],
        [month for month in due if months is None or month in months],
        first_month=company.first_report_month,
        first_due=settings.calendar.due_at(company.first_report_month),
        approved=approved,
    )
    return replace(found, refusal=refusal)


def _refusal(ledger: Ledger) -> str | None:
    try:
        ledger.guard()
    except LedgerError as error:
        return str(error)
    return None
