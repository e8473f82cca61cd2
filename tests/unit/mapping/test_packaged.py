"""Mappings that come with Holdfast: they fit the contract, and a company's own headers take their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from orchestration.contract import load_contract
from orchestration.mapping.compiled import compile_mapping
from orchestration.mapping.packaged import packaged
from orchestration.mapping.values import generated_key
from orchestration.settings import EntityFiles
from tests.landing_world import read_by, spool_rows

CONTRACT = load_contract()
EXPORT = (
    "First name,Last name,LinkedIn URL,Campaign,Sent at,Replied at,CRM key\n"
    "Ada,Nowak,https://linkedin.example/in/ada,Spring,2024-10-01 09:00,2024-10-02 10:00,C7\n"
    "Bo,,https://linkedin.example/in/bo,Spring,2024-10-01 09:05,,\n"
)


@pytest.mark.parametrize("name", packaged())
def test_every_packaged_mapping_fits_the_contract_and_is_described(name: str) -> None:
    entity = CONTRACT[packaged()[name]["entity"]]
    mapping = compile_mapping(EntityFiles.model_validate({"files": "*", "mapping": name}), entity)
    assert set(entity.required_columns) <= set(mapping.columns)
    text = (Path(__file__).resolve().parents[3] / "docs" / "connectors" / f"{name}.md").read_text(encoding="utf-8")
    assert [field for field in mapping.fields if f"`{field}`" not in text] == []


def outreach(tmp_path: Path, text: str, **spec: Any) -> list[dict[str, Any]]:
    return read_by(CONTRACT, tmp_path, text, "waalaxy_2024-10.csv", "outreach", {"mapping": "waalaxy", **spec}).rows


def test_an_export_of_waalaxy_becomes_outreach(tmp_path: Path) -> None:
    ada, bo = outreach(tmp_path, EXPORT)
    assert ada | {"_record": "1"} == {
        "touch_id": generated_key(["https://linkedin.example/in/ada", "Spring"]), "prospect": "Ada Nowak",
        "customer_id": "C7", "channel": "linkedin", "campaign": "Spring", "touched_at": "2024-10-01 09:00",
        "replied_at": "2024-10-02 10:00", "converted_at": None, "_record": "1",
    }  # fmt: skip
    assert (bo["prospect"], bo["customer_id"], bo["replied_at"]) == (None, None, None)


@pytest.mark.parametrize("own", [{"Wysłano": "touched_at"}, {"touched_at": "Wysłano"}])
def test_a_header_of_ones_own_takes_the_packaged_ones_place(tmp_path: Path, own: dict[str, str]) -> None:
    rows = outreach(tmp_path, EXPORT.replace("Sent at", "Wysłano"), columns=own)
    assert [row["touched_at"] for row in rows] == ["2024-10-01 09:00", "2024-10-01 09:05"]


def test_a_packaged_column_can_be_taken_away() -> None:
    spec = EntityFiles.model_validate({"files": "*", "mapping": "waalaxy", "columns": {"prospect": None}})
    assert "prospect" not in compile_mapping(spec, CONTRACT["outreach"]).columns


def test_an_unknown_mapping_names_the_known_ones() -> None:
    with pytest.raises(ValidationError, match='mapping "wallaxy" is not known; choose one of: questionpro, waalaxy'):
        EntityFiles.model_validate({"files": "*", "mapping": "wallaxy"})


QUESTIONPRO = (
    "Response ID,IP Address,Timestamp (mm/dd/yyyy),Duplicate,Response Status,Sequence Number,External Reference,"
    "Respondent Email,Q1. Recommend?\n"
    "31105,203.0.113.7,10/05/2020 14:51:51,false,Completed,1,C-7,ada@example.org,9\n"
)


def test_an_export_of_questionpro_becomes_responses_without_what_is_personal(tmp_path: Path) -> None:
    spec = {
        "mapping": "questionpro",
        "columns": {"survey_id": {"constant": "relationship"}},
        "answers": {"Q1. Recommend?": "recommend"},
    }
    reading = read_by(CONTRACT, tmp_path, QUESTIONPRO, "nps_2024-10.csv", "survey_responses", spec)
    [row] = reading.rows
    assert {name: value for name, value in row.items() if value is not None} == {
        "response_id": "31105", "survey_id": "relationship", "customer_id": "C-7", "status": "Completed",
        "responded_at": "10/05/2020 14:51:51", "is_duplicate": "false", "_record": "1",
    }  # fmt: skip
    [answer] = spool_rows(reading.file, 1)
    assert (answer["response_id"], answer["question"], answer["value"]) == ("31105", "recommend", "9")
    found = EntityFiles.model_validate({"files": "*", **spec})
    assert (found.time_zone, found.date_order) == ("America/Los_Angeles", "mdy")
    assert found.answers == {"Sequence Number": "_sequence", "Q1. Recommend?": "recommend"}
