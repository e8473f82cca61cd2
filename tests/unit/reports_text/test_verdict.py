"""May a difference be called up or down? Only where the intervals do not overlap."""

from __future__ import annotations

import pytest

from reports.narrative.verdict import Interval, compare
from tests.unit.reports_text.small import interval, of


@pytest.mark.parametrize(
    ("now", "before", "half", "expected"),
    [
        (0.98, 0.94, 0.019, "up"),
        (0.94, 0.98, 0.019, "down"),
        (0.98, 0.94, 0.021, "none"),
        (0.75, 0.5, 0.125, "none"),  # bounds that touch overlap
        (0.95, 0.95, 0.01, "none"),
        (None, 0.94, 0.01, "untested"),
        (0.94, None, 0.01, "untested"),
    ],
)
def test_verdicts(now: float | None, before: float | None, half: float, expected: str) -> None:
    found = compare(
        of(now), of(before), Interval(*interval(now, half)), Interval(*interval(before, half)), higher_is_better=True
    )
    assert found.verdict == expected


def test_a_figure_without_an_interval_is_never_called_up() -> None:
    none = Interval(of(None), of(None))
    found = compare(of(200), of(100), none, none, higher_is_better=True)
    assert (found.verdict, found.state, found.difference.value) == ("untested", "none", 100)
