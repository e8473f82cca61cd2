"""Entities made of another one's rows: `customers: {derive: {from: orders, by: customer_id}}`.

Each delivery of orders brings one customer per different customer_id in it, and nothing else of them. For a company
whose shop knows orders only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contract import Entity
from orchestration.mapping.compiled import MappingError, Path_
from orchestration.sources.files.headers import nearest
from orchestration.sources.files.model import Part
from orchestration.sources.files.spool import BATCH_ROWS, Spool, spooled


@dataclass(frozen=True)
class Derivation:
    """One entity made of another: a row per different value of `by`, which becomes `key`."""

    entity: Entity
    origin: str
    by: str

    @property
    def sign(self) -> str:
        return f"{self.entity.name}<{self.origin}.{self.by}"

    def part(self, origin: Part) -> Part:
        """The rows of a spooled delivery, in the order in which their keys first come, in a spool beside it."""
        path = origin.spool.with_name(f"{origin.spool.stem}.{self.entity.name}.arrow")
        with Spool(path, self.entity.column_names) as spool:
            for keys in _batches(_keys(origin.spool, self.by)):
                spool.write({self.entity.key[0]: keys}, range(spool.rows + 1, spool.rows + len(keys) + 1))
        return spool.part(self.entity.name)


def _keys(spool: Path, column: str) -> Iterator[str]:
    """The different texts of a column, white space around them gone; blank ones name nobody."""
    seen: set[str] = set()
    for batch in spooled(spool):
        for key in pc.unique(pc.utf8_trim_whitespace(batch.column(column))).to_pylist():
            if key and key not in seen:
                seen.add(key)
                yield key


def _batches(keys: Iterable[str]) -> Iterator[pa.Array]:
    block: list[str] = []
    for key in keys:
        block.append(key)
        if len(block) == BATCH_ROWS:
            yield pa.array(block, pa.string())
            block = []
    yield pa.array(block, pa.string())


def compile_derivation(name: str, spec: Mapping[str, Any], source: Any, contract: Mapping[str, Entity]) -> Derivation:
    """The derivation of an entity's settings, `{derive: {from: …, by: …}}`, in a source.

    Raises:
        MappingError: every part that cannot be used.
    """
    problems = list(_problems(name, spec, source, contract))
    if problems:
        raise MappingError(problems)
    derive = spec["derive"]
    return Derivation(contract[name], str(derive["from"]), str(derive["by"]))


def derivations(source: Any, contract: Mapping[str, Entity]) -> tuple[Derivation, ...]:
    """All of a source."""
    return tuple(compile_derivation(name, spec, source, contract) for name, spec in source.derived.items())


def _problems(
    name: str, spec: Mapping[str, Any], source: Any, contract: Mapping[str, Entity]
) -> Iterator[tuple[Path_, str]]:
    for key in spec:
        if key != "derive":
            yield (str(key),), f"{key} does not go with derive; remove it, since the rows come from another entity"
    derive = spec["derive"]
    if not isinstance(derive, dict) or set(derive) != {"from", "by"}:
        yield ("derive",), "write derive: {from: <entity of this source>, by: <its column>}"
        return
    origin, by, entity = str(derive["from"]), str(derive["by"]), contract[name]
    if entity.required_columns != entity.key or len(entity.key) != 1:
        others = ", ".join(entity.required_columns)
        yield ("derive",), f"{name} cannot be derived: it needs {others}, which another entity's column does not say"
    if origin not in source.entities:
        alike = nearest(origin, source.entities, 0.0)
        yield ("derive", "from"), f'this source delivers no "{origin}"; nearest is "{alike}"'
    elif origin in contract and by not in contract[origin].column_names:
        alike = nearest(by, contract[origin].column_names, 0.0)
        yield ("derive", "by"), f'{origin} has no column "{by}"; nearest is "{alike}"'
