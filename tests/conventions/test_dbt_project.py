"""The layer rules of the dbt project, read from its SQL and YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "dbt_project"
MODELS = sorted((PROJECT / "models").rglob("*.sql"))
SINGULAR_TESTS = sorted((PROJECT / "tests").rglob("*.sql"))
REF = re.compile(r"ref\(\s*['\"](\w+)['\"]")


def sql(file: Path) -> str:
    """The model's text without comments."""
    text = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", text)


def properties() -> dict[str, dict[str, Any]]:
    """Every model's YAML entry by name."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(PROJECT.rglob("*.yml")):
        if "target" in file.parts:
            continue
        for model in (yaml.safe_load(file.read_text()) or {}).get("models") or []:
            if isinstance(model, dict):
                assert model["name"] not in found, f"{model['name']} is described twice, again in {file}"
                found[model["name"]] = model
    return found


PROPERTIES = properties()


def folder(file: Path) -> str:
    return file.relative_to(PROJECT / "models").parts[0]


def name(file: Path) -> str:
    return file.stem


@pytest.mark.parametrize("file", MODELS, ids=name)
def test_sources_are_read_in_staging_only(file: Path) -> None:
    if folder(file) != "staging":
        assert not re.search(r"\bsource\(", sql(file))


@pytest.mark.parametrize("file", [m for m in MODELS if folder(m) == "staging"], ids=name)
def test_staging_is_row_local(file: Path) -> None:
    assert not re.search(r"\bjoin\b|\bover\s*\(|\bgroup\s+by\b|\bdistinct\b", sql(file), re.IGNORECASE)
    assert re.fullmatch(r"stg_(crm|finance|survey|ledger)__\w+", file.stem)


@pytest.mark.parametrize("file", MODELS + SINGULAR_TESTS, ids=name)
def test_nothing_is_built_on_a_reporting_model(file: Path) -> None:
    # Restatements hold what readers were shown against what they would be shown now.
    if file in SINGULAR_TESTS or file.stem == "rpt_restatements":
        return
    assert [ref for ref in REF.findall(sql(file)) if ref.startswith("rpt_")] == []


@pytest.mark.parametrize("file", MODELS, ids=name)
def test_names_follow_the_layer(file: Path) -> None:
    prefixes = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("fct_", "dim_", "rpt_", "customer_360")}
    assert file.stem.startswith(prefixes[folder(file)])


@pytest.mark.parametrize("file", MODELS, ids=name)
def test_every_model_and_column_is_described(file: Path) -> None:
    entry = PROPERTIES.get(file.stem)
    assert entry is not None, f"{file.stem} has no YAML entry"
    assert str(entry.get("description") or "").strip()
    missing = [
        column["name"] for column in entry.get("columns") or [] if not str(column.get("description") or "").strip()
    ]
    assert missing == []
    if folder(file) == "marts":
        assert entry.get("columns"), f"{file.stem} lists no columns"


@pytest.mark.parametrize("file", [m for m in MODELS if m.stem.startswith("rpt_")], ids=name)
def test_reporting_models_keep_a_contract(file: Path) -> None:
    entry = PROPERTIES[file.stem]
    config = entry.get("config") or {}
    assert (config.get("contract") or {}).get("enforced") is True
    assert [c["name"] for c in entry["columns"] if not c.get("data_type")] == []


@pytest.mark.parametrize("file", SINGULAR_TESTS, ids=name)
def test_every_singular_test_is_attached_to_a_model(file: Path) -> None:
    attached = re.search(r"'dagster'\s*:\s*\{\s*'ref'\s*:\s*\{\s*'name'\s*:\s*'(\w+)'", file.read_text())
    assert attached, "without config(meta={'dagster': {'ref': {'name': ...}}}) the check does not block a run"
    assert attached[1] in {model.stem for model in MODELS}


@pytest.mark.parametrize("file", MODELS, ids=name)
def test_sql_stays_portable(file: Path) -> None:
    text = sql(file)
    assert not re.search(r"\bqualify\b", text, re.IGNORECASE)
    assert not re.search(r"\blist_\w+\(", text, re.IGNORECASE)
    assert not re.search(r"\s->\s", text)


@pytest.mark.parametrize("file", sorted(PROJECT.rglob("*.sql")), ids=name)
def test_no_window_spans_a_range_of_values(file: Path) -> None:
    """DuckDB 2.0.0 sums RANGE frames with an offset wrongly for a few of millions of rows, not always the same ones."""
    plain = r"\brange\s+between\s+unbounded\s+preceding\s+and\s+current\s+row\b"
    frames = re.sub(plain, "", sql(file), flags=re.IGNORECASE)
    assert not re.search(r"\brange\s+between\b", frames, re.IGNORECASE)


def test_no_packages_are_downloaded() -> None:
    assert not (PROJECT / "packages.yml").exists()
    assert not (PROJECT / "dependencies.yml").exists()
