"""Measures every entity of sources.yml by the contract when the configuration loads: file, line, what, and the fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orchestration.configuration.yaml_lines import YamlDocument
from orchestration.contract import Entity, load_contract
from orchestration.mapping.compiled import MappingError, Path_, compile_mapping
from orchestration.mapping.derive import compile_derivation
from orchestration.sources.files.headers import nearest


def mapping_problems(
    document: YamlDocument, sources: Iterable[Any], contract: Mapping[str, Entity] | None = None
) -> list[str]:
    """Every problem of the sources' entities and mappings, as `config/sources.yml:14: source crm, orders: …`."""
    sources, contract = tuple(sources), contract or load_contract()
    delivered = {name: source.name for source in sources for name in source.entities}
    written = document.data["sources"] if sources else ()
    places = {
        str(item["name"]): index for index, item in enumerate(written) if isinstance(item, dict) and "name" in item
    }
    return [
        f"{document.place(('sources', places[source.name], 'entities', entity, *path))}: "
        f"source {source.name}, {entity}: {words}"
        for source in sources
        for entity, path, words in _of_source(source, contract, delivered)
    ]


def _of_source(
    source: Any, contract: Mapping[str, Entity], delivered: Mapping[str, str]
) -> Iterator[tuple[str, Path_, str]]:
    for name, spec in (*source.entities.items(), *source.derived.items()):
        if name not in contract:
            yield name, (), f'no such entity; nearest is "{nearest(name, contract, 0.0)}"'
        elif contract[name].system != source.system:
            own = contract[name].system
            yield name, (), f"it belongs to system {own}, the source to {source.system}; use two sources"
        elif name in source.derived and name in delivered:
            yield name, (), f"source {delivered[name]} delivers {name}, which derived ones would replace; remove derive"
        else:
            for path, words in _problems(name, spec, source, contract):
                yield name, path, f"{'.'.join(str(part) for part in path)}: {words}"


def _problems(name: str, spec: Any, source: Any, contract: Mapping[str, Entity]) -> tuple[tuple[Path_, str], ...]:
    try:
        if name in source.derived:
            compile_derivation(name, spec, source, contract)
        else:
            compile_mapping(spec, contract[name])
    except MappingError as error:
        return error.problems
    return ()
