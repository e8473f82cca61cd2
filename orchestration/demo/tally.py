"""Keeps count of what was delivered and what must become of it: the truth of the clearing equation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

ADMITTED = "admitted"
QUARANTINED = "quarantined"
UNKNOWN_CUSTOMER = "unknown_customers"
SUPERSEDED = "superseded"
EXACT_DUPLICATE = "exact_duplicates"
DELETED = "deleted"
FATES = (ADMITTED, QUARANTINED, UNKNOWN_CUSTOMER, SUPERSEDED, EXACT_DUPLICATE, DELETED)


@dataclass(slots=True)
class Tally:
    """Rows by entity and fate. `unknown_customers` are quarantined for their customer; no row has two fates."""

    rows: dict[str, Counter[str]] = field(default_factory=dict)
    files: Counter[str] = field(default_factory=Counter)
    newest: dict[str, date] = field(default_factory=dict)

    def add(self, entity: str, fate: str, count: int = 1) -> None:
        """Counts rows of one fate."""
        self.rows.setdefault(entity, Counter())[fate] += count

    def move(self, entity: str, fate: str, to: str, count: int = 1) -> None:
        """Gives rows another fate than they were counted under."""
        self.add(entity, fate, -count)
        self.add(entity, to, count)

    def file(self, entity: str, delivered_on: date) -> None:
        """Counts a file."""
        self.files[entity] += 1
        self.newest[entity] = max(self.newest.get(entity, delivered_on), delivered_on)

    def landed(self, entity: str) -> int:
        """All rows of an entity, whatever became of them."""
        return self.rows[entity].total()
