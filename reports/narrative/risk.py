"""What page 6 says of the customers at risk, chosen by rule from its figures.

Add here: a rule and its sentence, the word for a signal or a step. Keep out: reading marts. How many show a signal is
a count of customers and is stated; whether there are more of them than before is not said, since no test stands
behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.at_risk import RiskList
    from reports.context.risk_signals import Signals

SIGNALS: Mapping[str, str] = {
    "any": N_("Any signal"),
    "pending_cancellation": N_("Notice given"),
    "contract_ending": N_("Contract ends"),
    "complaint": N_("Complaint"),
    "unanswered_request": N_("Request open"),
    "low_score": N_("Low score"),
    "contraction": N_("Pays less"),
    "order_gap": N_("Order late"),
    "no_contact": N_("Out of touch"),
}
STEPS: Mapping[str, str] = {
    "answer_cancellation": N_("Answer the notice"),
    "offer_renewal": N_("Offer a renewal"),
    "settle_complaint": N_("Settle complaint"),
    "answer_request": N_("Answer request"),
    "ask_about_score": N_("Ask about score"),
    "review_contract": N_("Review contract"),
    "remind_to_order": N_("Ask for an order"),
    "get_in_touch": N_("Get in touch"),
}
# So many owners that have equally much to do can be named in a headline.
MOST_NAMED = 2


def headline(text: Text, signals: Signals, listed: RiskList) -> str:
    """How many show a signal, and whose job most of the list is."""
    whole = signals.whole.customers if signals.whole else None
    if whole is None or whole.number is None:
        return text.ngettext(
            "One customer to act on first",
            "{count} customers to act on first",
            listed.listed,
            count=text.f.number(listed.listed),
        ) if listed.lines else text.gettext("Too few customers to tell how many are at risk")  # fmt: skip
    if whole.number == 0:
        return text.gettext("No customer shows a sign of leaving")
    found = text.ngettext(
        "One customer shows signs of leaving",
        "{count} customers show signs of leaving",
        whole,
        count=text.f.number(whole),
    )
    busiest = listed.busiest
    if not listed.lines or (busiest and len(busiest) > MOST_NAMED):
        return found
    if not busiest:
        return text.gettext("{found}; nobody is named to look after them", found=found)
    owners = ", ".join(line.owner for line in busiest)
    if len(listed.owners) == 1:
        return text.gettext("{found}; all of it is one person’s job: {owners}", found=found, owners=owners)
    return text.gettext("{found}; most to do: {owners}", found=found, owners=owners)


def standfirst(text: Text, signals: Signals, listed: RiskList) -> str:
    """What is at stake, and with whom to start."""
    whole = signals.whole
    if whole is None or not whole.customers.number:
        return text.gettext("Signals are dated facts: a notice, a complaint, a low score, an order that did not come.")
    sentences = [
        text.gettext(
            "They stand for {value} a year, {share} of what all customers bring.",
            value=text.f.money_short(whole.value),
            share=text.f.percent(signals.value_share, 0),
        )
    ]
    if signals.first.number:
        sentences.append(
            text.ngettext(
                "Start with the one customer of the most valuable third who shows two signals or more ({value}).",
                "Start with the {count} customers of the most valuable third who show two signals or more ({value}).",
                signals.first,
                count=text.f.number(signals.first),
                value=text.f.money_short(signals.first_value),
            )
        )
    elif listed.lines:
        sentences.append(text.gettext("Nobody of the most valuable third shows more than one."))
    return " ".join(sentences)


def notes(text: Text, signals: Signals) -> tuple[str, ...]:
    """Whom nobody may call, and which signals cannot be seen."""
    found = []
    whole = signals.whole
    if whole is not None and whole.unlisted.number:
        found.append(
            text.ngettext(
                "One of them must not be contacted: counted here, not listed.",
                "{count} of them must not be contacted: counted here, not listed.",
                whole.unlisted,
                count=text.f.number(whole.unlisted),
            )
        )
    if signals.switched_off:
        found.append(
            text.gettext(
                "Not watched, because its data were never delivered: {signals}.",
                signals=", ".join(signals.switched_off),
            )
        )
    return tuple(found)


def trend_alt(text: Text, signals: Signals) -> str:
    """The finding of the trend: the newest share with its interval."""
    whole = signals.whole
    if whole is None or not whole.rate.known:
        return text.gettext("Share of customers with a signal by month; the newest one is not known.")
    return text.gettext(
        "Share of customers with a signal by month; the newest is {rate}, 95 % interval {range}.",
        rate=text.f.percent(whole.rate),
        range=text.f.percent_range(whole.low, whole.high),
    )
