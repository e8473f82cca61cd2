"""Scored answers as the survey tables read them: who gave them, turned so that higher is better, in which band.

Add here: what several tables need to know of an answer. Keep out: figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from orchestration.demo.months import month_index
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import Known, Scope
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.surveys import SATISFIED_FROM, SURVEY, is_completed
from orchestration.demo.world import Response

# By the top of the scale.
ADVOCATE_FROM = {5: 5, 7: 7, 10: 9}


@dataclass(frozen=True, slots=True)
class Answer:
    """A score that counts; `person` is None for nobody known."""

    response: Response
    person: History | None
    survey_id: str
    survey_type: str
    score: int
    band: str

    @property
    def day(self) -> date:
        return self.response.responded_at.date()

    @property
    def month(self) -> int:
        """The number of the answer's month."""
        return month_index(self.day)


def answers(known: Known) -> list[Answer]:
    """Every score that counts, the earliest first; of the same second the smaller response_id."""
    found = []
    for response in sorted(known.world.responses, key=lambda response: (response.responded_at, response.response_id)):
        if not is_completed(response) or response.score is None:
            continue
        survey = SURVEY[response.survey_id]
        score = response.score if survey.higher_is_better else survey.scale_min + survey.scale_max - response.score
        satisfied, advocate = SATISFIED_FROM[survey.scale_max], ADVOCATE_FROM[survey.scale_max]
        band = "advocate" if score >= advocate else "satisfied" if score >= satisfied else "at_risk"
        person = known.person(response.customer_id)
        found.append(Answer(response, person, survey.survey_id, survey.type, score, band))
    return found


def wholes(known: Known, person: History | None, period: Period) -> list[Scope]:
    """The company and the audiences that somebody, or nobody known, belongs to in a period."""
    if person is None:
        return known.whole_scopes
    return [scope for scope in known.scopes_of(person.place_in(period)) if scope[1] in ("company", "audience")]


def months_later(day: date, months: int) -> date:
    """The same day some months later; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    for tried in range(day.day, 27, -1):
        try:
            return date(index // 12, index % 12 + 1, tried)
        except ValueError:
            continue
    return date(index // 12, index % 12 + 1, day.day)
