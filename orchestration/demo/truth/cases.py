"""What became of each case, from the facts alone: how long it took, whether one contact settled it, who was told.

Add here: what is true of a case whatever the period. Keep out: periods and scopes (service.py).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from orchestration.demo.months import DAY
from orchestration.demo.truth.histories import NONE, History
from orchestration.demo.truth.known import Known
from orchestration.demo.world import Case, Response

WEEK = 7 * DAY
TOLD_WITHIN = 2 * DAY


@dataclass(frozen=True, slots=True, eq=False)
class JudgedCase:
    """A case that is not merged into another. Seconds are None while there is none; so is what cannot be said yet."""

    case: Case
    history: History
    order_channel: str | None
    response_seconds: int | None
    resolution_seconds: int | None
    is_first_contact: bool | None
    is_told: bool | None

    @property
    def opened_on(self) -> date:
        return self.case.opened_at.date()

    @property
    def resolved_on(self) -> date | None:
        return self.case.resolved_at.date() if self.case.resolved_at else None

    @property
    def channel(self) -> str:
        return self.case.channel or NONE

    @property
    def category(self) -> str:
        return self.case.category or NONE


def is_merged(case: Case) -> bool:
    """A merged case is a part of another one and counts nowhere."""
    return bool(case.merged_into) or case.status == "merged"


def elapsed(known: Known, start: datetime, end: datetime | None) -> int | None:
    """Real seconds between two local times, also over a change of the clocks; never under 0."""
    if end is None:
        return None
    zone = ZoneInfo(known.company.time_zone)
    return max(int(end.replace(tzinfo=zone).timestamp() - start.replace(tzinfo=zone).timestamp()), 0)


def _is_first_contact(case: Case, others: list[Case], as_of: date) -> bool | None:
    resolved_at = case.resolved_at
    if resolved_at is None or resolved_at.date() + WEEK > as_of:
        return None
    until = resolved_at.date() + WEEK
    if case.reopened_at is not None and case.reopened_at.date() <= until:
        return False
    return not any(
        other is not case
        and case.category
        and other.category == case.category
        and other.opened_at > resolved_at
        and other.opened_at.date() <= until
        for other in others
    )


def judged_cases(known: Known) -> list[JudgedCase]:
    """Every unmerged case of a known customer."""
    order_channels = {order.order_id: order.channel or NONE for order in known.world.orders}
    told_on: dict[str, set[date]] = defaultdict(set)
    for contact in known.world.interactions:
        person = known.person(contact.customer_id)
        if person is not None and contact.direction == "out" and contact.completed:
            told_on[person.customer_id].add(contact.occurred_at.date())
    of_customer: dict[str, list[Case]] = defaultdict(list)
    for case in known.world.cases:
        person = known.person(case.customer_id)
        if person is not None and not is_merged(case):
            of_customer[person.customer_id].append(case)
    found = []
    for customer_id, cases in of_customer.items():
        for case in cases:
            day = case.resolved_at.date() if case.resolved_at else None
            is_told = None
            if day is not None and day + TOLD_WITHIN <= known.last_day and known.world.interactions:
                is_told = any(day <= contact_day <= day + TOLD_WITHIN for contact_day in told_on[customer_id])
            found.append(
                JudgedCase(
                    case,
                    known.histories[customer_id],
                    order_channels.get(case.order_id, NONE) if case.order_id else None,
                    elapsed(known, case.opened_at, case.first_response_at),
                    elapsed(known, case.opened_at, case.resolved_at),
                    _is_first_contact(case, cases, known.last_day),
                    is_told,
                )
            )
    return found


def case_answers(known: Known, cases: list[JudgedCase]) -> list[tuple[Response, JudgedCase]]:
    """Every valid score of a satisfaction survey about a case, with the case."""
    by_id = {judged.case.case_id: judged for judged in cases}
    return [
        (response, by_id[response.case_id])
        for response in known.world.responses
        if response.survey_id == "service"
        and response.case_id in by_id
        and response.score is not None
        and response.status != "partial"
        and not response.is_test
        and not response.is_duplicate
    ]


def is_satisfied(response: Response) -> bool:
    """4 and 5 of 1–5."""
    return (response.score or 0) >= 4
