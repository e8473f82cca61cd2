"""Writes the configuration of a small company that delivers files, and makes the folder for them.

Add here: a key that several tests set. Keep out: the files themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.contract import load_contract

COMPANY = """name: Tiny
time_zone: Europe/Budapest
base_currency: EUR
first_month: 2024-01
last_month: 2024-12
first_report_month: 2024-12
mail: {sender_name: Tiny, sender_address: tiny@example.org}
"""


def write_config(root: Path, entities: Mapping[str, str | Mapping[str, Any]], **keys: Any) -> Path:
    """config/ and export/ below `root`: one files source per system; an entity is its pattern, or its keys."""
    config, export = root / "config", root / "export"
    config.mkdir(parents=True, exist_ok=True)
    export.mkdir(parents=True, exist_ok=True)
    kept = [line for line in COMPANY.splitlines() if line.partition(":")[0] not in keys]
    company = "\n".join([*kept, *(f"{key}: {json.dumps(value)}" for key, value in keys.items())]) + "\n"
    (config / "company.yml").write_text(company, encoding="utf-8")
    audience = "audiences:\n  - {name: all, title: All customers, language: en}\n"
    (config / "audiences.yml").write_text(audience, encoding="utf-8")
    (config / "sources.yml").write_text(_sources(entities, export), encoding="utf-8")
    return config


def _sources(entities: Mapping[str, str | Mapping[str, Any]], export: Path) -> str:
    contract, lines = load_contract(), ["sources:"]
    for system in dict.fromkeys(contract[entity].system for entity in entities):
        lines += [f"  - name: {system}_files", "    kind: files", f"    system: {system}", f"    path: {export}"]
        lines.append("    entities:")
        for entity, spec in entities.items():
            if contract[entity].system == system:
                written = {"files": spec} if isinstance(spec, str) else dict(spec)
                lines.append(f"      {entity}: {json.dumps(written, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
