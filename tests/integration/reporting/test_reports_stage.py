"""The report stage end to end, with real render processes: a password, a workbook's place, one failure one report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pikepdf
import pytest

from orchestration.delivery.content import read_rendered
from orchestration.reports_stage import MonthReports, make_reports
from orchestration.settings import Audience, Settings
from tests.delivery_world import MONTH, SNAPSHOT, make_settings, pass_checks
from tests.reports_world import World, build_world

AUDIENCES = (
    Audience(name="board", title="All", language="en", pages=("cover",), password_env="BOARD_PASSWORD"),
    Audience(name="hungary", title="Magyarország", language="hu", filter={"country": ["HU"]}, pages=("cover",)),
)


@pytest.fixture
def settings(tmp_path: Path, small_world: Path) -> Settings:
    """A published, checked month of a small company whose board has a password."""
    made = make_settings(tmp_path).model_copy(update={"audiences": AUDIENCES})
    made.published_dir.mkdir(parents=True)
    shutil.copy(small_world, made.published_dir / f"marts-{SNAPSHOT}.duckdb")
    pass_checks(made)
    return made


@pytest.fixture(scope="module")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_world(tmp_path_factory.mktemp("world") / "marts.duckdb", World(customers=60, months=14))


def files(made: MonthReports) -> set[str]:
    return {file.name for file in made.path.parent.iterdir()}


def test_an_audience_with_a_password_gets_an_encrypted_file(settings: Settings) -> None:
    made = make_reports(settings, MONTH, environment={"BOARD_PASSWORD": "winter"})
    assert made.failures == ()
    board, hungary = (made.manifest.audiences[name] for name in ("board", "hungary"))
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(made.path.parent / board.pdf)
    with pikepdf.open(made.path.parent / board.pdf, password="winter") as pdf:
        assert len(pdf.pages) == board.page_count
    with pikepdf.open(made.path.parent / hungary.pdf) as pdf:
        assert not pdf.is_encrypted
    # The manifest tells the file that is there; its picture of page 1 is not.
    assert read_rendered(made.path.parent, board).picture is None
    assert {"board.png", "hungary.png"} & files(made) == {"hungary.png"}


def test_without_its_password_an_audience_has_no_report_and_the_others_have_theirs(settings: Settings) -> None:
    made = make_reports(settings, MONTH, environment={})
    assert [failure.audience for failure in made.failures] == ["board"]
    assert "BOARD_PASSWORD is empty" in made.failures[0].reason
    assert set(made.manifest.audiences) == {"hungary"}
    assert not [name for name in files(made) if name.startswith("board")]
