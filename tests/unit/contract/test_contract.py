"""The contract as it is committed: all entities are there, every rule is usable, the generated files are current."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.contract import ContractError, load_contract, render_macro
from orchestration.contract_files import generated_files

ENTITIES = {
    "crm": (
        "customers contracts orders refunds interactions cases case_reviews quote_requests cancellation_requests"
        " retention_offers loyalty_transactions referrals outreach"
    ),
    "finance": "costs targets exchange_rates annotations",
    "survey": "surveys survey_questions survey_invitations survey_responses survey_answers social_ratings",
}

SMALL = """\
version: 2
sources:
  - name: crm
    tables:
      - name: pets
        description: Pets.
        config: {meta: {key: [pet_id], references: {owner_id: owners}}}
        columns:
          - {name: pet_id, data_type: varchar, description: Key., config: {meta: {read_by: pets}}}
          - {name: owner_id, data_type: varchar, description: Owner., config: {meta: {required: true, read_by: pets}}}
          - {name: weight, data_type: double, description: Weight., config: {meta: {min: 0.5, list_only: true}}}
      - name: owners
        description: Owners.
        config: {meta: {key: [owner_id]}}
        columns:
          - {name: owner_id, data_type: varchar, description: Key., config: {meta: {read_by: pets}}}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "staging" / "crm" / "_crm__sources.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_every_entity_stands_under_its_system() -> None:
    contract = load_contract()
    for system, names in ENTITIES.items():
        assert [entity.name for entity in contract.values() if entity.system == system] == names.split()


def test_generated_files_are_current() -> None:
    for path, text in generated_files().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run python -m orchestration.contract_files"


def test_a_small_contract_is_read_whole(tmp_path: Path) -> None:
    pets = load_contract(write(tmp_path, SMALL))["pets"]
    assert pets.column_names == ("pet_id", "owner_id", "weight")
    assert pets.required_columns == ("pet_id", "owner_id")
    assert pets.references == (("owner_id", "owners"),)
    assert pets.column("weight").minimum == 0.5
    assert pets.column("weight").list_only
    with pytest.raises(KeyError, match=r'pets has no column "colour"'):
        pets.column("colour")


def test_keys_with_a_part_that_may_be_blank() -> None:
    invitations = load_contract()["survey_invitations"]
    assert invitations.key == ("survey_id", "month", "customer_id")
    assert "customer_id" not in invitations.required_columns


def test_a_timestamp_names_its_local_date() -> None:
    orders = load_contract()["orders"]
    assert orders.column("ordered_at").local_date == "ordered_on"
    assert orders.column("amount").local_date is None


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("data_type: varchar, description: Owner.", "data_type: text, description: Owner.", 'data_type "text"'),
        ("description: Weight.", 'description: ""', "description is missing"),
        ("min: 0.5", "minimum: 0.5", 'rule "minimum" is not known'),
        ("list_only: true", "max: 1", "either read_by"),
        ("key: [pet_id]", "key: [id]", 'column "id"'),
        ("{owner_id: owners}", "{owner_id: people}", 'reference to "people"'),
        ("key: [owner_id]", "keys: [owner_id]", "key is missing"),
        ("      - name: owners", "      - name: pets", "stands twice"),
    ],
)
def test_an_unusable_rule_is_named_with_its_place(tmp_path: Path, wrong: str, right: str, message: str) -> None:
    assert wrong in SMALL
    with pytest.raises(ContractError, match=message):
        load_contract(write(tmp_path, SMALL.replace(wrong, right, 1)))


def test_errors_name_file_and_line(tmp_path: Path) -> None:
    text = SMALL.replace("data_type: varchar, description: Owner.", "data_type: text, description: Owner.")
    with pytest.raises(ContractError, match=r"_crm__sources\.yml:10: pets\.owner_id"):
        load_contract(write(tmp_path, text))


def test_no_contract_at_all(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="add the contract"):
        load_contract(tmp_path)


def test_the_macro_carries_bounds_as_sql_text() -> None:
    macro = render_macro(load_contract())
    assert '"min": "0.00000001"' in macro
    assert macro.endswith("{%- endmacro -%}\n")


def test_the_module_runs_alone_and_changes_nothing_when_current() -> None:
    before = {path: path.stat().st_mtime_ns for path in generated_files()}
    subprocess.run([sys.executable, "-m", "orchestration.contract_files"], check=True)
    assert {path: path.stat().st_mtime_ns for path in before} == before
