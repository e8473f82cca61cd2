"""The truth of fct_surveys: the latest valid score per customer, survey, period and case, anonymous answers all.

Satisfied is 7 and more on 0–10, 5 and more on 1–7, 4 and more on 1–5. Only NPS has promoters and detractors.
"""

from __future__ import annotations

from datetime import date

from orchestration.demo.truth.known import NOWHERE, Known
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Table
from orchestration.demo.world import SURVEYS, Response

FURTHER_KEYS = ("survey_type",)
COLUMNS = [
    "responses",
    "completed_responses",
    "delivered",
    "matched_responses",
    "promoters",
    "passives",
    "detractors",
    "satisfied",
    "csat_denominator",
    "score_sum",
    "coverage_numerator",
    "coverage_denominator",
]
SURVEY = {survey.survey_id: survey for survey in SURVEYS}
# By the top of the scale; 1–7 is turned first where a low score is the good one.
SATISFIED_FROM = {5: 4, 7: 5, 10: 7}
TYPE = {survey.survey_id: survey.type for survey in SURVEYS}
Kept = tuple[str, str, Period, str]


def is_completed(response: Response) -> bool:
    """Does the response count as one? It need not have a score."""
    return not (response.is_test or response.is_duplicate or response.status == "partial")


def _figures(response: Response) -> dict[str, int]:
    survey = SURVEY[response.survey_id]
    score = response.score or 0
    if not survey.higher_is_better:
        score = survey.scale_min + survey.scale_max - score
    figures = {"responses": 1, "csat_denominator": 1, "score_sum": score}
    if survey.type != "nps":
        return figures | {"satisfied": int(score >= SATISFIED_FROM[survey.scale_max])}
    band = "promoters" if score >= 9 else "passives" if score >= 7 else "detractors"
    return figures | {band: 1, "satisfied": int(score >= 7)}


def latest(known: Known) -> tuple[dict[Kept, Response], list[Response]]:
    """Kept responses by (customer, survey, period, case), and those of nobody known."""
    kept: dict[Kept, Response] = {}
    anonymous = []
    for response in sorted(known.world.responses, key=lambda response: (response.responded_at, response.response_id)):
        if not is_completed(response) or response.score is None:
            continue
        person = known.person(response.customer_id)
        if person is None:
            anonymous.append(response)
            continue
        for period in known.periods_with(response.responded_at.date()):
            kept[(person.customer_id, response.survey_id, period, response.case_id)] = response
    return kept, anonymous


def _count_completed(known: Known, table: Table) -> dict[str, date]:
    """Counts completed responses of everybody, before one per customer is kept; gives the first day of each type."""
    first: dict[str, date] = {}
    for response in filter(is_completed, known.world.responses):
        day, survey_type = response.responded_at.date(), TYPE[response.survey_id]
        person = known.person(response.customer_id)
        for period in known.periods_with(day):
            place = NOWHERE if person is None else person.place_in(period)
            table.add(place, period, {"completed_responses": 1}, (survey_type,))
            first[survey_type] = min(first.get(survey_type, day), day)
            for scope in known.whole_scopes:
                table.add_to_scope(scope, period, {"matched_responses": int(person is not None)}, (survey_type,))
    return first


def _count_invitations(known: Known, table: Table) -> dict[str, date]:
    """Counts delivered invitations, by scope only where each names a customer. Gives the first month of each type."""
    first: dict[str, date] = {}
    nameless = {
        (period, TYPE[sent.survey_id])
        for sent in known.world.invitations
        if known.person(sent.customer_id) is None and sent.delivered
        for period in known.periods_with(sent.month)
    }
    for sent in known.world.invitations:
        survey_type, person = TYPE[sent.survey_id], known.person(sent.customer_id)
        for period in known.periods_with(sent.month) if sent.delivered else ():
            first[survey_type] = min(first.get(survey_type, sent.month), sent.month)
            named = person is not None and (period, survey_type) not in nameless
            scopes = known.scopes_of(person.place_in(period)) if person is not None and named else known.whole_scopes
            for scope in scopes:
                table.add_to_scope(scope, period, {"delivered": sent.delivered}, (survey_type,))
            for scope in known.whole_scopes:
                # Asked, and nobody answered: of no answers none is matched.
                table.add_to_scope(scope, period, {"matched_responses": 0}, (survey_type,))
    return first


def _count_coverage(known: Known, table: Table, first: dict[str, date], answered: set[tuple[str, Period, str]]) -> None:
    """Who could have answered on a period's last day, and who did; from the first period in which anybody was asked."""
    for customer_id, history in known.histories.items():
        for period in known.periods:
            if history.is_active_on(period.end):
                for survey_type, since in first.items():
                    if since <= period.end:
                        did = int((customer_id, period, survey_type) in answered)
                        values = {"coverage_numerator": did, "coverage_denominator": 1}
                        table.add(history.place_in(period), period, values, (survey_type,))


def surveys(known: Known) -> Table:
    """Scores, completed responses, invitations and coverage of every survey type, period and scope."""
    table = Table(known, FURTHER_KEYS, COLUMNS, unknown=frozenset({"delivered", "matched_responses"}))
    kept, anonymous = latest(known)
    answered = set()
    for (customer_id, survey_id, period, _), response in kept.items():
        place = known.histories[customer_id].place_in(period)
        table.add(place, period, _figures(response), (TYPE[survey_id],))
        answered.add((customer_id, period, TYPE[survey_id]))
    for response in anonymous:
        for period in known.periods_with(response.responded_at.date()):
            table.add(NOWHERE, period, _figures(response), (TYPE[response.survey_id],))
    completed, invited = _count_completed(known, table), _count_invitations(known, table)
    first = {name: min(day for day in (completed.get(name), invited.get(name)) if day) for name in completed | invited}
    _count_coverage(known, table, first, answered)
    return table
