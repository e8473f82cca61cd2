"""Fixtures for all tests: no telemetry, and one run of the whole main job that many of them read."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest

from orchestration.demo.generate import SEED, build_world
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.write import write_truth
from orchestration.settings import load_settings
from tests.pipeline import TELEMETRY_OFF, DemoRun, holdfast

os.environ.update(TELEMETRY_OFF)
# A slow machine is no failure: no test is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# A shell's background job is deaf to interrupts, and so would be every server that a test starts and ends by one.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _once(tmp_path_factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """A folder of the whole session, for one process at a time where several share the tests."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield root / name


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """`holdfast demo` in an empty folder, once a session, also where two processes share the tests.

    HOLDFAST_TEST_DEMO names a data folder in which it has run already; HOLDFAST_TEST_MARTS, marts to read in its stead.
    """
    if finished := os.environ.get("HOLDFAST_TEST_DEMO"):
        return DemoRun(load_settings({"HOLDFAST_DATA": finished}), "")
    with _once(tmp_path_factory, "demo") as folder:
        data, output = folder / "data", folder / "output.txt"
        if not output.exists():
            done = holdfast(data, "demo")
            assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
            output.write_text(done.stdout, encoding="utf-8")
    return DemoRun(load_settings({"HOLDFAST_DATA": str(data)}), output.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def demo_truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what the marts must say about the demo, once a session. Read only.

    HOLDFAST_TEST_TRUTH names a folder in which it stands already.
    """
    if told := os.environ.get("HOLDFAST_TEST_TRUTH"):
        return Path(told)
    with _once(tmp_path_factory, "truth") as folder:
        if not folder.exists():
            write_truth(folder, Known.of(build_world(SEED), load_settings({})))
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The line of the bad inputs, if any were tried; what each did stands in its test's properties."""
    tried = [
        (report, dict(report.user_properties))
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and "bad_input" in dict(report.user_properties)
    ]
    if tried:
        failed = {noted["bad_input"] for report, noted in tried if report.failed}
        handled = {noted["bad_input"] for report, noted in tried if report.when == "call"} - failed
        altered = sum(int(noted.get("silently_altered", 0)) for report, noted in tried if report.when == "call")
        terminalreporter.line(f"bad inputs handled {len(handled)} of 36, silently altered {altered}")
