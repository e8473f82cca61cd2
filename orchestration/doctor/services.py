"""Asks each configured service, without fetching from it: reachable, permitted, change tracking, rows, newest time.

Keep out: how a service is asked (its connector's probe), and files (trial.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from orchestration.configuration.sources import FetchedEntity, FetchedSource
from orchestration.contract import Entity
from orchestration.doctor.finding import Finding, Places
from orchestration.mapping.compiled import MappingError, compile_mapping
from orchestration.settings import Settings
from orchestration.sources.connectors import Connect
from orchestration.sources.fetched import Connector, MissingSecretsError, Probe, SourceFailedError


@dataclass(frozen=True)
class Asked:
    """One entity of a service and what its probe said; `empty` are the contract's columns nothing is mapped to."""

    source: str
    entity: str
    table: str
    probe: Probe
    empty: tuple[str, ...]


@dataclass(frozen=True)
class Services:
    """What all services said, and what is wrong with them."""

    asked: tuple[Asked, ...]
    findings: tuple[Finding, ...]


def ask_services(
    settings: Settings, contract: Mapping[str, Entity], environment: Mapping[str, str], connect: Connect
) -> Services:
    """Probes every entity of every source that is no files, a source's entities at once as `parallel` allows."""
    places, asked, findings = Places.of(settings), [], []
    for source in settings.sources:
        if isinstance(source, FetchedSource):
            zone = ZoneInfo(source.time_zone or settings.company.time_zone)
            told, wrong = _ask(source, contract, connect(source, environment, zone), places)
            asked.extend(told)
            findings.extend(wrong)
    return Services(tuple(asked), tuple(findings))


def _ask(
    source: FetchedSource, contract: Mapping[str, Entity], connector: Connector, places: Places
) -> tuple[list[Asked], list[Finding]]:
    try:
        connector.open()
    except SourceFailedError as error:
        fix = "set them where Holdfast runs" if isinstance(error, MissingSecretsError) else ""
        return [], [Finding("error", places.source(source.name), str(error), fix)]
    try:
        with ThreadPoolExecutor(source.parallel) as pool:
            known = {entity: spec for entity, spec in source.entities.items() if entity in contract}
            asked = list(pool.map(lambda item: _probe(source, connector, item[1], contract[item[0]]), known.items()))
    finally:
        connector.close()
    return asked, [finding for one in asked for finding in _wrong(one, places)]


def _probe(source: FetchedSource, connector: Connector, spec: FetchedEntity, entity: Entity) -> Asked:
    try:
        mapping = compile_mapping(spec, entity)
    except MappingError as error:
        return Asked(source.name, entity.name, spec.table, Probe(True, True, problem=str(error)), ())
    mapped = {*mapping.columns, *mapping.own_names}
    empty = tuple(name for name in entity.column_names if name not in mapped)
    try:
        key = (spec.key,) if spec.key else ()
        probe = connector.probe(spec.table, tuple(dict.fromkeys((*key, *mapping.fields))))
    except SourceFailedError as error:
        probe = Probe(reachable=False, permitted=False, problem=str(error))
    return Asked(source.name, entity.name, spec.table, probe, empty)


def _wrong(asked: Asked, places: Places) -> Iterator[Finding]:
    at = places.source(asked.source, "entities", asked.entity)
    probe, what = asked.probe, f"{asked.entity}: table {asked.table}"
    if not probe.reachable:
        yield Finding("error", at, f"{what} cannot be reached: {probe.problem}")
    elif not probe.permitted:
        yield Finding("error", at, f"{what} may not be read: {probe.problem}")
    elif probe.problem:
        yield Finding("error", at, f"{what}: {probe.problem}")
    if probe.missing_fields:
        fields = ", ".join(probe.missing_fields)
        yield Finding("error", at, f"{what} has no field {fields}", "correct columns, or drop them there")
    if probe.change_tracking == "off":
        fix = "switch it on for this table (of a database: name a cursor), or every run fetches all rows"
        yield Finding("warning", at, f"{what}: change tracking is off", fix)
    if probe.rows == 0:
        yield Finding("warning", at, f"{what} holds no row", "check the table's name and the account's permissions")
