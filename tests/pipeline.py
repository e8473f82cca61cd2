"""What tests of the whole pipeline share: the `holdfast` command as a process, and the demo company after its run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT, Settings, load_settings

TELEMETRY_OFF = {
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "DO_NOT_TRACK": "1",
}


def need(program: str, install: str) -> str:
    """The program's path; skips with the line that installs it, and fails where CI=true."""
    found = shutil.which(program)
    if found:
        return found
    message = f"{program} is not installed; install it with: {install}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def holdfast(data: Path, *arguments: str, config: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The `holdfast` command in a process of its own, as a person runs it."""
    environment = {
        **os.environ,
        "HOLDFAST_DATA": str(data),
        "HOLDFAST_CONFIG": str(config or PROJECT_ROOT / "config"),
        "PYTHONPATH": str(PROJECT_ROOT),
    }
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class DemoRun:
    """The demo company after its first run. Read it; copy its folder before changing anything."""

    settings: Settings
    output: str

    @property
    def marts(self) -> Path:
        return Path(os.environ.get("HOLDFAST_TEST_MARTS") or self.settings.published_marts).resolve()

    @property
    def truth(self) -> Path:
        """Where the fate of every delivered row is written down; the figures are in the fixture demo_truth."""
        return self.settings.data_dir / "demo" / "truth"

    def copy(self, target: Path) -> Settings:
        """The same state in another folder, to be changed at will."""
        shutil.copytree(self.settings.data_dir, target, symlinks=True)
        return load_settings({"HOLDFAST_DATA": str(target), "HOLDFAST_CONFIG": str(self.settings.config_dir)})
