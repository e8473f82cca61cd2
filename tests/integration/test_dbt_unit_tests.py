"""Every dbt unit test of the project, with the project's own default vars: each edge case of each mart, by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.build import prepare_build
from orchestration.dbt_project import DBT_DIR, dbt_vars
from orchestration.settings import load_settings

AT_LEAST = 80


def dbt(data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    target = data / "target"
    place = ["--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR), "--target-path", str(target)]
    return subprocess.run(
        [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *command, *place, "--log-level-file", "none"],
        env={**os.environ, "HOLDFAST_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(600)
def test_all_dbt_unit_tests_pass(tmp_path: Path) -> None:
    prepare_build(load_settings({"HOLDFAST_DATA": str(tmp_path)}))
    assert dbt(tmp_path, "seed").returncode == 0
    empty = dbt(tmp_path, "run", "--empty")
    assert empty.returncode == 0, empty.stdout[-4000:]
    done = dbt(tmp_path, "test", "--select", "test_type:unit")
    results = json.loads((tmp_path / "target" / "run_results.json").read_text())["results"]
    failed = [result["unique_id"] for result in results if result["status"] != "pass"]
    assert failed == [], done.stdout[-6000:]
    assert done.returncode == 0
    assert len(results) >= AT_LEAST


@pytest.mark.timeout(600)
def test_every_model_can_be_made_without_breakdowns_and_audiences(tmp_path: Path) -> None:
    settings = load_settings({"HOLDFAST_DATA": str(tmp_path)})
    prepare_build(settings)
    plain = json.dumps({**dbt_vars(settings), "scope_types": [], "audiences": []})
    assert dbt(tmp_path, "seed", "--vars", plain).returncode == 0
    empty = dbt(tmp_path, "run", "--empty", "--vars", plain)
    assert empty.returncode == 0, empty.stdout[-4000:]
