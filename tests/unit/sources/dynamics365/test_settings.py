"""The keys of `kind: dynamics365`, and the packaged mappings against the contract and the service's own columns."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from orchestration.configuration.source_dynamics365 import (
    Dynamics365Entity,
    Dynamics365Source,
    stock_lookups,
    stock_mappings,
)
from orchestration.contract import load_contract
from orchestration.mapping.compiled import compile_mapping
from orchestration.sources.dynamics365.lookups import LOCAL_DATE, steps_of, tables_of

ENTITY_OF = {
    "accounts": "customers",
    "contacts": "customers",
    "salesorders": "orders",
    "invoices": "orders",
    "incidents": "cases",
    "activitypointers": "interactions",
    "quotes": "quote_requests",
    "opportunities": "quote_requests",
}
GIVEN: dict[str, Any] = {
    "name": "crm",
    "kind": "dynamics365",
    "system": "crm",
    "url": "https://contoso.crm4.dynamics.com",
    "tenant_id_env": "T",
    "client_id_env": "C",
    "client_secret_env": "S",
    "entities": {"customers": {"mapping": "accounts"}},
}


def test_every_packaged_mapping_is_known_here() -> None:
    assert set(stock_mappings()) == set(ENTITY_OF)


@pytest.mark.parametrize(("name", "entity"), ENTITY_OF.items())
def test_a_packaged_mapping_fits_the_contract(name: str, entity: str) -> None:
    spec = Dynamics365Entity.model_validate({"mapping": name})
    mapping = compile_mapping(spec, load_contract()[entity])
    assert (spec.table, spec.key) == (name, mapping.columns[load_contract()[entity].key[0]].fields[0])
    steps = {step for field in mapping.fields for step in steps_of(field)} - {LOCAL_DATE}
    assert steps <= set(stock_lookups())
    tables_of(mapping.fields, stock_lookups())


@pytest.mark.parametrize(("name", "column", "codes"), [
    ("salesorders", "status", {"0": "open", "1": "open", "2": "cancelled", "3": "completed", "4": "completed"}),
    ("invoices", "status", {"0": "open", "1": "completed", "2": "completed", "3": "cancelled"}),
    ("quotes", "status", {"0/1": "open", "1/2": "answered", "1/3": "answered", "2/4": "won", "3/5": "lost",
                          "3/6": "cancelled", "3/7": "revised"}),
    ("incidents", "channel", {"1": "voice", "2": "email", "3": "web", "2483": "social", "3986": "social"}),
    ("incidents", "is_complaint", {"2/false": "true"}),
])  # fmt: skip
def test_codes_mean_what_the_service_documents(name: str, column: str, codes: dict[str, str]) -> None:
    spec = Dynamics365Entity.model_validate({"mapping": name})
    assert spec.columns[column]["codes"] == codes


def test_of_mails_only_those_sent_and_received_took_place() -> None:
    codes = Dynamics365Entity.model_validate({"mapping": "activitypointers"}).columns["completed"]["codes"]
    assert {code for code, took_place in codes.items() if took_place == "true" and "email" in code} == {
        "email/1/3",
        "email/1/4",
    }
    assert all(took_place == "false" for code, took_place in codes.items() if not re.search(r"/1/\d+$", code))


def test_what_is_written_wins_over_the_packaged_mapping() -> None:
    spec = Dynamics365Entity.model_validate(
        {"mapping": "accounts", "columns": {"segment": "new_segment", "region": None, "name": "new_name"}}
    )
    assert (spec.table, spec.columns["segment"], spec.columns["name"]) == ("accounts", "new_segment", "new_name")
    assert "region" not in spec.columns
    assert spec.columns["customer_id"] == "accountid"


@pytest.mark.parametrize(("changed", "words"), [
    ({"url": "http://contoso.crm4.dynamics.com"}, "is not an https address"),
    ({"url": "https://contoso.crm4.dynamics.com/api/data"}, "write it without a path"),
    ({"url": "https://user:secret@contoso.crm4.dynamics.com"}, "more than the address"),
    ({"client_secret_env": None}, "either client_secret_env or certificate_path_env"),
    ({"certificate_path_env": "P"}, "either client_secret_env or certificate_path_env"),
    ({"client_secret_env": "not a name"}, "String should match pattern"),
    ({"page_size": 5001}, "less than or equal to 5000"),
    ({"requests_at_once": 53}, "less than or equal to 52"),
    ({"lookups": {"local_date": {"tables": {}}}}, 'may not be named "local_date"'),
    ({"entities": {"customers": {"mapping": "accounts", "columns": {"name": "_x_value/nmber"}}}},
     'customers: look-up "nmber" of _x_value/nmber is not known; choose one of: currency'),
    ({"entities": {"customers": {"mapping": "account"}}}, 'mapping "account" is not known; choose one of: accounts'),
    ({"entities": {"customers": {"table": "accounts", "columns": {}}}}, "customers: key is missing"),
    ({"entities": {"customers": {"mapping": "accounts"}, "orders": {"mapping": "accounts", "key": "name"}}},
     "one table stands with different key"),
])  # fmt: skip
def test_what_cannot_work_is_refused_when_it_loads(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Dynamics365Source.model_validate(GIVEN | changed)


def test_loopback_needs_no_tls() -> None:
    assert Dynamics365Source.model_validate(GIVEN | {"url": "http://127.0.0.1:8080/"}).url == "http://127.0.0.1:8080"


def test_a_key_that_no_column_reads_is_known() -> None:
    source = Dynamics365Source.model_validate(GIVEN)
    assert source.keyed_otherwise == frozenset()
    numbered = {"customers": {"mapping": "accounts", "columns": {"customer_id": "accountnumber"}}}
    assert Dynamics365Source.model_validate(GIVEN | {"entities": numbered}).keyed_otherwise == {"accounts"}


def test_the_page_of_the_connector_shows_a_configuration_that_loads() -> None:
    text = (Path(__file__).parents[4] / "docs" / "connectors" / "dynamics365.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert blocks
    for source in yaml.safe_load(blocks[0])["sources"]:
        Dynamics365Source.model_validate(source)
