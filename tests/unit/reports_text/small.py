"""Small hand-made figures for tests of the words: no mart, no page."""

from __future__ import annotations

from datetime import date

from reports.context.cover import Ledger, Reason, SegmentChange
from reports.context.metrics import METRICS, Measure, Point
from reports.figures import Figure, difference, given, negative
from reports.narrative.verdict import Interval, against_target, compare
from reports.text import Text, text_for

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


def interval(centre: float | None, half: float) -> Interval:
    """Bounds around a value."""
    return Interval(of(None), of(None)) if centre is None else Interval(of(centre - half), of(centre + half))


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
    versus = compare(of(now), of(before), interval(now, half), interval(before, half), metric.higher_is_better)
    bounds = interval(now, half)
    return Measure(
        metric=metric,
        now=of(now),
        low=bounds.low,
        high=bounds.high,
        size=of(size),
        last_month=of(before),
        last_year=of(None),
        target=of(target),
        versus_month=versus,
        versus_year=compare(of(now), of(None), bounds, interval(None, half), metric.higher_is_better),
        versus_target=against_target(of(now), of(target), metric.higher_is_better),
        history=(Point(MONTH, of(now), bounds.low, bounds.high, of(target)),),
    )


def ledger(start: int | None = 500, new: int = 20, returned: int = 5, lost: int = 15) -> Ledger:
    """A month's ledger that adds up; nothing where start is None."""
    if start is None:
        return Ledger(*(of(None) for _ in range(7)))
    end = of(start + new + returned - lost)
    return Ledger(of(start), of(new), of(returned), of(lost), end, difference(end, of(start)), negative(of(lost)))


def segment(label: str, now: float, before: float, half: float = 0.01) -> SegmentChange:
    """A segment's retention against last month."""
    change = compare(of(now), of(before), interval(now, half), interval(before, half), higher_is_better=True)
    return SegmentChange("plan", label, label, of(now), of(before), of(100), change)


def reason(label: str, lost: int, share: float) -> Reason:
    """A reason of the month; its category is its label in small letters."""
    return Reason(label.lower(), label, of(lost), of(share), of(lost * 10), 1.0)
