"""Fetches one entity from a service into a spool: mapped to the contract, counted, guarded against a cut-off answer.

A connector gives pages (orchestration/sources/fetched.py); what comes out lands like a file: one delivery, one receipt.
Keep out: the words of any service, and dlt (load.py).
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.configuration.sources import FetchedEntity
from orchestration.contract import Entity
from orchestration.landing.landed import LastFetch
from orchestration.mapping.derive import Derivation
from orchestration.sources.fetched import (
    Connector,
    Ended,
    Page,
    Progress,
    Row,
    SourceFailedError,
    SpentQuotaError,
)
from orchestration.sources.files.find import sha256_of
from orchestration.sources.files.model import DELETED, FETCH, Fetched, FoundFile, Part, ReadFile
from orchestration.sources.files.spool import Spool

# A line of progress every so many seconds; the summary comes at the end anyway.
TELL_SECONDS = 5.0


class RowMapping(Protocol):
    """Source rows → a table of text columns under the contract's names."""

    @property
    def fields(self) -> tuple[str, ...]: ...

    @property
    def sign(self) -> str: ...

    def apply(self, rows: tuple[Row, ...]) -> pa.Table: ...

    def apply_table(self, table: pa.Table) -> pa.Table: ...


@dataclass(frozen=True)
class Order:
    """One entity to fetch: from where, mapped how, and what stands in landing of the fetch before."""

    source: str
    system: str
    entity: Entity
    spec: FetchedEntity
    mapping: RowMapping
    last: LastFetch
    full: bool
    started: datetime
    day: date
    spool: Path
    derived: tuple[Derivation, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.source} {self.entity.name} (table {self.spec.table})"

    @property
    def asked(self) -> str:
        """A sign of what is asked for: another table or mapping makes the state of older fetches worthless.

        Codes and date formats are staging's, so a corrected code map is no reason to fetch everything again.
        """
        text = json.dumps([self.spec.table, self.spec.key, self.mapping.sign, *(item.sign for item in self.derived)])
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]

    @property
    def state(self) -> Mapping[str, str] | None:
        """What the connector goes on from; None asks for all rows."""
        is_usable = self.spec.delivery == "increment" and not self.full and self.last.asked == self.asked
        return self.last.state if is_usable else None

    @property
    def fields(self) -> tuple[str, ...]:
        key = (self.spec.key,) if self.spec.key else ()
        return tuple(dict.fromkeys((*key, *self.mapping.fields)))


@dataclass
class _Taken:
    """What has come so far."""

    rows: int = 0
    pages: int = 0
    deleted: dict[str, None] = field(default_factory=dict)
    oldest: str | None = None
    newest: str | None = None


def fetch(
    order: Order, connector: Connector, tell: Callable[[str], None]
) -> tuple[ReadFile | None, SourceFailedError | None]:
    """Fetches one entity: what can land, and what went wrong; both only for a spent quota that keeps what was read."""
    started = time.monotonic()
    order.spool.parent.mkdir(parents=True, exist_ok=True)
    failure: SourceFailedError | None = None
    taken = _Taken()
    with Spool(order.spool, [*order.entity.column_names, DELETED]) as spool:
        try:
            try:
                ended = _take(order, connector, spool, taken, Teller(order, tell, started))
            except SpentQuotaError as error:
                if error.kept is None:
                    raise
                ended, failure = error.kept, error
            _judge(order, taken.rows, spool.rows, ended)
            _write_deleted(order, spool, taken)
        except SourceFailedError as error:
            return None, error
    return _read_file(order, spool, taken, ended, time.monotonic() - started), failure


def _take(order: Order, connector: Connector, spool: Spool, taken: _Taken, teller: Teller) -> Ended:
    """Spools every page and returns the connector's Ended.

    Raises:
        SourceFailedError: the service's, or the connector broke off without Ended.
    """
    ended: Ended | None = None
    for page in connector.fetch(order.spec.table, order.fields, order.state, teller):
        if ended is not None:
            raise SourceFailedError(f"{order.place}: the connector went on after its end; this is a fault of it")
        if isinstance(page, Ended):
            ended = page
            continue
        taken.pages += 1
        if isinstance(page, Page):
            _note_deleted(order, page, taken)
            table, read = order.mapping.apply(page.rows), len(page.rows)
        else:
            table, read = order.mapping.apply_table(page.table), page.table.num_rows
        taken.rows += read
        _spool(order, spool, table, taken)
    if ended is None:
        raise SourceFailedError(f"{order.place}: the connector broke off without an end; run extract again")
    return ended


def _spool(order: Order, spool: Spool, table: pa.Table, taken: _Taken) -> None:
    dated = _dated_column(order.entity, table)
    for batch in table.combine_chunks().to_batches():
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        spool.write(columns, range(spool.rows + 1, spool.rows + 1 + batch.num_rows))
        if dated is not None:
            span = pc.min_max(columns[dated]).as_py()
            taken.oldest = min(filter(None, (taken.oldest, span["min"])), default=None)
            taken.newest = max(filter(None, (taken.newest, span["max"])), default=None)


def _dated_column(entity: Entity, table: pa.Table) -> str | None:
    """The column that says how far a fetch reaches: updated_at, else the entity's first date that is mapped."""
    dates = [column.name for column in entity.columns if column.data_type in ("timestamp", "date")]
    there = [name for name in ("updated_at", *dates) if name in table.column_names]
    return there[0] if there else None


def _note_deleted(order: Order, page: Page, taken: _Taken) -> None:
    """Keeps the ids that are gone; a row that comes after its deletion is there again."""
    if taken.deleted and order.spec.key is not None:
        for row in page.rows:
            taken.deleted.pop(row.get(order.spec.key) or "", None)
    taken.deleted.update(dict.fromkeys(page.deleted))


def _write_deleted(order: Order, spool: Spool, taken: _Taken) -> None:
    """One row per id that is gone: the entity's key and the mark, nothing else."""
    if not taken.deleted:
        return
    key = order.entity.key
    if order.spec.key is None or len(key) != 1:
        raise SourceFailedError(
            f"{order.place}: the service says that {len(taken.deleted)} rows are gone, but "
            + (f"a row of {order.entity.name} is named by {' and '.join(key)}" if len(key) != 1 else "key is not set")
            + "; "
            + ("set delivery: snapshot for it" if len(key) != 1 else "set key to the field that names a row")
        )
    gone = order.mapping.apply(tuple({order.spec.key: value} for value in taken.deleted))
    if key[0] not in gone.column_names or gone[key[0]].null_count:
        raise SourceFailedError(
            f"{order.place}: rows are gone by {order.spec.key}, and {key[0]} cannot be told from it; "
            f"map {key[0]} to {order.spec.key}, or set delivery: snapshot"
        )
    values = gone[key[0]].combine_chunks()
    marks = pa.array(["true"] * len(values), pa.string())
    spool.write({key[0]: values, DELETED: marks}, range(spool.rows + 1, spool.rows + 1 + len(values)))


def _judge(order: Order, read: int, landed: int, ended: Ended) -> None:
    """Refuses a fetch that is not all it should be.

    Raises:
        SourceFailedError: fewer rows than the service counts, or far fewer than the last full fetch had.
    """
    if ended.expected_rows is not None and read < ended.expected_rows:
        raise SourceFailedError(
            f"{order.place}: the service counts {ended.expected_rows} rows and gave {read}; run extract again"
        )
    last = order.last.full_rows
    if ended.mode == "snapshot" and last is not None and landed < order.spec.at_least * last:
        raise SourceFailedError(
            f"{order.place}: a full fetch gave {landed} rows, the last one {last} ({order.last.full_on}): under "
            f"{order.spec.at_least:.0%} it counts as cut off. See what the service leaves out; if the rows are really "
            f"gone, set at_least lower for one run"
        )


def _read_file(order: Order, spool: Spool, taken: _Taken, ended: Ended, seconds: float) -> ReadFile:
    file = f"{order.spec.table}@{order.started:%Y-%m-%dT%H:%M:%S}.{order.started.microsecond // 1000:03d}Z"
    found = FoundFile(
        order.source, order.system, order.entity.name, order.spool, file, sha256_of(order.spool), order.day, FETCH
    )
    notes = list(ended.notes)
    if order.last.asked is not None and order.last.asked != order.asked and order.spec.delivery == "increment":
        notes.append("table, key or columns changed: all rows were fetched")
    fetched = Fetched(
        mode=ended.mode,
        state=json.dumps({"asked": order.asked, "state": dict(ended.state)}, sort_keys=True),
        rows=taken.rows,
        deleted=len(taken.deleted),
        pages=taken.pages,
        seconds=seconds,
        expected_rows=ended.expected_rows,
        oldest=taken.oldest,
        newest=taken.newest,
    )
    part = Part(order.entity.name, order.spool, spool.rows)
    return ReadFile(found, (part, *(item.part(part) for item in order.derived)), (), tuple(notes), fetched)


class Teller:
    """Turns a connector's Progress into a line now and then."""

    def __init__(self, order: Order, tell: Callable[[str], None], started: float) -> None:
        self._place = f"{order.system} {order.entity.name}"
        self._expected = order.last.full_rows if order.state is None else None
        self._tell = tell
        self._told = started

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._told >= TELL_SECONDS:
            self._told = now
            self._tell(progress_line(self._place, progress, self._expected))


def progress_line(place: str, progress: Progress, expected: int | None) -> str:
    """`crm orders: 120 000 rows, 24 pages, 20 000 rows/s, about 40 s to go`; `expected` if the service says none."""
    pages = "1 page" if progress.pages == 1 else f"{_grouped(progress.pages)} pages"
    speed = progress.rows / progress.seconds if progress.seconds > 0 else 0.0
    said = f"{place}: {_grouped(progress.rows)} rows, {pages}, {_grouped(speed)} rows/s"
    whole = progress.expected_rows if progress.expected_rows is not None else expected
    if whole is not None and speed and whole > progress.rows:
        said += f", about {(whole - progress.rows) / speed:.0f} s to go"
    return said


def _grouped(number: float) -> str:
    return f"{number:,.0f}".replace(",", " ")
