"""Reduces a response to what may be kept, and makes rows of it. IP address, place and device never get beyond here.

Answers are kept of configured questions only, so that contact questions (name, mail, phone) are never read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchestration.configuration.source_questionpro import PERSONAL, QuestionProQuestion, QuestionProSource
from orchestration.sources.fetched import Row, SourceFailedError
from orchestration.sources.questionpro.timestamps import iso_time

CUSTOM = "customVariables."
RESPONSE_FIELDS = (
    "responseID", "surveyID", "survey", "timestamp", "respondedAt", "responseStatus", "externalReference", "language",
    "duplicate", "timeTaken", "customerKey",
)  # fmt: skip
FIELDS = {
    "surveys": ("surveyID", "survey", "name", "type", "status", "creationDate", "modifiedDate"),
    "questions": (
        "surveyID", "survey", "question", "questionCode", "text", "role", "scaleMin", "scaleMax", "higherIsBetter",
        "blankCodes", "driver",
    ),
    "responses": RESPONSE_FIELDS,
    "answers": ("responseID", "surveyID", "survey", "question", "questionCode", "role", "value"),
}  # fmt: skip
# A text answer: `answerText` names the field ("FIRST_NAME"), the words stand in value.text or value.other.
_WORDS = ("text", "other")
COMPLETED = "Completed"


def check_fields(table: str, fields: Sequence[str]) -> None:
    """Refuses a field that the connector does not give; SourceFailedError names those it gives."""
    known = FIELDS[table]
    for field in fields:
        if field in PERSONAL or field.split(".")[0] in PERSONAL:
            raise SourceFailedError(f"{table}: {field} is about a person or a device and is never read; unmap it")
        if field not in known and not (table == "responses" and field.startswith(CUSTOM)):
            names = ", ".join(known) + (f", {CUSTOM}<name>" if table == "responses" else "")
            raise SourceFailedError(f'{table}: there is no field "{field}"; choose one of: {names}')


def reduced(response: Mapping[str, Any], survey_id: str, access: QuestionProSource, where: str) -> dict[str, Any]:
    """The record of a response: `fields` (a row of the responses table) and `answers` (pairs of question and value)."""
    survey = access.surveys[survey_id]
    fields = {name: text_of(response.get(name), f"{where}.{name}") for name in RESPONSE_FIELDS}
    for needed in ("responseID", "timestamp", "responseStatus"):
        if not fields[needed]:
            raise SourceFailedError(f"{where}.{needed} is missing; report it with this line")
    fields["surveyID"], fields["survey"] = survey_id, survey.id or survey_id
    fields["respondedAt"] = iso_time(str(fields["timestamp"]), access.zone_offsets, f"{where}.timestamp")
    variables = response.get("customVariables") or {}
    if not isinstance(variables, dict):
        raise SourceFailedError(f"{where}.customVariables is no object; report it with this line")
    for name, value in variables.items():
        fields[CUSTOM + name] = text_of(value, f"{where}.customVariables.{name}")
    fields["customerKey"] = (fields.get(access.customer_key) or "").strip() or None
    return {"fields": fields, "answers": list(_answers(_given(response, where), survey.questions, where))}


def _given(response: Mapping[str, Any], where: str) -> list[Any]:
    """The answered questions; only a form that was not completed may come without a list of them."""
    given = response.get("responseSet")
    if given is None and response.get("responseStatus") != COMPLETED:
        return []
    if not isinstance(given, list):
        raise SourceFailedError(f"{where}.responseSet is no list; report it with this line")
    return given


def _answers(
    given: Sequence[Any], questions: Mapping[str, QuestionProQuestion], where: str
) -> Iterator[tuple[str, str]]:
    """Code and value of each configured question that was answered; several values are joined by "; "."""
    for place, item in enumerate(given):
        at = f"{where}.responseSet[{place}]"
        if not isinstance(item, dict):
            raise SourceFailedError(f"{at} is no object; report it with this line")
        code = text_of(item.get("questionCode"), f"{at}.questionCode") or ""
        question = questions.get(code)
        if question is None:
            continue
        if not isinstance(item.get("answerValues"), list):
            raise SourceFailedError(f"{at}.answerValues is no list; report it with this line")
        found = enumerate(item["answerValues"])
        values = [_value(value, question, f"{at}.answerValues[{number}]") for number, value in found]
        if any(values):
            yield code, "; ".join(value for value in values if value)


def _value(value: Any, question: QuestionProQuestion, where: str) -> str | None:
    """An answer's words for a comment, else its answerText: value.scale is a place on the scale, counted from 1."""
    if not isinstance(value, dict):
        raise SourceFailedError(f"{where} is no object; report it with this line")
    text = text_of(value.get("answerText"), f"{where}.answerText")
    if question.role == "comment":
        inner = value.get("value")
        found = inner if isinstance(inner, dict) else {}
        words = [text_of(found.get(name), f"{where}.value.{name}") for name in _WORDS]
        text = next((word for word in words if word and word.strip()), text)
    text = (text or "").strip()
    return question.answers.get(text, text) or None


def text_of(value: Any, where: str) -> str | None:
    """A JSON value as text; numbers are text already.

    Raises:
        SourceFailedError: an object or a list where a text belongs.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str):
        return value
    kind = "an object" if isinstance(value, dict) else "a list"
    raise SourceFailedError(f"{where} is {kind} where a text belongs; report it with this line")


def answer_rows(record: Mapping[str, Any], access: QuestionProSource) -> Iterator[Row]:
    """The rows of the answers table of one record."""
    fields = record["fields"]
    questions = access.surveys[fields["surveyID"]].questions
    for code, value in record["answers"]:
        question = questions[code]
        yield {
            "responseID": fields["responseID"],
            "surveyID": fields["surveyID"],
            "survey": fields["survey"],
            "question": question.name or code,
            "questionCode": code,
            "role": question.role,
            "value": value,
        }
