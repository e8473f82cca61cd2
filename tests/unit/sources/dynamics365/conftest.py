"""A fake Dataverse with a few accounts and contacts, and a connector that asks it without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.demo.services.dataverse import FakeDataverse
from orchestration.demo.services.dataverse_tables import Record, Table, Tables
from orchestration.sources.dynamics365.connector import Dynamics365Connector, Seams
from orchestration.sources.dynamics365.session import Clock
from orchestration.sources.fetched import Ended, Page, Progress, Row

ACCOUNT = {
    "accountid": "Uniqueidentifier",
    "name": "String",
    "creditlimit": "Money",
    "donotemail": "Boolean",
    "_masterid_value": "Lookup",
    "createdon": "DateTime",
    "modifiedon": "DateTime",
}
EMAIL = {"activityid": "Uniqueidentifier", "_regardingobjectid_value": "Lookup", "modifiedon": "DateTime"}
CASE = {"incidentid": "Uniqueidentifier", "_customerid_value": "Customer", "modifiedon": "DateTime"}
FIELDS = ("accountid", "name", "creditlimit", "donotemail", "_masterid_value", "createdon")


def identity(number: int) -> str:
    """A GUID."""
    return f"00000000-0000-4000-8000-{number:012d}"


def account(number: int, **values: Any) -> Record:
    """An account as the service keeps it."""
    return {
        "accountid": identity(number),
        "name": f"Company {number}",
        "creditlimit": 10.5 * number,
        "donotemail": number % 2 == 0,
        "_masterid_value": None,
        "createdon": "2024-03-31T22:30:00Z",
        "modifiedon": "2024-05-01T08:00:00Z",
    } | values


@dataclass
class FakeTime:
    """A clock that passes only by being slept away or set."""

    moment: datetime = datetime(2024, 6, 1, 6, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)

    def clock(self) -> Clock:
        return Clock(now=lambda: self.moment, seconds=lambda: self.moment.timestamp(), sleep=self.sleep)


@dataclass
class SignedIn:
    """A credential that hands out the fake's tokens."""

    fake: FakeDataverse
    token: str = ""
    made: int = 0

    def __call__(self) -> SignedIn:
        self.made += 1
        self.token = self.fake.issue()
        return self

    def get_token(self, *scopes: str, **_: Any) -> Any:
        assert scopes == (f"{self.fake.url}/.default",)
        return SimpleNamespace(token=self.token, expires_on=0)


@dataclass
class Told:
    """Everything a fetch handed over."""

    pages: list[Page]
    ended: Ended
    progress: list[Progress]

    @property
    def rows(self) -> list[Row]:
        return [row for page in self.pages for row in page.rows]

    @property
    def deleted(self) -> list[str]:
        return [gone for page in self.pages for gone in page.deleted]


@dataclass
class Company:
    """The fake, the time, and what a connector of it tells."""

    fake: FakeDataverse
    time: FakeTime
    signed_in: SignedIn

    def connector(
        self, page_size: int = 3, entities: Mapping[str, Any] | None = None, **keys: Any
    ) -> Dynamics365Connector:
        told = entities or {
            "customers": {"table": "accounts", "key": "accountid", "columns": {"customer_id": "accountid"}}
        }
        source = Dynamics365Source.model_validate(
            {
                "name": "crm",
                "kind": "dynamics365",
                "system": "crm",
                "url": self.fake.url,
                "tenant_id_env": "T",
                "client_id_env": "C",
                "client_secret_env": "S",
                "page_size": page_size,
                "entities": told,
            }
            | keys
        )
        seams = Seams(clock=self.time.clock(), timeout=(2.0, 0.25), sign_in=self.signed_in)
        connector = Dynamics365Connector(source, {}, ZoneInfo("Europe/Budapest"), seams)
        connector.open()
        return connector

    def fetch(
        self,
        connector: Dynamics365Connector | None = None,
        table: str = "accounts",
        fields: tuple[str, ...] = FIELDS,
        state: Mapping[str, str] | None = None,
    ) -> Told:
        progress: list[Progress] = []
        *pages, ended = (connector or self.connector()).fetch(table, fields, state, progress.append)
        assert isinstance(ended, Ended)
        return Told([page for page in pages if isinstance(page, Page)], ended, progress)


@pytest.fixture
def company() -> Iterator[Company]:
    """Seven accounts: three pages of three."""
    tables = Tables(
        {
            "accounts": Table("account", "accountid", ACCOUNT),
            "incidents": Table("incident", "incidentid", CASE),
            "emails": Table("email", "activityid", EMAIL),
        }
    )
    tables.put("accounts", *(account(number) for number in range(1, 8)))
    with FakeDataverse(tables) as fake:
        yield Company(fake, FakeTime(), SignedIn(fake))


@pytest.fixture
def expected() -> Callable[..., list[Row]]:
    """The rows of accounts as text."""

    def rows(*numbers: int) -> list[Row]:
        return [
            {
                "accountid": identity(number),
                "name": f"Company {number}",
                "creditlimit": str(10.5 * number),
                "donotemail": "true" if number % 2 == 0 else "false",
                "_masterid_value": None,
                "createdon": "2024-03-31T22:30:00Z",
            }
            for number in numbers
        ]

    return rows
