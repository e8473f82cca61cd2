"""Rules about the repository itself: locks, versions, what may stand in it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock")


def tracked() -> list[Path]:
    """Every file that git tracks, or would."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / line for line in listed if line and (ROOT / line).is_file()]


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_carry_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^[A-Za-z0-9_.-]+==", text, re.MULTILINE)
    assert pinned
    assert text.count("--hash=sha256:") >= len(pinned)
    assert not re.search(r"https?:|index-url|find-links", text)


def test_dbt_core_stays_below_the_version_that_downloads_while_installing() -> None:
    for lock in LOCKS[:2]:
        versions = re.findall(r"^dbt-core==([\d.]+)", (ROOT / lock).read_text(), re.MULTILINE)
        assert versions and all(version.startswith("1.11.") for version in versions)


def test_development_lock_holds_the_whole_runtime_lock() -> None:
    pins = [set(re.findall(r"^([\w.-]+==[^\s;\\]+)", (ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS[:2]]
    assert pins[0] - pins[1] == set()


def test_changelog_and_package_name_the_same_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest and newest[1] == version


def test_no_build_output_is_tracked() -> None:
    bad = re.compile(r"(^|/)(target|logs|\.venv|__pycache__|\.dlt|node_modules|dbt_packages)/|\.duckdb(\.wal)?$|\.log$")
    assert [str(file.relative_to(ROOT)) for file in tracked() if bad.search(str(file.relative_to(ROOT)))] == []


def test_run_is_posix_sh() -> None:
    assert (ROOT / "run").read_text().startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", str(ROOT / "run")], check=False).returncode == 0


def test_workspace_names_the_code_location() -> None:
    text = (ROOT / "workspace.yaml").read_text()
    assert "orchestration.definitions" in text and "location_name: holdfast" in text
