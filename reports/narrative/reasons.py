"""What page 5 says of the losses, chosen by rule from its figures.

Add here: a rule and its sentence. Keep out: reading marts. Shares of a month are counts of everybody who left, so
they are stated; whether a reason grew is not said, since no test stands behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.narrative.finding import Finding
from reports.text import Text

if TYPE_CHECKING:
    from reports.context.reasons import Losses

UNKNOWN = "unknown"
# So many reasons that are named equally often can be listed; more say that none stands out.
MOST_TIED = 3


def headline(text: Text, losses: Losses) -> str:
    """The reason named most, and by how many."""
    if losses.lost.number is None:
        return text.gettext("Too few customers left to show their reasons")
    if losses.lost.number == 0:
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
    """How concentrated the reasons are, and how many customers gave none."""
    if not losses.lost.number:
        return ""
    sentences = []
    if len(losses.lines) > 2:
        sentences.append(
            text.gettext(
                "The two most frequent reasons make {share} of the losses.",
                share=text.f.percent(losses.lines[1].running_share, 0),
            )
        )
    if losses.unknown.number == 0:
        sentences.append(text.gettext("A reason is known for everybody who left."))
    else:
        sentences.append(text.gettext("No reason is known for {share}.", share=text.f.percent(losses.unknown_share, 0)))
    return " ".join(sentences)


def subtitle(text: Text, losses: Losses) -> str:
    """How to read the table of reasons."""
    if not losses.mrr.number:
        return text.gettext("Customers lost, one reason each. Running share: this reason and all above it.")
    return text.gettext(
        "Customers lost, one reason each; MRR is what they paid a month before. Running share: this reason and all "
        "above it."
    )


def findings(text: Text, losses: Losses) -> tuple[Finding, ...]:
    """The two call-outs: losses the customer did not choose, and what the losses cost."""
    if not losses.lost.number:
        return ()
    return (_involuntary(text, losses), _cost(text, losses))


def _involuntary(text: Text, losses: Losses) -> Finding:
    title = text.gettext("Left without wanting to")
    if losses.involuntary.number == 0:
        return Finding(title, text.gettext("No customer was lost to a failed payment or another involuntary reason."))
    body = text.ngettext(
        "One of {lost} lost customers ({share}) did not decide to leave, for example because a payment failed.",
        "{count} of {lost} lost customers ({share}) did not decide to leave, for example because a payment failed.",
        losses.involuntary,
        count=text.f.number(losses.involuntary),
        lost=text.f.number(losses.lost),
        share=text.f.percent(losses.involuntary_share),
    )
    return Finding(title, body)


def _cost(text: Text, losses: Losses) -> Finding:
    title = text.gettext("What the losses cost")
    if not losses.mrr.number:
        return Finding(title, text.gettext("The customers who left paid no recurring revenue."))
    costly = max(losses.lines, key=lambda line: line.mrr.amount or 0)
    body = text.gettext(
        "They paid {mrr} of recurring revenue a month. The largest part, {part}, went for this reason: {reason}.",
        mrr=text.f.money(losses.mrr),
        part=text.f.money(costly.mrr),
        reason=costly.label,
    )
    return Finding(title, body)
