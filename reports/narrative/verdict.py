"""Verdicts: may a difference be called up or down?

The rule: where the two 95 % intervals do not overlap, the figure changed; where they overlap, there is no clear
change; a figure without an interval (a count, a sum) is never called up or down. Add here: another test. Keep out:
words (they are in the page's own narrative module).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.figures import Figure, difference

Verdict = Literal["up", "down", "none", "untested"]
State = Literal["good", "bad", "none"]


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure stands against another one: the difference as it is printed, and what may be said of it."""

    difference: Figure
    verdict: Verdict
    state: State


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


def against_target(now: Figure, target: Figure, higher_is_better: bool) -> Change:
    """now against a target: reached is good, missed is bad, whatever the interval; none without a target."""
    change = difference(now, target)
    number = change.amount
    if number is None:
        return Change(change, "untested", "none")
    reached = number >= 0 if higher_is_better else number <= 0
    return Change(change, _direction(number), "good" if reached else "bad")


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


def state_of(found: Verdict, higher_is_better: bool) -> State:
    """good, bad or none: the mark that stands beside the difference."""
    if found in ("none", "untested"):
        return "none"
    return "good" if (found == "up") == higher_is_better else "bad"


def _direction(number: float) -> Verdict:
    if number == 0:
        return "none"
    return "up" if number > 0 else "down"
