"""What stands in landing: the committed loads, their Parquet files and the receipts of the files they brought.

Only loads with status 0 in `_dlt_loads` count. Parquet files of any other load (cut off by a crash) are never opened.
Read only; orchestration/landing/extract.py writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration.sources.files.find import LOAD_TIME
from orchestration.sources.files.model import RECEIPTS_TABLE, FoundFile, ReadFile

# The state of a fetch whose rows are no longer there.
LOST = "{}"


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
    delivery: str | None = None
    state: str | None = None
    mapping: str | None = None


@dataclass(frozen=True)
class LastFetch:
    """What landing knows of the fetches of one source and entity; all None if there was none.

    asked: what the newest one asked for (fetching.Order.asked). state: what the next one goes on from.
    full_rows, full_on: rows and date of the newest full one.
    """

    asked: str | None = None
    state: Mapping[str, str] | None = None
    full_rows: int | None = None
    full_on: date | None = None


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

    A receipt whose load has lost the Parquet files of its rows does not count: the file will be landed again. Of a
    fetch it stays as LOST, since the fetches after it go on from it.
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
            elif receipt.state is not None:
                found.append(replace(receipt, rows=0, delivery=None, state=LOST))
    return found


def _receipt(row: dict[str, Any], load_id: str) -> Receipt:
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
        delivery=row.get("delivery"),
        state=row.get("state"),
        mapping=row.get("mapping"),
    )


class Landed:
    """Which files of a system need no landing, and where its fetches stand: the receipts, and what a run reads on.

    Only the newest version of a file name counts: a file corrected and then put back is a correction again.
    """

    def __init__(self, landing: Path, system: str) -> None:
        self._newest: dict[tuple[str, str], dict[str, Receipt]] = {}
        self._fetches: dict[tuple[str, str], list[Receipt]] = {}
        for receipt in receipts(landing, system):
            if receipt.state is None:
                self._keep(receipt)
            else:
                self._fetches.setdefault((receipt.source, receipt.entity), []).append(receipt)

    def last_fetch(self, source: str, entity: str) -> LastFetch:
        """The newest committed fetch of an entity, and the newest full one."""
        fetches = self._fetches.get((source, entity), [])
        if not fetches:
            return LastFetch()
        newest = json.loads(fetches[-1].state or LOST)
        full_at = max((place for place, receipt in enumerate(fetches) if receipt.delivery == "snapshot"), default=-1)
        full = fetches[full_at] if full_at >= 0 else None
        is_whole = all(receipt.state != LOST for receipt in fetches[max(full_at, 0) :])
        return LastFetch(
            asked=newest.get("asked") if is_whole else None,
            state=newest.get("state") if is_whole else None,
            full_rows=full.rows if full else None,
            full_on=full.delivered_on if full else None,
        )

    def _keep(self, receipt: Receipt) -> None:
        self._newest.setdefault((receipt.source, receipt.entity), {})[receipt.file] = receipt

    def add(self, read: ReadFile) -> None:
        """Counts a file read in this run as landed, so that its copy under another name is none."""
        found = read.found
        for part in read.parts:
            day, by = found.delivered_on, found.delivered_by
            receipt = Receipt(found.source, part.entity, found.file, found.sha256, day, by, part.rows, 0, "")
            self._keep(replace(receipt, mapping=read.mapping))

    def receipts_of(
        self, found: FoundFile, delivery: str, mapping: str | None = None, others: Sequence[str] = ()
    ) -> list[Receipt]:
        """The receipt that makes a file a no-op (and those of the `others` in it), none if the file is to be landed.

        A file that was read with another `mapping` (read.reading_sign) is landed again, as a correction of itself.

        A content that stands under another name is a no-op too, except that a snapshot with another delivery date,
        known from more than the time of loading, says again what is true on that day: a new delivery.
        """
        files = self._newest.get((found.source, found.entity), {})
        same_name = files.get(found.file)
        if same_name is not None:
            is_same = same_name.sha256 == found.sha256 and same_name.mapping in (None, mapping)
            return self._with_others(same_name, others) if is_same else []
        twins = [receipt for receipt in files.values() if receipt.sha256 == found.sha256]
        if not twins:
            return []
        is_dated = delivery == "snapshot" and found.delivered_by != LOAD_TIME
        if is_dated and found.delivered_on not in {twin.delivered_on for twin in twins}:
            return []
        return self._with_others(twins[0], others)

    def _with_others(self, receipt: Receipt, others: Sequence[str]) -> list[Receipt]:
        """The receipt, and those of the other entities that came out of the same file."""
        found = [self._newest.get((receipt.source, entity), {}).get(receipt.file) for entity in others]
        return [receipt, *(other for other in found if other is not None and other.sha256 == receipt.sha256)]
