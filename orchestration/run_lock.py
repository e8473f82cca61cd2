"""One run at a time in a data folder: an exclusive file lock with the holder's PID, for command line and UI alike.

The lock is the kernel's (flock): it is free again the moment its holder dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from orchestration.progress import say

WAIT_SECONDS = 900.0
POLL_SECONDS = 0.2


class RunLockError(RuntimeError):
    """Another run holds the data folder and did not end in time; the message names its PID."""


def _try_lock(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() or "unknown"


@contextmanager
def run_lock(path: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Holds the lock of a data folder; waits for another run to end first.

    Raises:
        RunLockError: the other run did not end within wait_seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    with path.open("a+", encoding="utf-8") as handle:
        told = False
        while not _try_lock(handle):
            if not told:
                say(f"another run (PID {_holder(path)}) is at work in {path.parent}; waiting for it to end")
                told = True
            if time.monotonic() >= deadline:
                raise RunLockError(
                    f"{path}: held by PID {_holder(path)} for more than {wait_seconds:.0f} s; "
                    "wait for that run to end, or end it, and start again"
                )
            time.sleep(POLL_SECONDS)
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)
            handle.flush()
