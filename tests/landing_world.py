"""A tiny company that delivers files: its contract, a folder to put files in, and what came out of reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.parquet as pq

from orchestration.contract import Column, Entity
from orchestration.landing.extract import ExtractResult, extract
from orchestration.raw_views import create_raw_views
from orchestration.settings import Company, EntityFiles, FilesSource, Settings
from orchestration.sources.files.find import sha256_of
from orchestration.sources.files.model import FoundFile, ReadFile
from orchestration.sources.files.read import read_file
from orchestration.sources.files.spool import spooled

LOAD_DAY = date(2025, 1, 7)
Row = dict[str, Any]


def entity(system: str, name: str, required: Sequence[str], optional: Sequence[str] = ()) -> Entity:
    """An entity of text columns; its first required column is its key."""
    columns = [Column(column, "varchar", column, required=True) for column in required]
    columns += [Column(column, "varchar", column) for column in optional]
    return Entity(system, name, name, (required[0],), tuple(columns))


CONTRACT: Mapping[str, Entity] = {
    item.name: item
    for item in (
        entity("crm", "customers", ["customer_id"], ["name", "region", "updated_at"]),
        entity("crm", "orders", ["order_id", "customer_id", "amount"], ["channel"]),
        entity("crm", "refunds", ["refund_id", "order_id", "amount"]),
        entity("survey", "survey_responses", ["response_id", "survey_id"], ["status"]),
        entity("survey", "survey_answers", ["response_id", "question", "value"]),
    )
}


def company() -> Company:
    return Company.model_validate(
        {
            "name": "Tiny",
            "time_zone": "Europe/Budapest",
            "base_currency": "EUR",
            "first_month": "2024-01",
            "first_report_month": "2024-12",
            "mail": {"sender_name": "Tiny", "sender_address": "tiny@example.org"},
        }
    )


def noon(zone: ZoneInfo) -> datetime:
    """The world's clock: it always stands at noon of the load day."""
    return datetime(LOAD_DAY.year, LOAD_DAY.month, LOAD_DAY.day, 12, tzinfo=zone)


def as_bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


@dataclass(frozen=True)
class Reading:
    """What one file held: rows as dicts of filled columns in order, unparsed (line, reason, text), notes."""

    rows: list[Row]
    unparsed: list[tuple[int, str, str]]
    notes: tuple[str, ...]
    file: ReadFile

    @property
    def records(self) -> list[str]:
        return [str(row["_record"]) for row in self.rows]

    def values(self, *columns: str) -> list[tuple[Any, ...]]:
        return [tuple(row[column] for column in columns) for row in self.rows]


def read(
    folder: Path, content: str | bytes, name: str = "orders_2024-12.csv", of: str = "orders", **spec: Any
) -> Reading:
    """Reads one file through the whole of the files source, without landing it."""
    return read_by(CONTRACT, folder, content, name, of, spec)


def read_by(
    contract: Mapping[str, Entity], folder: Path, content: str | bytes, name: str, of: str, spec: Mapping[str, Any]
) -> Reading:
    """The same by any contract."""
    path = folder / name
    path.write_bytes(as_bytes(content))
    found = FoundFile("shop", contract[of].system, of, path, name, sha256_of(path), LOAD_DAY, "declared")
    with duckdb.connect() as connection:
        file = read_file(found, EntityFiles(files="*", **spec), contract, folder / "spool", connection)
    unparsed = [(line.line_number, line.reason, line.raw_text) for line in file.unparsed]
    return Reading(spool_rows(file), unparsed, file.notes, file)


def spool_rows(file: ReadFile, part: int = 0) -> list[Row]:
    if file.parts[part].is_ready:
        rows: list[Row] = pq.read_table(file.parts[part].spool).to_pylist()
        return [{**row, "_record": str(number)} for number, row in enumerate(rows, start=1)]
    return [row for batch in spooled(file.parts[part].spool) for row in batch.to_pylist()]


@dataclass
class World:
    """A company's folder of exports and its landing."""

    root: Path
    entities: dict[str, EntityFiles] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @property
    def export(self) -> Path:
        return self.root / "export"

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.export / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(content))
        return path

    def settings(self) -> Settings:
        systems = {CONTRACT[name].system if name in CONTRACT else "crm" for name in self.entities}
        sources = tuple(
            FilesSource(
                name=f"{system}_files",
                kind="files",
                system=system,
                path=str(self.export),
                entities={k: v for k, v in self.entities.items() if k not in CONTRACT or CONTRACT[k].system == system},
            )
            for system in sorted(systems)
        )
        return Settings(
            config_dir=self.root, data_dir=self.root / "data", company=company(), audiences=(), sources=sources
        )

    def extract(self) -> ExtractResult:
        self.said.clear()
        return extract(self.settings(), self.said.append, CONTRACT, noon)

    @contextmanager
    def raw(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A working database with the raw views of what has been landed."""
        with duckdb.connect() as connection:
            create_raw_views(self.settings(), connection, CONTRACT)
            yield connection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.raw() as connection:
            return connection.execute(query).fetchall()
