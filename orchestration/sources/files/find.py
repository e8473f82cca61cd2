"""Finds an entity's files, hashes them and says when each was delivered.

Keep out: opening a file for its rows (read.py), and what has been landed before (orchestration/landing/extract.py).
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

from orchestration.settings import EntityFiles
from orchestration.sources.files.model import FileRejectedError

SIDECAR = ".delivered_on"
FROM_NAME, FROM_SIDECAR, DECLARED, LOAD_TIME = "file name", "sidecar", "declared", "load time"

_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_MONTH = re.compile(r"(?<!\d)(\d{4})-(0[1-9]|1[0-2])(?!\d|-\d)")


def find_files(folder: Path, pattern: str) -> list[Path]:
    """Files under `folder` that match `pattern` (a glob, or the name of a sub-folder), in name order.

    Sidecars, hidden files and Excel's lock files are no deliveries.

    Raises:
        FileRejectedError: the pattern is absolute or leaves the folder.
    """
    parts = PurePosixPath(pattern).parts
    if PurePosixPath(pattern).is_absolute() or ".." in parts or not parts:
        raise FileRejectedError(f'pattern "{pattern}" must stay inside {folder}; write it relative to the source path')
    matches = folder.glob(f"{pattern}/*" if (folder / pattern).is_dir() else pattern)
    return sorted((path for path in matches if path.is_file() and _is_delivery(path)), key=str)


def _is_delivery(path: Path) -> bool:
    return not (path.name.startswith((".", "~$")) or path.name.endswith(SIDECAR))


def sha256_of(path: Path) -> str:
    """The content hash of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def delivery_date(path: Path, file: str, spec: EntityFiles, load_day: date) -> tuple[date, str]:
    """When a file was delivered and how that is known: file name, then sidecar, then declared, then load time.

    A month in the name means its last day. The name's last date counts; a folder's name counts if the file's has none.

    Raises:
        FileRejectedError: the name or the sidecar holds a date that does not exist.
    """
    for part in reversed(PurePosixPath(file).parts):
        named = date_in_name(part)
        if named is not None:
            return named, FROM_NAME
    sidecar = path.with_name(path.name + SIDECAR)
    if sidecar.is_file():
        return _sidecar_date(sidecar), FROM_SIDECAR
    if spec.delivered_on is not None:
        return spec.delivered_on, DECLARED
    return load_day, LOAD_TIME


def date_in_name(name: str) -> date | None:
    """The last date in a file name (YYYY-MM-DD, or YYYY-MM as that month's last day), None without one."""
    days = list(_DAY.finditer(name))
    if days:
        try:
            return date.fromisoformat(days[-1].group())
        except ValueError:
            raise FileRejectedError(
                f'its name holds "{days[-1].group()}", which is no date; correct the name'
            ) from None
    months = list(_MONTH.finditer(name))
    return _last_day(int(months[-1][1]), int(months[-1][2])) if months else None


def _last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _sidecar_date(sidecar: Path) -> date:
    text = sidecar.read_text(encoding="utf-8-sig", errors="replace").strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FileRejectedError(f'{sidecar.name} holds "{text[:40]}", which is no date; write YYYY-MM-DD') from None
