"""Scales and their ticks, and labels that do not run into each other.

Keep out: drawing and units; ticks are plain numbers, the caller prints them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_PARTS, _ROOM_ABOVE = 5, 1.3


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear map of [low, high] onto pixels [at_low, at_high], with ticks inside."""

    low: float
    high: float
    at_low: float
    at_high: float
    ticks: tuple[float, ...]

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.at_low + share * (self.at_high - self.at_low)

    @property
    def digits(self) -> int:
        """Decimals that tell the ticks apart."""
        return digits_of(self.ticks)


# Prints a tick of its scale.
Tick = Callable[[float, Scale], str]


def digits_of(ticks: Sequence[float]) -> int:
    """The fewest decimals (at most 6) at which every tick is printed exactly."""
    return next((d for d in range(6) if all(abs(round(t, d) - t) < 1e-9 for t in ticks)), 6)


def tick_step(span: float, count: int) -> float:
    """A round step that cuts `span` into at most `count` parts."""
    rough = span / max(count, 1)
    magnitude = 10.0 ** floor(log10(rough))
    return next(step * magnitude for step in _STEPS if step * magnitude >= rough * (1 - 1e-9))


def scale_for(
    values: Sequence[float],
    at_low: float,
    at_high: float,
    *,
    count: int = 5,
    zero: bool = False,
    floor_at: float | None = None,
    ceiling: float | None = None,
) -> Scale:
    """A scale with round ticks around `values`.

    zero: the axis starts (or ends) at 0, as columns need it.
    floor_at, ceiling: limits no tick passes, 0 and 1 for rates.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9:
        margin = abs(high) * 0.1 if abs(high) > 1e-6 else 1.0
        low, high = (low if zero and low == 0 else low - margin), high + margin
    if ceiling is not None and floor_at is not None:
        low, high = max(low, floor_at), min(high, ceiling)
    step = tick_step(high - low, count)
    # Columns that reach half the axis waste the other half: one more part lets it end sooner.
    if zero and count < _MOST_PARTS and ceil(high / step - 1e-9) * step > _ROOM_ABOVE * high > 0:
        step = min(step, tick_step(high - low, count + 1))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = [round(index * step, 10) for index in range(first, last + 1)]
    ticks = [
        t for t in ticks if (floor_at is None or t >= floor_at - 1e-9) and (ceiling is None or t <= ceiling + 1e-9)
    ]
    return Scale(min(ticks[0], low), max(ticks[-1], high), at_low, at_high, tuple(ticks))


def tick_count(height: float) -> int:
    """How many parts an axis of `height` pt is cut into: a tick at least every 24 pt, at most five parts."""
    return max(2, min(_MOST_PARTS, int(height / 24)))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Positions near the wanted ones, at least `gap` apart, in the same order, inside [low, high].

    The labels that collide are shifted as one block around their middle.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    blocks: list[tuple[float, int]] = []  # centre, how many labels
    for index in order:
        centre, size = _held(wanted[index], 1, gap, low, high), 1
        while blocks and blocks[-1][0] + (blocks[-1][1] + size) * gap / 2 > centre:
            other, count = blocks.pop()
            centre, size = (other * count + centre * size) / (count + size), count + size
            centre = _held(centre, size, gap, low, high)
        blocks.append((centre, size))
    placed = [centre + (at - (size - 1) / 2) * gap for centre, size in blocks for at in range(size)]
    result = [0.0] * len(wanted)
    for position, index in zip(placed, order, strict=True):
        result[index] = position
    return tuple(result)


def _held(centre: float, size: int, gap: float, low: float, high: float) -> float:
    """The middle of a block of labels, moved so that the block stays inside."""
    half = (size - 1) * gap / 2
    return min(max(centre, low + half), max(high - half, low + half))
