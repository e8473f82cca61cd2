"""Extract: lands what is new in every source, one load per system, and then names every file that cannot be landed.

What has been landed is read from landing itself (landed.py), from committed loads only; nothing else is remembered, so
a run that died at any point is simply run again. Keep out: formats (orchestration/sources/) and types (staging).
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from orchestration.contract import Entity, load_contract
from orchestration.erasure.arriving import erase_arriving
from orchestration.landing.fetch import Fetching
from orchestration.landing.landed import Receipt
from orchestration.landing.load import load
from orchestration.landing.read import Clock, EntityReading, now_in, read_sources
from orchestration.mapping.compiled import compile_mapping
from orchestration.settings import Settings
from orchestration.sources.connectors import Connect, connector_of
from orchestration.sources.files.model import Fetched, ReadFile, RejectedFile

Report = Callable[[str], None]


@dataclass(frozen=True)
class FileOutcome:
    """What became of one good file for one entity: landed now, or unchanged since it was landed."""

    source: str
    system: str
    entity: str
    file: str
    sha256: str
    delivered_on: date
    delivered_by: str
    rows: int
    unparsed: int
    outcome: Literal["landed", "unchanged"]
    fetched: Fetched | None = None


@dataclass(frozen=True)
class ExtractResult:
    """The good files of one extract and how long it took."""

    files: tuple[FileOutcome, ...]
    seconds: float

    @property
    def landed_files(self) -> int:
        return sum(file.outcome == "landed" for file in self.files)

    @property
    def unchanged_files(self) -> int:
        return sum(file.outcome == "unchanged" for file in self.files)

    @property
    def landed_rows(self) -> int:
        return sum(file.rows for file in self.files if file.outcome == "landed")


class ExtractError(RuntimeError):
    """Some files were rejected, and all others landed (`result`); the message names each with its fix."""

    def __init__(self, rejected: tuple[RejectedFile, ...], result: ExtractResult) -> None:
        self.rejected = rejected
        self.result = result
        count = (
            f"{len(rejected)} of what the sources deliver cannot be landed; {result.landed_files} files were landed:"
        )
        super().__init__("\n".join([count, *map(str, rejected)]))


def _silent(text: str) -> None:
    """Reports nowhere."""


def extract(
    settings: Settings,
    report: Report = _silent,
    contract: Mapping[str, Entity] | None = None,
    clock: Clock = now_in,
    *,
    full: bool = False,
    connect: Connect = connector_of,
) -> ExtractResult:
    """Lands every new or corrected file of every source, and what every fetched source has that is new.

    `report` gets a line per entity. `clock` dates fetches, and files whose delivery date nothing else says. `full`
    fetches all rows anew. `connect` makes the connectors.

    Raises:
        ExtractError: files were rejected; the good ones are landed all the same.
        LandingError: landing does not hold what was just loaded.
    """
    started = time.monotonic()
    spools = settings.work_dir / "extract"
    shutil.rmtree(spools, ignore_errors=True)
    try:
        readings = []
        for reading in _readings(settings, report, contract or load_contract(), clock, full, connect, spools):
            readings.append(reading)
            for line in reading.lines():
                report(line)
        _load(settings, contract or load_contract(), readings)
    finally:
        shutil.rmtree(spools, ignore_errors=True)
    result = ExtractResult(tuple(_outcomes(readings)), time.monotonic() - started)
    rejected = tuple(item for reading in readings for item in reading.rejected)
    if rejected:
        raise ExtractError(rejected, result)
    return result


def _readings(
    settings: Settings,
    report: Report,
    contract: Mapping[str, Entity],
    clock: Clock,
    full: bool,
    connect: Connect,
    spools: Path,
) -> Iterator[EntityReading]:
    yield from read_sources(settings, contract, spools, clock)
    yield from Fetching(
        settings, contract, spools, clock, os.environ, connect, compile_mapping, report, full
    ).readings()


def _load(settings: Settings, contract: Mapping[str, Entity], readings: Iterable[EntityReading]) -> None:
    by_system: dict[str, list[ReadFile]] = {}
    for reading in readings:
        by_system.setdefault(reading.source.system, []).extend(reading.read)
    for system, files in by_system.items():
        if files:
            load(settings.landing_dir, settings.work_dir, system, erase_arriving(settings, contract, files))


def _outcomes(readings: Iterable[EntityReading]) -> Iterable[FileOutcome]:
    for reading in readings:
        for receipt in reading.unchanged:
            yield _unchanged(reading.source.system, receipt)
        for file in reading.read:
            yield from _landed(file)


def _unchanged(system: str, receipt: Receipt) -> FileOutcome:
    return FileOutcome(
        source=receipt.source,
        system=system,
        entity=receipt.entity,
        file=receipt.file,
        sha256=receipt.sha256,
        delivered_on=receipt.delivered_on,
        delivered_by=receipt.delivered_by,
        rows=receipt.rows,
        unparsed=receipt.unparsed,
        outcome="unchanged",
    )


def _landed(file: ReadFile) -> Iterable[FileOutcome]:
    found = file.found
    for number, part in enumerate(file.parts):
        yield FileOutcome(
            source=found.source,
            system=found.system,
            entity=part.entity,
            file=found.file,
            sha256=found.sha256,
            delivered_on=found.delivered_on,
            delivered_by=found.delivered_by,
            rows=part.rows,
            unparsed=len(file.unparsed) if number == 0 else 0,
            outcome="landed",
            fetched=file.fetched,
        )
