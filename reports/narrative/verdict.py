"""Verdicts: may a difference be called up or down?

The rule: where the two 95 % intervals do not overlap, the figure changed; where they overlap, there is no clear
change; a figure without an interval (a count, a sum) is never called up or down. Add here: another test. Keep out:
words (they are in the page's own narrative module).
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures import Figure, difference
from reports.verdicts import Change, Verdict, against_target, state_of

__all__ = ["Change", "Interval", "against_target", "compare", "state_of", "verdict"]


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds a verdict compares. For churn and retention these are the bounds of the 30-day churn rate."""

    low: Figure
    high: Figure


def compare(now: Figure, before: Figure, bounds: Interval, bounds_before: Interval, higher_is_better: bool) -> Change:
    """now against before, judged by their intervals."""
    change = difference(now, before)
    found = verdict(change, bounds, bounds_before)
    return Change(change, found, state_of(found, higher_is_better))


def verdict(change: Figure, bounds: Interval, bounds_before: Interval) -> Verdict:
    """up, down, none (the intervals overlap) or untested (there is no interval on one side)."""
    number = change.amount
    low, high = bounds.low.amount, bounds.high.amount
    low_before, high_before = bounds_before.low.amount, bounds_before.high.amount
    if number is None or low is None or high is None or low_before is None or high_before is None:
        return "untested"
    if low <= high_before and low_before <= high:
        return "none"
    return _direction(number)


def _direction(number: float) -> Verdict:
    if number == 0:
        return "none"
    return "up" if number > 0 else "down"
