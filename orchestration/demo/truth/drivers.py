"""The truth of fct_drivers: doubled average ranks of scores and drivers of the same response, over twelve months."""

from __future__ import annotations

from orchestration.demo.answers import DRIVERS
from orchestration.demo.months import month_index
from orchestration.demo.truth.answers import Answer, answers, wholes
from orchestration.demo.truth.known import Known, Scope
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.surveys import SURVEY
from orchestration.demo.truth.tables import Table

FURTHER_KEYS = ("survey_id", "score_question", "driver_question")
COLUMNS = [
    "answers",
    "driver_score_sum",
    "score_rank_sum",
    "driver_rank_sum",
    "score_rank_squares",
    "driver_rank_squares",
    "rank_products",
]
Pair = tuple[int, int]


def _driver_scores(answer: Answer) -> dict[str, int]:
    """What the response says of each driver, higher is better: effort is asked the other way round, on 1–7."""
    found = {name: value for name, value in answer.response.answers.items() if name in DRIVERS and value is not None}
    if answer.survey_id == "service" and answer.response.effort is not None:
        found["effort"] = 8 - answer.response.effort
    return found


def _in_window(known: Known, everything: list[Answer], month: Period) -> list[Answer]:
    """The answers of the twelve months: a customer's latest per survey and case, anonymous ones all."""
    last = month_index(month.end)
    kept: dict[tuple[str, str, str], Answer] = {}
    anonymous = []
    for answer in everything:
        if not last - 12 < answer.month <= last:
            continue
        if answer.person is None:
            anonymous.append(answer)
        else:
            kept[answer.person.customer_id, answer.survey_id, answer.response.case_id] = answer
    return [*kept.values(), *anonymous]


def _doubled_ranks(values: list[int]) -> list[int]:
    """Twice the average of the places a value takes when all are put in order."""
    places: dict[int, list[int]] = {}
    for place, value in enumerate(sorted(values), start=1):
        places.setdefault(value, []).append(place)
    return [places[value][0] + places[value][-1] for value in values]


def _sums(pairs: list[Pair]) -> dict[str, int]:
    score_ranks = _doubled_ranks([score for score, _ in pairs])
    driver_ranks = _doubled_ranks([driver for _, driver in pairs])
    both = list(zip(score_ranks, driver_ranks, strict=True))
    return {
        "answers": len(pairs),
        "driver_score_sum": sum(driver for _, driver in pairs),
        "score_rank_sum": sum(score_ranks),
        "driver_rank_sum": sum(driver_ranks),
        "score_rank_squares": sum(rank * rank for rank in score_ranks),
        "driver_rank_squares": sum(rank * rank for rank in driver_ranks),
        "rank_products": sum(score * driver for score, driver in both),
    }


def drivers(known: Known) -> Table:
    """Sums of ranks per driver at every month's end, for the company and each audience."""
    table = Table(known, FURTHER_KEYS, COLUMNS)
    everything = answers(known)
    for month in known.months:
        pairs: dict[tuple[Scope, tuple[str, ...]], list[Pair]] = {}
        for answer in _in_window(known, everything, month):
            for driver, value in _driver_scores(answer).items():
                further: tuple[str, ...] = (answer.survey_id, SURVEY[answer.survey_id].question, driver)
                for scope in wholes(known, answer.person, month):
                    pairs.setdefault((scope, further), []).append((answer.score, value))
        for (scope, further), found in pairs.items():
            table.put(scope, month, _sums(found), further)
    return table
