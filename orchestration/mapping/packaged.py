"""Mappings that come with Holdfast, for exports whose headers are the same in every company: packaged/<name>.yml.

Each names its entity and gives the keys an entity of a files source may have. Keep out: anything of one company.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.configuration.yaml_lines import read_yaml

FOLDER = Path(__file__).parent / "packaged"


@cache
def packaged() -> dict[str, dict[str, Any]]:
    """Every packaged mapping by name."""
    return {path.stem: read_yaml(path).data for path in sorted(FOLDER.glob("*.yml"))}


def with_packaged(given: Mapping[str, Any]) -> dict[str, Any]:
    """An entity's settings with the keys of the packaged mapping it names; what is written there itself stands.

    A packaged column gives way to one of the same name, written either way round; `column: null` takes it away.
    Packaged answers stand beside those written there.

    Raises:
        ValueError: no mapping of that name.
    """
    stock = packaged().get(str(given["mapping"]))
    if stock is None:
        raise ValueError(f'mapping "{given["mapping"]}" is not known; choose one of: {", ".join(packaged())}')
    own = dict(given.get("columns") or {})
    taken = {*own, *(str(value) for value in own.values() if not isinstance(value, dict))}
    columns = {name: value for name, value in stock["columns"].items() if name not in taken}
    kept = {name: value for name, value in own.items() if value is not None}
    others = {key: value for key, value in stock.items() if key not in ("entity", "columns")}
    answers = {**(stock.get("answers") or {}), **(given.get("answers") or {})}
    return {**others, **given, "columns": columns | kept, **({"answers": answers} if answers else {})}
