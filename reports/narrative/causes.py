"""Why retention moved, in sentences chosen by rule: rates against weights, reasons named more often, the driver.

Add here: the sentence of a further cause. Keep out: reading marts. A share is called larger or smaller by its verdict
only, and a movement is explained only where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.figures import Figure
from reports.legible import legible
from reports.narrative.contact_labels import DRIVERS, contact_label
from reports.narrative.labels import LONGEST_NAME
from reports.text import Text
from reports.verdicts import Change

if TYPE_CHECKING:
    from reports.context.causes import Driver, Mix, Reason

# Half of the last digit of a point as printed with one decimal.
NOTHING = 0.0005
UNKNOWN_REASON = "unknown"
# The column has room for so many sentences below the first.
MOST_SENTENCES = 2
# So many reasons that are named equally often can be listed; more say that none stands out.
MOST_TIED = 3


def why(text: Text, reasons: Sequence[Reason], lost: Figure) -> str:
    """The reason most lost customers gave, with its share of all lost customers."""
    if lost.number == 0:
        return text.gettext("Nobody left this month.")
    named = [reason for reason in reasons if reason.category != UNKNOWN_REASON]
    if not named:
        return text.gettext("The reasons of those who left are not known.")
    main = [reason for reason in named if reason.lost.number == named[0].lost.number]
    values = {
        "count": text.f.number(main[0].lost),
        "lost": text.f.number(lost),
        "share": text.f.percent(main[0].share, 0),
    }
    if len(main) > MOST_TIED:
        return text.gettext("No reason stands out among {lost} lost customers.", lost=values["lost"])
    if len(main) > 1:
        names = ", ".join(reason.label for reason in main)
        return text.gettext(
            "Most named reasons: {reasons}, {count} each of {lost} lost customers ({share}).", reasons=names, **values
        )
    return text.gettext(
        "Most named reason: {reason}, {count} of {lost} lost customers ({share}).", reason=main[0].label, **values
    )


def further(
    text: Text, retention: Change, mix: Mix | None, reasons: Sequence[Reason], driver: Driver | None
) -> tuple[str, ...]:
    """What else explains the month, as far as it is known; retention is the change against last month."""
    sentences = (rates_or_weights(text, retention, mix), shifted(text, reasons), driven(text, driver))
    return tuple(sentence for sentence in sentences if sentence)[:MOST_SENTENCES]


def rates_or_weights(text: Text, retention: Change, mix: Mix | None) -> str:
    """Whether the segments' rates moved the whole or their weights; "" where there is no clear change to explain."""
    if mix is None or retention.verdict not in ("up", "down"):
        return ""
    values = {
        "change": text.f.signed_points(mix.change),
        "rates": text.f.signed_points(mix.rate_effect),
        "weights": text.f.signed_points(mix.mix_effect),
        "attribute": mix.attribute,
    }
    if abs(mix.mix_effect.amount or 0.0) < NOTHING:
        return text.gettext(
            "Not another mix of customers: all of the {change} comes from the rates of the segments themselves.",
            change=values["change"],
        )
    return text.gettext(
        "Of the {change}, {rates} comes from the rates of the segments, {weights} from another mix of customers"
        " ({attribute}).",
        **values,
    )


def shifted(text: Text, reasons: Sequence[Reason]) -> str:
    """The reasons with a clearly larger share than a year ago."""
    names = [r.label for r in reasons if r.versus_year.verdict == "up" and r.category != UNKNOWN_REASON]
    if not names:
        return ""
    return text.gettext("Clearly larger share than a year ago: {reasons}.", reasons=", ".join(names))


def driven(text: Text, driver: Driver | None) -> str:
    """What goes most with the recommendation score."""
    if driver is None:
        return ""
    name = legible(contact_label(text, DRIVERS, driver.name))
    return text.gettext(
        "The recommendation score goes most with “{driver}” ({answers} answers).",
        driver=name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…",
        answers=text.f.number(driver.answers),
    )
