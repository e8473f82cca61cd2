"""A company whose every source delivers one bad input among good rows, and what became of each row of it.

All sources are extracted twice (the second time with what the first delivered later) and built once, with the real
contract. Add here: another way to deliver or to look. Keep out: the inputs themselves (bad_files.py, bad_cases.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from orchestration.contract import load_contract
from orchestration.dbt_project import source_formats
from orchestration.landing.extract import ExtractError, ExtractResult, extract
from orchestration.raw_views import create_raw_views
from orchestration.settings import EntityFiles, FilesSource, Settings
from tests.integration.lower.lower_world import Build, LowerWorld
from tests.landing_world import company

ZONE = ZoneInfo("Europe/Budapest")
# A row that counts: order_id, customer_id, local day, amount, channel.
Order = tuple[str, str, date, Decimal, str | None]


@dataclass(frozen=True)
class Feed:
    """One source: `files` of the first extract, `later` of the second, by path; entities with their settings."""

    name: str
    files: Mapping[str, bytes]
    entities: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"orders": {}})
    later: Mapping[str, bytes] = field(default_factory=dict)
    system: str = "crm"

    def source(self, export: Path) -> FilesSource:
        entities = {
            name: EntityFiles.model_validate({"files": f"*{name}*", **spec}) for name, spec in self.entities.items()
        }
        return FilesSource.model_validate(
            {
                "name": self.name,
                "kind": "files",
                "system": self.system,
                "path": str(export / self.name),
                "entities": entities,
            }
        )


@dataclass(frozen=True)
class Found:
    """What became of a source's orders: rows that count, reasons by order (or `line N`), other outcomes counted."""

    admitted: Counter[Order]
    reasons: dict[str, str]
    outcomes: Counter[str]


class BadCompany:
    """The company's data folder after two extracts and one build."""

    def __init__(self, root: Path, feeds: Sequence[Feed]) -> None:
        self.root, self.feeds = root, feeds
        self.said: list[str] = []
        export = root / "export"
        self.settings = Settings(
            config_dir=root,
            data_dir=root / "data",
            company=company(),
            audiences=(),
            sources=tuple(feed.source(export) for feed in feeds),
        )
        self.rejected: dict[tuple[str, str], str] = {}
        self.results: list[ExtractResult] = []
        for feed in feeds:
            self._put(export / feed.name, feed.files)
        self._extract(datetime(2024, 11, 2, 12, tzinfo=ZONE))
        for feed in feeds:
            self._put(export / feed.name, feed.later)
        self._extract(datetime(2024, 11, 3, 12, tzinfo=ZONE))
        self.build = self._build()

    @staticmethod
    def _put(folder: Path, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

    def _extract(self, now: datetime) -> None:
        try:
            self.results.append(extract(self.settings, self.said.append, clock=lambda zone: now.astimezone(zone)))
        except ExtractError as error:
            self.results.append(error.result)
            self.rejected |= {(item.source, item.file): item.reason for item in error.rejected}

    def _build(self) -> Build:
        lower = LowerWorld.__new__(LowerWorld)
        lower.data, lower.contract = self.settings.data_dir, load_contract()
        lower.database = self.settings.work_database
        with duckdb.connect(str(lower.database)) as connection:
            create_raw_views(self.settings, connection, lower.contract)
        return lower.build(
            "+rpt_data_received",
            max_rejected_share=1,
            max_unknown_customer_share=1,
            formats=source_formats(self.settings),
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.work_database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def orders_of(self, sources: Sequence[str]) -> Found:
        """What became of every row that these sources delivered as an order."""
        listed = ", ".join(f"'{name}'" for name in sources)
        judged = self.rows(
            "select coalesce(order_id, ''), customer_id, ordered_on, amount, channel, _outcome, _reasons"
            f" from int_orders_judged where _source in ({listed})"
        )
        lines = self.rows(
            "select line_number, reason from int_unparsed_lines_judged"
            f" where entity = 'orders' and _source in ({listed}) and _outcome = 'quarantined'"
        )
        reasons = {row[0]: row[6] for row in judged if row[5] == "quarantined"}
        reasons |= {f"line {number}": reason for number, reason in lines}
        return Found(
            Counter(row[:5] for row in judged if row[5] == "admitted"),
            reasons,
            Counter(row[5] for row in judged if row[5] != "admitted"),
        )
