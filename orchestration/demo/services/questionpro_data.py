"""What a fake QuestionPro account holds, and how the service writes it as JSON.

Keep out: HTTP (questionpro.py) and the demo company (questionpro_company.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

# The service's own clock, which it writes times in, and reads dates in that come without a zone.
PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True)
class FakeQuestion:
    """A question by code: a score with its lowest value, else one of some answers, or words of one's own (is_text)."""

    question_id: int
    code: str
    text: str
    lowest: int | None = None
    is_text: bool = False


@dataclass(frozen=True)
class FakeSurvey:
    survey_id: int
    name: str
    questions: tuple[FakeQuestion, ...] = ()


@dataclass(frozen=True)
class FakeResponse:
    """A filled form; `answers` by question code, a score as its text. It is there from `shown_from` on.

    A form that was completed later is two of these under one id, the first shown until the second is.
    """

    response_id: int
    survey_id: int
    at: datetime
    status: str = "Completed"
    external_reference: str = ""
    custom_variables: dict[str, str | None] = field(default_factory=dict)
    language: str = "English"
    duplicate: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    shown_from: datetime | None = None
    shown_until: datetime | None = None

    def is_shown(self, now: datetime | None) -> bool:
        """Whether the service has it at that moment; None is after everything."""
        if now is None:
            return self.shown_until is None
        return (self.shown_from or self.at) <= now and (self.shown_until is None or now < self.shown_until)


def written_time(moment: datetime) -> str:
    """`05 Oct, 2020 02:51:51 PM PDT`."""
    return moment.astimezone(PACIFIC).strftime("%d %b, %Y %I:%M:%S %p %Z")


def response_json(response: FakeResponse, survey: FakeSurvey) -> dict[str, Any]:
    """A response as the service writes it, with the personal fields that nobody asked for."""
    questions = {question.code: question for question in survey.questions}
    return {
        "responseID": response.response_id,
        "surveyID": response.survey_id,
        "ipAddress": "203.0.113.7",
        "timestamp": written_time(response.at),
        "location": {"country": "HU", "region": "05", "latitude": 47.5, "longitude": 19.1, "radius": 0.0},
        "duplicate": response.duplicate,
        "timeTaken": 41,
        "responseStatus": response.status,
        "externalReference": response.external_reference,
        "customVariables": response.custom_variables,
        "language": response.language,
        "currentInset": "",
        "operatingSystem": "WINDOWS_10",
        "osDeviceType": "COMPUTER",
        "browser": "CHROME8",
        "responseSet": [_answered(questions[code], text, place) for place, (code, text) in enumerate(response.answers)],
    }


def _answered(question: FakeQuestion, text: str, place: int) -> dict[str, Any]:
    value = {
        "scale": "",
        "other": "",
        "dynamicExplodeText": "",
        "text": "",
        "result": "",
        "fileLink": "",
        "weight": 0.0,
    }
    if question.is_text:
        value["text"] = text
    elif question.lowest is not None and text.isdigit():
        # The place on the scale, counted from 1: on a 0-10 item one more than the score.
        value["scale"] = str(int(text) - question.lowest + 1)
    answer = {
        "answerID": 700_000 + place,
        "answerText": question.code.upper() if question.is_text else text,
        "value": value,
    }
    return {
        "questionID": question.question_id,
        "questionDescription": " ",
        "questionCode": question.code,
        "questionText": question.text,
        "imageUrl": None,
        "answerValues": [answer],
    }


def survey_json(survey: FakeSurvey, responses: int) -> dict[str, Any]:
    """A survey in the list of surveys."""
    return {
        "surveyID": survey.survey_id,
        "ownerID": 9587462,
        "folderID": 7654321,
        "name": survey.name,
        "status": "Active",
        "creationDate": "17 Nov, 2020 12:00:00 AM PST",
        "modifiedDate": "17 Nov, 2020 03:19:07 AM PST",
        "completedResponses": responses,
    }


def question_json(question: FakeQuestion) -> dict[str, Any]:
    """A question in the list of a survey's questions."""
    kind = "text_multiple_row" if question.is_text else "lookuptable"
    return {"questionID": question.question_id, "code": question.code, "text": question.text, "type": kind}
