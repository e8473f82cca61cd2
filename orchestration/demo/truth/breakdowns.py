"""The truth of fct_survey_breakdowns: scores by channel, category and tenure band. Answers about a case all count."""

from __future__ import annotations

from orchestration.demo.truth.answers import Answer, answers, wholes
from orchestration.demo.truth.histories import NONE
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Table
from orchestration.demo.world import Case

FURTHER_KEYS = ("survey_type", "breakdown", "value")
COLUMNS = [
    *("responses", "promoters", "passives", "detractors", "satisfied", "advocates", "at_risk", "csat_denominator"),
    "score_sum",
]


def _tenure(answer: Answer) -> str:
    if answer.person is None or not answer.person.spells:
        return NONE
    first = answer.person.spells[0][0]
    months = (answer.day.year - first.year) * 12 + answer.day.month - first.month
    if answer.day < first:
        return NONE
    return "0-3" if months <= 3 else "4-12" if months <= 12 else "13+"


def _places(answer: Answer, cases: dict[str, Case]) -> dict[str, str]:
    case = cases.get(answer.response.case_id)
    return {
        "channel": answer.response.channel or (case.channel if case else "") or NONE,
        "category": (case.category if case else "") or NONE,
        "tenure_band": _tenure(answer),
    }


def _figures(answer: Answer) -> dict[str, int]:
    figures = {
        "responses": 1,
        "csat_denominator": 1,
        "score_sum": answer.score,
        "satisfied": int(answer.band != "at_risk"),
        "advocates": int(answer.band == "advocate"),
        "at_risk": int(answer.band == "at_risk"),
    }
    if answer.survey_type == "nps":
        figures["promoters" if answer.score >= 9 else "passives" if answer.score >= 7 else "detractors"] = 1
    return figures


def survey_breakdowns(known: Known) -> Table:
    """Scores by channel, category and tenure of the company and each audience, in every period."""
    table = Table(known, FURTHER_KEYS, COLUMNS)
    cases = {case.case_id: case for case in known.world.cases}
    counted: list[tuple[Period, Answer]] = []
    latest: dict[tuple[str, str, Period], Answer] = {}
    for answer in answers(known):
        for period in known.periods_with(answer.day):
            if answer.person is None or answer.response.case_id:
                counted.append((period, answer))
            else:
                latest[answer.person.customer_id, answer.survey_id, period] = answer
    counted += [(period, answer) for (_, _, period), answer in latest.items()]
    for period, answer in counted:
        for breakdown, value in _places(answer, cases).items():
            for scope in wholes(known, answer.person, period):
                table.add_to_scope(scope, period, _figures(answer), (answer.survey_type, breakdown, value))
    return table
