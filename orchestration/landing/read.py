"""Reads what is new in the configured sources, before anything is landed.

Add here: the reading of another kind of source. Keep out: formats (orchestration/sources/) and dlt (load.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from orchestration.configuration.sources import SourceSettings
from orchestration.contract import Entity
from orchestration.landing.landed import Landed, Receipt
from orchestration.mapping.compiled import MappingError, compile_mapping
from orchestration.mapping.derive import Derivation, derivations
from orchestration.settings import EntityFiles, FilesSource, Settings
from orchestration.sources.files.answers import ANSWERS, RESPONSES
from orchestration.sources.files.find import delivery_date, find_files, sha256_of
from orchestration.sources.files.headers import nearest
from orchestration.sources.files.model import Fetched, FileRejectedError, FoundFile, ReadFile, RejectedFile
from orchestration.sources.files.places import source_folder
from orchestration.sources.files.read import read_file, reading_sign

Clock = Callable[[ZoneInfo], datetime]


def now_in(zone: ZoneInfo) -> datetime:
    """The machine's time in a zone."""
    return datetime.now(zone)


@dataclass
class EntityReading:
    """What one source delivers for one entity: read now, unchanged since it was landed, and rejected.

    `pattern` is what was looked for: a file pattern, or the table of a source that is fetched.
    """

    source: SourceSettings
    entity: str
    pattern: str
    read: list[ReadFile] = field(default_factory=list)
    unchanged: list[Receipt] = field(default_factory=list)
    rejected: list[RejectedFile] = field(default_factory=list)

    def reject(self, file: str, reason: str) -> None:
        """Notes a file (or pattern) that nothing is landed from."""
        self.rejected.append(RejectedFile(self.source.name, self.entity, file, reason))

    def lines(self) -> list[str]:
        """`crm customers: 36 files, 92 410 rows`, then one line per warning."""
        place = f"{self.source.system} {self.entity}"
        notes: dict[str, int] = {}
        for note in (note for file in self.read for note in file.notes):
            notes[note] = notes.get(note, 0) + 1
        files = "" if any(file.fetched for file in self.read) else " ({})"
        said = [f"{place}: {note}{files.format(_counted(count, 'file'))}" for note, count in notes.items()]
        return [f"{place}: {self._summary()}", *said]

    def _summary(self) -> str:
        if not (self.read or self.unchanged or self.rejected):
            return f"no file matches {self.pattern}"
        fetched = [file.fetched for file in self.read if file.fetched]
        if fetched:
            return ", ".join(map(fetch_summary, fetched))
        if not isinstance(self.source, FilesSource):
            return "nothing fetched; the reason is told at the end"
        rows = f"{sum(file.parts[0].rows for file in self.read):,}".replace(",", " ")
        unparsed = sum(len(file.unparsed) for file in self.read)
        said = [f"{_counted(len(self.read), 'file')}, {rows} rows"]
        said += [f"{_counted(unparsed, 'line')} could not be parsed"] if unparsed else []
        said += [f"{len(self.unchanged)} unchanged"] if self.unchanged else []
        said += [f"{len(self.rejected)} rejected"] if self.rejected else []
        return ", ".join(said)


def fetch_summary(fetched: Fetched) -> str:
    """`12 345 rows fetched, 3 deleted (increment, 25 pages, 0.6 s, 20 111 rows/s)`."""
    rows = f"{fetched.rows:,}".replace(",", " ")
    speed = f"{fetched.rows / fetched.seconds:,.0f}".replace(",", " ") if fetched.seconds > 0 else "-"
    deleted = f", {fetched.deleted} deleted" if fetched.deleted else ""
    work = f"{fetched.mode}, {_counted(fetched.pages, 'page')}, {fetched.seconds:.1f} s, {speed} rows/s"
    return f"{rows} rows fetched{deleted} ({work})"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def read_sources(
    settings: Settings, contract: Mapping[str, Entity], spools: Path, clock: Clock
) -> Iterator[EntityReading]:
    """Reads the new files of every source, entity by entity, into spools below `spools`."""
    landed = {system: Landed(settings.landing_dir, system) for system in {source.system for source in settings.sources}}
    with duckdb.connect() as connection:
        for source in settings.files_sources:
            today = clock(ZoneInfo(source.time_zone or settings.company.time_zone)).date()
            try:
                folder = source_folder(settings, source, os.environ)
            except FileRejectedError as error:
                yield from _unreachable(source, str(error))
                continue
            reader = _Reader(folder, today, contract, landed[source.system], spools / source.name, connection)
            for entity in source.entities:
                yield reader.read(source, entity)


def _unreachable(source: FilesSource, fault: str) -> Iterator[EntityReading]:
    for entity, spec in source.entities.items():
        reading = EntityReading(source, entity, spec.files)
        reading.reject(spec.files, fault)
        yield reading


@dataclass(frozen=True)
class _Reader:
    """Reads the entities of one source."""

    folder: Path
    today: date
    contract: Mapping[str, Entity]
    landed: Landed
    spools: Path
    connection: duckdb.DuckDBPyConnection

    def read(self, source: FilesSource, entity: str) -> EntityReading:
        spec = source.entities[entity]
        reading = EntityReading(source, entity, spec.files)
        fault = setting_fault(source, self.folder, entity, self.contract)
        if fault is not None:
            reading.reject(spec.files, fault)
            return reading
        derived = [item for item in derivations(source, self.contract) if item.origin == entity]
        sign = reading_sign(spec, self.contract[entity], derived)
        others = [*([ANSWERS] if spec.answers else []), *(item.entity.name for item in derived)]
        for found in self._found(reading, spec):
            receipts = self.landed.receipts_of(found, spec.delivery, sign, others)
            reading.unchanged.extend(receipts)
            if not receipts:
                self._read_file(found, spec, reading, derived)
        return reading

    def _found(self, reading: EntityReading, spec: EntityFiles) -> list[FoundFile]:
        """The entity's files, by delivery date and name."""
        source, found = reading.source, []
        try:
            paths = find_files(self.folder, spec.files)
        except FileRejectedError as error:
            reading.reject(spec.files, str(error))
            return []
        except OSError as error:
            reading.reject(spec.files, f"{self.folder} cannot be listed ({error}); correct path or permissions")
            return []
        for path in paths:
            file = path.relative_to(self.folder).as_posix()
            try:
                day, by = delivery_date(path, file, spec, self.today)
            except FileRejectedError as error:
                reading.reject(file, str(error))
                continue
            found.append(FoundFile(source.name, source.system, reading.entity, path, file, sha256_of(path), day, by))
        return sorted(found, key=lambda item: (item.delivered_on, item.file))

    def _read_file(
        self, found: FoundFile, spec: EntityFiles, reading: EntityReading, derived: Sequence[Derivation]
    ) -> None:
        spool = self.spools / found.entity / str(len(reading.read) + len(reading.rejected))
        try:
            read = read_file(found, spec, self.contract, spool, self.connection, derived)
        except FileRejectedError as error:
            reading.reject(found.file, str(error))
            return
        self.landed.add(read)
        reading.read.append(read)


def setting_fault(source: FilesSource, folder: Path, entity: str, contract: Mapping[str, Entity]) -> str | None:
    """What is wrong with an entity's settings, measured by the contract and the disk; None if nothing is."""
    fault = contract_fault(source, entity, contract)
    if fault is not None:
        return fault
    at, spec = place_of(source, entity), source.entities[entity]
    try:
        compile_mapping(spec, contract[entity])
    except MappingError as error:
        return f"{at}: {error}"
    if spec.answers and entity != RESPONSES:
        return f"{at}: answers can be columns of {RESPONSES} only; remove answers"
    if not folder.is_dir():
        return f"{at}: the folder {folder} is not there; create it or correct path"
    return None


def place_of(source: SourceSettings, entity: str) -> str:
    """Where an entity's settings stand."""
    return f"config/sources.yml, source {source.name}, {entity}"


def contract_fault(source: SourceSettings, entity: str, contract: Mapping[str, Entity]) -> str | None:
    """What is wrong with an entity's place in a source of any kind; None if nothing is."""
    at = place_of(source, entity)
    if entity not in contract:
        return f'{at}: no such entity; nearest is "{nearest(entity, contract, 0.0)}"'
    if contract[entity].system != source.system:
        return f"{at}: it belongs to system {contract[entity].system}, the source to {source.system}; use two sources"
    return None
