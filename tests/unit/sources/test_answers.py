"""A response file that carries its answers as columns."""

from __future__ import annotations

from pathlib import Path

from orchestration.dbt_project import source_formats
from orchestration.settings import EntityFiles
from tests.landing_world import World, read, spool_rows

TEXT = "response_id,survey_id,status,Q1 score,Q2\nR1,S,completed,9,good\nR2,S,partial,,\nR3,S,completed,0,\n"


def test_each_filled_cell_becomes_an_answer(tmp_path: Path) -> None:
    spec = {"answers": {"q1 score": "nps", "Q2": "comment"}}
    reading = read(tmp_path, TEXT, "responses_2024-12.csv", "survey_responses", **spec)
    assert reading.values("response_id", "status") == [("R1", "completed"), ("R2", "partial"), ("R3", "completed")]
    assert [part.entity for part in reading.file.parts] == ["survey_responses", "survey_answers"]
    assert spool_rows(reading.file, 1) == [
        {"response_id": "R1", "question": "nps", "value": "9", "_record": "1"},
        {"response_id": "R1", "question": "comment", "value": "good", "_record": "2"},
        {"response_id": "R3", "question": "nps", "value": "0", "_record": "3"},
    ]


def test_responses_without_any_answer_leave_no_answers(tmp_path: Path) -> None:
    text = "response_id,survey_id,Q1\nR1,S,\n"
    reading = read(tmp_path, text, "responses_2024-12.csv", "survey_responses", answers={"Q1": "nps"})
    assert reading.file.parts[1].rows == 0
    assert spool_rows(reading.file, 1) == []


def test_answers_as_columns_are_read_in_the_format_of_their_file(tmp_path: Path) -> None:
    spec = EntityFiles(files="*", delivery="snapshot", decimal_comma=True, answers={"Q1": "nps"})
    formats = source_formats(World(tmp_path, {"survey_responses": spec}).settings())
    assert formats["survey_answers"] == formats["survey_responses"]
    assert formats["survey_answers"]["survey_files"]["delivery"] == "snapshot"


LOOPED = (
    "response_id,survey_id,status,Seq. Number,Q1,Q5\n"
    "R1,S,completed,1,9,bread\nR1,S,completed,2,,milk\nR2,S,completed,,7,\nR1,S,completed,1,9,bread\n"
)


def test_further_rows_of_a_looped_response_are_answers_only(tmp_path: Path) -> None:
    spec = {"answers": {"Q1": "nps", "Q5": "item", "Seq. Number": "_sequence"}}
    reading = read(tmp_path, LOOPED, "responses_2024-12.csv", "survey_responses", **spec)
    # The same row once more is left to judging, which keeps it once and counts it.
    assert reading.values("response_id", "_record") == [("R1", "1"), ("R2", "3"), ("R1", "4")]
    answers = [(row["response_id"], row["question"], row["value"]) for row in spool_rows(reading.file, 1)]
    assert answers == [
        ("R1", "nps", "9"),
        ("R1", "item", "bread"),
        ("R1", "item #2", "milk"),
        ("R2", "nps", "7"),
        ("R1", "nps", "9"),
        ("R1", "item", "bread"),
    ]


def test_times_may_have_a_zone_of_their_entity(tmp_path: Path) -> None:
    spec = EntityFiles(files="*", time_zone="America/Los_Angeles", answers={"Q1": "nps"})
    formats = source_formats(World(tmp_path, {"survey_responses": spec}).settings())
    zones = {name: found["survey_files"]["time_zone"] for name, found in formats.items()}
    assert zones == {"survey_responses": "America/Los_Angeles", "survey_answers": "America/Los_Angeles"}
