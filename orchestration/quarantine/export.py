"""Writes the quarantine as a CSV that a spreadsheet may open: no cell of it can act as a formula.

Keep out: which rows are set aside (report.py).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from orchestration.quarantine.report import QuarantinedRow
from reports.spreadsheet import safe_cell

COLUMNS = ("entity", "source", "file", "record", "delivered_on", "reasons", "raw")


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
