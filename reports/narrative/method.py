"""What the last page says: what came and what did not, the definitions in force, and what each figure means.

Add here: the definition of a figure that a page has begun to show. Keep out: formulas' authority (docs/metrics.md)
and figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from reports.figures import given
from reports.narrative.labels import ENTITIES, PAGES, label
from reports.run import ReportRun
from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.data import Checks, Received
    from reports.marts import Marts


@dataclass(frozen=True, slots=True)
class Entry:
    """A term and what it means here, both in the run's language."""

    term: str
    meaning: str


# So much of the hash tells snapshots apart.
SNAPSHOT_SIGNS = 16


class Definition(NamedTuple):
    """A figure and what it means, on which pages it stands, and the entities of which one must be delivered."""

    term: str
    meaning: str
    pages: tuple[str, ...]
    entities: tuple[str, ...] = ()


_ANSWERS = ("survey_answers",)
_DEFINITIONS = (
    Definition(
        N_("Retention, churn"),
        N_(
            "Customers active on the day before the month and on its last day, divided by those active before it; "
            "churn is the rest. Months of different length are compared by their rate over 30 days."
        ),
        ("cover", "retention"),
    ),
    Definition(
        N_("Recurring revenue (MRR)"),
        N_("All running contracts of a customer per month, in the base currency. Movements use last month’s rates."),
        ("cover", "revenue"),
        ("contracts",),
    ),
    Definition(
        N_("Net and gross revenue retention"),
        N_("This month’s MRR of those who paid before it, divided by what they paid then; gross leaves out increases."),
        ("cover", "revenue"),
        ("contracts",),
    ),
    Definition(
        N_("Order revenue"),
        N_("Completed orders of the month less the refunds of the month."),
        ("revenue",),
        ("orders",),
    ),
    Definition(
        N_("Reason for leaving"),
        N_("One per lost customer: the contract’s end reason, else the cancellation request, else the exit survey."),
        ("reasons",),
    ),
    Definition(
        N_("At risk, at stake"),
        N_("Whoever shows a sign on the last day; twelve times MRR plus the net order revenue of twelve months."),
        ("cover", "risk"),
    ),
    Definition(
        N_("Net promoter score"),
        N_("Per cent of scores 9 and 10 less per cent of scores 0 to 6. The newest answer of each customer counts."),
        ("cover", "satisfaction"),
        _ANSWERS,
    ),
    Definition(
        N_("Satisfied customers (CSAT)"),
        N_("Answers in the satisfied band of their scale (4 and 5 of 5) divided by all answers."),
        ("cover", "satisfaction", "service"),
        _ANSWERS,
    ),
    Definition(
        N_("Solved at first contact"),
        N_("Cases neither reopened nor followed by another of the same kind within seven days."),
        ("service",),
        ("cases",),
    ),
    Definition(
        N_("Interval"),
        N_(
            "95 % interval: where chance alone would let the underlying rate be. Up, down, better or worse is said "
            "only where a test at 5 %, corrected for many at once, says so."
        ),
        ("cover", "retention", "satisfaction", "service", "reasons"),
    ),
)

_ACTIVITY_RULES = {
    "contract": N_("A customer is active on a day when a contract runs on it."),
    "orders": N_("A customer is active on a day when an order was placed in the {days} days up to it."),
    "either": N_(
        "A customer is active on a day when a contract runs on it or an order was placed in the {days} days up to it."
    ),
}


def headline(text: Text, received: Received, checks: Checks) -> str:
    """Whether the checks passed, and how much of what arrived was set aside."""
    if not checks.run.number:
        return text.gettext("No checks are recorded for this data")
    if checks.failed.number:
        return text.ngettext(
            "One check failed", "{count} checks failed", checks.failed, count=text.f.number(checks.failed)
        )
    if checks.warned.number:
        return text.ngettext(
            "No check failed, one gave a warning",
            "No check failed, {count} gave a warning",
            checks.warned,
            count=text.f.number(checks.warned),
        )
    aside = received.rows.quarantined
    if not aside.number:
        return text.gettext("Every check passed and every row received counts")
    return text.ngettext(
        "Every check passed; one row was set aside",
        "Every check passed; {count} rows were set aside",
        aside,
        count=text.f.number(aside),
    )


def standfirst(text: Text, received: Received, run: ReportRun) -> str:
    """How much arrived, until when. The foot of the page says to which day the figures go."""
    kinds = given("received", len(received.lines))
    return text.gettext(
        "{landed} rows of {kinds} kinds arrived, the newest delivered on {day}.",
        landed=text.f.number(received.rows.landed),
        kinds=text.f.number(kinds),
        day=text.f.date(run.as_of),
    )


def missing(text: Text, received: Received) -> str:
    """The entities that never came."""
    if not received.missing:
        return text.gettext("Everything the report can use was delivered.")
    names = ", ".join(label(text, ENTITIES, entity) for entity in received.missing)
    return text.gettext("Not delivered: {names}.", names=names)


def set_aside(text: Text, received: Received) -> str:
    """How many rows were set aside for their customer alone; "" for none."""
    if not received.unknown.number:
        return ""
    return text.ngettext(
        "One row was set aside only because nobody delivered its customer.",
        "{count} rows were set aside only because nobody delivered their customer.",
        received.unknown,
        count=text.f.number(received.unknown),
    )


def left_out(text: Text, page_ids: tuple[str, ...]) -> str:
    """The pages that drop out for want of data; "" where none does."""
    if not page_ids:
        return ""
    names = ", ".join(label(text, PAGES, page_id) for page_id in page_ids)
    return text.gettext("Pages left out for want of data: {names}.", names=names)


def checks_sentence(text: Text, checks: Checks) -> str:
    """How many checks ran on this snapshot and how many passed."""
    if not checks.run.number:
        return text.gettext("No checks are recorded for this snapshot.")
    return text.gettext(
        "{passed} of {run} checks of this data passed: that the ledger closes, that every row is accounted for, that "
        "every sum of money is the sum of its movements, and more.",
        passed=text.f.number(checks.passed),
        run=text.f.number(checks.run),
    )


def in_force(text: Text, run: ReportRun) -> tuple[Entry, ...]:
    """The settings that decide what a figure means, and what the report was made from."""
    f = text.f
    rule = text.gettext(
        _ACTIVITY_RULES[run.activity_rule], days=f.number(given("order_window_days", run.order_window_days))
    )
    made = text.gettext(
        "Edition {edition}, version {version}, snapshot {snapshot}",
        edition=f.number(given("edition", run.edition)),
        version=run.version,
        snapshot=run.snapshot_hash[:SNAPSHOT_SIGNS],
    )
    small = text.gettext(
        "Groups of fewer than {count} customers are left blank.",
        count=f.number(given("min_group_size", run.min_group_size)),
    )
    units = text.gettext(
        "Local days of {zone}; amounts in {currency}, at the month’s rate.",
        zone=run.time_zone,
        currency=run.base_currency,
    )
    pairs = (
        (N_("Who is a customer"), rule),
        (N_("Small groups"), small),
        (N_("Days and money"), units),
        (N_("Made from"), made),
    )
    return tuple(Entry(text.gettext(term), meaning) for term, meaning in pairs)


def definitions(text: Text, marts: Marts, pages: Sequence[str]) -> tuple[Entry, ...]:
    """What each figure of these pages means; figures without data are not explained."""
    return tuple(
        Entry(text.gettext(item.term), text.gettext(item.meaning))
        for item in _DEFINITIONS
        if set(item.pages) & set(pages) and (not item.entities or marts.is_delivered(*item.entities))
    )
