"""Writes the quarantine as a CSV that a spreadsheet may open: no cell of it can act as a formula.

Keep out: which rows are set aside (quarantine.py).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from orchestration.quarantine import QuarantinedRow

COLUMNS = ("entity", "source", "file", "record", "delivered_on", "reasons", "raw")
# What spreadsheets read as the start of a formula, also behind white space; an apostrophe makes it text.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
_CONTROLS = ("\t", "\r", "\n", "\0")


def safe_cell(value: object) -> str:
    """A cell as text; one that a spreadsheet would calculate begins with an apostrophe."""
    text = str(value).replace("\0", "␀")
    starts = text.lstrip()
    return f"'{text}" if starts.startswith(_FORMULA) or text.startswith(_CONTROLS) else text


def export_quarantine(rows: Sequence[QuarantinedRow], path: Path) -> Path:
    """Writes the rows in one step (temporary name, then rename): UTF-8 with a byte order mark, as spreadsheets want it.

    The file is for its owner only: raw values are personal data.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([safe_cell(getattr(row, name)) for name in COLUMNS] for row in rows)
    return temporary.replace(path)
