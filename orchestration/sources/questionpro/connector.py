"""The tables of a QuestionPro account: surveys, questions, responses and answers.

Responses and answers are made of one download, so that no answer lands without its response and no call is made twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from orchestration.configuration.source_questionpro import QuestionProSource
from orchestration.sources.fetched import (
    Ended,
    Page,
    Probe,
    Progress,
    Report,
    Row,
    SourceFailedError,
    SpentQuotaError,
    secrets_of,
)
from orchestration.sources.questionpro.client import Call, Client, RefusedError, UnreachableError
from orchestration.sources.questionpro.paging import MovedError, slices
from orchestration.sources.questionpro.reading import Reading
from orchestration.sources.questionpro.responses import RESPONSE_FIELDS, answer_rows, check_fields, text_of

TABLES = ("surveys", "questions", "responses", "answers")
ROWS_PER_PAGE = 5000


def _utc_now() -> datetime:
    return datetime.now(UTC)


class QuestionProConnector:
    """One account. `clock` says until when responses are read; `client` builds the HTTP side from url and key."""

    def __init__(
        self,
        access: QuestionProSource,
        environment: Mapping[str, str],
        clock: Callable[[], datetime] = _utc_now,
        client: Callable[[str, str, str], Client] = Client,
    ) -> None:
        self._access, self._environment, self._clock, self._build = access, environment, clock, client
        self._client: Client | None = None
        self._readings: dict[tuple[tuple[str, str], ...] | None, Reading] = {}
        self._lock = threading.Lock()

    def open(self) -> None:
        """Reads the key; MissingSecretsError names its variable. Nothing is called yet."""
        name = self._access.api_key_env
        key = secrets_of(self._environment, {"api_key_env": name})["api_key_env"].strip()
        self._client = self._build(self._access.url, key, name)

    def close(self) -> None:
        """Closes connections and removes what was downloaded."""
        for reading in self._readings.values():
            reading.close()
        self._readings.clear()
        if self._client is not None:
            self._client.close()
            self._client = None

    def fetch(
        self, table: str, fields: Sequence[str], state: Mapping[str, str] | None, report: Report
    ) -> Iterator[Page | Ended]:
        """Pages of rows, then Ended.

        Raises:
            SpentQuotaError: no calls are left; `kept` says what the pages so far are.
            SourceFailedError: see the modules beside this one, and an unknown table or field.
        """
        if table not in TABLES:
            raise SourceFailedError(f'there is no table "{table}"; choose one of: {", ".join(TABLES)}')
        check_fields(table, fields)
        if table in ("responses", "answers"):
            yield from self._of_responses(table, fields, state, report)
            return
        rows = self._rows(table, self._open_client)
        report(Progress(len(rows), 1, 0.0, len(rows)))
        yield Page(tuple(_only(row, fields) for row in rows))
        yield Ended("snapshot", {}, (), len(rows))

    def probe(self, table: str, fields: Sequence[str]) -> Probe:
        """One small call per survey: whether it may be read, and how many rows it has."""
        client = self._open_client.asking_once()
        try:
            check_fields(table, fields)
            if table in ("surveys", "questions"):
                return Probe(True, True, rows=len(self._rows(table, client)))
            return self._probe_responses(table, fields, client)
        except UnreachableError as error:
            return Probe(False, False, problem=str(error))
        except SourceFailedError as error:
            permitted = not (isinstance(error, RefusedError) and error.status in (401, 403))
            return Probe(True, permitted, problem=str(error))

    def _probe_responses(self, table: str, fields: Sequence[str], client: Client) -> Probe:
        small = self._access.model_copy(update={"page_size": 1})
        with closing(Reading(small, client, None, self._clock())) as reading:
            samples = reading.samples()
        there = {name for record in samples.records for name in record["fields"]} | set(RESPONSE_FIELDS)
        missing = tuple(field for field in fields if table == "responses" and samples.records and field not in there)
        return Probe(True, True, rows=samples.total if table == "responses" else None, missing_fields=missing)

    @property
    def _open_client(self) -> Client:
        if self._client is None:
            raise RuntimeError("open() comes before fetch() and probe()")
        return self._client

    def _rows(self, table: str, client: Client) -> list[Row]:
        """All rows of the tables that are small."""
        return self._survey_rows(client) if table == "surveys" else self._question_rows(client)

    def _survey_rows(self, client: Client) -> list[Row]:
        """The configured surveys; the name comes from the service.

        Raises:
            SourceFailedError: a configured survey is not among the user's.
        """
        found = self._by("surveyID", self._surveys_path(), client)
        missing = [survey for survey in self._access.surveys if survey not in found]
        if missing:
            raise SourceFailedError(
                f"{self._surveys_path()}: survey {', '.join(missing)} is not among the {len(found)} surveys there; "
                "correct surveys in config/sources.yml, or have it shared with the key's user"
            )
        return [
            {
                **{
                    name: _told(found[survey_id], name, self._surveys_path())
                    for name in ("name", "status", "creationDate", "modifiedDate")
                },
                "surveyID": survey_id,
                "survey": survey.id or survey_id,
                "type": survey.type,
            }
            for survey_id, survey in self._access.surveys.items()
        ]

    def _surveys_path(self) -> str:
        if self._access.api == "cx":
            return f"/cx/feedbacks/{self._access.workspace_id}/surveys"
        return f"/users/{self._access.user_id}/surveys"

    def _question_rows(self, client: Client) -> list[Row]:
        """The configured questions; their words come from the service.

        Raises:
            SourceFailedError: a configured question is not in its survey.
        """
        rows: list[Row] = []
        for survey_id, survey in self._access.surveys.items():
            path = f"/surveys/{survey_id}/questions"
            texts = {code: _told(item, "text", path) for code, item in self._by("code", path, client).items()}
            for code, question in survey.questions.items():
                if code not in texts:
                    raise SourceFailedError(
                        f'{path}: there is no question with code "{code}"; correct surveys.{survey_id}.questions in '
                        f"config/sources.yml to one of: {', '.join(sorted(texts))}"
                    )
                rows.append({
                    "surveyID": survey_id,
                    "survey": survey.id or survey_id,
                    "question": question.name or code,
                    "questionCode": code,
                    "text": texts[code],
                    "role": question.role,
                    "scaleMin": _number(question.scale_min),
                    "scaleMax": _number(question.scale_max),
                    "higherIsBetter": "true" if question.higher_is_better else "false",
                    "blankCodes": question.blank_codes or None,
                    "driver": question.driver or None,
                })  # fmt: skip
        return rows

    def _by(self, key: str, path: str, client: Client) -> dict[str, dict[str, Any]]:
        """The rows of a small list by their key.

        Raises:
            SourceFailedError: a key comes twice.
        """
        found: dict[str, dict[str, Any]] = {}
        try:
            for piece in slices(client, Call("GET", path, 1, self._access.page_size)):
                for index, row in enumerate(piece.rows):
                    name = text_of(row.get(key), f"{piece.where}: $.response[{index}].{key}") or ""
                    if name in found:
                        raise SourceFailedError(
                            f"{piece.where}: $.response[{index}].{key} {name} came before; report it"
                        )
                    found[name] = row
            return found
        except MovedError as error:
            raise SourceFailedError(f"{error}; run extract again") from None

    def _of_responses(
        self, table: str, fields: Sequence[str], state: Mapping[str, str] | None, report: Report
    ) -> Iterator[Page | Ended]:
        reading = self._reading(state, report)
        if table == "responses":
            rows: Iterable[Row] = (record["fields"] for record in reading.records())
        else:
            rows = (row for record in reading.records() for row in answer_rows(record, self._access))
        kept = (_only(row, fields) for row in rows)
        while page := tuple(islice(kept, ROWS_PER_PAGE)):
            yield Page(page)
        notes = _notes(reading, self._access) if table == "responses" else ()
        if reading.stopped:
            raise SpentQuotaError(reading.stopped, Ended("increment", reading.state, notes))
        expected = reading.expected if table == "responses" else None
        yield Ended("snapshot" if state is None else "increment", reading.state, notes, expected)

    def _reading(self, state: Mapping[str, str] | None, report: Report) -> Reading:
        """The download for a state, made by the first table that asks for it; the other one waits."""
        key = None if state is None else tuple(sorted(state.items()))
        with self._lock:
            if key not in self._readings:
                reading = Reading(self._access, self._open_client, state, self._clock())
                try:
                    reading.download(report)
                except BaseException:
                    reading.close()
                    raise
                self._readings[key] = reading
            return self._readings[key]


def _notes(reading: Reading, access: QuestionProSource) -> tuple[str, ...]:
    if not reading.rows:
        return ()
    share = f"{100 * reading.keyed / reading.rows:.1f} %"
    return (f"match rate on {access.customer_key}: {share} ({reading.keyed} of {reading.rows} carry a customer)",)


def _only(row: Mapping[str, str | None], fields: Sequence[str]) -> Row:
    return {field: row.get(field) for field in fields}


def _told(item: Mapping[str, Any], name: str, path: str) -> str | None:
    return text_of(item.get(name), f"{path}: $.response[].{name}") or None


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)
