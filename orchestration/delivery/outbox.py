"""The outbox: each message as an .eml file in the data folder. Needs no server; the default.

A file is there whole or not at all, and exactly one per delivery: its name follows from the ledger key.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from orchestration.delivery.failpoints import FailPoint, pass_by
from orchestration.delivery.manifest import sync_folder
from orchestration.delivery.message import Letter
from orchestration.delivery.transport import Outcome


class Outbox:
    """Writes `<folder>/YYYY-MM/<audience>-<recipient>-<hash>.eml`."""

    name = "outbox"

    def __init__(self, folder: Path, *, reach: FailPoint = pass_by) -> None:
        self._folder = folder
        self._reach = reach

    def send(self, letter: Letter, file_name: str) -> Outcome:
        """Writes the file under a temporary name, then renames it: on disk when this returns.

        A disk that refuses before the rename leaves nothing behind: planned again. Raises OSError after it: the file
        may or may not outlive a crash then, and the outcome stays open.
        """
        path = self._folder / file_name
        content, is_notice = letter.choose()
        temporary = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(temporary, content)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            return Outcome("planned", "connect", f"{path}: cannot be written ({error})")
        self._reach("outbox.written")
        temporary.replace(path)
        sync_folder(path.parent)
        self._reach("outbox.renamed")
        return Outcome("sent", "dot", str(path), is_notice)

    def close(self) -> None:
        """Nothing is left open."""


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
