"""What will be empty: the pages' own conditions, the contract's metrics, the configured breakdowns."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from orchestration.configuration.company import BREAKDOWNS
from orchestration.contract import load_contract
from orchestration.doctor.coverage import BREAKDOWN_COLUMNS, PAGE_NEEDS, coverage_of
from orchestration.settings import PAGES, PROJECT_ROOT, load_settings
from tests.company_config import write_config


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("cover", "data")])
def test_a_page_needs_what_its_own_code_asks_for(page: str) -> None:
    text = (PROJECT_ROOT / "reports" / "context" / f"{page}.py").read_text(encoding="utf-8")
    asked: set[str] = set(re.findall(r'"(\w+)"', " ".join(re.findall(r"is_delivered\(([^)]*)\)", text))))
    if "is_delivered(*ENTITIES)" in text:
        asked |= set(importlib.import_module(f"reports.context.{page}").ENTITIES)
    assert asked
    assert set(PAGE_NEEDS[page]) == asked


def test_every_breakdown_is_read_from_a_column_of_the_contract() -> None:
    assert set(BREAKDOWN_COLUMNS) == set(BREAKDOWNS)
    for entity, column in BREAKDOWN_COLUMNS.values():
        assert load_contract()[entity].column(column)


def test_empty_columns_come_with_the_metrics_that_read_them(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"customers": "c.csv", "orders": "o.csv"}, breakdowns=["country", "plan", "term"])
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path)})
    coverage = coverage_of(settings, load_contract(), {"customers": {"name", "acquired_on"}, "orders": set()})
    assert [(item.entity, item.column, item.read_by) for item in coverage.empty] == [
        ("customers", "name", ""),
        ("customers", "acquired_on", "cohorts"),
    ]
    assert "contracts" in coverage.missing and "orders" not in coverage.missing
    assert coverage.breakdowns == ("plan", "term")
    assert {page: lacks for page, lacks in coverage.pages.items() if lacks} == {
        "reasons": "contracts or cancellation_requests or survey_answers",
        "satisfaction": "survey_answers or survey_responses",
        "service": "cases",
    }


def test_a_page_whose_only_file_was_refused_waits_for_it(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"customers": "c.csv", "orders": "o.csv", "contracts": "k.csv"})
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path)})
    delivered: dict[str, set[str]] = {"customers": set(), "orders": set(), "contracts": set()}
    waiting = coverage_of(settings, load_contract(), delivered, refused={"contracts"}).waiting
    assert waiting == {"reasons": "contracts"}
    assert coverage_of(settings, load_contract(), delivered, refused={"contracts", "orders"}).waiting["retention"] == (
        "contracts or orders"
    )
    assert not coverage_of(settings, load_contract(), delivered).waiting


def test_a_page_that_no_audience_has_is_not_spoken_of(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"customers": "c.csv"})
    file = config / "audiences.yml"
    file.write_text(file.read_text().replace("language: en", "language: en, pages: [cover, retention]"))
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path)})
    assert set(coverage_of(settings, load_contract(), {}).pages) == {"cover", "retention"}
