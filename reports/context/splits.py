"""Which reasons customers of each kind leave for: shares of the year to date by term and acquisition channel.

Add here: nothing but what this table needs. Keep out: the reasons of all customers (reason_lines.py).

A column is one segment; its shares add up to 1. Segments that lost too few to be shown are left out, and so is a
breakdown of which less than two segments remain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.charts.typeface import wrapped
from reports.context.history import grouped
from reports.context.layout import FULL_WIDTH
from reports.context.reason_lines import MOST_REASONS, heat
from reports.figures import Figure, Row, derive, share, total
from reports.marts import Marts
from reports.narrative import reasons as words
from reports.narrative.labels import REASONS, SCOPE_TYPES, label, scope_label
from reports.run import ReportRun
from reports.text import Text

MODEL = "rpt_churn_reasons"
# What a company keeps least often comes last: where a breakdown says nothing, the next one takes its place.
ORDER = ("term", "acquisition_channel", "plan", "segment", "region", "country")
MOST_GROUPS, MOST_SEGMENTS = 2, 5
# The table less the column of reasons.
SEGMENTS_WIDTH = FULL_WIDTH * 0.79


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers a segment lost for one reason, their share of all it lost (0-1), and its heat 0–9."""

    lost: Figure
    share: Figure
    heat: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A column: the segment's name in one or two lines, all it lost, and a cell for each reason."""

    scope_type: str
    scope_value: str
    label: str
    lines: tuple[str, ...]
    lost: Figure
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One breakdown's columns, those with most losses first."""

    label: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Splits:
    """The table: reasons in rows, in the order of their frequency in the year."""

    reasons: tuple[str, ...]
    groups: tuple[Group, ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All columns."""
        return tuple(segment for group in self.groups for segment in group.segments)

    @property
    def head_lines(self) -> int:
        """Lines of the longest column name."""
        return max(len(segment.lines) for segment in self.segments)


def load_splits(marts: Marts, run: ReportRun, text: Text) -> Splits | None:
    """None where no reason is known, or no breakdown has two segments that may be shown."""
    whole = _lost_by_reason(marts.read(MODEL, period_type="ytd", period_end=run.month_end))
    given = [name for name, lost in whole.items() if lost.amount]
    names = sorted(given, key=lambda name: (-(whole[name].amount or 0), name))
    if all(name == words.UNKNOWN for name in names):
        return None
    found: dict[str, Mapping[str, tuple[Row, ...]]] = {}
    for scope_type in ORDER:
        if len(found) < MOST_GROUPS and (shown := _shown(marts, run, scope_type)):
            found[scope_type] = shown
    if not found:
        return None
    most = max(_largest_share(rows) for columns in found.values() for rows in columns.values())
    width = SEGMENTS_WIDTH / sum(len(columns) for columns in found.values()) - 2.0
    groups = tuple(
        Group(
            label(text, SCOPE_TYPES, scope_type),
            tuple(_segment(text, scope_type, value, rows, names, most, width) for value, rows in columns.items()),
        )
        for scope_type, columns in found.items()
    )
    titles = [label(text, REASONS, name) for name in names[:MOST_REASONS]]
    if rest := names[MOST_REASONS:]:
        titles.append(words.further(text, derive("rows", *(whole[name] for name in rest))))
    return Splits(tuple(titles), groups)


def _lost_by_reason(rows: Sequence[Row]) -> Mapping[str, Figure]:
    """One figure per reason: a reason may be voluntary in one row and involuntary in another."""
    return {
        str(name): total(*(row.figure("lost_customers") for row in members))
        for name, members in grouped(rows, "reason_category").items()
    }


def _shown(marts: Marts, run: ReportRun, scope_type: str) -> Mapping[str, tuple[Row, ...]]:
    """The segments of a breakdown that lost somebody and may be shown, most losses first; none where it is only one."""
    rows = marts.read(MODEL, scope_type=scope_type, period_type="ytd", period_end=run.month_end)
    columns = {str(value): members for value, members in grouped(rows, "scope_value").items()}
    losing = {value: members for value, members in columns.items() if _all_lost(members).amount}
    names = sorted(losing, key=lambda value: (-(_all_lost(losing[value]).amount or 0), value))[:MOST_SEGMENTS]
    return {value: losing[value] for value in names} if len(names) > 1 else {}


def _all_lost(rows: Sequence[Row]) -> Figure:
    return rows[0].figure("all_lost_customers")


def _largest_share(rows: Sequence[Row]) -> float:
    return max((lost.amount or 0) / (_all_lost(rows).amount or 1) for lost in _lost_by_reason(rows).values())


def _segment(
    text: Text, scope_type: str, value: str, rows: Sequence[Row], names: Sequence[str], most: float, width: float
) -> Segment:  # fmt: skip
    lost, every = _lost_by_reason(rows), _all_lost(rows)
    counts = [lost.get(name, total()) for name in names[:MOST_REASONS]]
    if rest := names[MOST_REASONS:]:
        counts.append(total(*(lost.get(name, total()) for name in rest)))
    parts = [share(count, every) for count in counts]
    cells = tuple(Cell(count, part, heat(part, most)) for count, part in zip(counts, parts, strict=True))
    name = scope_label(text, scope_type, value)
    return Segment(scope_type, value, name, wrapped(name, width, 7.5), every, cells)
