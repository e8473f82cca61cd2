"""Reduces a response to what may be kept, and makes rows of it. IP address, place and device never get beyond here.

Answers are kept of configured questions only, so that contact questions (name, mail, phone) are never read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchestration.source_settings_questionpro import PERSONAL, QuestionProQuestion, QuestionProSource
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
    fields = {name: _text(response.get(name)) for name in RESPONSE_FIELDS}
    for needed in ("responseID", "timestamp", "responseStatus"):
        if not fields[needed]:
            raise SourceFailedError(f"{where}.{needed} is missing; report it with this line")
    fields["surveyID"], fields["survey"] = survey_id, survey.id or survey_id
    fields["respondedAt"] = iso_time(str(fields["timestamp"]), access.zone_offsets, f"{where}.timestamp")
    variables = response.get("customVariables")
    for name, value in variables.items() if isinstance(variables, dict) else ():
        fields[CUSTOM + name] = _text(value)
    fields["customerKey"] = (fields.get(access.customer_key) or "").strip() or None
    return {"fields": fields, "answers": list(_answers(response.get("responseSet"), survey.questions, where))}


def _answers(given: Any, questions: Mapping[str, QuestionProQuestion], where: str) -> Iterator[tuple[str, str]]:
    """Code and value of each configured question that was answered; several values are joined by "; "."""
    if given is None:
        return
    if not isinstance(given, list):
        raise SourceFailedError(f"{where}.responseSet is no list; report it with this line")
    for place, item in enumerate(given):
        at = f"{where}.responseSet[{place}]"
        if not isinstance(item, dict) or not isinstance(item.get("answerValues") or [], list):
            raise SourceFailedError(f"{at} is no object with a list of answerValues; report it with this line")
        code = str(item.get("questionCode") or "")
        question = questions.get(code)
        if question is None:
            continue
        values = [text for text in (_value(value, question, at) for value in item.get("answerValues") or []) if text]
        if values:
            yield code, "; ".join(values)


def _value(value: Any, question: QuestionProQuestion, where: str) -> str | None:
    """An answer's words for a comment, else its answerText: value.scale is a place on the scale, counted from 1."""
    if not isinstance(value, dict):
        raise SourceFailedError(f"{where}.answerValues holds something that is no object; report it with this line")
    text = _text(value.get("answerText"))
    if question.role == "comment":
        inner = value.get("value")
        words = [_text(inner.get(name)) for name in _WORDS] if isinstance(inner, dict) else []
        text = next((word for word in words if word and word.strip()), text)
    text = (text or "").strip()
    return question.answers.get(text, text) or None


def _text(value: Any) -> str | None:
    """A JSON value as text; numbers are text already. Objects and lists are nothing here."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else None


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
