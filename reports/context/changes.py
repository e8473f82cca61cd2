"""Changes by segment: whose retention moved since last month, the clear and the weighty first.

Add here: another order of the segments. Keep out: the table of all segments (reports/context/segments.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.context.history import by_month, grouped
from reports.context.segments import CUTS
from reports.figures import Figure, Row, difference
from reports.marts import Marts, months_before
from reports.narrative.labels import SCOPE_TYPES, label, scope_label, segment_name
from reports.run import ReportRun
from reports.text import Text
from reports.verdicts import Change, Verdicts, beside, load_verdicts

# The scope value of customers without one: nobody can act on it.
NOBODYS = "(none)"


@dataclass(frozen=True, slots=True)
class SegmentChange:
    """The retention of one segment against last month; label is its attribute and value in one."""

    scope_type: str
    scope_value: str
    attribute: str
    value: str
    label: str
    now: Figure
    before: Figure
    size: Figure
    change: Change


def load_segments(marts: Marts, run: ReportRun, text: Text) -> tuple[SegmentChange, ...]:
    """Segments with a retention rate in both months, in the order of their weight.

    A breakdown with a single segment says what the whole says and is left out; so is what has no value.
    """
    found: list[SegmentChange] = []
    for scope_type in CUTS:
        segments = grouped(marts.read("rpt_retention", scope_type=scope_type, months=2), "scope_value")
        if len(segments) > 1:
            verdicts = load_verdicts(marts, scope_type)
            pairs = [_pair(rows, run, text, verdicts) for value, rows in segments.items() if value != NOBODYS]
            found.extend(pair for pair in pairs if pair is not None)
    return tuple(sorted(found, key=_weight))


def _pair(rows: tuple[Row, ...], run: ReportRun, text: Text, verdicts: Verdicts) -> SegmentChange | None:
    months = by_month(rows)
    now, before = months.get(run.month_start), months.get(months_before(run.month_start, 1))
    if now is None or before is None:
        return None
    rate, rate_before = now.figure("retention_rate"), before.figure("retention_rate")
    if not rate.known or not rate_before.known:
        return None
    scope_type, scope_value = now.text("scope_type"), now.text("scope_value")
    found = verdicts.of("retention_rate", "previous", scope_value=scope_value)
    return SegmentChange(
        scope_type,
        scope_value,
        label(text, SCOPE_TYPES, scope_type),
        scope_label(text, scope_type, scope_value),
        segment_name(text, scope_type, scope_value),
        rate,
        rate_before,
        now.figure("customers_start"),
        beside(found, difference(rate, rate_before)),
    )


def _weight(segment: SegmentChange) -> tuple[bool, float, str, str]:
    """Clear changes first, then by how many customers the difference stands for."""
    customers = abs(segment.change.difference.amount or 0) * (segment.size.amount or 0)
    return (segment.change.state == "none", -customers, segment.scope_type, segment.scope_value)
