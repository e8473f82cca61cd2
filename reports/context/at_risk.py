"""The list of customers at risk and the people who look after them.

Add here: what a line of the list needs. Keep out: signals and value by group (risk.py), and sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.charts.chart import DataTable
from reports.charts.typeface import lines_needed, text_width
from reports.context.layout import FULL_WIDTH
from reports.figures import Figure, Row, counted, total
from reports.formats import NO_BREAK
from reports.marts import Marts
from reports.narrative.labels import CHANNELS, label
from reports.narrative.risk import SIGNALS, STEPS
from reports.text import Text

# The mark of an attribute that was not delivered.
NONE = "(none)"
# The list is set in this size; a cell has so much padding, more where text follows right-aligned numbers.
SIZE, PADDING, AFTER_NUMBER = 7.5, 4.3, 8.3
# Names and signals may be cut, words may not: the widest a column of them gets, and the least a customer's name has.
WIDEST_OWNER, WIDEST_SIGNALS, LEAST_NAME = 70.0, 132.0, 62.0


@dataclass(frozen=True, slots=True)
class AtRisk:
    """One customer to act on. value: 12 × MRR and the net order revenue of 12 months; since: a date.

    signals: in words, weightiest first; channel and owner are "" where none is known.
    """

    rank: Figure
    customer_id: str
    name: str
    segment: str
    value: Figure
    signal_count: Figure
    signals: str
    since: Figure
    step: str
    channel: str
    owner: str


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """One person's part of the list: customers, their value, and the step asked for most; owner "" for nobody."""

    owner: str
    customers: Figure
    value: Figure
    step: str


@dataclass(frozen=True, slots=True)
class RiskList:
    """Every listed customer in the mart's order, and the owners, those with most customers first."""

    lines: tuple[AtRisk, ...]
    owners: tuple[OwnerLine, ...]
    listed: Figure

    @property
    def tables(self) -> dict[str, DataTable]:
        """The list and its owners as data; what the page cuts stands here whole. Nothing where nobody is listed."""
        rows = tuple(
            (line.rank, line.customer_id, line.name, line.segment, line.value, line.signal_count, line.signals,
             line.since, line.step, line.channel, line.owner)
            for line in self.lines
        )  # fmt: skip
        names = ("rank", "customer_id", "customer", "segment", "value_at_stake", "signal_count", "signals")
        owners = tuple((line.owner, line.customers, line.value, line.step) for line in self.owners)
        found = {
            "list": DataTable((*names, "since", "next_step", "channel", "account_owner"), rows),
            "owners": DataTable(("account_owner", "customers", "value_at_stake", "most_frequent_step"), owners),
        }
        return found if self.lines else {}

    @property
    def busiest(self) -> tuple[OwnerLine, ...]:
        """The named owners with the most customers; several where they have equally many, none where none is named."""
        named = [line for line in self.owners if line.owner]
        most = max((line.customers.amount or 0 for line in named), default=0)
        return tuple(line for line in named if line.customers.amount == most)


def load_list(marts: Marts, text: Text) -> RiskList:
    """The month's list; empty where nobody shows a signal."""
    rows = marts.read("rpt_customers_at_risk", months=1)
    lines = tuple(_line(row, text) for row in sorted(rows, key=lambda row: row.figure("list_rank").amount or 0))
    owners = tuple(_owner(name, rows, text) for name in {_owner_of(row, text) for row in rows})
    return RiskList(lines, tuple(sorted(owners, key=_by_customers)), counted(rows, "list_rank"))


def column_widths(listed: RiskList, text: Text, short: bool) -> tuple[float, ...]:
    """The list's eight columns in pt: as wide as their longest word, what is left is the customer's name.

    short: amounts are printed in thousands or millions.
    """
    f, _ = text.f, text.gettext
    lines, money = listed.lines, f.money_short if short else f.money
    rank = _widest("#", (f.number(line.rank) for line in lines)) + PADDING
    value = _widest(_("At stake"), (money(line.value) for line in lines)) + PADDING
    signals = min(_widest(_("Signals"), (line.signals for line in lines)), WIDEST_SIGNALS) + AFTER_NUMBER
    since = _widest(_("Since"), (f.date_short(line.since) for line in lines)) + PADDING
    step = _widest(_("Next step"), (line.step for line in lines)) + AFTER_NUMBER
    channel = _widest(_("Channel"), (line.channel for line in lines)) + PADDING
    owner = min(_widest(_("Owner"), (line.owner for line in lines)), WIDEST_OWNER)
    name = FULL_WIDTH - rank - value - signals - since - step - channel - owner
    if name < LEAST_NAME:
        signals, name = signals - (LEAST_NAME - name), LEAST_NAME
    return tuple(round(width, 1) for width in (rank, name, value, signals, since, step, channel, owner))


def further_lines(listed: RiskList, width: float) -> int:
    """How many lines more the list takes where signals that are wider than their column run on in the next line."""
    room = width - AFTER_NUMBER
    return sum(lines_needed(line.signals, room, SIZE) - 1 for line in listed.lines)


def _widest(head: str, cells: Iterable[str]) -> float:
    """The longest text of a column, its head in the heads' weight."""
    return max([text_width(head, SIZE, 500), *(text_width(cell, SIZE) for cell in cells)]) + 0.5


def _line(row: Row, text: Text) -> AtRisk:
    codes = row.text("signals").split(", ")
    return AtRisk(
        rank=row.figure("list_rank"),
        customer_id=row.text("customer_id"),
        # A customer without a name is known by its number.
        name=label(text, {}, _optional(row, "customer_name") or row.text("customer_id")),
        segment=label(text, {}, _optional(row, "segment")),
        value=row.figure("value_at_stake"),
        signal_count=row.figure("signal_count"),
        # A line may break between two signals, not inside one.
        signals=" · ".join(label(text, SIGNALS, code).replace(" ", NO_BREAK) for code in codes),
        since=row.figure("since_on"),
        step=label(text, STEPS, row.text("next_step")),
        channel=label(text, CHANNELS, channel) if (channel := _optional(row, "preferred_channel")) else "",
        owner=_owner_of(row, text),
    )


def _owner(owner: str, rows: Sequence[Row], text: Text) -> OwnerLine:
    own = [row for row in rows if _owner_of(row, text) == owner]
    steps = [row.text("next_step") for row in own]
    step = max(sorted(set(steps)), key=steps.count)
    return OwnerLine(
        owner,
        counted(own, "list_rank"),
        total(*(row.figure("value_at_stake") for row in own)),
        label(text, STEPS, step),
    )


def _owner_of(row: Row, text: Text) -> str:
    owner = _optional(row, "account_owner")
    return "" if owner == NONE else label(text, {}, owner)


def _by_customers(line: OwnerLine) -> tuple[float, float, str]:
    return -(line.customers.amount or 0), -(line.value.amount or 0), line.owner


def _optional(row: Row, column: str) -> str:
    return "" if row[column] is None else row.text(column)
