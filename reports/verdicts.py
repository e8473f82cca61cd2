"""Verdicts: may a difference be called up or down? rpt_verdicts says so; nothing here tests anything again.

Add here: whether more of a newly tested figure is better. Keep out: tests (the marts), and words (the pages' own
narrative modules).

A page reads a verdict where rpt_verdicts has the comparison; every other difference is "untested": it may be printed,
and is never called up or down. A table reads the verdicts of its breakdown once (load_verdicts); a single figure asks
verdict_of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from reports.figures import Figure, Row, Source, difference

if TYPE_CHECKING:
    from reports.marts import Marts

MODEL = "rpt_verdicts"
Verdict = Literal["up", "down", "none", "untested"]
State = Literal["good", "bad", "none"]
Comparison = Literal["previous", "year_ago", "rest"]
# A reason's share may rise because another one's fell: that is neither good nor bad.
HIGHER_IS_BETTER: Mapping[str, bool | None] = {
    "retention_rate": True,
    "nrr": True,
    "grr": True,
    "returning_order_share": True,
    "nps": True,
    "csat": True,
    "coverage": True,
    "reason_share": None,
}
_NOWHERE = Figure(None, Source(MODEL, "difference", ()))


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure stands against another one: the difference as it is printed, and what may be said of it.

    low, high: the 95 % interval of the tested difference; None where nothing was tested.
    """

    difference: Figure
    verdict: Verdict
    state: State
    low: Figure = _NOWHERE
    high: Figure = _NOWHERE


UNTESTED = Change(_NOWHERE, "untested", "none")


class Verdicts:
    """The verdicts of the run's month in one breakdown, or of the audience as a whole."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        names = ("metric", "comparison", "detail", "scope_value")
        self._rows = {tuple(row.text(name) for name in names): row for row in rows}
        # Of a whole audience there is one scope value, which its caller need not know.
        self._whole = {tuple(row.text(name) for name in names[:3]): row for row in rows}

    def of(self, metric: str, comparison: Comparison, detail: str = "", scope_value: str | None = None) -> Change:
        """The change of a figure; UNTESTED where there is no such comparison or one side is withheld.

        detail: the survey type, or the reason. The difference is the tested one: for retention_rate that of the rates
        taken to 30 days, so a page that prints the months' own rates prints their own difference beside them.
        """
        key = (metric, comparison, detail)
        row = self._whole.get(key) if scope_value is None else self._rows.get((*key, scope_value))
        return UNTESTED if row is None else _change(row, metric)


def load_verdicts(marts: Marts, scope_type: str = "audience") -> Verdicts:
    """The verdicts of the run's month: of the audience as a whole, or of one breakdown (country, plan …)."""
    return Verdicts(marts.read(MODEL, scope_type=scope_type, months=1))


def verdict_of(
    marts: Marts,
    metric: str,
    comparison: Comparison,
    detail: str = "",
    scope_type: str = "audience",
    scope_value: str | None = None,
) -> Change:
    """One verdict of the run's month; see Verdicts.of."""
    return load_verdicts(marts, scope_type).of(metric, comparison, detail, scope_value)


def against_target(now: Figure, target: Figure, higher_is_better: bool) -> Change:
    """now against a target: reached is good, missed is bad, whatever the interval; none without a target."""
    change = difference(now, target)
    number = change.amount
    if number is None:
        return Change(change, "untested", "none")
    reached = number >= 0 if higher_is_better else number <= 0
    verdict: Verdict = "none" if number == 0 else "up" if number > 0 else "down"
    return Change(change, verdict, "good" if reached else "bad")


def beside(found: Change, printed: Figure) -> Change:
    """The verdict of a tested difference beside the one that is printed.

    Rates are tested taken to 30 days: between months of unlike length that may point the other way than what is
    printed, and a difference that the reader sees rise is not called a fall.
    """
    number = printed.amount
    against = number is None or (found.verdict, number > 0) in (("up", False), ("down", True))
    if against and found.verdict in ("up", "down"):
        return replace(found, difference=printed, verdict="none", state="none")
    return replace(found, difference=printed)


def state_of(found: Verdict, higher_is_better: bool | None) -> State:
    """good, bad or none: the mark that stands beside the difference."""
    if found in ("none", "untested") or higher_is_better is None:
        return "none"
    return "good" if (found == "up") == higher_is_better else "bad"


def _change(row: Row, metric: str) -> Change:
    found: Verdict = "untested" if row["verdict"] is None else row.text("verdict")  # type: ignore[assignment]
    low, high = row.figure("difference_low"), row.figure("difference_high")
    return Change(row.figure("difference"), found, state_of(found, HIGHER_IS_BETTER[metric]), low, high)
