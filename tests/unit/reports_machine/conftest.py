"""Made-up companies, built once a session; the helpers of this folder are imported by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from reports.marts import Marts, open_marts
from reports.run import ReportRun
from tests.reports_world import build_world
from tests.unit.reports_machine.runs import RUN, WORLDS


@pytest.fixture(scope="session")
def world_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The published marts of a company by its name in WORLDS. Read only."""
    folder = tmp_path_factory.mktemp("worlds")

    @cache
    def world(name: str) -> Path:
        return build_world(folder / f"{name}.duckdb", WORLDS[name])

    return world


@pytest.fixture
def marts_of(world_of: Callable[[str], Path]) -> Iterator[Callable[..., Marts]]:
    """Opened marts of a company as one run may see them, closed after the test."""
    with ExitStack() as stack:

        def opened(name: str, run: ReportRun = RUN) -> Marts:
            return stack.enter_context(open_marts(world_of(name), run))

        yield opened
