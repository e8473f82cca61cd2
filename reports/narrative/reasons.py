"""What page 5 says of the losses, chosen by rule from its figures.

Add here: a rule and its sentence. Keep out: reading marts. Shares of a month are counts of everybody who left, so
they are stated; that a reason grew only where the marts have a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.figures import Figure, magnitude, total
from reports.text import Text

if TYPE_CHECKING:
    from reports.context.reason_lines import Losses

UNKNOWN, FURTHER = "unknown", "(further)"
# So many reasons that are named equally often can be listed; more say that none stands out.
MOST_TIED = 3


def headline(text: Text, losses: Losses) -> str:
    """The reason named most, and by how many."""
    if losses.lost.number is None:
        return text.gettext("Too few customers left to show their reasons")
    if losses.lost.number == 0:
        if losses.year_total.number == 0:
            return text.gettext("Nobody left in twelve months")
        return text.gettext("Nobody left this month")
    main = [line for line in losses.lines if line.is_main]
    if not main:
        return text.gettext("The reasons of those who left are not known")
    lost = text.f.number(losses.lost)
    if len(main) > MOST_TIED:
        return text.gettext("No reason stands out among the {lost} who left", lost=lost)
    names, count = ", ".join(line.label for line in main), text.f.number(main[0].lost)
    if len(main) > 1:
        return text.gettext(
            "{reasons}: the reasons most named, by {count} each of {lost} who left",
            reasons=names,
            count=count,
            lost=lost,
        )
    return text.gettext(
        "{reason}: the reason most named, by {count} of {lost} who left", reason=names, count=count, lost=lost
    )


def standfirst(text: Text, losses: Losses) -> str:
    """How concentrated the reasons are, how many gave none, which one grew beyond chance, and what the losses cost."""
    if not losses.lost.number:
        return ""
    return " ".join(part for part in (*_known(text, losses), _grown(text, losses), _cost(text, losses)) if part)


def _known(text: Text, losses: Losses) -> tuple[str, ...]:
    named = [line for line in losses.lines if line.category not in (UNKNOWN, FURTHER)][:2]
    sentences = []
    if len(named) > 1 and len(losses.lines) > 2:
        both = total(*(line.share for line in named))
        sentences.append(
            text.gettext("The two reasons most named make {share} of the losses.", share=text.f.percent(both, 0))
        )
    if losses.unknown.number == 0:
        sentences.append(text.gettext("A reason is known for everybody who left."))
    elif named:
        sentences.append(text.gettext("No reason is known for {share}.", share=text.f.percent(losses.unknown_share, 0)))
    return tuple(sentences)


def _grown(text: Text, losses: Losses) -> str:
    """The main reason, where its share moved beyond chance."""
    main = [line for line in losses.lines if line.is_main]
    if len(main) != 1 or main[0].versus_month.verdict not in ("up", "down"):
        return ""
    points = text.f.points(magnitude(main[0].versus_month.difference))
    if main[0].versus_month.verdict == "up":
        return text.gettext(
            "{reason}: {points} more of the losses than last month, beyond chance.", reason=main[0].label, points=points
        )
    return text.gettext(
        "{reason}: {points} less of the losses than last month, beyond chance.", reason=main[0].label, points=points
    )


def _cost(text: Text, losses: Losses) -> str:
    if not losses.mrr.number:
        return ""
    paid = text.gettext("They paid {mrr} of recurring revenue a month.", mrr=text.f.money(losses.mrr))
    known = [line for line in losses.lines if line.category != UNKNOWN]
    if len(losses.lines) < 2 or not known:
        return paid
    costly = max(known, key=lambda line: line.mrr.amount or 0)
    most = text.gettext("Dearest reason: {reason}, {part}.", reason=costly.label, part=text.f.money(costly.mrr))
    return f"{paid} {most}"


def notes(text: Text, losses: Losses, churned: Figure) -> tuple[str, ...]:
    """Below the table of reasons: who did not choose to leave, and why the revenue page tells another lost revenue."""
    found = []
    if losses.lost.number and losses.has_reasons:
        found.append(
            text.gettext(
                "{voluntary} left by their own decision, {involuntary} did not: a failed payment and the like.",
                voluntary=text.f.number(losses.voluntary),
                involuntary=text.f.number(losses.involuntary),
            )
        )
    if churned.number is not None and losses.mrr.number is not None and churned.number != losses.mrr.number:
        found.append(_other_revenue(text, losses, churned))
    return tuple(found)


def _other_revenue(text: Text, losses: Losses, churned: Figure) -> str:
    if (churned.amount or 0.0) < (losses.mrr.amount or 0.0):
        return text.gettext(
            "“Revenue” tells {churned} of lost recurring revenue: there contracts are counted, here customers.",
            churned=text.f.money(churned),
        )
    return text.gettext(
        "“Revenue” tells {churned} of lost recurring revenue: it counts every contract that ended, this table"
        " only customers who left. Who ends a contract may stay a customer by orders.",
        churned=text.f.money(churned),
    )


def further(text: Text, count: Figure) -> str:
    """The name of the line for reasons that are not listed one by one."""
    return text.ngettext("one further reason", "{count} further reasons", count, count=text.f.number(count))


def lost_alt(text: Text, losses: Losses) -> str:
    """The finding of the columns of lost customers."""
    return text.gettext(
        "Customers lost by month: {lost} in the newest, {total} in twelve months.",
        lost=text.f.number(losses.trend_total[-1]),
        total=text.f.number(losses.year_total),
    )


def subtitle(text: Text, losses: Losses) -> str:
    """How to read the table of reasons."""
    if not losses.mrr.number:
        return text.gettext("Customers lost, one reason each. Running share: this reason and all above it.")
    return text.gettext(
        "Customers lost, one reason each; MRR is what they paid a month before. Running share: this reason and all "
        "above it."
    )
