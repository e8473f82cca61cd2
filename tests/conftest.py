"""Fixtures for all tests: no telemetry, and one run of the whole main job that many of them read."""

from __future__ import annotations

import fcntl
import os

import pytest

from orchestration.settings import load_settings
from tests.pipeline import TELEMETRY_OFF, DemoRun, holdfast

os.environ.update(TELEMETRY_OFF)


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """`holdfast demo` in an empty folder, once a session, also where two processes share the tests."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    data, output = root / "demo" / "data", root / "demo" / "output.txt"
    with (root / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not output.exists():
            done = holdfast(data, "demo")
            assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
            output.write_text(done.stdout, encoding="utf-8")
    return DemoRun(load_settings({"HOLDFAST_DATA": str(data)}), output.read_text(encoding="utf-8"))
