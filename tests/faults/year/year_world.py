"""The company of the year: audiences, sources with deadlines, a ledger that stays open, and what an alarm covers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from orchestration.configuration.source_files import EntityFiles, FilesSource
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.tables import sqlite_url
from orchestration.settings import Settings
from tests.delivery_world import Clock, make_settings

FIRST, LAST = "2024-12", "2025-11"
SOURCES = {"crm": ("customers", "orders"), "survey": ("survey_responses",)}


def year_settings(folder: Path) -> Settings:
    """Two audiences, three recipients; one audience asks for approval; two sources with deadlines."""
    settings = make_settings(
        folder, first_report_month=FIRST, last_month=LAST, holiday_countries=("HU",), close_lag_business_days=3
    )
    board, hungary = settings.audiences
    sources = tuple(
        FilesSource(
            name=name,
            kind="files",
            system=name,  # type: ignore[arg-type]
            path="unused",
            due_business_day=2,
            entities={entity: EntityFiles(files=f"{entity}_*.csv") for entity in entities},
        )
        for name, entities in SOURCES.items()
    )
    return settings.model_copy(
        update={"audiences": (board, hungary.model_copy(update={"approval": True})), "sources": sources}
    )


class KeptOpen(Ledger):
    """The ledger with one connection for all that is read: a year reads it thousands of times."""

    kept: Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        if self.kept is None:
            self.kept = self._engine.connect()
        yield self.kept
        self.kept.rollback()


def kept_open(settings: Settings, clock: Clock) -> KeptOpen:
    """The company's ledger, without its mark: nobody restores an older one in this year."""
    return KeptOpen(sqlite_url(settings.ledger_path), clock=clock)


def covers(key: str, what: str, month: str, audience: str, recipient: str) -> bool:
    """Whether an alarm tells of this recipient's message, its audience's month, or what the month waits for."""
    if key.startswith(("late source", "run failed")):
        return key.endswith(month)
    if key.startswith(("held 2", "not released")):
        names, _, _ = what.removeprefix(f"{month} ").partition(":")
        return month in key and audience in names.split(", ")
    return what.startswith(f"{month} {audience} to {recipient}")
