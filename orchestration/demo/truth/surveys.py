"""The truth of fct_surveys: the latest valid score per customer, survey, month and case, anonymous answers all.

Satisfied is 7 and more on 0–10, 4 and more on 1–5. Promoters, passives and detractors are 0 for CSAT.
"""

from __future__ import annotations

from orchestration.demo.months import MONTHS, month_index
from orchestration.demo.spells import is_active
from orchestration.demo.truth.histories import NONE, History, survivors
from orchestration.demo.truth.tables import Table
from orchestration.demo.world import SURVEYS, Response, World

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
NOWHERE = (NONE, NONE, NONE)
TYPE = {survey.survey_id: survey.type for survey in SURVEYS}
Kept = tuple[str, str, int, str]


def _is_valid(response: Response) -> bool:
    dropped = response.is_test or response.is_duplicate or response.status == "partial"
    return not dropped and response.score is not None


def _figures(response: Response) -> dict[str, int]:
    score = response.score or 0
    figures = {"responses": 1, "score_sum": score}
    if TYPE[response.survey_id] == "csat":
        return figures | {"satisfied": int(score >= 4)}
    band = "promoters" if score >= 9 else "passives" if score >= 7 else "detractors"
    return figures | {band: 1, "satisfied": int(score >= 7)}


def latest(world: World, known: dict[str, History]) -> tuple[dict[Kept, Response], list[Response]]:
    """Kept responses by (customer, survey, month index, case), and those of nobody known."""
    survivor = survivors([customer for customer in world.customers if customer.last_delivery is None])
    kept: dict[Kept, Response] = {}
    anonymous = []
    for response in sorted(world.responses, key=lambda response: (response.responded_at, response.response_id)):
        if not _is_valid(response):
            continue
        customer_id = survivor.get(response.customer_id)
        if customer_id not in known or customer_id is None:
            anonymous.append(response)
        else:
            index = month_index(response.responded_at.date())
            kept[(customer_id, response.survey_id, index, response.case_id)] = response
    return kept, anonymous


def surveys(world: World, known: dict[str, History]) -> Table:
    """Scores and coverage of every survey type, month and scope."""
    table = Table(FURTHER_KEYS, COLUMNS)
    kept, anonymous = latest(world, known)
    answered = set()
    for (customer_id, survey_id, index, _), response in kept.items():
        place = known[customer_id].place_in(index)
        table.add(place, index, _figures(response), (TYPE[survey_id],))
        answered.add((customer_id, index, TYPE[survey_id]))
    for response in anonymous:
        index = month_index(response.responded_at.date())
        table.add(NOWHERE, index, _figures(response), (TYPE[response.survey_id],))
    for customer_id, history in known.items():
        for month in MONTHS:
            if is_active(history.spells, month.last):
                for survey_type in TYPE.values():
                    did = int((customer_id, month.index, survey_type) in answered)
                    values = {"coverage_numerator": did, "coverage_denominator": 1}
                    table.add(history.place_in(month.index), month.index, values, (survey_type,))
    return table
