"""What the assets are given: the settings, the run lock, dbt."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging.version import Version

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


class QuickDbt(DbtCliResource):
    """dbt without two steps that dagster-dbt takes before each start, and that nothing here needs.

    It asks `dbt --version` in a process of its own, and makes an adapter in this process to look up columns and row
    counts. Together they held the build up by five seconds. A test checks that both are still what is left out.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(importlib.metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


def resources(settings: Settings) -> dict[str, Any]:
    """The resources of every job."""
    return {
        "settings": settings,
        "run_lock": run_lock_resource(settings),
        "dbt": QuickDbt(
            project_dir=str(DBT_DIR),
            profiles_dir=str(DBT_DIR),
            # dbt of this environment, also where its folder is not on PATH.
            dbt_executable=str(Path(sys.executable).with_name("dbt")),
            global_config_flags=["--log-level-file", "none", "--no-use-colors"],
        ),
    }
