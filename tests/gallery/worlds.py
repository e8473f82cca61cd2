"""The four companies of the gallery, each through the whole pipeline: files in, checked and published marts out.

world("extreme") is the path of its marts, runs("extreme") the reports to be made of them. A company is built once and
kept in HOLDFAST_GALLERY (default: data/gallery), and anew when its rows, the dbt project or the contract changed.
HOLDFAST_GALLERY_KEEP=1 takes what is there, however old. normal is the demo: HOLDFAST_TEST_DEMO names a data folder in
which it has run already.

Add here: a world (WORLDS). Keep out: what happened at a company (small.py, extreme.py), and pages.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from orchestration.build import manifest_stamp
from orchestration.checks import read_checks
from orchestration.reporting import report_run
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from reports.run import PAGES, ReportRun
from tests.gallery.company import Company, write_company
from tests.gallery.extreme import extreme_company
from tests.gallery.small import empty_company, one_customer_company
from tests.pipeline import holdfast

NORMAL = "normal"
MONTH = "2024-12"
STAMP = "built.sha256"
COMPANIES: Mapping[str, Callable[[], Company]] = {
    "empty": empty_company,
    "extreme": extreme_company,
    "one": one_customer_company,
}
WORLDS = (NORMAL, *COMPANIES)


def worlds_folder() -> Path:
    """Where the built companies are kept."""
    return Path(os.environ.get("HOLDFAST_GALLERY") or PROJECT_ROOT / "data" / "gallery").resolve()


def world(name: str) -> Path:
    """The published marts of a company. Read only. Raises AssertionError with the build's output when it fails."""
    return settings_of(name).published_marts.resolve()


def runs(name: str) -> tuple[ReportRun, ...]:
    """A run per audience of the company, each with every page there is."""
    settings = settings_of(name)
    checks = read_checks(settings.checks_path)
    made = (report_run(settings, audience, MONTH, 1, checks) for audience in settings.audiences)
    # Version and hash are no part of a picture that is compared: they change with every line of a model.
    return tuple(replace(run, pages=PAGES, version="1.0", snapshot_hash="0123456789abcdef" * 4) for run in made)


def run_in(name: str, language: str) -> ReportRun:
    """The first of a company's runs in a language."""
    return next(run for run in runs(name) if run.language == language)


def settings_of(name: str) -> Settings:
    """The settings of a built company; builds it first where that is to be done."""
    if name == NORMAL and (finished := os.environ.get("HOLDFAST_TEST_DEMO")):
        return load_settings({"HOLDFAST_DATA": finished})
    folder = worlds_folder() / name
    with _alone(worlds_folder(), name):
        if name == NORMAL:
            _build(folder, PROJECT_ROOT / "config", "demo")
            return load_settings({"HOLDFAST_DATA": str(folder / "data")})
        config = folder / "config"
        _build(folder, config, "run", "--month", MONTH, "--no-delivery", company=COMPANIES[name]())
        return load_settings({"HOLDFAST_DATA": str(folder / "data"), "HOLDFAST_CONFIG": str(config)})


def is_kept(name: str, stamp: str) -> bool:
    """Whether the marts of a company, made from what the stamp says, are there and need not be made anew."""
    told = worlds_folder() / name / STAMP
    return told.exists() and bool(told.read_text() == stamp or os.environ.get("HOLDFAST_GALLERY_KEEP"))


def _build(folder: Path, config: Path, *command: str, company: Company | None = None) -> None:
    stamp = stamp_of(company)
    if is_kept(folder.name, stamp):
        return
    shutil.rmtree(folder, ignore_errors=True)
    if company is not None:
        write_company(company, folder)
    done = holdfast(folder / "data", *command, config=config)
    assert load_settings({"HOLDFAST_DATA": str(folder / "data")}).published_marts.exists(), (
        f"{folder.name}: {done.stdout[-6000:]}{done.stderr[-6000:]}"
    )
    (folder / STAMP).write_text(stamp)


def stamp_of(company: Company | None) -> str:
    """A hash of all that the marts are made from, but for the demo's own generator (its data is of one seed)."""
    content = "demo" if company is None else repr((company.settings, company.audiences, company.rows))
    return hashlib.sha256((content + manifest_stamp(load_settings({}))).encode()).hexdigest()


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """One process at a time builds a company."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
