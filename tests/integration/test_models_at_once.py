"""The settings of dbt's profile let two models be built at once, time after time."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.build import target_dir
from orchestration.dbt_project import DBT_DIR
from tests.pipeline import DemoRun

# With texts compressed for joins, DuckDB 2.0.0 ends within a few of these.
TIMES = 40


@pytest.mark.pipeline
def test_two_models_at_once_never_end_the_build(demo_run: DemoRun, tmp_path: Path) -> None:
    compiled = target_dir(demo_run.settings) / "compiled"
    models = {name: next(compiled.rglob(f"{name}.sql")).read_text() for name in ("fct_revenue", "int_order_sums")}
    file = tmp_path / "holdfast.duckdb"
    shutil.copyfile(demo_run.settings.work_database, file)
    profile = yaml.safe_load((DBT_DIR / "profiles.yml").read_text(encoding="utf-8"))
    disabled = profile["holdfast"]["outputs"]["local"]["settings"]["disabled_optimizers"]
    failed: list[str] = []
    with duckdb.connect(str(file), config={"threads": 2}) as connection:
        connection.execute(f"set disabled_optimizers = '{disabled}'")

        def build(name: str) -> None:
            own = connection.cursor()
            try:
                for _ in range(TIMES):
                    own.execute(f"create or replace temp table built_{name} as {models[name]}")
            except duckdb.Error as error:
                failed.append(f"{name}: {error}")

        builders = [threading.Thread(target=build, args=(name,)) for name in models]
        for builder in builders:
            builder.start()
        for builder in builders:
            builder.join()
    assert failed == []
