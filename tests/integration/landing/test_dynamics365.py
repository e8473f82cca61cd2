"""Tables of the fake Dataverse through extract: what lands in full, of changes, of expired tokens, and of failures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.demo.services.dataverse import FakeDataverse
from orchestration.demo.services.dataverse_tables import Record, Table, Tables
from orchestration.demo.services.faults import Fault
from orchestration.landing.extract import ExtractError, extract
from orchestration.raw_views import create_raw_views
from orchestration.settings import Settings
from orchestration.sources.dynamics365.connector import Dynamics365Connector, Seams
from orchestration.sources.dynamics365.session import Clock
from tests.landing_world import CONTRACT, company, noon

COLUMNS = {"accountid": "Uniqueidentifier", "name": "String", "modifiedon": "DateTime"}
ALL = "select customer_id, name, _deleted from raw_crm.customers order by _load_id, _record"


def account(number: int, name: str = "Ann") -> Record:
    return {"accountid": f"A{number}", "name": name, "modifiedon": "2024-10-01T08:00:00Z"}


class Crm:
    """The fake, and a company that asks it three rows at a time."""

    def __init__(self, fake: FakeDataverse, root: Path) -> None:
        self.fake, self.root = fake, root
        self.said: list[str] = []

    def settings(self) -> Settings:
        entity = {"table": "accounts", "key": "accountid", "columns": {"customer_id": "accountid", "name": "name"}}
        told = {"name": "crm", "kind": "dynamics365", "system": "crm", "url": self.fake.url, "page_size": 3}
        secrets = {"tenant_id_env": "T", "client_id_env": "C", "client_secret_env": "S"}
        source = Dynamics365Source.model_validate(told | secrets | {"entities": {"customers": entity}})
        return Settings(
            config_dir=self.root, data_dir=self.root / "data", company=company(), audiences=(), sources=(source,)
        )

    def connect(self, source: Any, environment: Any, zone: ZoneInfo) -> Dynamics365Connector:
        token = SimpleNamespace(token=self.fake.issue(), expires_on=0)
        credential = SimpleNamespace(get_token=lambda *_, **__: token)
        clock = Clock(sleep=lambda _: None)
        return Dynamics365Connector(source, environment, zone, Seams(clock=clock, sign_in=lambda: credential))

    def extract(self) -> int:
        self.said.clear()
        return extract(self.settings(), self.said.append, CONTRACT, noon, connect=self.connect).landed_rows

    def rows(self, query: str = ALL) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            create_raw_views(self.settings(), connection, CONTRACT)
            return connection.execute(query).fetchall()


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Crm]:
    tables = Tables({"accounts": Table("account", "accountid", COLUMNS)})
    tables.put("accounts", *(account(number) for number in range(1, 8)))
    with FakeDataverse(tables, as_of=date(2024, 10, 1)) as fake:
        yield Crm(fake, tmp_path)


def test_changes_and_deletions_land_beside_the_first_fetch(crm: Crm) -> None:
    assert crm.extract() == 7
    crm.fake.tables.put("accounts", account(2, "Renamed"))
    crm.fake.tables.remove("accounts", "A5")
    assert crm.extract() == 2
    assert crm.rows()[7:] == [("A2", "Renamed", None), ("A5", None, "true")]
    assert crm.extract() == 0
    kept = crm.rows("select delivery, rows from raw_crm.delivered_files order by _load_id")
    assert kept == [("snapshot", 7), ("increment", 2), ("increment", 0)]
    assert crm.fake.complaints == []


def test_an_expired_token_lands_everything_as_a_snapshot(crm: Crm) -> None:
    crm.extract()
    crm.fake.as_of = date(2024, 11, 1)
    crm.fake.tables.remove("accounts", "A5")
    assert crm.extract() == 6
    assert crm.rows()[7:] == [(f"A{number}", "Ann", None) for number in (1, 2, 3, 4, 6, 7)]
    assert crm.rows("select delivery from raw_crm.delivered_files order by _load_id") == [("snapshot",)] * 2
    assert any("was refused (0x80044352): fetched in full" in line for line in crm.said)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_fault_that_lasts_lands_nothing_and_the_next_run_is_exact(crm: Crm, page: int) -> None:
    crm.fake.faults.update(dict.fromkeys(range(1 + page, 40), Fault("reset")))
    with pytest.raises(ExtractError, match="no answer after 6 attempts"):
        crm.extract()
    assert crm.rows() == []
    crm.fake.faults.clear()
    assert crm.extract() == 7
    assert [row[0] for row in crm.rows()] == [f"A{number}" for number in range(1, 8)]


def test_a_fault_in_the_changes_leaves_the_state_where_it_was(crm: Crm) -> None:
    crm.extract()
    crm.fake.tables.put("accounts", account(8))
    asked = len(crm.fake.seen)
    crm.fake.faults.update(dict.fromkeys(range(asked + 1, asked + 9), Fault("cut_unnoticed")))
    with pytest.raises(ExtractError, match="cut off or no JSON"):
        crm.extract()
    crm.fake.faults.clear()
    assert crm.extract() == 1
    assert crm.rows()[7:] == [("A8", "Ann", None)]


def test_a_table_that_ends_too_early_is_not_landed(crm: Crm) -> None:
    crm.fake.faults[3] = Fault("body", body='{"value": []}')
    with pytest.raises(ExtractError, match="the service counts 7 rows and gave 3"):
        crm.extract()
    assert crm.rows() == []


def test_far_fewer_rows_than_last_time_are_not_landed(crm: Crm) -> None:
    crm.extract()
    crm.fake.as_of = date(2024, 11, 1)
    crm.fake.tables.remove("accounts", "A1", "A2")
    with pytest.raises(ExtractError, match="a full fetch gave 5 rows, the last one 7"):
        crm.extract()
    assert len(crm.rows()) == 7
