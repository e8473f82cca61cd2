"""A made-up company as plain files and the configuration that reads them.

Add here: a setting that a world needs. Keep out: what happened at a company (small.py, extreme.py).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.contract import load_contract

DELIVERED = "2024-12"
FIXED: Mapping[str, Any] = {
    "time_zone": "Europe/Budapest",
    "base_currency": "EUR",
    "exit_question": "why",
    "first_report_month": DELIVERED,
    "last_month": DELIVERED,
    "max_unknown_customer_share": 1,
    "mail": {"sender_name": "Reports", "sender_address": "reports@company.example"},
}


@dataclass
class Company:
    """What a company delivers (rows by entity, missing columns blank), its settings, and its audiences."""

    settings: Mapping[str, Any]
    audiences: Sequence[Mapping[str, Any]]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, entity: str, **values: Any) -> None:
        """One row."""
        self.rows.setdefault(entity, []).append(values)


def write_company(company: Company, folder: Path) -> Path:
    """A CSV per entity below `folder`/export and the configuration in `folder`/config; returns the latter."""
    for entity, rows in company.rows.items():
        _write_rows(folder / "export" / f"{entity}_{DELIVERED}.csv", load_contract()[entity].column_names, rows)
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    contents: Mapping[str, Any] = {
        "company": {**FIXED, **company.settings},
        "audiences": {"audiences": list(company.audiences)},
        "sources": {"sources": _sources(company, folder / "export")},
    }
    for name, content in contents.items():
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        (config / f"{name}.yml").write_text(text, encoding="utf-8")
    return config


def _sources(company: Company, export: Path) -> list[dict[str, Any]]:
    systems: dict[str, dict[str, Any]] = {}
    for entity in company.rows:
        system = load_contract()[entity].system
        source = systems.setdefault(
            system, {"name": system, "kind": "files", "system": system, "path": str(export), "entities": {}}
        )
        source["entities"][entity] = {"files": f"{entity}_2*.csv", "format": "csv"}
    return list(systems.values())


def _write_rows(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"{path.name}: the contract has no columns {sorted(unknown)}"
    used = [name for name in columns if any(name in row for row in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, used, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
