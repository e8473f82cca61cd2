"""checks.json: the verdict of the last build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.checks import (
    Check,
    ChecksError,
    ChecksReport,
    failure_text,
    read_checks,
    read_run_results,
    write_checks,
)

GOOD = Check("unique_customer", "int_customers_admitted", "pass", 0)
BAD = Check("clearing", "int_entity_clearing", "fail", 2, "Got 2 results")


def dbt_results(folder: Path, *results: tuple[str, str, int]) -> Path:
    """A target folder with one model and one test attached to it, and the given results."""
    nodes = {
        "model.holdfast.a": {"resource_type": "model", "name": "a"},
        "test.holdfast.t": {"resource_type": "test", "name": "t", "attached_node": "model.holdfast.a"},
    }
    (folder / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    content = [{"unique_id": i, "status": s, "failures": f, "message": s} for i, s, f in results]
    (folder / "run_results.json").write_text(json.dumps({"results": content}))
    return folder


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    report = ChecksReport("abc", "2024-12-31", "2024-12", (GOOD, BAD))
    write_checks(tmp_path / "checks.json", report)
    assert read_checks(tmp_path / "checks.json") == report


def test_one_failed_check_fails_the_build_and_no_checks_at_all_do_too() -> None:
    assert ChecksReport("abc", "", "", (GOOD,)).passed
    assert not ChecksReport("abc", "", "", (GOOD, BAD)).passed
    assert not ChecksReport("abc", "", "", ()).passed


def test_a_missing_or_cut_file_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ChecksError, match="holdfast build"):
        read_checks(tmp_path / "checks.json")
    (tmp_path / "checks.json").write_text('{"snapshot_hash": "abc", "checks"')
    with pytest.raises(ChecksError, match=r"checks\.json"):
        read_checks(tmp_path / "checks.json")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("fail", "fail"), ("error", "error"), ("skipped", "skipped"), ("warn", "warn"), ("new", "error")],
)
def test_a_tests_status_and_model_are_kept(tmp_path: Path, status: str, expected: str) -> None:
    checks = read_run_results(dbt_results(tmp_path, ("test.holdfast.t", status, 3)))
    assert [(c.name, c.model, c.status, c.failures) for c in checks] == [("t", "a", expected, 3)]


def test_a_model_counts_only_when_it_was_not_built(tmp_path: Path) -> None:
    assert read_run_results(dbt_results(tmp_path, ("model.holdfast.a", "success", 0))) == ()
    assert read_run_results(dbt_results(tmp_path, ("model.holdfast.a", "error", 0)))[0].status == "error"


def test_an_exposure_is_no_check(tmp_path: Path) -> None:
    assert read_run_results(dbt_results(tmp_path, ("exposure.holdfast.report_cover", "no-op", 0))) == ()


def test_the_text_names_the_failed_checks_and_counts_the_skipped() -> None:
    text = failure_text((BAD, Check("x", "y", "skipped", 0)))
    assert "clearing on int_entity_clearing: fail, 2 rows (Got 2 results)" in text
    assert "1 more were skipped" in text
