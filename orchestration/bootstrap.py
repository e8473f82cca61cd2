"""Makes the environment: `.venv` from the lock, and the Pango libraries that WeasyPrint needs.

Runs on the system's python3 before any package is there: standard library only. Keep everything else out.

Safe when interrupted (the stamp is written last) and when started twice (a file lock).
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "holdfast-stamp"
LIBRARIES = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}
BREW_LIBRARIES = (Path("/opt/homebrew/lib"), Path("/usr/local/lib"))


def say(text: str) -> None:
    """Progress goes to standard error, so that a command's own output stays clean."""
    sys.stderr.write(f"setup: {text}\n")
    sys.stderr.flush()


@contextmanager
def only_one() -> Iterator[None]:
    """Waits until no other set-up of this folder is under way."""
    with (ROOT / ".venv.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def wanted_stamp(lock: str) -> str:
    """One line for a lock file and this python: the same line means nothing is left to do."""
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    return f"{lock} {digest} {platform.python_version()} {platform.machine()}"


def current_stamp() -> list[str]:
    return STAMP.read_text().splitlines() if STAMP.exists() else []


def run(*arguments: str | Path, quiet: bool = False) -> int:
    return subprocess.run(
        [str(argument) for argument in arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL if quiet else sys.stderr,
        stderr=subprocess.DEVNULL if quiet else sys.stderr,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        check=False,
    ).returncode


def must(what: str, fix: str, *arguments: str | Path) -> None:
    """Runs a command; on failure ends with what failed and what to do."""
    if run(*arguments) != 0:
        sys.exit(f"setup: {what} failed (see above); {fix}")


def make_venv(lock: str) -> None:
    """Installs exactly what the lock names, hashes checked."""
    started = time.monotonic()
    python = VENV / "bin" / "python"
    if not STAMP.exists():
        say("making .venv")
        fix = "on Debian/Ubuntu: apt-get install python3-venv"
        must("python3 -m venv", fix, sys.executable, "-m", "venv", "--clear", VENV)
    STAMP.unlink(missing_ok=True)
    say(f"installing the packages of {lock}")
    pip = (python, "-m", "pip", "-q", "install", "--require-hashes", "-r")
    fix = "check the network, then run the same command again"
    if not (VENV / "bin" / "uv").exists() and run(*pip, "requirements-bootstrap.lock", quiet=True) != 0:
        say("the fast installer is not to be had here")
    uv = VENV / "bin" / "uv"
    # Compiled now, as pip does: else the first run of everything pays for it, and where python may not write its
    # caches, every run. The system's certificates, because a company's proxy has its own.
    quick = (uv, "-q", "--system-certs", "pip", "install", "--compile-bytecode", "--python", python)
    if not uv.exists() or run(*quick, "--require-hashes", "-r", lock) != 0:
        say("pip installs the packages, in a few minutes")
        must("installing packages", fix, *pip, lock)
    STAMP.write_text(wanted_stamp(lock) + "\n")
    say(f"packages installed in {time.monotonic() - started:.0f} s")


def missing_libraries() -> list[str]:
    """The Debian names of the Pango libraries that cannot be loaded here."""
    return [package for package, names in LIBRARIES.items() if not any(_loads(name) for name in names)]


def _loads(name: str) -> bool:
    for candidate in (name, *(str(folder / name) for folder in BREW_LIBRARIES)):
        try:
            ctypes.CDLL(candidate)
        except OSError:
            continue
        return True
    return False


def install_libraries(packages: list[str]) -> None:
    """Installs them where that is allowed, otherwise says exactly what to type."""
    if platform.system() == "Darwin" and shutil.which("brew"):
        must("brew install pango", "run it by hand and read its message", "brew", "install", "pango")
        return
    apt = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    prefix = _root_prefix()
    if shutil.which("apt-get") is None or prefix is None:
        mac = "brew install pango"
        sys.exit(f"setup: the PDF needs {', '.join(packages)}; type:  sudo sh -c '{apt}'   (macOS: {mac})")
    say(f"installing {' '.join(packages)}")
    environment = (*prefix, "env", "DEBIAN_FRONTEND=noninteractive")
    must("apt-get update", f"type: {apt}", *environment, "apt-get", "-qq", "update")
    install = ("apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages)
    must("apt-get install", f"type: {apt}", *environment, *install)


def _root_prefix() -> tuple[str, ...] | None:
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and run("sudo", "-n", "true", quiet=True) == 0:
        return ("sudo", "-n")
    return None


def make_locks() -> None:
    """Writes the locks anew from pyproject.toml: every platform, hashes, no addresses."""
    compile_ = (VENV / "bin" / "uv", "-q", "pip", "compile", "--universal", "--generate-hashes", "--upgrade")
    plain = ("--no-emit-index-url", "--no-annotate", "--no-header", "--python-version", "3.11", "pyproject.toml")
    must("locking", "read its message", *compile_, *plain, "-o", "requirements.lock")
    must(
        "locking",
        "read its message",
        *compile_,
        *plain,
        "--extra",
        "dev",
        "-c",
        "requirements.lock",
        "-o",
        "requirements-dev.lock",
    )
    for lock in ("requirements.lock", "requirements-dev.lock"):
        path = ROOT / lock
        path.write_text("# Made by `./run lock`: every package with its hashes, no address.\n" + path.read_text())


def main(arguments: list[str]) -> None:
    """`bootstrap.py [--dev] [--lock]`."""
    if sys.version_info < (3, 11):  # noqa: UP036 - runs on whatever python3 there is
        sys.exit(f"setup: python 3.11 or newer is needed, this is {platform.python_version()}")
    if "--lock" in arguments:
        make_locks()
        return
    development = "--dev" in arguments
    with only_one():
        # The development lock holds all of the other one, so its stamp serves both.
        done = current_stamp()
        wanted = [wanted_stamp("requirements-dev.lock"), wanted_stamp("requirements.lock")]
        if not any(line in done for line in (wanted[:1] if development else wanted)):
            keep = development or any(line.startswith("requirements-dev.lock") for line in done)
            make_venv("requirements-dev.lock" if keep else "requirements.lock")
        missing = missing_libraries()
        if missing:
            install_libraries(missing)


if __name__ == "__main__":
    main(sys.argv[1:])
