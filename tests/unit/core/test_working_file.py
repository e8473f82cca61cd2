"""The working file: held by another program, damaged, missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.working_file import WorkingFileHeld, open_working_file

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reader")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "work" / "holdfast.duckdb"
    with open_working_file(path) as connection:
        connection.execute("create table t as select 1 as x")
    return path


@pytest.mark.parametrize("kind", ["reader", "writer"])
def test_a_foreign_holder_is_named_with_its_pid_and_what_to_do(file: Path, kind: str) -> None:
    command = [sys.executable, "-c", HOLD, str(file), kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(WorkingFileHeld, match=rf"held by PID {process.pid} .*close that program and run again"):
            open_working_file(file, wait_seconds=0.2)
        process.communicate(b"")
    with open_working_file(file, wait_seconds=0) as connection:
        assert connection.execute("select x from t").fetchall() == [(1,)]


@pytest.mark.parametrize("content", [b"not a database at all" * 500, b"\x00" * 9000])
def test_a_damaged_file_is_set_aside_and_made_anew(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with open_working_file(file) as connection:
        assert connection.execute("select count(*) from information_schema.tables").fetchall() == [(0,)]
    assert file.with_suffix(".damaged").read_bytes() == content


def test_times_are_in_utc(file: Path) -> None:
    with open_working_file(file) as connection:
        assert connection.execute("select current_setting('TimeZone')").fetchall() == [("UTC",)]
