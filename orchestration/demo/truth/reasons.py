"""The truth of fct_churn_reasons: one reason for every customer a period lost.

The reason is that of the contract that ended last up to the loss, within 365 days (of several on one day: one with a
reason, then the dearest, then the higher id), which may also say that the customer did not wish it; without either,
that of the latest lost cancellation request of these 365 days that gives one; without one, that of the latest answer to
the exit question from 365 days before the loss to 365 days after it; else unknown.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from orchestration.demo.spells import OPEN
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.revenue import mrr_at_start
from orchestration.demo.truth.tables import Table
from orchestration.demo.world import EXIT_QUESTION, Contract

FURTHER_KEYS = ("reason_category", "is_involuntary")
COLUMNS = ("lost_customers", "lost_mrr")
LOOK_BACK = timedelta(days=365)
CATEGORY = {
    "price_increase": "price",
    "competitor": "competition",
    "poor_service": "service",
    "late_delivery": "delivery",
    "no_longer_needed": "need",
    "business_closed": "closure",
    "payment_failed": "payment",
    "other": "other",
    "": "unknown",
}
INVOLUNTARY = ("payment_failed",)


def _weight(contract: Contract) -> tuple[date, bool, Decimal, str]:
    """Which of several ended contracts speaks: the greatest."""
    return (contract.ends_on or OPEN, contract.end_reason != "", contract.prices[-1].mrr, contract.contract_id)


ExitAnswers = dict[str, list[tuple[date, str, str]]]


def exit_answers(known: Known) -> ExitAnswers:
    """(day, response id, reason) of what people answered to the configured exit question."""
    found: ExitAnswers = {}
    for response in known.world.responses:
        dropped = response.is_test or response.is_duplicate or response.status == "partial"
        person = known.person(response.customer_id)
        if response.reason and not dropped and person is not None and known.company.exit_question == EXIT_QUESTION:
            answer = (response.responded_at.date(), response.response_id, response.reason)
            found.setdefault(person.customer_id, []).append(answer)
    return found


def reason_of(history: History, lost_on: date, answers: ExitAnswers) -> tuple[str, bool]:
    """The code of the one reason a loss is counted under, '' for unknown, and whether the customer did not wish it."""
    continued = {charge.contract_id for charge in history.charges if charge.is_continued}
    ended = [
        contract
        for contract in history.contracts
        if contract.ends_on is not None
        and contract.prices[0].starts_on < contract.ends_on
        and contract.contract_id not in continued
        and lost_on - LOOK_BACK <= contract.ends_on <= lost_on
    ]
    speaks = max(ended, key=_weight, default=None)
    if speaks is not None and (speaks.end_reason or speaks.involuntary):
        return speaks.end_reason, speaks.involuntary or speaks.end_reason in INVOLUNTARY
    asked = [
        (request.requested_at, request.request_id, request.reason)
        for request in history.requests
        if request.outcome == "lost"
        and request.reason
        and lost_on - LOOK_BACK <= request.requested_at.date() <= lost_on
    ]
    own = answers.get(history.customer_id, [])
    answered = [answer for answer in own if abs(answer[0] - lost_on) <= LOOK_BACK]
    reason = max(asked or answered)[-1] if asked or answered else ""
    return reason, reason in INVOLUNTARY


def churn_reasons(known: Known) -> Table:
    """Lost customers and their MRR by category, every period and scope."""
    table = Table(known, FURTHER_KEYS, COLUMNS, frozenset({"lost_mrr"}))
    answers = exit_answers(known)
    for history in known.people:
        for period in known.periods:
            lost_on = history.lost_on(period)
            if lost_on is not None:
                reason, is_involuntary = reason_of(history, lost_on, answers)
                further = (CATEGORY[reason], str(is_involuntary).lower())
                values = {"lost_customers": 1, "lost_mrr": mrr_at_start(history, period)}
                table.add(history.place_in(period), period, values, further)
    return table
