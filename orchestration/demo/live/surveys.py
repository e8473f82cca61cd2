"""Shows the world's survey answers in the fake QuestionPro: five surveys, their questions, and every response.

A form that the files deliver as partial first is completed in the account at the beginning of the next month.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orchestration.demo.files_survey import COMPLETED_LATER, answers_of, question_rows
from orchestration.demo.months import MONTHS, first_day, month_index
from orchestration.demo.services.questionpro_data import FakeQuestion, FakeResponse, FakeSurvey
from orchestration.demo.world import SURVEYS, Response, World

ZONE = ZoneInfo("Europe/Budapest")
PREFIX = "SR"
_FIRST_ID = 4_100_001
SURVEY_IDS = {survey.survey_id: _FIRST_ID + place for place, survey in enumerate(SURVEYS)}


def surveys() -> tuple[FakeSurvey, ...]:
    """The account's surveys; a question's code is the company's own name for it."""
    made = []
    for survey in SURVEYS:
        questions = [row for row in question_rows() if row[0] == survey.survey_id]
        made.append(
            FakeSurvey(
                SURVEY_IDS[survey.survey_id],
                survey.name,
                tuple(
                    FakeQuestion(
                        place + 1,
                        row[1],
                        row[1].replace("_", " "),
                        int(row[3]) if row[3] else None,
                        row[2] == "comment",
                    )
                    for place, row in enumerate(questions)
                ),
            )
        )
    return tuple(made)


def responses(world: World) -> tuple[FakeResponse, ...]:
    """Every response in the order of its time; one completed later is two: one until then, the other from then on."""
    found: list[FakeResponse] = []
    counts = {month.index: 0 for month in MONTHS}
    for response in sorted(world.responses, key=lambda item: (item.responded_at, item.response_id)):
        index = month_index(response.responded_at.date())
        is_later = counts[index] % COMPLETED_LATER == 7 and response.status == "completed" and index < len(MONTHS) - 1
        counts[index] += 1
        if is_later:
            at = datetime.combine(first_day(index + 1), datetime.min.time(), ZONE) + timedelta(hours=8)
            found.append(_response(response, "partial", until=at))
            found.append(_response(response, "completed", since=at))
        else:
            found.append(_response(response, response.status))
    return tuple(found)


def _response(
    response: Response, status: str, since: datetime | None = None, until: datetime | None = None
) -> FakeResponse:
    return FakeResponse(
        response_id=int(response.response_id.removeprefix(PREFIX)),
        survey_id=SURVEY_IDS[response.survey_id],
        at=response.responded_at.replace(tzinfo=ZONE),
        status=status.capitalize(),
        external_reference=response.customer_id,
        custom_variables={
            "channel": response.channel,
            "case": response.case_id or None,
            "test": "true" if response.is_test else None,
        },
        language=response.language,
        duplicate=response.is_duplicate,
        answers=tuple((question, str(value)) for question, value in answers_of(response)),
        shown_from=since,
        shown_until=until,
    )
