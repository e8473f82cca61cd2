"""Actions: what the signs that customers may leave ask for, how much is at stake, and whose turn it is.

The signals are counted over all customers (rpt_risk_signals); who and whose comes from the list of those to act on
first (rpt_customers_at_risk). Add here: a fact that tells somebody what to do. Keep out: the list itself
(reports/context/risk.py), and sentences (reports/narrative/actions.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.chart import DataTable
from reports.figures import Figure, Row
from reports.legible import legible
from reports.marts import Marts
from reports.narrative.actions import STEPS, step_label
from reports.run import ReportRun
from reports.text import Text

ANY = "any"
NAMED = "risk"


@dataclass(frozen=True, slots=True)
class Action:
    """One signal: how many customers show it, what they are worth in a year, and where to begin.

    owner: who has most of the listed customers whose next step this is; first: the customer to begin with. Both are
    None where the list has none, first also where the audience's pages do not name customers.
    """

    signal: str
    label: str
    customers: Figure
    stake: Figure
    owner: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class Actions:
    """All signals, the most urgent first; the totals count each customer once."""

    lines: tuple[Action, ...]
    customers: Figure
    active: Figure
    stake: Figure


def load_actions(marts: Marts, run: ReportRun, text: Text) -> Actions | None:
    """What the month's signals ask for; None where no signal could be looked for, or the group is too small."""
    rows = {row.text("signal"): row for row in marts.read("rpt_risk_signals", months=1) if row["is_available"]}
    whole = rows.pop(ANY, None)
    if whole is None or not rows or whole["customers"] is None:
        return None
    listed = marts.read("rpt_customers_at_risk", months=1)
    lines = [
        _action(run, text, rows[signal], listed) for signal in STEPS if signal in rows and rows[signal]["customers"]
    ]
    return Actions(
        tuple(lines),
        whole.figure("customers"),
        whole.figure("at_risk_rate_denominator"),
        whole.figure("value_at_stake"),
    )


def actions_table(actions: Actions | None) -> DataTable:
    """The signals for the attached file."""
    lines = actions.lines if actions else ()
    return DataTable(
        ("signal", "next_step", "customers", "value_at_stake", "account_owner"),
        tuple((line.signal, line.label, line.customers, line.stake, line.owner) for line in lines),
    )


def _action(run: ReportRun, text: Text, row: Row, listed: Sequence[Row]) -> Action:
    signal, customers = row.text("signal"), row.figure("customers")
    due = [other for other in listed if other["next_step"] == STEPS[signal].code]
    owner = _owner_of(due)
    theirs = [other for other in due if owner is None or other["account_owner"] == owner]
    first = theirs[0]["customer_name"] if theirs and NAMED in run.pages else None
    return Action(
        signal,
        step_label(text, signal, customers),
        customers,
        row.figure("value_at_stake"),
        None if owner is None else legible(owner),
        legible(first) if isinstance(first, str) else None,
    )


def _owner_of(due: Sequence[Row]) -> str | None:
    """Who has most of these customers; of several, who has the first on the list."""
    owners = Counter(owner for row in due if isinstance(owner := row["account_owner"], str) and owner)
    return max(owners, key=lambda owner: owners[owner]) if owners else None
