"""A real PostgreSQL for tests: from the distribution's packages, on loopback, gone with the test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "canary-7f3"
INSTALL = "sudo apt-get install -y postgresql"
# Whatever language the machine speaks, and with nothing said after the start that somebody would have to read.
PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
QUIET = "log_min_messages=log"


def _program(name: str) -> str:
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    found = shutil.which(name) or (str(newest[-1]) if newest else None)
    if found is None:
        text = f"{name} is missing; install it with: {INSTALL}"
        pytest.fail(text) if os.environ.get("CI") == "true" else pytest.skip(text)
    return found


def _user() -> str | None:
    """The server refuses to run as root; None: as whoever runs the tests."""
    if os.getuid() != 0:
        return None
    return next((entry.pw_name for entry in pwd.getpwall() if entry.pw_name == "postgres"), "nobody")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """Starts a server with a database of its own; gives its SQLAlchemy URL."""
    initdb, server, user = _program("initdb"), _program("postgres"), _user()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        password = folder / "password"
        password.write_text(PASSWORD)
        if user:
            shutil.chown(folder, user)
            shutil.chown(password, user)
        arguments = [
            "--username=owner",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            "--encoding=UTF8",
            "--locale=C",
        ]
        subprocess.run(
            [initdb, f"--pgdata={folder / 'data'}", "--no-sync", *arguments],
            user=user,
            cwd="/",
            env=PLAIN,
            check=True,
            capture_output=True,
        )
        port = _free_port()
        settings = [
            f"port={port}",
            f"unix_socket_directories={folder}",
            "listen_addresses=127.0.0.1",
            "fsync=off",
            QUIET,
        ]
        command = [server, "-D", str(folder / "data"), *(part for setting in settings for part in ("-c", setting))]
        with subprocess.Popen(command, user=user, cwd="/", env=PLAIN, stderr=subprocess.PIPE, text=True) as process:
            try:
                assert process.stderr is not None
                said = []
                for line in process.stderr:
                    said.append(line)
                    if "ready to accept connections" in line:
                        break
                else:
                    pytest.fail("PostgreSQL did not start: " + "".join(said))
                yield f"postgresql+psycopg://owner:{PASSWORD}@127.0.0.1:{port}/postgres"
            finally:
                # An immediate stop: nothing in it is worth keeping.
                process.send_signal(3)
                process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
