"""Contrasts: two groups' shares side by side, and whether they differ by more than chance.

Add here: another way to set two groups against each other. Keep out: changes over time; those have verdicts in the
marts.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures import Figure, Row, derive


@dataclass(frozen=True, slots=True)
class Share:
    """A share (0-1) of `size` answers, customers or cases, with Wilson's bounds; None where it is not shown."""

    rate: Figure
    low: Figure
    high: Figure
    size: Figure


@dataclass(frozen=True, slots=True)
class Contrast:
    """One share less another, with Newcombe's 95 % interval (Newcombe 1998, method 10)."""

    difference: Figure
    low: Figure
    high: Figure

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        low, high = self.low.amount, self.high.amount
        return low is not None and high is not None and (low > 0 or high < 0)

    @property
    def is_more(self) -> bool:
        """Whether the first share is clearly the larger one."""
        return self.is_clear and (self.difference.amount or 0.0) > 0


def share_of(row: Row, rate: str, prefix: str | None = None) -> Share:
    """A mart's share by its column; the columns of its bounds and denominator start with `prefix`."""
    start = prefix or rate
    return Share(row.figure(rate), *(row.figure(f"{start}_{end}") for end in ("low", "high", "denominator")))


def contrast(one: Share, other: Share) -> Contrast:
    """one - other; unknown where either is."""
    parts = (one.rate, one.low, one.high, other.rate, other.low, other.high)
    return Contrast(
        derive("difference", one.rate, other.rate), derive("newcombe_low", *parts), derive("newcombe_high", *parts)
    )
