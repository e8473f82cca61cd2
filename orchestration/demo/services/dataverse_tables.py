"""The tables of the fake Dataverse: rows in the order they were created, each with the version of its last change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

Record = dict[str, Any]


@dataclass
class Table:
    """One entity set. `columns`: name as served → attribute type; lookups are served as `_<name>_value`."""

    logical_name: str
    key: str
    columns: Mapping[str, str]
    tracks_changes: bool = True
    rows: dict[str, Record] = field(default_factory=dict)
    created: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)


@dataclass
class Tables:
    """All tables, behind one lock. Every change has the next version number."""

    sets: dict[str, Table]
    version: int = 0
    lock: RLock = field(default_factory=RLock)

    def put(self, name: str, *records: Record) -> None:
        """Creates rows, or changes those whose id is there; a row that says the same is not changed."""
        table = self.sets[name]
        with self.lock:
            for record in records:
                whole = {column: record.get(column) for column in table.columns}
                identity: str = record[table.key]
                if table.rows.get(identity) == whole:
                    continue
                self.version += 1
                table.rows[identity] = whole
                table.created.setdefault(identity, self.version)
                table.changed[identity] = self.version
                table.gone.pop(identity, None)

    def remove(self, name: str, *identities: str) -> None:
        """Deletes rows."""
        table = self.sets[name]
        with self.lock:
            for identity in identities:
                self.version += 1
                for kept in (table.rows, table.created, table.changed):
                    kept.pop(identity, None)
                table.gone[identity] = self.version

    def show(self, name: str, records: Iterable[Record]) -> None:
        """Makes a table hold exactly these rows: the others are deleted."""
        table = self.sets[name]
        wanted = {record[table.key]: record for record in records}
        with self.lock:
            self.remove(name, *(identity for identity in list(table.rows) if identity not in wanted))
            self.put(name, *wanted.values())

    def page(self, name: str, after: int, size: int) -> tuple[list[Record], int | None]:
        """Rows created after a version, in that order, and where the next page begins; None at the end."""
        table = self.sets[name]
        with self.lock:
            # Creation only ever appends, so the ids are in order.
            ids = list(table.created)
            start = bisect_right(ids, after, key=table.created.__getitem__)
            taken = ids[start : start + size]
            more = start + size < len(ids)
            return [table.rows[identity] for identity in taken], table.created[taken[-1]] if more else None

    def changes(self, name: str, after: int, until: int, size: int) -> tuple[list[Record | str], int | None]:
        """Changed rows, and ids of deleted ones, of versions in (after, until]; and where the next page begins."""
        table = self.sets[name]
        with self.lock:
            found: list[tuple[int, Record | str]] = [
                (version, table.rows[identity])
                for identity, version in table.changed.items()
                if after < version <= until
            ]
            found += [(version, identity) for identity, version in table.gone.items() if after < version <= until]
            found.sort(key=lambda item: item[0])
            return [item for _, item in found[:size]], found[size - 1][0] if len(found) > size else None
