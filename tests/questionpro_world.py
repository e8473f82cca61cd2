"""A small QuestionPro account for tests, and a connector to it that never waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestration.configuration.source_questionpro import QuestionProSource
from orchestration.demo.services.questionpro import API_KEY, USER_ID, WORKSPACE_ID, FakeQuestionPro
from orchestration.demo.services.questionpro_data import FakeQuestion, FakeResponse, FakeSurvey
from orchestration.sources.fetched import Ended, Page, Progress, Row
from orchestration.sources.questionpro.client import Client
from orchestration.sources.questionpro.connector import QuestionProConnector

NOW = datetime(2024, 3, 31, 20, 0, tzinfo=UTC)
NPS, SERVICE = 1234567, 1234568
SURVEYS = (
    FakeSurvey(
        NPS,
        "Relationship survey",
        (
            FakeQuestion(1, "Q1", "How likely is it that you would recommend us?", 0),
            FakeQuestion(2, "Q2", "Why?", is_text=True),
            FakeQuestion(3, "Q3_1", "First name", is_text=True),
        ),
    ),
    FakeSurvey(SERVICE, "Service survey", (FakeQuestion(9, "Q1", "How satisfied are you?", 1),)),
)
CONFIGURED = {
    NPS: {
        "type": "nps",
        "id": "relationship",
        "questions": {
            "Q1": {"role": "score", "name": "recommend", "scale_min": 0, "scale_max": 10},
            "Q2": {"role": "comment", "name": "why"},
        },
    },
    SERVICE: {"type": "csat", "questions": {"Q1": {"role": "score", "scale_min": 1, "scale_max": 5}}},
}
RESPONSE_FIELDS = ("responseID", "survey", "customerKey", "respondedAt", "responseStatus", "customVariables.case")
ANSWER_FIELDS = ("responseID", "question", "value")


def account(nps: int = 7, service: int = 3) -> tuple[FakeResponse, ...]:
    """Responses a day apart up to NOW, scores 0, 1, 2 …; every fourth one is anonymous."""
    made = []
    for number in range(nps + service):
        is_nps = number < nps
        made.append(
            FakeResponse(
                response_id=5000 + number,
                survey_id=NPS if is_nps else SERVICE,
                at=NOW - timedelta(days=number, hours=1),
                external_reference="" if number % 4 == 3 else f"C-{number}",
                custom_variables={"case": f"K{number}", "mail": "someone@example.org"},
                answers=(("Q1", str(number % 11)), ("Q2", "Prompt"), ("Q3_1", "Anna")) if is_nps else (("Q1", "4"),),
            )
        )
    return tuple(made)


def source(base_url: str, **keys: Any) -> QuestionProSource:
    """The settings of a source that reads SURVEYS."""
    given = {"user_id": USER_ID, "workspace_id": WORKSPACE_ID, "page_size": 3, "surveys": CONFIGURED, **keys}
    return QuestionProSource.model_validate({
        "name": "qp", "kind": "questionpro", "system": "survey", "base_url": base_url, "entities": {}, **given,
    })  # fmt: skip


@dataclass
class Waits:
    """Stands for the clock: sleeping passes the time and is noted."""

    seconds: list[float] = field(default_factory=list)
    now: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


@contextmanager
def connected(
    service: FakeQuestionPro, waits: Waits | None = None, now: datetime = NOW, read_seconds: float = 10.0, **keys: Any
) -> Iterator[QuestionProConnector]:
    """An open connector to the service."""
    waits = waits or Waits()

    def client(url: str, key: str, name: str) -> Client:
        return Client(url, key, name, clock=waits.clock, sleep=waits.sleep, read_seconds=read_seconds)

    settings = source(service.base_url, **keys)
    connector = QuestionProConnector(settings, {"QUESTIONPRO_API_KEY": API_KEY}, lambda: now, client)
    connector.open()
    try:
        yield connector
    finally:
        connector.close()


@dataclass
class Fetched:
    rows: list[Row]
    ended: Ended
    progress: list[Progress]


def fetch(
    connector: QuestionProConnector, table: str, fields: Sequence[str], state: dict[str, str] | None = None
) -> Fetched:
    """All rows of a table, and what the fetch knew at its end."""
    progress: list[Progress] = []
    rows: list[Row] = []
    ended: list[Ended] = []
    for part in connector.fetch(table, fields, state, progress.append):
        if isinstance(part, Page):
            assert not ended
            rows.extend(part.rows)
        else:
            ended.append(part)
    assert len(ended) == 1
    return Fetched(rows, ended[0], progress)
