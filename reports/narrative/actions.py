"""What is to be done about each sign that a customer may leave, and how the cover says so.

Add here: the step of a new signal. Keep out: which customers show it (the marts), and the order of the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from reports.figures import Figure
from reports.text import NN_, Text

if TYPE_CHECKING:
    from reports.context.actions import Action, Actions


class Step(NamedTuple):
    """A next step: its code in the list of customers, and its words for one customer and for more."""

    code: str
    one: str
    more: str


# By signal, the most urgent first: the order in which the marts choose a customer's next step.
STEPS: Mapping[str, Step] = {
    "pending_cancellation": Step(
        "answer_cancellation", *NN_("Answer one cancellation request", "Answer {count} cancellation requests")
    ),
    "contract_ending": Step("offer_renewal", *NN_("Offer one customer a renewal", "Offer {count} customers a renewal")),
    "complaint": Step(
        "settle_complaint", *NN_("Settle one customer’s complaint", "Settle the complaints of {count} customers")
    ),
    "unanswered_request": Step(
        "answer_request", *NN_("Answer one customer’s request", "Answer the requests of {count} customers")
    ),
    "low_score": Step(
        "ask_about_score", *NN_("Ask one customer about a low score", "Ask {count} customers about low scores")
    ),
    "contraction": Step(
        "review_contract", *NN_("Review one contract that was cut", "Review {count} contracts that were cut")
    ),
    "order_gap": Step("remind_to_order", *NN_("Remind one customer to order", "Remind {count} customers to order")),
    "no_contact": Step("get_in_touch", *NN_("Get in touch with one customer", "Get in touch with {count} customers")),
}


def step_label(text: Text, signal: str, customers: Figure) -> str:
    """What to do, and with how many customers."""
    return text.ngettext(STEPS[signal].one, STEPS[signal].more, customers, count=text.f.number(customers))


def what_next(text: Text, actions: Actions | None) -> str:
    """How many customers show a sign of leaving, and what they are worth; "" where no sign could be looked for."""
    if actions is None:
        return ""
    if actions.customers.number == 0:
        return text.gettext("No customer shows a sign of leaving.")
    return text.ngettext(
        "One customer shows a sign of leaving: {stake} a year at stake.",
        "{count} of {active} customers show a sign of leaving: {stake} a year at stake.",
        actions.customers,
        count=text.f.number(actions.customers),
        active=text.f.number(actions.active),
        stake=text.f.money_short(actions.stake),
    )


def whose_turn(text: Text, action: Action) -> str:
    """Who begins, and with which customer; "" where the list names nobody."""
    if action.owner is not None and action.first is not None:
        return text.gettext("{owner}, first {customer}", owner=action.owner, customer=action.first)
    return action.owner or action.first or ""
