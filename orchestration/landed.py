"""What stands in landing: the committed loads, their Parquet files and the receipts of the files they brought.

Only loads with status 0 in `_dlt_loads` count. Parquet files of any other load (cut off by a crash) are never opened.
Read only; orchestration/landing.py writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.sources.files.model import RECEIPTS_TABLE


@dataclass(frozen=True)
class Receipt:
    """One landed file of one entity, as its load recorded it."""

    source: str
    entity: str
    file: str
    sha256: str
    delivered_on: date
    delivered_by: str
    rows: int
    unparsed: int
    load_id: str


def committed_loads(landing: Path, system: str) -> list[str]:
    """Load ids with status 0, oldest first. A record that a crash cut off is no commit."""
    found = set()
    for file in (landing / system / "_dlt_loads").glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            record = _load_record(line)
            if record.get("status") == 0:
                found.add(str(record["load_id"]))
    return sorted(found, key=Decimal)


def _load_record(line: str) -> dict[str, object]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return {}
    return record if isinstance(record, dict) else {}


def committed_files(landing: Path, system: str, table: str, loads: Iterable[str]) -> list[Path]:
    """The Parquet files of a table that belong to the given loads, in load order."""
    order = {load: place for place, load in enumerate(loads)}
    files = [(load_of(file), file) for file in (landing / system / table).glob("*.parquet")]
    return [file for load, file in sorted(files) if load in order]


def load_of(file: Path) -> str:
    """The load id in a landing file's name: <load_id>.<file_id>.parquet, where a load id is two numbers with a dot."""
    return ".".join(file.name.split(".")[:-2])


def receipts(landing: Path, system: str) -> list[Receipt]:
    """The receipts of all committed loads of a system, oldest load first.

    A receipt whose load has lost the Parquet files of its rows does not count: the file will be landed again.
    """
    loads = committed_loads(landing, system)
    there: dict[str, set[str]] = {}
    found = []
    for file in committed_files(landing, system, RECEIPTS_TABLE, loads):
        for row in pq.read_table(file, partitioning=None).to_pylist():
            receipt = _receipt(row, load_of(file))
            if receipt.entity not in there:
                there[receipt.entity] = {
                    load_of(path) for path in committed_files(landing, system, receipt.entity, loads)
                }
            if receipt.rows == 0 or receipt.load_id in there[receipt.entity]:
                found.append(receipt)
    return found


def _receipt(row: dict[str, str], load_id: str) -> Receipt:
    return Receipt(
        source=row["_source"],
        entity=row["entity"],
        file=row["_file"],
        sha256=row["_file_sha256"],
        delivered_on=date.fromisoformat(row["_delivered_on"]),
        delivered_by=row["_delivered_by"],
        rows=int(row["rows"]),
        unparsed=int(row["unparsed"]),
        load_id=load_id,
    )
