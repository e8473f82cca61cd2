"""What is described is what the models have: the generated YAML and page against the contract and the macros."""

from __future__ import annotations

import re

import yaml

from orchestration.contract import load_contract
from orchestration.contract_docs import (
    added_columns,
    render_admitted_yaml,
    render_page,
    render_staging_yaml,
    typed_columns,
)
from orchestration.settings import PROJECT_ROOT

MACROS = PROJECT_ROOT / "dbt_project" / "macros"


def columns(text: str, model: str) -> list[str]:
    (found,) = [entry for entry in yaml.safe_load(text)["models"] if entry["name"] == model]
    return [column["name"] for column in found["columns"]]


def test_every_entity_has_its_three_models_described() -> None:
    contract = load_contract()
    staging = yaml.safe_load(render_staging_yaml(contract.values()))["models"]
    admitted = yaml.safe_load(render_admitted_yaml(contract.values()))["models"]
    assert [model["name"] for model in staging] == [f"stg_{e.system}__{e.name}" for e in contract.values()]
    assert [model["name"] for model in admitted] == [
        f"int_{name}_{state}" for name in contract for state in ("judged", "admitted")
    ]
    assert all(column["description"] for model in (*staging, *admitted) for column in model["columns"])


def test_a_timestamp_is_followed_by_its_local_date() -> None:
    names = [name for name, _ in typed_columns(load_contract()["refunds"])]
    assert names == ["refund_id", "order_id", "refunded_at", "refunded_on", "amount", "currency"]


def test_added_columns_are_those_of_the_macro() -> None:
    macro = (MACROS / "admitted.sql").read_text(encoding="utf-8")
    listed = dict(re.findall(r"'(refunds|survey_answers)': \[(.*?)\]", macro))
    contract = load_contract()
    for entity, names in listed.items():
        assert re.findall(r"'(\w+)'", names) == [name for name, _ in added_columns(contract[entity])]
    assert [name for name, _ in added_columns(contract["outreach"])] == ["is_anonymous", "has_unknown_customer"]
    assert added_columns(contract["survey_questions"]) == ()


def test_origin_columns_are_those_of_the_macro() -> None:
    macro = (MACROS / "staging.sql").read_text(encoding="utf-8")
    (listed,) = re.findall(r"macro origin_columns\(\) -%}\n{{ return\(\[(.*?)\]\) }}", macro)
    names = columns(render_staging_yaml([load_contract()["surveys"]]), "stg_survey__surveys")
    assert names[3:] == [*re.findall(r"'(\w+)'", listed), "_is_deletion", "_reasons", "_raw"]


def test_the_page_names_every_entity_and_column() -> None:
    contract = load_contract()
    page = render_page(contract.values())
    for entity in contract.values():
        section = page.split(f"## {entity.name}\n")[1].split("\n## ")[0]
        for name in entity.column_names:
            assert f"| {'**' + name + '**' if name in entity.key else name} |" in section
    assert "| one of open, completed, cancelled |" not in page
    assert "required; one of open, completed, cancelled" in page
    assert "| at least 0.00000001 |" in page
