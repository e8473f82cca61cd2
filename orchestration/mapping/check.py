"""Measures every entity of sources.yml by the contract when the configuration loads: file, line, what, and the fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orchestration.contract import Entity, load_contract
from orchestration.mapping.compiled import MappingError, compile_mapping
from orchestration.sources.files.headers import nearest
from orchestration.yaml_lines import YamlDocument


def mapping_problems(
    document: YamlDocument, sources: Iterable[Any], contract: Mapping[str, Entity] | None = None
) -> list[str]:
    """Every problem of the sources' entities and mappings, as `config/sources.yml:14: source crm, orders: …`."""
    places = {str(item.get("name")): index for index, item in enumerate(document.data["sources"])} if sources else {}
    return [
        f"{document.place(('sources', places[source.name], 'entities', entity, *path))}: "
        f"source {source.name}, {entity}: {words}"
        for source in sources
        for entity, path, words in _of_source(source, contract or load_contract())
    ]


def _of_source(source: Any, contract: Mapping[str, Entity]) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    for name, spec in source.entities.items():
        if name not in contract:
            yield name, (), f'no such entity; nearest is "{nearest(name, contract, 0.0)}"'
        elif contract[name].system != source.system:
            own = contract[name].system
            yield name, (), f"it belongs to system {own}, the source to {source.system}; use two sources"
        else:
            try:
                compile_mapping(spec, contract[name])
            except MappingError as error:
                for path, words in error.problems:
                    yield name, path, f"{'.'.join(str(part) for part in path)}: {words}"
