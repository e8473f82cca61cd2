"""docs/metrics.md lists every figure that is published, once, with a model, a column and a test that exist."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from orchestration.settings import PROJECT_ROOT
from tests.metrics_docs import LINES, Metric, read_keys, read_metrics

PROJECT = PROJECT_ROOT / "dbt_project"
METRICS = read_metrics()
KEYS = read_keys()
# What came in is told in docs/extracts.md, events and their words come from the company.
NO_FIGURES = {"rpt_data_received", "rpt_annotations"}


def documents() -> list[dict[str, list[dict[str, object]]]]:
    files = [file for file in sorted((PROJECT / "models").rglob("*.yml")) if "target" not in file.parts]
    return [yaml.safe_load(file.read_text(encoding="utf-8")) or {} for file in files]


def published_columns() -> dict[str, list[str]]:
    """Columns of every reporting model, dim_customers and customer_360."""
    found: dict[str, list[str]] = {}
    for document in documents():
        for model in document.get("models") or []:
            name, columns = str(model["name"]), model.get("columns") or []
            if name.startswith(("rpt_", "dim_")) or name == "customer_360":
                found[name] = [column["name"] for column in columns]  # type: ignore[attr-defined]
    return found


def known_tests() -> set[str]:
    """dbt unit tests and singular tests."""
    unit = {str(test["name"]) for document in documents() for test in document.get("unit_tests") or []}
    return unit | {file.stem for file in (PROJECT / "tests").rglob("*.sql")}


PUBLISHED = published_columns()
TESTS = known_tests()


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_block_says_everything(metric: Metric) -> None:
    assert [line for line in LINES if not metric.lines.get(line, "").strip()] == []
    assert not metric.sentence.startswith("-")
    assert metric.columns
    assert metric.tests


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_block_points_to_what_is_there(metric: Metric) -> None:
    assert metric.model in PUBLISHED
    assert [column for column in metric.columns if column not in PUBLISHED[metric.model]] == []
    assert [
        name for name in metric.tests if not ((PROJECT_ROOT / name).exists() if "/" in name else name in TESTS)
    ] == []


@pytest.mark.parametrize("model", sorted(PUBLISHED.keys() - NO_FIGURES))
def test_every_figure_is_listed_once(model: str) -> None:
    listed = Counter(column for metric in METRICS if metric.model == model for column in metric.columns)
    assert [column for column in PUBLISHED[model] if column not in KEYS and column not in listed] == []
    assert [column for column, times in listed.items() if times > 1] == []


def test_every_reporting_model_is_read_by_a_page() -> None:
    exposures = [exposure for document in documents() for exposure in document.get("exposures") or []]
    read = " ".join(str(exposure["depends_on"]) for exposure in exposures)
    assert [model for model in PUBLISHED if model.startswith("rpt_") and f"ref('{model}')" not in read] == []


def test_the_list_is_read_at_all() -> None:
    assert len(METRICS) >= 10
    assert Path(PROJECT / "models").is_dir()
