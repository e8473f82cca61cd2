"""The truth of fct_losses, fct_competitors and fct_early_life: who left without a word, for whom, and how early."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from orchestration.demo.events import Interaction
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.reasons import exit_answers, reason_of
from orchestration.demo.truth.revenue import mrr_at_start
from orchestration.demo.truth.tables import Table

LOSSES = (
    "customers_start",
    "lost_customers",
    "voluntary_customers",
    "involuntary_customers",
    "lost_mrr",
    "voluntary_mrr",
    "involuntary_mrr",
    "silent_customers",
)
MRR = frozenset({"lost_mrr", "voluntary_mrr", "involuntary_mrr"})
NINETY_DAYS = timedelta(days=90)
YEAR = timedelta(days=365)
FIRST_DAYS = timedelta(days=30)


def words_of(known: Known) -> dict[str, list[date]]:
    """The days on which each customer spoke: cases of any kind, and contacts of its own."""
    spoken: dict[str, list[date]] = defaultdict(list)
    for case in known.world.cases:
        person = known.person(case.customer_id)
        if person is not None:
            spoken[person.customer_id].append(case.opened_at.date())
    for contact in known.world.interactions:
        person = known.person(contact.customer_id)
        if person is not None and contact.direction == "in":
            spoken[person.customer_id].append(contact.occurred_at.date())
    return spoken


def losses(known: Known) -> Table:
    """Lost by choice or not, and without a word, every period and scope."""
    is_heard = bool(known.world.interactions) and bool(known.world.cases)
    unknown = frozenset[str]() if is_heard else frozenset({"silent_customers"})
    table = Table(known, (), LOSSES, MRR, unknown)
    spoken, answers = words_of(known), exit_answers(known)
    for history in known.people:
        for period in known.periods:
            if not history.is_active_on(period.day_before):
                continue
            place = history.place_in(period)
            table.add(place, period, {"customers_start": 1})
            lost_on = history.lost_on(period)
            if lost_on is None:
                continue
            _, is_involuntary = reason_of(history, lost_on, answers)
            choice = "involuntary" if is_involuntary else "voluntary"
            mrr = mrr_at_start(history, period)
            heard = [day for day in spoken[history.customer_id] if lost_on - NINETY_DAYS <= day < lost_on]
            values = {"lost_customers": 1, "lost_mrr": mrr, f"{choice}_customers": 1, f"{choice}_mrr": mrr}
            table.add(place, period, values | {"silent_customers": int(not heard)})
    return table


def _named(history: History, lost_on: date) -> str:
    """The competitor of the latest lost request that names one, '' for none."""
    named = [
        (request.requested_at.date(), request.request_id, request.competitor)
        for request in history.requests
        if request.outcome == "lost" and request.competitor and lost_on - YEAR <= request.requested_at.date() <= lost_on
    ]
    return max(named)[-1] if named else ""


def competitors(known: Known) -> Table:
    """Lost customers by the competitor they named last, every period and scope."""
    table = Table(known, ("competitor",), ("lost_customers",))
    for history in known.people:
        for period in known.periods:
            lost_on = history.lost_on(period)
            competitor = _named(history, lost_on) if lost_on is not None else ""
            if competitor:
                table.add(history.place_in(period), period, {"lost_customers": 1}, (competitor,))
    return table


def _is_welcome(contact: Interaction, joined_on: date) -> bool:
    day = contact.occurred_at.date()
    is_kind = contact.kind in ("training", "onboarding")
    return contact.completed and is_kind and joined_on <= day < joined_on + FIRST_DAYS


def early_life(known: Known) -> Table:
    """Customers by the period of their ninetieth day, and those gone on it; with and without a welcome."""
    table = Table(known, ("onboarding",), ("joined_customers", "lost_customers"))
    contacts: dict[str, list[Interaction]] = defaultdict(list)
    for contact in known.world.interactions:
        person = known.person(contact.customer_id)
        if person is not None:
            contacts[person.customer_id].append(contact)
    for history in known.people:
        if not history.spells or history.cohort_day() is None:
            continue
        joined_on = history.spells[0][0]
        day = joined_on + NINETY_DAYS
        is_welcomed = any(_is_welcome(contact, joined_on) for contact in contacts[history.customer_id])
        halves = ("with" if is_welcomed else "without",) if known.world.interactions else ()
        values = {"joined_customers": 1, "lost_customers": int(not history.is_active_on(day))}
        for period in known.periods_with(day):
            for onboarding in ("all", *halves):
                table.add(history.place_in(period), period, values, (onboarding,))
    return table
