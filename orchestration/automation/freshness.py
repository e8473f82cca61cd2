"""Whether the data of a month is there: what every awaited source has delivered, and what a late one is called.

A source with `due_business_day` is awaited: a month's report waits for all its awaited entities, and from that business
day on it is overdue. A file dated the month's last day, or later, closes the month; what bears no date of its own (a
fetch, a file dated by its loading) closes it only from the day after on, because it may have been read on the last day.

Add here: a rule of when data is there. Keep out: what follows from it (completeness.py, alarms/causes.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.automation.calendar_rules import CompanyCalendar, last_day
from orchestration.configuration.source_files import FilesSource
from orchestration.configuration.sources import SourceSettings
from orchestration.landing.landed import committed_loads, receipts
from orchestration.settings import Settings
from orchestration.sources.files.find import DECLARED, FROM_NAME, FROM_SIDECAR, find_files
from orchestration.sources.files.model import FileRejectedError

Delivered = Mapping[tuple[str, str], date]
_DATED = (FROM_NAME, FROM_SIDECAR, DECLARED)


@dataclass(frozen=True)
class LateSource:
    """An awaited source without a month's data. missing: entity → its newest delivery, None before the first."""

    source: str
    month: str
    missing: Mapping[str, date | None]
    due_at: datetime

    def is_overdue(self, now: datetime) -> bool:
        """Whether its deadline has passed."""
        return now >= self.due_at

    @property
    def reason(self) -> str:
        """One sentence, the same until something arrives."""
        entities = ", ".join(
            f"{entity} ({f'newest {day}' if day else 'nothing yet'})" for entity, day in sorted(self.missing.items())
        )
        return (
            f"source {self.source} has not delivered {self.month}: {entities}; it was due at "
            f"{self.due_at:%Y-%m-%d %H:%M} ({self.due_at.tzinfo})"
        )


def closing_day(delivered_on: date, delivered_by: str) -> date:
    """The last day that a delivery surely covers."""
    return delivered_on if delivered_by in _DATED else date.fromordinal(delivered_on.toordinal() - 1)


def awaited(sources: Iterable[SourceSettings]) -> list[tuple[SourceSettings, tuple[str, ...]]]:
    """The sources a report waits for, each with its awaited entities."""
    return [
        (source, source.due_entities or tuple(getattr(source, "entities", {})))
        for source in sources
        if source.due_business_day is not None
    ]


def late_sources(
    sources: Iterable[SourceSettings], month: str, covered: Delivered, calendar: CompanyCalendar
) -> tuple[LateSource, ...]:
    """The awaited sources that have not delivered a month. covered: (source, entity) → the last day it covers."""
    found = []
    for source, entities in awaited(sources):
        missing = {
            entity: covered.get((source.name, entity))
            for entity in entities
            if covered.get((source.name, entity), date.min) < last_day(month)
        }
        if missing:
            due_at = calendar.moment(month, source.due_business_day or 1)
            found.append(LateSource(source.name, month, missing, due_at))
    return tuple(found)


def covered_days(settings: Settings) -> dict[tuple[str, str], date]:
    """(source, entity) → the last day its landed deliveries cover, for every awaited source."""
    wanted = [source for source, _ in awaited(settings.sources)]
    covered: dict[tuple[str, str], date] = {}
    for system in {source.system for source in wanted}:
        for receipt in receipts(settings.landing_dir, system):
            key = (receipt.source, receipt.entity)
            covered[key] = max(covered.get(key, date.min), closing_day(receipt.delivered_on, receipt.delivered_by))
    return covered


def late_now(settings: Settings, months: Iterable[str]) -> dict[str, tuple[LateSource, ...]]:
    """Month → the awaited sources it waits for; months that wait for none are left out."""
    wanted = list(months)
    if not wanted or not awaited(settings.sources):
        return {}
    covered = covered_days(settings)
    late = {month: late_sources(settings.sources, month, covered, settings.calendar) for month in wanted}
    return {month: found for month, found in late.items() if found}


def newest_load(settings: Settings) -> tuple[str, datetime] | None:
    """The id of the newest committed load and the moment it was made (UTC); None before the first."""
    systems = {source.system for source in settings.sources}
    loads = [load for system in systems for load in committed_loads(settings.landing_dir, system)]
    if not loads:
        return None
    newest = max(loads, key=float)
    return newest, datetime.fromtimestamp(float(newest), UTC)


def is_watched(source: SourceSettings) -> bool:
    """Whether arrivals of a source can be seen: files in a folder can, services and object storage must be asked."""
    return isinstance(source, FilesSource) and not source.is_remote


def folder_listing(settings: Settings, source: FilesSource) -> str:
    """Names, sizes and times of all files of a source, as one text; empty where its folder is not there."""
    folder = settings.source_path(source)
    if not folder.is_dir():
        return ""
    return "\n".join(sorted({line for spec in source.entities.values() for line in _lines(folder, spec.files)}))


def _lines(folder: Path, pattern: str) -> Iterable[str]:
    try:
        files = find_files(folder, pattern)
    except FileRejectedError:
        # Said by the extract, with the pattern's place and fix.
        return
    for file in files:
        # One that went while we looked is no file any more.
        with contextlib.suppress(FileNotFoundError):
            status = file.stat()
            yield f"{file.relative_to(folder).as_posix()} {status.st_size} {status.st_mtime_ns}"


@dataclass(frozen=True)
class Arrival:
    """What is known of a source's folder: the listing acted on, and the one seen at the last look (as hashes)."""

    handled: str
    seen: str


def look_at(before: Arrival | None, now: str) -> tuple[bool, Arrival]:
    """Whether to extract now, and what to remember. A listing counts when two looks in a row saw the same.

    A file that is still being written changes between looks. What stands there at the very first look is taken as
    handled: switching the sensor on starts nothing.
    """
    if before is None:
        return False, Arrival(now, now)
    if now in (before.handled, "") or now != before.seen:
        return False, Arrival(before.handled, now)
    return True, Arrival(now, now)
