"""What a reporting model must make of its figures: rates, their intervals, and what is withheld.

Written from the definitions, in plain Python; it knows nothing of the SQL macros. Rows are dicts of columns.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Row = dict[str, Any]
Unit = tuple[Any, ...]
Z = 1.959963984540054


def share(numerator: Any, denominator: Any) -> float | None:
    """A rate; None over nothing."""
    if numerator is None or not denominator:
        return None
    return float(numerator) / float(denominator)


def wilson(numerator: Any, denominator: Any) -> tuple[float | None, float | None]:
    """Wilson's 95 % interval of a share, from the quadratic (p − θ)² = z² θ (1 − θ) / n solved for θ."""
    p = share(numerator, denominator)
    if p is None:
        return None, None
    n = float(denominator)
    a, b, c = 1 + Z * Z / n, -(2 * p + Z * Z / n), p * p
    root = math.sqrt(max(b * b - 4 * a * c, 0))
    # Nobody and everybody are bounds of their own, exactly.
    return (-b - root) / (2 * a) if p > 0 else 0.0, (-b + root) / (2 * a) if p < 1 else 1.0


def nps(promoters: int, detractors: int, answers: int) -> tuple[float | None, float | None, float | None]:
    """Score and 95 % interval in points; thin or one-sided answers widen the interval by ¾, ¾ and 3."""
    if not answers:
        return None, None, None
    p, d, n = float(promoters), float(detractors), float(answers)
    if n < 10 or max(p, d, n - p - d) == n:
        p, d, n = p + 0.75, d + 0.75, n + 3
    mean = (p - d) / n
    half = Z * math.sqrt(max((p + d) / n - mean * mean, 0) / n)
    return 100 * (promoters - detractors) / answers, max(100 * (mean - half), -100), min(100 * (mean + half), 100)


def ratio(y: Any, x: Any, yy: Any, xy: Any, xx: Any) -> tuple[float | None, float | None]:
    """95 % interval of a ratio of amounts Σy/Σx, from the sums of squares over customers."""
    r = share(y, x)
    if r is None:
        return None, None
    half = Z * math.sqrt(max(float(yy) - 2 * r * float(xy) + r * r * float(xx), 0)) / float(x)
    return r - half, r + half


def over_days(lost_share: float | None, days: int, target: float) -> float | None:
    """The share lost over `target` days at the same daily hazard."""
    return None if lost_share is None else 1 - max(1 - lost_share, 0) ** (target / days)


def withheld(units: Mapping[Unit, int | None], unfiltered: Iterable[str], smallest: int) -> set[Unit]:
    """Units (audience, scope_type, name, what makes a breakdown …) that may not be shown, by their size.

    Small is 1 to `smallest` − 1. One small unit alone in its breakdown takes the next smallest with it, ties by
    name. The company's row and the whole of an audience without a filter are always shown.
    """
    whole = {("(all)", "company"), *((name, "audience") for name in unfiltered)}
    breakdowns: dict[Unit, list[tuple[int, Unit, Unit]]] = defaultdict(list)
    for unit, size in units.items():
        audience, scope_type, name, *beside = unit
        if (audience, scope_type) not in whole and size:
            breakdowns[(audience, scope_type, *beside)].append((size, name, unit))
    found: set[Unit] = set()
    for members in breakdowns.values():
        members.sort(key=lambda member: member[:2])
        small = [unit for size, _, unit in members if size < smallest]
        if len(small) == 1:
            small = [unit for _, _, unit in members[:2]]
        found.update(small)
    return found


def is_near(found: Any, expected: Any) -> bool:
    """Equal to nine places; both NULL; counts and texts exactly."""
    if found is None or expected is None or isinstance(expected, str | bool):
        return bool(found == expected)
    if isinstance(found, float) or isinstance(expected, float):
        return math.isclose(float(found), float(expected), rel_tol=1e-12, abs_tol=1.6e-9)
    return bool(found == expected)


Figures = Callable[[Row], Mapping[str, Any]]
Read = str | Callable[[Row], Any]


def read(row: Row, what: Read) -> Any:
    """A column of a row, or what is made of the row."""
    return row[what] if isinstance(what, str) else what(row)


def rated(rate: str, prefix: str, numerator: Read, denominator: Read) -> Figures:
    """A rate with its numerator, denominator and Wilson bounds, the latter four named by a prefix."""

    def figures(row: Row) -> Mapping[str, Any]:
        x, n = read(row, numerator), read(row, denominator)
        low, high = wilson(x, n)
        return {
            rate: share(x, n),
            f"{prefix}_numerator": x,
            f"{prefix}_denominator": n,
            f"{prefix}_low": low,
            f"{prefix}_high": high,
        }

    return figures


def divided(rate: str, numerator: Read, denominator: Read) -> Figures:
    """A ratio without an interval."""
    return lambda row: {rate: share(read(row, numerator), read(row, denominator))}
