"""What the retention page says: its headline, standfirst and alt texts, chosen by rule from its figures.

Add here: a rule and its sentence. Keep out: reading marts. Nothing is called up or down without a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.figures import Figure
from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.losses import LossHistory
    from reports.context.retention import Asides, Month, RetentionFigures
    from reports.context.segments import SegmentGroup

_COMPARED = {
    "up": N_("Against {before} a year earlier it rose by more than chance explains."),
    "down": N_("Against {before} a year earlier it fell by more than chance explains."),
    "none": N_("Against {before} a year earlier there is no clear change."),
    "untested": N_("A year earlier it was {before}."),
}


def headline(text: Text, figures: RetentionFigures) -> str:
    """The newest rate and its place in the months shown."""
    newest, known = figures.newest, [month for month in figures.months if month.rate.known]
    if not newest.rate.known:
        return text.gettext("No retention rate this month: nobody was a customer at its start")
    values = {"rate": text.f.percent(newest.rate), "month": text.f.month(newest.month)}
    if len(known) < 2:
        return text.gettext("{rate} of customers stayed in {month}, the first month measured", **values)
    low, high = min(known, key=_rate), max(known, key=_rate)
    if low.rate.value == high.rate.value:
        return text.gettext("{rate} of customers stayed in {month}, as in every month shown", **values)
    if newest.rate.value == high.rate.value:
        return text.gettext("{rate} of customers stayed in {month}, the highest rate of the months shown", **values)
    if newest.rate.value == low.rate.value:
        return text.gettext("{rate} of customers stayed in {month}, the lowest rate of the months shown", **values)
    return text.gettext(
        "{rate} of customers stayed; the weakest month was {low_month} with {low}",
        low=text.f.percent(low.rate),
        low_month=text.f.month(low.month),
        **values,
    )


def standfirst(text: Text, figures: RetentionFigures) -> str:
    """The interval and the target against it, then the comparison with a year ago."""
    newest = figures.newest
    if not newest.rate.known:
        return text.gettext("A rate needs customers at the month’s start; the ledger below shows who joined.")
    return " ".join(part for part in (_target(text, newest), _year(text, figures)) if part)


def trend_alt(text: Text, figures: RetentionFigures) -> str:
    """The finding of the trend."""
    known = [month for month in figures.months if month.rate.known]
    if not known:
        return text.gettext("No month shown has a retention rate.")
    low, high = min(known, key=_rate), max(known, key=_rate)
    return text.gettext(
        "Retention by month, from {low} ({low_month}) to {high} ({high_month}); the newest is {rate} ({month}).",
        low=text.f.percent(low.rate),
        low_month=text.f.month_short(low.month),
        high=text.f.percent(high.rate),
        high_month=text.f.month_short(high.month),
        rate=text.f.percent(known[-1].rate),
        month=text.f.month_short(known[-1].month),
    )


def losses_alt(text: Text, left: Figure, involuntary: Figure | None) -> str:
    """The finding of the columns of lost customers; involuntary is None where no payment ever failed."""
    if involuntary is None:
        return text.ngettext(
            "Customers lost by month; in the newest one left.",
            "Customers lost by month; in the newest {count} left.",
            left,
            count=text.f.number(left),
        )
    return text.gettext(
        "Customers lost by month; in the newest {voluntary} left and {involuntary} were lost to failed payments.",
        voluntary=text.f.number(left),
        involuntary=text.f.number(involuntary),
    )


def losses_title(text: Text, losses: LossHistory) -> str:
    """What the columns show; causes are promised only where some are known."""
    return text.gettext("Customers lost, by cause") if losses.has_cause else text.gettext("Lost customers")


def losses_note(text: Text, losses: LossHistory) -> str:
    """Why no cause is shown; "" where there are causes."""
    if losses.has_cause or not losses.months:
        return ""
    return text.gettext("Nobody’s reason for leaving is known, so that failed payments cannot be told apart.")


def segments_subtitle(text: Text, groups: Sequence[SegmentGroup], whole: Figure) -> str:
    """How to read the table, and the two columns that say what moved the whole."""
    reading = text.gettext(
        "Lowest rate first. Bar: 95 % interval; dot: the rate; upright line: all customers, {rate}. Mark: clearly"
        " different from all others.",
        rate=text.f.percent(whole),
    )
    if not any(group.has_effects for group in groups):
        return reading
    effects = text.gettext(
        "Last columns: points by which the segment’s own rate, and its weight among all, moved the whole since last"
        " month."
    )
    return f"{reading} {effects}"


def ledger_notes(text: Text, asides: Asides) -> tuple[str, ...]:
    """What belongs to the ledger and stands in no rate, as far as it happened."""
    notes = []
    if asides.moved_in.value or asides.moved_out.value:
        notes.append(
            text.gettext(
                "Since the end of the month before, {moved_in} moved into this report’s scope and {moved_out} out of"
                " it.",
                moved_in=text.f.number(asides.moved_in),
                moved_out=text.f.number(asides.moved_out),
            )
        )
    if asides.joiners_lost.value:
        notes.append(
            text.ngettext(
                "One customer joined and left within the month; in no rate.",
                "{count} customers joined and left within the month; in no rate.",
                asides.joiners_lost,
                count=text.f.number(asides.joiners_lost),
            )
        )
    if asides.provisional.value:
        notes.append(
            text.ngettext(
                "One loss is provisional: the gap allowed between contracts has not passed.",
                "{count} losses are provisional: the gap allowed between contracts has not passed.",
                asides.provisional,
                count=text.f.number(asides.provisional),
            )
        )
    return tuple(notes)


def segment_notes(text: Text, groups: Sequence[SegmentGroup], least: Figure) -> tuple[str, ...]:
    """Which segments are not listed or not shown."""
    notes = []
    left_out = [group for group in groups if group.left_out.value]
    if left_out:
        counts = ", ".join(f"{group.label} {text.f.number(group.left_out)}" for group in left_out)
        notes.append(text.gettext("Smaller segments that are not listed: {counts}.", counts=counts))
    if any(line.is_hidden for group in groups for line in group.lines):
        notes.append(
            text.gettext(
                "{unknown}: fewer than {count} customers, not shown.",
                unknown=text.f.unknown,
                count=text.f.number(least),
            )
        )
    return tuple(notes)


def _target(text: Text, newest: Month) -> str:
    interval = text.f.percent_range(newest.low, newest.high)
    target, low, high = newest.target.amount, newest.low.amount, newest.high.amount
    if low is None or high is None:
        return ""
    if target is None:
        return text.gettext("Chance alone puts the underlying rate anywhere from {interval}.", interval=interval)
    sentence = N_("The target of {target} lies inside the 95 % interval of {interval}.")
    if target > high:
        sentence = N_("The target of {target} lies above the 95 % interval of {interval}.")
    elif target < low:
        sentence = N_("The target of {target} lies below the 95 % interval of {interval}.")
    return text.gettext(sentence, target=text.f.percent(newest.target), interval=interval)


def _year(text: Text, figures: RetentionFigures) -> str:
    before = figures.year_ago
    if before is None or not before.rate.known:
        return ""
    return text.gettext(_COMPARED[figures.versus_year.verdict], before=text.f.percent(before.rate))


def _rate(month: Month) -> float:
    return month.rate.amount or 0.0
