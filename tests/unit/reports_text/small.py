"""Small hand-made figures for tests of the words: no mart, no page."""

from __future__ import annotations

from datetime import date

from reports.context.causes import Reason
from reports.context.changes import SegmentChange
from reports.context.cover import Ledger
from reports.context.metrics import METRICS, Measure, Point
from reports.figures import Figure, difference, given, negative
from reports.text import Text, text_for
from reports.verdicts import Change, Verdict, against_target, state_of

MONTH = date(2024, 12, 1)


def words(language: str = "en") -> Text:
    """Words and formats of a language, in euros."""
    return text_for(language, "EUR")


def plain(sentence: str) -> str:
    """A sentence with plain spaces, to be compared with one that is typed."""
    return sentence.replace("\u00a0", " ")


def of(value: float | None) -> Figure:
    """A figure without a mart."""
    return Figure(value, given("a", 0).origin)


def judged(now: float | None, before: float | None, half: float, higher_is_better: bool = True) -> Change:
    """A change that is clear where the two figures are further apart than `half` on either side reaches."""
    change = difference(of(now), of(before))
    number = change.amount
    if number is None:
        return Change(change, "untested", "none")
    verdict: Verdict = "none" if abs(number) <= 2 * half else "up" if number > 0 else "down"
    return Change(change, verdict, state_of(verdict, higher_is_better))


def interval(centre: float | None, half: float) -> tuple[Figure, Figure]:
    """Bounds around a value."""
    return (of(None), of(None)) if centre is None else (of(centre - half), of(centre + half))


def measure(
    name: str = "retention_rate",
    now: float | None = 0.978,
    before: float | None = 0.972,
    target: float | None = None,
    half: float = 0.01,
    size: int | None = 1000,
) -> Measure:
    """A measure whose intervals are `half` wide on either side."""
    metric = next(metric for metric in METRICS if metric.name == name)
    low, high = interval(now, half)
    return Measure(
        metric=metric,
        now=of(now),
        low=low,
        high=high,
        size=of(size),
        last_month=of(before),
        last_year=of(None),
        target=of(target),
        versus_month=judged(now, before, half, metric.higher_is_better),
        versus_year=judged(now, None, half),
        versus_target=against_target(of(now), of(target), metric.higher_is_better),
        history=(Point(MONTH, of(now), low, high, of(target)),),
    )


def ledger(start: int | None = 500, new: int = 20, returned: int = 5, lost: int = 15) -> Ledger:
    """A month's ledger that adds up; nothing where start is None."""
    if start is None:
        return Ledger(*(of(None) for _ in range(7)))
    end = of(start + new + returned - lost)
    return Ledger(of(start), of(new), of(returned), of(lost), end, difference(end, of(start)), negative(of(lost)))


def segment(label: str, now: float, before: float, half: float = 0.01) -> SegmentChange:
    """A segment's retention against last month."""
    return SegmentChange("plan", label, "Plan", label, label, of(now), of(before), of(100), judged(now, before, half))


def reason(label: str, lost: int, share: float, verdict: Verdict = "none") -> Reason:
    """A reason of the month; its category is its label in small letters; verdict: of its share against a year ago."""
    return Reason(label.lower(), label, of(lost), of(share), of(lost * 10), 1.0, Change(of(None), verdict, "none"))
