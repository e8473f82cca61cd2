"""The reports of the gallery's four worlds in three languages, each read back once a session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from reports.run import LANGUAGES
from tests.gallery.worlds import NORMAL, WORLDS, is_kept, run_in, stamp_of, world
from tests.integration.report_numbers.looking_up import Marts
from tests.integration.report_numbers.reading import Page, read_page

EVERY_REPORT = [pytest.param(name, language, id=f"{name}-{language}") for name in WORLDS for language in LANGUAGES]
ReportOf = Callable[[str, str], Page]


@pytest.fixture(scope="session", autouse=True)
def _one_demo_a_session(request: pytest.FixtureRequest) -> None:
    """The usual company of the gallery is the demo: the session's own serves where none is kept."""
    if not is_kept(NORMAL, stamp_of(None)):
        os.environ["HOLDFAST_TEST_DEMO"] = str(request.getfixturevalue("demo_run").settings.data_dir)


@pytest.fixture(scope="session")
def report_of() -> ReportOf:
    """The report of a world in a language."""

    @cache
    def report(name: str, language: str) -> Page:
        return read_page(run_in(name, language), world(name))

    return report


@pytest.fixture(scope="session")
def marts_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Marts]:
    """A world's marts, read apart from the reports: from a copy, since one process opens a file in one way only."""

    @cache
    def marts(name: str) -> Marts:
        return Marts(Path(shutil.copyfile(world(name), tmp_path_factory.mktemp(name) / "marts.duckdb")))

    return marts
