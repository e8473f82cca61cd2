"""The working DuckDB file: opening it when somebody else holds it, and rebuilding it when it is damaged.

It is disposable: everything in it comes from landing/.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import duckdb

from orchestration.progress import say

POLL_SECONDS = 0.5
_HELD = re.compile(r"Conflicting lock is held in (?P<program>.*?) ?\(PID (?P<pid>\d+)\)")


class WorkingFileHeld(RuntimeError):
    """Another process holds the working file; the message names its program and PID."""


def _holder(error: duckdb.Error) -> str | None:
    found = _HELD.search(str(error))
    return f"PID {found['pid']} ({found['program']})" if found else None


def _set_aside(path: Path, error: duckdb.Error) -> None:
    say(f"{path}: damaged ({str(error).splitlines()[0]}); set aside and rebuilt from landing")
    path.replace(path.with_suffix(".damaged"))
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def open_working_file(path: Path, wait_seconds: float = 0.0) -> duckdb.DuckDBPyConnection:
    """Opens the working file for writing; makes it when it is missing.

    Raises:
        WorkingFileHeld: another process still holds it after wait_seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    told = False
    while True:
        try:
            connection = duckdb.connect(str(path))
            connection.execute("set TimeZone = 'UTC'")
            return connection
        except duckdb.IOException as error:
            holder = _holder(error)
            if holder is None:
                _set_aside(path, error)
                continue
            if not told:
                say(f"{path} is held by {holder}; waiting up to {wait_seconds:.0f} s")
                told = True
            if time.monotonic() >= deadline:
                raise WorkingFileHeld(
                    f"{path}: held by {holder} for more than {wait_seconds:.0f} s; close that program and run again. "
                    "Published marts, reports and mail are untouched; read published/marts.duckdb instead of this file"
                ) from error
            time.sleep(POLL_SECONDS)
