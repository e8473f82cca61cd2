"""What the cover says: headline, standfirst, and the three columns, chosen by rule from its figures.

Add here: a rule and its sentence. Keep out: reading marts, and any sentence that is not chosen by a figure. Nothing
here says up, down, better or worse without a verdict (reports/verdicts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.figures import magnitude
from reports.text import N_, NN_, Text
from reports.verdicts import Change

if TYPE_CHECKING:
    from reports.context.changes import SegmentChange
    from reports.context.cover import Ledger
    from reports.context.metrics import Measure

_HEADLINES = {
    ("up", "none"): N_("Retention rose to {rate}"),
    ("up", "on"): N_("Retention rose to {rate}, on target"),
    ("up", "above"): N_("Retention rose to {rate}, {gap} above target"),
    ("up", "below"): N_("Retention rose to {rate}, still {gap} below target"),
    ("down", "none"): N_("Retention fell to {rate}"),
    ("down", "on"): N_("Retention fell to {rate}, on target"),
    ("down", "above"): N_("Retention fell to {rate}, still {gap} above target"),
    ("down", "below"): N_("Retention fell to {rate}, {gap} below target"),
    ("none", "none"): N_("No clear change: retention is {rate}"),
    ("none", "on"): N_("No clear change: retention is {rate}, on target"),
    ("none", "above"): N_("No clear change: retention is {rate}, {gap} above target"),
    ("none", "below"): N_("No clear change: retention is {rate}, {gap} below target"),
    ("untested", "none"): N_("Retention is {rate}"),
    ("untested", "on"): N_("Retention is {rate}, on target"),
    ("untested", "above"): N_("Retention is {rate}, {gap} above target"),
    ("untested", "below"): N_("Retention is {rate}, {gap} below target"),
}


def headline(text: Text, retention: Measure) -> str:
    """The finding: the month's retention, whether it changed, and where it stands against the target."""
    if not retention.now.known:
        return text.gettext("No retention rate this month: nobody was a customer at its start")
    gap = retention.versus_target.difference
    key = (retention.versus_month.verdict, _target_clause(retention))
    rate = text.f.percent(retention.now, retention.metric.digits)
    if key[1] in ("none", "on"):
        return text.gettext(_HEADLINES[key], rate=rate)
    return text.gettext(_HEADLINES[key], rate=rate, gap=text.f.points(magnitude(gap), retention.metric.digits))


def standfirst(text: Text, retention: Measure, ledger: Ledger) -> str:
    """How many left of how many, and what the comparison with last month rests on."""
    return " ".join(part for part in (_losses(text, ledger), _comparison(text, retention)) if part)


def what_changed(text: Text, ledger: Ledger) -> str:
    """The net movement of the month in one sentence; the ledger stands below it."""
    growth = ledger.growth.amount
    if growth is None:
        return text.gettext("There is no ledger for this month.")
    if growth == 0:
        return text.gettext("As many customers joined as left.")
    count = magnitude(ledger.growth)
    shown = text.f.number(count)
    if growth > 0:
        return text.ngettext(
            "One customer more than a month ago.", "{count} customers more than a month ago.", count, count=shown
        )
    return text.ngettext(
        "One customer fewer than a month ago.", "{count} customers fewer than a month ago.", count, count=shown
    )


def ledger_line(text: Text, ledger: Ledger) -> str:
    """The month's equation in one line; "" without a ledger."""
    if not ledger.growth.known:
        return ""
    return text.gettext(
        "{start} at the start {new} new {returned} returned {lost} lost = {end}",
        start=text.f.number(ledger.start),
        new=text.f.signed_number(ledger.new),
        returned=text.f.signed_number(ledger.reactivated),
        lost=text.f.signed_number(ledger.minus_lost),
        end=text.f.number(ledger.end),
    )


def where(text: Text, segments: Sequence[SegmentChange]) -> str:
    """The segment whose retention changed most, said to be a change only where it is one."""
    if not segments:
        return text.gettext("There are no segments to compare with last month.")
    leading = segments[0]
    values = {
        "segment": leading.label,
        "now": text.f.percent(leading.now),
        "before": text.f.percent(leading.before),
    }
    if leading.change.verdict == "up":
        return text.gettext("{segment}: retention rose from {before} to {now}.", **values)
    if leading.change.verdict == "down":
        return text.gettext("{segment}: retention fell from {before} to {now}.", **values)
    return text.gettext(
        "No segment changed clearly. The difference that weighs most: {segment}, {before} last month, {now} now.",
        **values,
    )


# What a figure rests on, by metric; counted in the plural form of its own number.
_SIZES = {
    "retention_rate": NN_("of one customer at the start", "of {count} customers at the start"),
    "churn_rate": NN_("one customer lost", "{count} customers lost"),
    "nrr": NN_("one paying customer", "{count} paying customers"),
    "mrr_end": NN_("one paying customer", "{count} paying customers"),
    "nps": NN_("one answer", "{count} answers"),
    "csat": NN_("one answer", "{count} answers"),
    "repeat_rate": NN_("of one buyer so far", "of {count} buyers so far"),
    "revenue": NN_("one order", "{count} orders"),
    "aov": NN_("one order", "{count} orders"),
    "purchase_frequency": NN_("one buyer in 12 months", "{count} buyers in 12 months"),
    "value_at_risk": NN_("one customer with a sign of leaving", "{count} customers with a sign of leaving"),
    "resolution_hours": NN_("one case opened", "{count} cases opened"),
}


def size_note(text: Text, measure: Measure) -> str:
    """What the figure rests on; "no data this month" where there is none."""
    if not measure.size.known:
        return text.gettext("no data this month")
    singular, plural = _SIZES[measure.name]
    return text.ngettext(singular, plural, measure.size, count=text.f.number(measure.size))


def difference_note(text: Text, change: Change) -> str:
    """What a mark means, in words, for those who hear the page."""
    words = {
        "good": N_("better"),
        "bad": N_("worse"),
        "none": N_("no clear change"),
    }
    return text.gettext(words[change.state])


def _losses(text: Text, ledger: Ledger) -> str:
    if not ledger.start.number or ledger.lost.number is None:
        return ""
    if ledger.lost.number == 0:
        return text.ngettext(
            "The one customer of the month’s start stayed.",
            "All {start} customers of the month’s start stayed.",
            ledger.start,
            start=text.f.number(ledger.start),
        )
    return text.ngettext(
        "Of {start} customers at the start of the month, one left.",
        "Of {start} customers at the start of the month, {lost} left.",
        ledger.lost,
        start=text.f.number(ledger.start),
        lost=text.f.number(ledger.lost),
    )


def _comparison(text: Text, retention: Measure) -> str:
    if not retention.last_month.known:
        return ""
    before = text.f.percent(retention.last_month, retention.metric.digits)
    if retention.versus_month.verdict == "none":
        return text.gettext(
            "Last month’s rate was {before}; the difference is within what chance explains.", before=before
        )
    if retention.versus_month.verdict == "untested":
        return text.gettext("Last month’s rate was {before}.", before=before)
    return text.gettext("Last month’s rate was {before}; the difference is more than chance explains.", before=before)


def _target_clause(retention: Measure) -> str:
    gap = retention.versus_target.difference.amount
    if gap is None:
        return "none"
    if abs(gap) < retention.metric.margin:
        return "on"
    return "above" if gap > 0 else "below"
