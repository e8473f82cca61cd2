"""Reads a YAML file and remembers where each key stands, so that an error can name file and line.

Keep out: what the keys mean (that is settings.py and contract.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

# The parser in C where PyYAML has it: the contract is read at every start, and takes 0.4 s in Python.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML 1.1 takes no, on, 010 (8) and 1:30 (90) for something else than what they say, which in a list of codes or
# countries goes unnoticed. Here, as in YAML 1.2, only true and false are truth values, and 010 is a text.
_PLAIN = {
    "tag:yaml.org,2002:bool": re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
    "tag:yaml.org,2002:int": re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"),
    "tag:yaml.org,2002:float": re.compile(r"^[-+]?(?:0|[1-9][0-9]*)?(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$"),
}


class _Loader(_PARSER):  # type: ignore[misc]
    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, _PLAIN.get(tag, pattern)) for tag, pattern in resolvers]
        for first, resolvers in _PARSER.yaml_implicit_resolvers.items()
    }


Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlDocument:
    """A parsed YAML file: its plain data, and the line (from 1) of every key and list item."""

    file: Path
    data: Any
    lines: dict[Path_, int] = field(default_factory=dict)

    def place(self, path: Path_) -> str:
        """`config/audiences.yml:14` for the nearest known ancestor of a key path."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return f"{self.file}:{self.lines[path[:end]]}"
        return str(self.file)


class YamlError(ValueError):
    """A file that is not YAML at all, or has a key twice; the message names file, line and fix."""


def _walk(node: yaml.Node, path: Path_, lines: dict[Path_, int], file: Path) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in seen:
                raise YamlError(f'{file}:{line}: key "{key}" stands twice; remove one of the two')
            seen.add(key)
            lines[(*path, key)] = line
            _walk(value_node, (*path, key), lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*path, index), lines, file)


def read_yaml(file: Path) -> YamlDocument:
    """Parses one YAML file with line numbers.

    Raises:
        YamlError: not readable, not YAML, or a key stands twice in one mapping.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise YamlError(
            f"{file}: cannot be read ({error}); HOLDFAST_CONFIG must name a folder with this file"
        ) from error
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - the safe loader, with fewer kinds of scalar
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "not YAML"
        raise YamlError(f"{file}:{line}: {problem}; correct the indentation or quoting there") from error
    lines: dict[Path_, int] = {}
    if node is not None:
        _walk(node, (), lines, file)
    return YamlDocument(file, data if data is not None else {}, lines)
