"""What the assets are given: the settings, the run lock, dbt."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.dbt_project import DBT_DIR
from orchestration.run_lock import run_lock
from orchestration.settings import Settings


@dataclass(frozen=True)
class HeldLock:
    """The data folder's run lock, held as long as the run lasts: an asset that writes there asks for it."""

    path: Path


def run_lock_resource(settings: Settings) -> dg.ResourceDefinition:
    """Held from a run's first step to its last: the in-process executor makes a resource once a run."""

    @dg.resource(description="One run at a time in this data folder, command line and UI alike.")
    def _held(_: dg.InitResourceContext) -> Iterator[HeldLock]:
        with run_lock(settings.lock_path):
            yield HeldLock(settings.lock_path)

    return _held


def resources(settings: Settings) -> dict[str, Any]:
    """The resources of every job."""
    return {
        "settings": settings,
        "run_lock": run_lock_resource(settings),
        "dbt": DbtCliResource(
            project_dir=str(DBT_DIR),
            profiles_dir=str(DBT_DIR),
            # dbt of this environment, also where its folder is not on PATH.
            dbt_executable=str(Path(sys.executable).with_name("dbt")),
            global_config_flags=["--log-level-file", "none", "--no-use-colors"],
        ),
    }
