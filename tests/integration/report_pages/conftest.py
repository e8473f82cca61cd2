"""Reports laid out once a session: three audiences of a usual company, and companies at the edges."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from reports.run import ReportRun
from tests.integration.report_pages.laying_out import Report, make
from tests.reports_world import build_world
from tests.unit.reports_machine.runs import WORLDS


@pytest.fixture(scope="session")
def world_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The published marts of a company by its name in WORLDS. Read only."""
    folder = tmp_path_factory.mktemp("worlds")

    @cache
    def world(name: str) -> Path:
        return build_world(folder / f"{name}.duckdb", WORLDS[name])

    return world


@pytest.fixture(scope="session")
def report_of(world_of: Callable[[str], Path]) -> Callable[[str, ReportRun], Report]:
    """The report of a company for a run, made once a session."""
    made: dict[tuple[str, str], Report] = {}

    def report(name: str, run: ReportRun) -> Report:
        key = (name, run.audience)
        if key not in made:
            made[key] = make(run, world_of(name))
        return made[key]

    return report
