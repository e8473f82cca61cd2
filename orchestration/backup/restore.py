"""Restore: a backup into an empty data folder, all of it or none.

Keep out: what a backup holds, and whether it is whole (create.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.backup.create import CONFIG, DATA, LEDGER, BackupError, Contents, read_backup
from orchestration.delivery.ledger import ledger_url
from orchestration.delivery.manifest import write_whole
from orchestration.delivery.portable import import_ledger
from orchestration.delivery.tables import ledger_file, sqlite_url
from orchestration.settings import config_folder, data_folder, load_settings

# Where the configuration goes if there is one already: whoever restores compares the two.
CONFIG_ASIDE = "config-from-backup"


@dataclass(frozen=True)
class Restored:
    """What was put where. ledger: its name, or None where it was kept or the backup has none."""

    contents: Contents
    data_dir: Path
    config_dir: Path
    ledger: str | None


def restore(path: Path, environment: Mapping[str, str], *, keep_ledger: bool = False) -> Restored:
    """Puts a backup into HOLDFAST_DATA and its configuration into HOLDFAST_CONFIG, or beside the data if that exists.

    keep_ledger: leave the ledger that is there (a database that outlived the disk), which is newer than the backup's.

    Raises:
        BackupError: the backup is not whole, or the data folder is not empty.
        LedgerError: the ledger there has entries, or cannot be reached. Nothing is restored then.
    """
    contents = read_backup(path)
    data = data_folder(environment)
    _need_room(data, keep_ledger)
    data.mkdir(parents=True, exist_ok=True)
    aside = data / f".restore-{os.getpid()}"
    try:
        _unpack(path, aside)
        config_dir = config_folder(environment)
        ledger = None if keep_ledger else _place_ledger(aside, environment, config_dir)
        config_dir = _place_config(aside, data, config_dir)
        _place_data(aside, data)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Restored(contents, data, config_dir, ledger)


def _need_room(data: Path, keep_ledger: bool) -> None:
    there = [name for name in ("landing", "published", "work", "reports") if (data / name).exists()]
    if (data / "ledger.sqlite").exists() and not keep_ledger:
        there.append("ledger.sqlite")
    if there:
        raise BackupError(
            f"{data} holds {', '.join(there)} already; move it away, or set HOLDFAST_DATA to an empty folder"
        )


def _unpack(path: Path, aside: Path) -> None:
    with tarfile.open(path, "r:") as archive:
        for entry in archive:
            content = archive.extractfile(entry)
            assert content is not None
            target = aside / entry.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)


def _place_config(aside: Path, data: Path, wanted: Path) -> Path:
    target = wanted if not wanted.exists() else data / CONFIG_ASIDE
    shutil.rmtree(data / CONFIG_ASIDE, ignore_errors=True)
    if (aside / CONFIG).exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(aside / CONFIG, target)
    return target


def _place_ledger(aside: Path, environment: Mapping[str, str], config_dir: Path) -> str | None:
    lines = aside / LEDGER
    if not lines.exists():
        return None
    used = config_dir if config_dir.exists() else aside / CONFIG
    settings = load_settings({**environment, "HOLDFAST_CONFIG": str(used)})
    url = ledger_url(settings, environment)
    file = ledger_file(url)
    unfinished = None if file is None else file.with_name(f".{file.name}.restore")
    with contextlib.ExitStack() as leftovers:
        if unfinished is not None:
            leftovers.callback(_remove_database, unfinished)
            _remove_database(unfinished)
        with lines.open(encoding="utf-8") as read:
            ledger_id, last = import_ledger(url if unfinished is None else sqlite_url(unfinished), read)
        # One ahead of the ledger, and there before it: what was sent since the backup is not on record.
        mark = {"ledger_id": ledger_id, "events": last + 1}
        write_whole(settings.data_dir / "ledger.mark", json.dumps(mark).encode())
        if unfinished is not None and file is not None:
            _fold_journal(unfinished)
            unfinished.replace(file)
    return str(file) if file else url.render_as_string()


def _fold_journal(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


def _remove_database(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    file.with_name(f".{file.name}.create").unlink(missing_ok=True)


def _place_data(aside: Path, data: Path) -> None:
    for item in sorted((aside / DATA).iterdir()) if (aside / DATA).exists() else []:
        item.replace(data / item.name)
