"""Fixtures for all tests: no telemetry, and one run of the whole main job that many of them read."""

from __future__ import annotations

import os

import pytest

from orchestration.settings import load_settings
from tests.pipeline import TELEMETRY_OFF, DemoRun, holdfast

os.environ.update(TELEMETRY_OFF)


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """`holdfast demo` in an empty folder, once a session."""
    data = tmp_path_factory.mktemp("demo") / "data"
    done = holdfast(data, "demo")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    return DemoRun(load_settings({"HOLDFAST_DATA": str(data)}), done.stdout)
