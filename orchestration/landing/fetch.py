"""Fetches every entity of the sources that are no files, several at once, before anything is landed.

Keep out: what one fetch is (fetching.py), how a service is asked (orchestration/sources/<kind>/) and dlt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.configuration.sources import FetchedEntity, FetchedSource
from orchestration.contract import Entity
from orchestration.landing.fetching import Order, RowMapping, fetch
from orchestration.landing.landed import Landed
from orchestration.landing.read import Clock, EntityReading, contract_fault
from orchestration.mapping.derive import derivations
from orchestration.settings import Settings
from orchestration.sources.connectors import Connect
from orchestration.sources.fetched import Connector, SourceFailedError

Compile = Callable[[FetchedEntity, Entity], RowMapping]


@dataclass(frozen=True)
class Fetching:
    """What every fetch of one extract shares. `full` asks for all rows, whatever was fetched before."""

    settings: Settings
    contract: Mapping[str, Entity]
    spools: Path
    clock: Clock
    environment: Mapping[str, str]
    connect: Connect
    compile_mapping: Compile
    tell: Callable[[str], None]
    full: bool = False

    def readings(self) -> Iterator[EntityReading]:
        """One reading per entity of every fetched source, in the order of sources.yml."""
        for source in self.settings.fetched_sources:
            yield from self._source(source)

    def _source(self, source: FetchedSource) -> list[EntityReading]:
        zone = ZoneInfo(source.time_zone or self.settings.company.time_zone)
        connector = self.connect(source, self.environment, zone)
        try:
            connector.open()
        except SourceFailedError as error:
            reading = EntityReading(source, ", ".join(source.entities), source.kind)
            reading.reject(source.kind, str(error))
            return [reading]
        try:
            landed = Landed(self.settings.landing_dir, source.system)
            with ThreadPoolExecutor(source.parallel, thread_name_prefix=source.name) as pool:
                return list(pool.map(lambda name: self._entity(source, name, zone, connector, landed), source.entities))
        finally:
            connector.close()

    def _entity(
        self, source: FetchedSource, name: str, zone: ZoneInfo, connector: Connector, landed: Landed
    ) -> EntityReading:
        spec = source.entities[name]
        reading = EntityReading(source, name, spec.table)
        fault = contract_fault(source, name, self.contract)
        if fault is not None:
            reading.reject(spec.table, fault)
            return reading
        order = Order(
            source=source.name,
            system=source.system,
            entity=self.contract[name],
            spec=spec,
            mapping=self.compile_mapping(spec, self.contract[name]),
            last=landed.last_fetch(source.name, name),
            full=self.full,
            started=datetime.now(UTC),
            day=self.clock(zone).date(),
            spool=self.spools / source.name / name,
            derived=tuple(item for item in derivations(source, self.contract) if item.origin == name),
        )
        read, failure = fetch(order, connector, self.tell)
        if read is not None:
            reading.read.append(read)
        if failure is not None:
            reading.reject(spec.table, str(failure))
        return reading
