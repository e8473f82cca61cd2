"""One run at a time in a data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.run_lock import RunLockError, run_lock
from orchestration.settings import PROJECT_ROOT

HOLD = """
import sys
from pathlib import Path
from orchestration.run_lock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_run_is_refused_in_time_and_told_the_holders_pid(tmp_path: Path) -> None:
    lock = tmp_path / "data" / "run.lock"
    with (
        other_process(lock) as holder,
        pytest.raises(RunLockError, match=f"held by PID {holder.pid}"),
        run_lock(lock, wait_seconds=0.3),
    ):
        pytest.fail("the lock was given twice")


def test_the_lock_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with other_process(lock) as holder:
        holder.kill()
        holder.wait()
        with run_lock(lock, wait_seconds=5):
            assert lock.read_text() == f"{os.getpid()}\n"


def test_a_waiting_run_goes_on_when_the_other_ends(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with other_process(lock) as holder:
        assert holder.stdin is not None
        holder.stdin.close()
        with run_lock(lock, wait_seconds=30):
            assert lock.read_text() == f"{os.getpid()}\n"


def test_the_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with pytest.raises(KeyError), run_lock(lock):
        raise KeyError
    with run_lock(lock, wait_seconds=0):
        pass
