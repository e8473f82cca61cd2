"""A tiny company whose CRM is asked, not read from files: a scripted service, and what landed of its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from orchestration.configuration.source_sql import SqlEntity, SqlSource
from orchestration.configuration.sources import FetchedSource
from orchestration.landing.extract import ExtractResult, extract
from orchestration.raw_views import create_raw_views
from orchestration.settings import FilesSource, Settings
from orchestration.sources.fetched import Ended, Page, Probe, Progress, Report, TablePage
from tests.landing_world import CONTRACT, company, noon

Answer = Page | TablePage | Ended | Exception
CUSTOMERS = SqlEntity(
    table="accounts", key="id", columns={"customer_id": "id", "name": "name", "updated_at": "changed"}
)
ORDERS = SqlEntity(table="sales", key="id", columns={"order_id": "id", "customer_id": "buyer", "amount": "total"})


def account(number: int, name: str = "Ann", changed: str = "2024-10-01") -> dict[str, str | None]:
    return {"id": f"C{number}", "name": name, "changed": changed}


def ended(mode: str = "snapshot", token: str = "t1", **more: Any) -> Ended:
    return Ended(mode, {"token": token}, **more)  # type: ignore[arg-type]


@dataclass
class Service:
    """Gives what it is told to, table by table, and remembers what it was asked."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, tuple[str, ...], Mapping[str, str] | None]] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    refusal: Exception | None = None

    def open(self) -> None:
        if self.refusal:
            raise self.refusal
        self.opened += 1

    def close(self) -> None:
        self.closed += 1

    def fetch(
        self, table: str, fields: Sequence[str], state: Mapping[str, str] | None, report: Report
    ) -> Iterator[Page | TablePage | Ended]:
        self.asked.append((table, tuple(fields), state))
        for answer in self.answers.get(table, [ended()]):
            report(Progress(0, 0, 0.0))
            if isinstance(answer, Exception):
                raise answer
            yield answer

    def probe(self, table: str, fields: Sequence[str]) -> Probe:
        return Probe(True, True)


@dataclass
class FetchedWorld:
    """A folder for landing, the service, and the entities that are asked of it."""

    root: Path
    entities: dict[str, SqlEntity] = field(default_factory=lambda: {"customers": CUSTOMERS})
    service: Service = field(default_factory=Service)
    said: list[str] = field(default_factory=list)
    others: tuple[FilesSource, ...] = ()

    def settings(self) -> Settings:
        source = SqlSource(name="crm", kind="sql", system="crm", url_env="CRM_URL", entities=self.entities)
        return Settings(
            config_dir=self.root,
            data_dir=self.root / "data",
            company=company(),
            audiences=(),
            sources=(source, *self.others),
        )

    def connect(self, source: FetchedSource, environment: Mapping[str, str], zone: ZoneInfo) -> Service:
        return self.service

    def extract(self, full: bool = False, **answers: list[Answer]) -> ExtractResult:
        """One extract in which the service gives these answers by table."""
        self.service.answers = answers
        return self._extract(full)

    def extract_again(self) -> int:
        """One extract of a service that knows its answers itself; the rows that landed."""
        return self._extract(False).landed_rows

    def _extract(self, full: bool) -> ExtractResult:
        self.said.clear()
        return extract(self.settings(), self.said.append, CONTRACT, self.clock, full=full, connect=self.connect)

    def clock(self, zone: ZoneInfo) -> datetime:
        return noon(zone)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            create_raw_views(self.settings(), connection, CONTRACT)
            return connection.execute(query).fetchall()
