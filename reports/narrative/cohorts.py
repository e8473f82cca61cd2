"""What the cohorts page says, chosen by rule from its figures.

Add here: a rule and its sentence. Keep out: reading marts. Cohorts have no verdict in the marts, so
none is called better or worse than another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.figures import Figure, given
from reports.narrative.finding import Finding
from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.cohorts import Comparison
    from reports.context.triangle import Cohort

# Under a hundred customers the interval of a rate is some twenty points wide.
SMALL_GROUP = 100


def headline(text: Text, kept: Comparison | None) -> str:
    """What is left of the newer customers after the age compared, and of those a year before."""
    if kept is None or not kept.now.rate.known:
        return text.gettext("No group of new customers is old and large enough to compare")
    rate = text.f.percent(kept.now.rate)
    if not kept.before.rate.known:
        return text.ngettext(
            "{rate} of new customers were still active after one month",
            "{rate} of new customers were still active after {age} months",
            kept.age,
            rate=rate,
            age=text.f.number(given("age_months", kept.age)),
        )
    return text.ngettext(
        "{rate} of new customers were still active after one month; a year before, {before}",
        "{rate} of new customers were still active after {age} months; a year before, {before}",
        kept.age,
        rate=rate,
        before=text.f.percent(kept.before.rate),
        age=text.f.number(given("age_months", kept.age)),
    )


def standfirst(text: Text, kept: Comparison | None) -> str:
    """Who stands beside whom, and how far chance reaches."""
    if kept is None or not kept.now.rate.known:
        return text.gettext("Each month’s new customers are followed from the month they joined.")
    followed = N_("Followed: the customers who joined from {first} to {last} (n = {customers}).")
    if kept.first == kept.last:
        followed = N_("Followed: the customers who joined in {first} (n = {customers}).")
    who = _tied(
        text.gettext(
            followed,
            customers=text.f.number(kept.now.size),
            first=text.f.month(kept.first),
            last=text.f.month(kept.last),
        )
    )
    if not kept.before.rate.known:
        return who
    intervals = text.gettext(
        "The 95 % intervals are {now} and {before}.",
        now=text.f.percent_range(kept.now.low, kept.now.high),
        before=text.f.percent_range(kept.before.low, kept.before.high),
    )
    return f"{who} {intervals}"


def kept_alt(text: Text, kept: Comparison | None) -> str:
    """The finding of the curve of customers kept."""
    return headline(text, kept) + "."


def bought_alt(text: Text, bought: Comparison | None) -> str:
    """The finding of the curve of customers who ordered again."""
    if bought is None or not bought.now.rate.known:
        return text.gettext("No group of buyers is old and large enough to show.")
    return text.ngettext(
        "{rate} of new buyers ordered in the month after their first order.",
        "{rate} of new buyers ordered in the month that lies {age} months after their first order.",
        bought.age,
        rate=text.f.percent(bought.now.rate),
        age=text.f.number(given("age_months", bought.age)),
    )


def range_finding(text: Text, cohorts: tuple[Cohort, ...], age: int) -> Finding | None:
    """The best and the weakest month of joining at one age; None with fewer than two to tell apart."""
    known = [cohort for cohort in cohorts if cohort.known_at(age)]
    if len(known) < 2 or len({cohort.cells[age].rate.value for cohort in known}) == 1:
        return None
    low, high = min(known, key=lambda c: _rate(c, age)), max(known, key=lambda c: _rate(c, age))
    values = {
        "age": text.f.number(given("age_months", age)),
        "low": text.f.percent(low.cells[age].rate, 0),
        "low_month": text.f.month(low.month),
        "low_size": text.f.number(low.size),
        "high": text.f.percent(high.cells[age].rate, 0),
        "high_month": text.f.month(high.month),
        "high_size": text.f.number(high.size),
    }
    body = text.ngettext(
        "After one month between {low} (joined {low_month}, n = {low_size}) and {high} (joined {high_month},"
        " n = {high_size}) are left.",
        "After {age} months between {low} (joined {low_month}, n = {low_size}) and {high} (joined {high_month},"
        " n = {high_size}) are left.",
        age,
        **values,
    )
    if min(low.size.amount or 0, high.size.amount or 0) < SMALL_GROUP:
        warning = text.gettext("Small groups scatter widely.")
        body = f"{body} {warning}"
    return Finding(text.gettext("From month to month"), _tied(body))


def repeat_finding(text: Text, bought: Comparison | None) -> Finding | None:
    """How many new buyers order again, and against the year before."""
    if bought is None or not bought.now.rate.known:
        return None
    body = text.ngettext(
        "{rate} of new buyers ordered in the month after their first order (n = {size}, interval {interval}).",
        "{rate} of new buyers ordered {age} months after their first order (n = {size}, interval {interval}).",
        bought.age,
        size=text.f.number(bought.now.size),
        rate=text.f.percent(bought.now.rate),
        interval=text.f.percent_range(bought.now.low, bought.now.high),
        age=text.f.number(given("age_months", bought.age)),
    )
    if bought.before.rate.known:
        before = text.gettext("A year before it was {before}.", before=text.f.percent(bought.before.rate))
        body = f"{body} {before}"
    return Finding(text.gettext("Ordering again"), _tied(body))


def span(text: Text, low: Figure, high: Figure) -> str:
    """The heat map's scale in words."""
    if low.value == high.value:
        return text.f.percent(low, 0)
    return text.gettext("{low} to {high}", low=text.f.percent(low, 0), high=text.f.percent(high, 0))


def _tied(sentence: str) -> str:
    """The sentence with its "n = 12" kept on one line."""
    return sentence.replace("n = ", "n\u00a0=\u00a0")


def _rate(cohort: Cohort, age: int) -> float:
    return cohort.cells[age].rate.amount or 0.0
