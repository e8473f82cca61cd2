"""Backup and restore: everything of a data folder that cannot be made again, in one file that proves itself.

In it: landing, the released reports, the ledger (as lines, whatever database it is in), the configuration, and every
small file of the data folder's top level (the register of erasures). Left out is what a build makes again: work/,
published/, rendered reports, Dagster's home; and the outbox, whose mail the ledger knows of.

Restoring writes the ledger's mark one event ahead of the ledger: what was sent after the backup is not on record, so
nothing is sent until a person has compared and accepted. Keep out: the ledger's rows (delivery/portable.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from orchestration.delivery.ledger import has_ledger, open_ledger
from orchestration.delivery.manifest import sync_folder
from orchestration.delivery.portable import export_ledger
from orchestration.delivery.release import one_sender
from orchestration.delivery.store import Clock, utc_now
from orchestration.reporting import product_version
from orchestration.run_lock import run_lock
from orchestration.settings import Settings

PREFIX, ENDING = "holdfast-", ".tar"
CONTENTS, LEDGER = "contents.json", "ledger.jsonl"
DATA, CONFIG = "data/", "config/"
FORMAT = 1


class BackupError(RuntimeError):
    """A backup cannot be made, is damaged, or has no place to go to; the message names the file and the fix."""


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself: when and by which version it was made, and each file's size and SHA-256."""

    made_at: datetime
    version: str
    data_dir: str
    files: dict[str, tuple[int, str]]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(size for size, _ in self.files.values())


def back_up(settings: Settings, folder: Path, *, keep: int | None = None, clock: Clock = utc_now) -> Path:
    """Writes `holdfast-<UTC time>.tar` into a folder and reads it again; no run and no sender works meanwhile.

    keep: how many backups stay in the folder, this one included; None removes none.

    Raises:
        BackupError: the folder lies in what is backed up, or what was written is not what was read.
        RunLockError: a run did not end in time.
    """
    target = folder / f"{PREFIX}{clock().strftime('%Y-%m-%dT%H%M%SZ')}{ENDING}"
    inside = [place for place in (settings.landing_dir, settings.config_dir) if folder.resolve().is_relative_to(place)]
    if inside:
        raise BackupError(f"{folder} lies in {inside[0]}, which is backed up; choose a folder on another disk")
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with run_lock(settings.lock_path):
            _write(settings, unfinished, clock())
        read_backup(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(folder)
    if keep is not None:
        for older in backups_in(folder)[:-keep]:
            older.unlink()
    return target


def backups_in(folder: Path) -> list[Path]:
    """The backups of a folder, oldest first: their names tell the time."""
    return sorted(folder.glob(f"{PREFIX}*{ENDING}"))


def _write(settings: Settings, path: Path, now: datetime) -> None:
    files: dict[str, tuple[int, str]] = {}
    # It holds names and addresses of people: for its owner only.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        with tarfile.open(fileobj=handle, mode="w", format=tarfile.PAX_FORMAT) as archive:
            with _ledger_lines(settings) as lines:
                if lines is not None:
                    _add(archive, files, LEDGER, lines, now)
                for name, file in _kept(settings):
                    with file.open("rb") as content:
                        _add(archive, files, name, content, now)
            told = {"format": FORMAT, "made_at": now.isoformat(), "version": product_version()}
            told |= {"data_dir": str(settings.data_dir)}
            text = json.dumps({**told, "files": files}, indent=1)
            _add(archive, {}, CONTENTS, io.BytesIO(text.encode()), now)
        handle.flush()
        os.fsync(handle.fileno())


@contextlib.contextmanager
def _ledger_lines(settings: Settings) -> Iterator[BinaryIO | None]:
    """The ledger's lines while nobody sends; None where nothing was ever recorded."""
    if not has_ledger(settings):
        yield None
        return
    ledger = open_ledger(settings)
    with one_sender(settings, ledger):
        # An older copy must not become the newest backup.
        ledger.guard()
        yield io.BytesIO("".join(export_ledger(ledger)).encode())


def _kept(settings: Settings) -> Iterator[tuple[str, Path]]:
    """(name in the backup, file) of everything that is kept, in an order that does not change."""
    data = settings.data_dir
    ledger = settings.ledger_path.name
    top = [file for file in data.iterdir() if file.is_file() and not file.name.startswith((".", ledger))]
    kept = [file for file in top if file.suffix not in (".lock", ".mark", ENDING)]
    kept += [file for file in settings.landing_dir.rglob("*") if file.is_file()]
    kept += [file for file in settings.reports_dir.glob("*/released/**/*") if file.is_file()]
    for file in sorted(kept):
        yield DATA + file.relative_to(data).as_posix(), file
    for file in sorted(settings.config_dir.rglob("*")):
        if file.is_file():
            yield CONFIG + file.relative_to(settings.config_dir).as_posix(), file


def _digest(content: Any) -> str:
    return hashlib.file_digest(content, "sha256").hexdigest()


def _add(
    archive: tarfile.TarFile, files: dict[str, tuple[int, str]], name: str, content: BinaryIO, now: datetime
) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = content.seek(0, io.SEEK_END)
    entry.mode, entry.mtime = 0o600, int(now.timestamp())
    content.seek(0)
    digest = _digest(content)
    content.seek(0)
    archive.addfile(entry, content)
    files[name] = (entry.size, digest)


def read_backup(path: Path) -> Contents:
    """Reads a whole backup and compares every file with what the backup says of it.

    Raises:
        BackupError: it is no backup, of another format, cut off, or a file in it is damaged, missing or too many.
    """
    found: dict[str, tuple[int, str]] = {}
    told: bytes | None = None
    try:
        with tarfile.open(path, "r:") as archive:
            for entry in archive:
                content = archive.extractfile(entry)
                if content is None:
                    raise BackupError(f"{path}: {entry.name} is no file; this is no backup of Holdfast")
                if entry.name == CONTENTS:
                    told = content.read()
                else:
                    found[entry.name] = (entry.size, _digest(content))
    except (OSError, tarfile.TarError, EOFError) as error:
        raise BackupError(f"{path}: cannot be read ({error}); take another backup") from error
    return _checked(path, told, found)


def _checked(path: Path, told: bytes | None, found: dict[str, tuple[int, str]]) -> Contents:
    if told is None:
        raise BackupError(f"{path}: it holds no {CONTENTS}, so it was cut off or is no backup; take another")
    content = json.loads(told)
    if content["format"] != FORMAT:
        raise BackupError(f"{path}: a backup of format {content['format']}, this version reads {FORMAT}")
    files = {name: (int(size), str(digest)) for name, (size, digest) in content["files"].items()}
    wrong = sorted(name for name in files.keys() | found.keys() if files.get(name) != found.get(name))
    if wrong:
        raise BackupError(f"{path}: {wrong[0]} is not what was backed up ({len(wrong)} files); take another backup")
    for name in files:
        parts = Path(name).parts
        if name != LEDGER and (Path(name).is_absolute() or ".." in parts or not name.startswith((DATA, CONFIG))):
            raise BackupError(f"{path}: {name} would lead out of its folder; this is no backup of Holdfast")
    return Contents(datetime.fromisoformat(content["made_at"]), content["version"], content["data_dir"], files)
