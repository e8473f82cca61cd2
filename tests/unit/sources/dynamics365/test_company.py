"""The demo company in the fake Dataverse: what the connector brings, month by month, is what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.contract import load_contract
from orchestration.demo import live
from orchestration.demo.generate import SEED, build_world
from orchestration.demo.live.crm import Crm
from orchestration.demo.months import MONTHS
from orchestration.demo.services.dataverse import FakeDataverse
from orchestration.demo.world import World
from orchestration.mapping.compiled import ColumnMapping, compile_mapping
from orchestration.sources.dynamics365.connector import Dynamics365Connector, Seams
from orchestration.sources.fetched import Ended, Page
from tests.unit.sources.dynamics365.conftest import FakeTime, SignedIn

ZONE = ZoneInfo("Europe/Budapest")
Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(SEED)


@pytest.fixture
def crm_of(world: World) -> Iterator[tuple[Crm, FakeDataverse]]:
    """The company's CRM, empty, and the service that holds it."""
    crm = Crm(world)
    with FakeDataverse(crm.tables, token_days=45) as fake:
        yield crm, fake


def connectors(fake: FakeDataverse) -> list[Dynamics365Connector]:
    seams = Seams(clock=FakeTime().clock(), sign_in=SignedIn(fake))
    found = []
    text = (Path(live.__file__).parent / "sources.yml").read_text(encoding="utf-8")
    for name, place in (("dataverse", fake.url), ("authority", "https://127.0.0.1:1"), ("certificate", "ca.pem")):
        text = text.replace(f"{{{name}}}", place)
    for told in yaml.safe_load(text)["sources"]:
        if told["kind"] != "dynamics365":
            continue
        connector = Dynamics365Connector(Dynamics365Source.model_validate(told), {}, ZONE, seams)
        connector.open()
        found.append(connector)
    return found


def _read(mapping: ColumnMapping, page: Page) -> list[dict[str, Any]]:
    """Rows with their codes read, as staging does."""
    rows: list[dict[str, Any]] = mapping.apply(page.rows).to_pylist()
    for row in rows:
        for name, expression in mapping.columns.items():
            if expression.codes is not None and row[name] is not None:
                row[name] = expression.codes.get(row[name], expression.otherwise or row[name])
    return rows


def settle(connector: Dynamics365Connector, entity: str, kept: Rows, state: dict[str, str] | None) -> tuple[Ended, int]:
    """Fetches one entity and brings what is kept by key up to date; how it ended, and how many rows came."""
    spec, contract = connector.source.entities[entity], load_contract()[entity]
    mapping = compile_mapping(spec, contract)
    *pages, ended = connector.fetch(spec.table, mapping.fields, state, lambda _: None)
    assert isinstance(ended, Ended)
    if ended.mode == "snapshot":
        kept.clear()
    rows = [row for page in pages if isinstance(page, Page) for row in _read(mapping, page)]
    kept.update({row[contract.key[0]]: row for row in rows})
    return ended, len(rows)


def test_the_last_month_holds_what_happened(world: World, crm_of: tuple[Crm, FakeDataverse]) -> None:
    held, service = crm_of
    for month in MONTHS:
        held.show(month)
    crm, people = connectors(service)
    kept: dict[str, Rows] = {}
    for connector in (crm, people):
        for entity in connector.source.entities:
            found: Rows = {}
            settle(connector, entity, found, None)
            kept[entity] = kept.get(entity, {}) | found
    assert set(kept["customers"]) == {item.customer_id for item in world.customers if item.last_delivery is None}
    assert Counter(row["status"] for row in kept["orders"].values()) == Counter(item.status for item in world.orders)
    assert {(row["order_id"], row["customer_id"], row["currency"]) for row in kept["orders"].values()} == {
        (item.order_id, item.customer_id, item.currency) for item in world.orders
    }
    assert sum(float(row["amount"]) for row in kept["orders"].values()) == pytest.approx(
        float(sum(item.amount for item in world.orders))
    )
    assert {
        (row["case_id"], row["channel"], row["category"], row["is_complaint"], row["status"], row["merged_into"] or "")
        for row in kept["cases"].values()
    } == {
        (item.case_id, item.channel, item.category, str(item.is_complaint).lower(), item.status, item.merged_into)
        for item in world.cases
    }
    assert {
        (row["interaction_id"], row["customer_id"], row["channel"], row["direction"], row["kind"], row["completed"])
        for row in kept["interactions"].values()
    } == {
        (
            item.interaction_id,
            item.customer_id,
            item.channel,
            item.direction,
            item.kind,
            str(item.completed).lower(),
        )
        for item in world.interactions
    }
    assert {(row["request_id"], row["kind"], row["status"]) for row in kept["quote_requests"].values()} == {
        (item.request_id, item.kind, item.status) for item in world.quotes
    }
    assert service.complaints == []


def test_changes_of_the_months_add_up_to_a_full_fetch(world: World, crm_of: tuple[Crm, FakeDataverse]) -> None:
    held, service = crm_of
    months = MONTHS[9:13]
    for month in MONTHS[:9]:
        held.show(month)
    crm, _ = connectors(service)
    kept: dict[str, Rows] = {entity: {} for entity in crm.source.entities}
    states: dict[str, dict[str, str]] = {}
    modes: dict[str, list[str]] = {entity: [] for entity in kept}
    for month in months:
        service.as_of = month.last
        held.show(month)
        crm.close()
        crm.open()
        for entity in kept:
            ended, _ = settle(crm, entity, kept[entity], states.get(entity))
            states[entity] = dict(ended.state)
            modes[entity].append(ended.mode)
    assert modes["orders"] == modes["cases"] == ["snapshot", "increment", "increment", "increment"]
    # The customer entered by mistake goes after month 11: its number cannot be told from the deletion.
    assert modes["customers"] == ["snapshot", "increment", "increment", "snapshot"]
    for entity in kept:
        whole: Rows = {}
        settle(crm, entity, whole, None)
        assert kept[entity] == whole


def test_a_quarter_later_every_token_has_expired(world: World, crm_of: tuple[Crm, FakeDataverse]) -> None:
    held, service = crm_of
    held.show(MONTHS[0])
    crm, _ = connectors(service)
    kept: Rows = {}
    ended, _ = settle(crm, "customers", kept, None)
    service.as_of += timedelta(days=46)
    ended, _ = settle(crm, "customers", kept, dict(ended.state))
    assert ended.mode == "snapshot"
    assert "was refused (0x80044352)" in ended.notes[0]
