"""Reports laid out once a session: three audiences of a usual company, and companies at the edges."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "reports_machine"))

from runs import WORLDS

from reports.build import Page, lay_out_pages, load_pages
from reports.marts import open_marts
from reports.render import Layout
from reports.run import ReportRun
from reports.text import text_for
from tests.reports_world import build_world


@dataclass(frozen=True)
class Report:
    """A report before it is written: its contexts, its pages, and the file."""

    pages: tuple[Page, ...]
    layout: Layout
    content: bytes


@pytest.fixture(scope="session")
def world_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The published marts of a company by its name in WORLDS. Read only."""
    folder = tmp_path_factory.mktemp("worlds")

    @cache
    def world(name: str) -> Path:
        return build_world(folder / f"{name}.duckdb", WORLDS[name])

    return world


def make(run: ReportRun, marts: Path) -> Report:
    """The report of a run."""
    text = text_for(run.language, run.base_currency)
    with open_marts(marts, run) as opened:
        pages = load_pages(opened, run, text)
    layout = lay_out_pages(run, text, pages)
    return Report(pages, layout, layout.pdf())


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
