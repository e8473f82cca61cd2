"""The truth of fct_surveys: the latest valid score per customer, survey, period and case, anonymous answers all.

Satisfied is 7 and more on 0–10, 5 and more on 1–7, 4 and more on 1–5. Only NPS has promoters and detractors.
"""

from __future__ import annotations

from orchestration.demo.truth.known import NOWHERE, Known
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Table
from orchestration.demo.world import SURVEYS, Response

FURTHER_KEYS = ("survey_type",)
COLUMNS = [
    "responses",
    "promoters",
    "passives",
    "detractors",
    "satisfied",
    "score_sum",
    "coverage_numerator",
    "coverage_denominator",
]
SURVEY = {survey.survey_id: survey for survey in SURVEYS}
# By the top of the scale; 1–7 is turned first where a low score is the good one.
SATISFIED_FROM = {5: 4, 7: 5, 10: 7}
TYPE = {survey.survey_id: survey.type for survey in SURVEYS}
Kept = tuple[str, str, Period, str]


def _is_valid(response: Response) -> bool:
    dropped = response.is_test or response.is_duplicate or response.status == "partial"
    return not dropped and response.score is not None


def _figures(response: Response) -> dict[str, int]:
    survey = SURVEY[response.survey_id]
    score = response.score or 0
    if not survey.higher_is_better:
        score = survey.scale_min + survey.scale_max - score
    figures = {"responses": 1, "score_sum": score}
    if survey.type != "nps":
        return figures | {"satisfied": int(score >= SATISFIED_FROM[survey.scale_max])}
    band = "promoters" if score >= 9 else "passives" if score >= 7 else "detractors"
    return figures | {band: 1, "satisfied": int(score >= 7)}


def latest(known: Known) -> tuple[dict[Kept, Response], list[Response]]:
    """Kept responses by (customer, survey, period, case), and those of nobody known."""
    kept: dict[Kept, Response] = {}
    anonymous = []
    for response in sorted(known.world.responses, key=lambda response: (response.responded_at, response.response_id)):
        if not _is_valid(response):
            continue
        person = known.person(response.customer_id)
        if person is None:
            anonymous.append(response)
            continue
        for period in known.periods_with(response.responded_at.date()):
            kept[(person.customer_id, response.survey_id, period, response.case_id)] = response
    return kept, anonymous


def surveys(known: Known) -> Table:
    """Scores and coverage of every survey type, period and scope."""
    table = Table(known, FURTHER_KEYS, COLUMNS)
    kept, anonymous = latest(known)
    answered = set()
    for (customer_id, survey_id, period, _), response in kept.items():
        place = known.histories[customer_id].place_in(period)
        table.add(place, period, _figures(response), (TYPE[survey_id],))
        answered.add((customer_id, period, TYPE[survey_id]))
    for response in anonymous:
        for period in known.periods_with(response.responded_at.date()):
            table.add(NOWHERE, period, _figures(response), (TYPE[response.survey_id],))
    for customer_id, history in known.histories.items():
        for period in known.periods:
            if history.is_active_on(period.end):
                for survey_type in TYPE.values():
                    did = int((customer_id, period, survey_type) in answered)
                    values = {"coverage_numerator": did, "coverage_denominator": 1}
                    table.add(history.place_in(period), period, values, (survey_type,))
    return table
