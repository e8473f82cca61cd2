"""What lands of a QuestionPro account: responses with their answers, corrections, and nothing personal."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.configuration.source_questionpro import QuestionProSource
from orchestration.configuration.sources import FetchedSource
from orchestration.contract import load_contract
from orchestration.demo.services.questionpro import API_KEY, USER_ID, FakeQuestionPro, Fault
from orchestration.demo.services.questionpro_data import FakeResponse
from orchestration.landing.extract import ExtractError, extract
from orchestration.raw_views import create_raw_views
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.sources.questionpro.connector import QuestionProConnector
from tests.company_config import write_config
from tests.questionpro_world import CONFIGURED, NPS, SURVEYS, account

ENTITIES: dict[str, dict[str, Any]] = {
    "surveys": {"table": "surveys"},
    "survey_questions": {"table": "questions"},
    "survey_responses": {"table": "responses", "columns": {"case_id": "customVariables.case"}},
    "survey_answers": {"table": "answers"},
}
DAY = datetime(2024, 3, 31, 20, tzinfo=UTC)


def configured(root: Path, base_url: str) -> Settings:
    """A company whose only source is the account."""
    config = write_config(root, {})
    source = {
        "name": "qp",
        "kind": "questionpro",
        "system": "survey",
        "base_url": base_url,
        "user_id": int(USER_ID),
        "page_size": 3,
        "parallel": 1,
        "surveys": CONFIGURED,
        "entities": ENTITIES,
    }
    (config / "sources.yml").write_text(yaml.safe_dump({"sources": [source]}), encoding="utf-8")
    return load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(root / "data")})


def land(settings: Settings, at: datetime = DAY) -> None:
    """Extracts as on that day."""

    def connect(source: FetchedSource, _: object, __: object) -> QuestionProConnector:
        assert isinstance(source, QuestionProSource)
        return QuestionProConnector(source, {"QUESTIONPRO_API_KEY": API_KEY}, lambda: at)

    extract(settings, clock=lambda zone: at.astimezone(zone), connect=connect)


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        create_raw_views(settings, connection, load_contract())
        return connection.execute(query).fetchall()


def test_an_account_lands_under_the_contracts_names(tmp_path: Path) -> None:
    with FakeQuestionPro(SURVEYS, account()) as service:
        settings = configured(tmp_path, service.base_url)
        land(settings)
    assert rows(settings, "select survey_id, name, type from raw_survey.surveys order by 1") == [
        ("1234568", "Service survey", "csat"),
        ("relationship", "Relationship survey", "nps"),
    ]
    found = rows(
        settings,
        "select response_id, survey_id, customer_id, responded_at, status, case_id, is_duplicate, _delivered_on::text "
        "from raw_survey.survey_responses order by response_id limit 1",
    )
    assert found == [
        ("5000", "relationship", "C-0", "2024-03-31T12:00:00-07:00", "Completed", "K0", "false", "2024-03-31")
    ]
    assert rows(settings, "select question, count(*) from raw_survey.survey_answers group by 1 order by 1") == [
        ("Q1", 3),
        ("recommend", 7),
        ("why", 7),
    ]
    landed = b"".join(path.read_bytes() for path in settings.landing_dir.rglob("*.parquet"))
    assert b"203.0.113.7" not in landed and b"someone@example.org" not in landed


def test_the_second_extract_lands_only_what_is_new_or_was_completed(tmp_path: Path) -> None:
    partial = FakeResponse(1, NPS, DAY - timedelta(days=9), "Partial", shown_until=DAY)
    done = FakeResponse(1, NPS, DAY - timedelta(days=9), "Completed", shown_from=DAY)
    old = FakeResponse(2, NPS, DAY - timedelta(days=90))
    with FakeQuestionPro(SURVEYS, (old, partial, done), now=DAY - timedelta(days=1)) as service:
        settings = configured(tmp_path, service.base_url)
        land(settings, DAY - timedelta(days=1))
        service.now = DAY
        land(settings)
    deliveries = rows(
        settings,
        "select delivery, rows from raw_survey.delivered_files where entity = 'survey_responses' order by _load_id",
    )
    assert deliveries == [("snapshot", 2), ("increment", 1)]
    assert rows(settings, "select status from raw_survey.survey_responses where response_id = '1' order by 1 desc") == [
        ("Partial",),
        ("Completed",),
    ]


def test_a_spent_quota_lands_what_was_read_and_fails_the_extract(tmp_path: Path) -> None:
    faults: dict[int, Fault] = {}
    with FakeQuestionPro(SURVEYS, account(), faults=faults) as service:
        settings = configured(tmp_path, service.base_url)
        faults.update(dict.fromkeys(range(3, 100), "quota"))
        with pytest.raises(ExtractError, match="API calls are spent"):
            land(settings)
        assert rows(settings, "select count(*) from raw_survey.survey_responses") == [(6,)]
        faults.clear()
        land(settings)
    assert rows(settings, "select count(distinct response_id) from raw_survey.survey_responses") == [(10,)]


def test_the_connector_runs_alone_and_says_what_it_finds(tmp_path: Path) -> None:
    with FakeQuestionPro(SURVEYS, account()) as service:
        configured(tmp_path, service.base_url)
        environment = {**os.environ, "HOLDFAST_CONFIG": str(tmp_path / "config"), "QUESTIONPRO_API_KEY": API_KEY}
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.sources.questionpro", "qp"],
            capture_output=True, text=True, cwd=PROJECT_ROOT, env=environment, timeout=60, check=False,
        )  # fmt: skip
        del environment["QUESTIONPRO_API_KEY"]
        refused = subprocess.run(
            [sys.executable, "-m", "orchestration.sources.questionpro"],
            capture_output=True, text=True, cwd=PROJECT_ROOT, env=environment, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "qp survey_responses: 10 rows\n  match rate on externalReference: 80.0 %" in done.stdout
    assert refused.returncode == 1
    assert "QUESTIONPRO_API_KEY" in refused.stdout
