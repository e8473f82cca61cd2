"""Fields that stand in another table: `_customerid_value/number` is the number of the customer that column names.

A field is a column, then a look-up after each `/`, each applied to what the one before gave. `local_date` needs no
table: it is the local day of a timestamp. Every other look-up is a table of id → value, read whole, once a run.
Add here: how values are joined. Keep out: the stock look-ups (lookups.yml) and a company's own (sources.yml).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from orchestration.configuration.source_dynamics365 import LOCAL_DATE, Lookup
from orchestration.sources.fetched import Row, SourceFailedError


def column_of(name: str) -> str:
    """The column a field starts from."""
    return name.partition("/")[0]


def steps_of(name: str) -> list[str]:
    """The look-ups of a field, in order."""
    return name.split("/")[1:]


def tables_of(fields: Iterable[str], lookups: Mapping[str, Lookup]) -> dict[str, set[str]]:
    """Table → columns that the look-ups of these fields read.

    Raises:
        SourceFailedError: a look-up that is not configured.
    """
    needed: dict[str, set[str]] = {}
    for step in sorted({step for name in fields for step in steps_of(name)} - {LOCAL_DATE}):
        for table, columns in _known(lookups, step).tables.items():
            needed.setdefault(table, set()).update(columns)
    return needed


def _known(lookups: Mapping[str, Lookup], step: str) -> Lookup:
    if step not in lookups:
        names = ", ".join(sorted((*lookups, LOCAL_DATE)))
        raise SourceFailedError(
            f'look-up "{step}" is not known; choose one of: {names}, or add it under lookups in sources.yml'
        )
    return lookups[step]


@dataclass
class Joined:
    """The look-ups of one source while it is open: each read at its first use, by one thread, for all."""

    lookups: Mapping[str, Lookup]
    zone: ZoneInfo
    read: Callable[[str, Sequence[str]], Iterable[Row]]
    _found: dict[str, dict[str, str]] = field(default_factory=dict)
    _locks: dict[str, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def values(self, step: str) -> dict[str, str]:
        """Id → value."""
        with self._lock:
            lock = self._locks.setdefault(step, Lock())
        with lock:
            if step not in self._found:
                self._found[step] = self._read(_known(self.lookups, step))
            return self._found[step]

    def forget(self, steps: Iterable[str]) -> None:
        """The next use reads them again: a row may name what was created after the first reading."""
        with self._lock:
            for step in steps:
                self._found.pop(step, None)

    def _read(self, lookup: Lookup) -> dict[str, str]:
        found: dict[str, str] = {}
        for table, (key, value) in lookup.tables.items():
            for row in self.read(table, (key, value)):
                identity, given = row[key], row[value]
                if identity is not None and given is not None:
                    found[identity] = max(given, found.get(identity, given))
        return found

    def complete(self, row: Row, names: Sequence[str]) -> list[str]:
        """Adds the named fields to a row; gives those of them whose id is not known."""
        missed = []
        for name in names:
            value, is_known = self._followed(row[column_of(name)], name)
            if not is_known:
                missed.append(name)
            row[name] = self._otherwise(name) if value is None else value
        return missed

    def _followed(self, value: str | None, name: str) -> tuple[str | None, bool]:
        """What the look-ups of a field make of a value, and whether each knew it; nothing comes of nothing."""
        for step in steps_of(name):
            if value is None:
                return None, True
            found = self._local_date(value, name) if step == LOCAL_DATE else self.values(step).get(value)
            if found is None:
                return None, False
            value = found
        return value, True

    def _otherwise(self, name: str) -> str | None:
        last = steps_of(name)[-1]
        return None if last == LOCAL_DATE else _known(self.lookups, last).otherwise

    def _local_date(self, value: str, name: str) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise SourceFailedError(
                f'{name}: "{value}" is no timestamp; map the column without /{LOCAL_DATE}'
            ) from error
        return value if len(value) == len("2024-01-31") else moment.astimezone(self.zone).date().isoformat()
