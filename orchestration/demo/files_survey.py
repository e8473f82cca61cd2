"""Writes the survey tool's deliveries: surveys and questions as CSV snapshots, responses and answers as JSON lines.

Times are delivered in UTC. Comments are answers too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.demo import spoilt
from orchestration.demo.answers import DRIVERS
from orchestration.demo.months import MONTHS, Month, month_index
from orchestration.demo.tally import ADMITTED, QUARANTINED, SUPERSEDED, Tally
from orchestration.demo.world import EXIT_QUESTION, SURVEYS, Response, World
from orchestration.demo.writing import write_csv, write_json_lines

ZONE = ZoneInfo("Europe/Budapest")
_BY_ID = {survey.survey_id: survey for survey in SURVEYS}
_DRIVER_BLANK = "9"
_QUESTION_HEADER = [
    "survey_id",
    "question",
    "role",
    "scale_min",
    "scale_max",
    "higher_is_better",
    "blank_codes",
    "driver",
]
_SCORES = [
    [
        survey.survey_id,
        survey.question,
        "score",
        str(survey.scale_min),
        str(survey.scale_max),
        "true" if survey.higher_is_better else "false",
        survey.blank_code,
        "",
    ]
    for survey in SURVEYS
    if survey.question
]
_MORE = [
    *(["relationship", driver, "driver", "1", "5", "true", _DRIVER_BLANK, driver] for driver in DRIVERS),
    ["relationship", "comment", "comment", "", "", "", "", ""],
    ["service", "effort", "driver", "1", "7", "false", "", "effort"],
    ["service", "comment", "comment", "", "", "", "", ""],
    ["exit", EXIT_QUESTION, "reason", "", "", "", "", ""],
    ["exit", "comment", "comment", "", "", "", "", ""],
]
# Scores off the scale are planted in answers to these.
_SPOILT_SURVEYS = ("relationship", "service")
# Every so many-th completed response arrives as partial first and completed a month later.
COMPLETED_LATER = 211


def _in_utc(local: datetime) -> str:
    return f"{local.replace(tzinfo=ZONE).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _response_row(response: Response, status: str) -> dict[str, Any]:
    return {
        "response_id": response.response_id,
        "survey_id": response.survey_id,
        "customer_id": response.customer_id or None,
        "responded_at": _in_utc(response.responded_at),
        "status": status,
        "language": response.language,
        "channel": response.channel,
        "case_id": response.case_id or None,
        "is_test": response.is_test,
        "is_duplicate": response.is_duplicate,
    }


def answers_of(response: Response) -> list[tuple[str, int | str]]:
    """Question and value of each answer; a blank one is its question's blank code."""
    survey = _BY_ID[response.survey_id]
    answers: list[tuple[str, int | str]] = []
    if survey.question:
        answers.append((survey.question, survey.blank_code if response.score is None else response.score))
    if response.reason:
        answers.append((EXIT_QUESTION, response.reason))
    for driver, value in response.answers.items():
        answers.append((driver, _DRIVER_BLANK if value is None else value))
    if response.effort is not None:
        answers.append(("effort", response.effort))
    if response.comment:
        answers.append(("comment", response.comment))
    return answers


def _answer_rows(response: Response) -> list[dict[str, Any]]:
    return [
        {"response_id": response.response_id, "question": question, "value": value}
        for question, value in answers_of(response)
    ]


def question_rows() -> list[list[str]]:
    """Every question of every survey, in the order of the contract's columns."""
    return [*_SCORES, *_MORE]


def _write_answers(folder: Path, month: Month, responses: list[Response], tally: Tally) -> None:
    rows = []
    off_scale = list(spoilt.OFF_SCALE.get(month.index, []))
    for response in responses:
        answers = _answer_rows(response)
        tally.add("survey_answers", ADMITTED, len(answers))
        if response.score is None and response.survey_id in _SPOILT_SURVEYS and off_scale:
            answers[0]["value"] = off_scale.pop()
            tally.move("survey_answers", ADMITTED, QUARANTINED)
        rows += answers
    if off_scale:
        raise ValueError(f"{month.name} has too few blank answers to spoil; {len(off_scale)} scores are left")
    for bad in spoilt.ROWS["survey_answers"].get(month.index, ()):
        rows.append({**rows[0], **bad.values})
        tally.add("survey_answers", bad.fate)
    tally.file("survey_answers", month.last)
    write_json_lines(folder / f"survey_answers_{month.name}.jsonl", rows)


def _write_responses(
    folder: Path, month: Month, responses: list[Response], completed_now: list[Response], tally: Tally
) -> list[Response]:
    """Writes a month's responses; returns those that will be completed in the next file."""
    later = []
    rows = [_response_row(response, response.status) for response in completed_now]
    for number, response in enumerate(responses):
        comes_later = number % COMPLETED_LATER == 7 and response.status == "completed" and month is not MONTHS[-1]
        rows.append(_response_row(response, "partial" if comes_later else response.status))
        later += [response] if comes_later else []
    tally.add("survey_responses", ADMITTED, len(responses))
    tally.add("survey_responses", SUPERSEDED, len(later))
    for bad in spoilt.ROWS["survey_responses"].get(month.index, ()):
        rows.append({**rows[0], **bad.values})
        tally.add("survey_responses", bad.fate)
    lines = spoilt.LINES["survey_responses"].get(month.index, [])
    tally.add("survey_responses", QUARANTINED, len(lines))
    tally.file("survey_responses", month.last)
    write_json_lines(folder / f"survey_responses_{month.name}.jsonl", rows, lines)
    return later


def write_responses(folder: Path, world: World, tally: Tally) -> None:
    """36 increments of responses and of answers, by the local day of the response."""
    by_index: dict[int, list[Response]] = {month.index: [] for month in MONTHS}
    for response in sorted(world.responses, key=lambda response: (response.responded_at, response.response_id)):
        by_index[month_index(response.responded_at.date())].append(response)
    later: list[Response] = []
    for month in MONTHS:
        completed_now, responses = later, by_index[month.index]
        later = _write_responses(folder, month, responses, completed_now, tally)
        _write_answers(folder, month, responses, tally)


def write_surveys(folder: Path, tally: Tally) -> None:
    """Two snapshots each; the second adds the questions about drivers and reasons, and the comments."""
    for index, questions in ((0, _SCORES), (1, _SCORES + _MORE)):
        month = MONTHS[index]
        surveys = [[survey.survey_id, survey.name, survey.type] for survey in SURVEYS]
        write_csv(folder / f"surveys_{month.name}.csv", ["survey_id", "name", "type"], surveys)
        write_csv(folder / f"survey_questions_{month.name}.csv", _QUESTION_HEADER, questions)
        for entity, rows in (("surveys", surveys), ("survey_questions", questions)):
            tally.add(entity, SUPERSEDED if index == 0 else ADMITTED, len(rows))
            tally.file(entity, month.last)
