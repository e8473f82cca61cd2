"""The contract of what comes in, read from the dbt source YAML: entities, their columns, keys and rules.

Add here: a rule that the contract can express, with its place in render_macro(). Keep out: how a rule acts on data
(dbt_project/macros/), and how files are mapped to the contract (orchestration/sources/).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.configuration.yaml_lines import YamlDocument, YamlError, read_yaml
from orchestration.settings import PROJECT_ROOT

MODELS_DIR = PROJECT_ROOT / "dbt_project" / "models"
MACRO_FILE = PROJECT_ROOT / "dbt_project" / "macros" / "generated" / "contract.sql"

DATA_TYPES = (
    "varchar", "integer", "decimal(18,2)", "decimal(18,8)", "double", "date", "timestamp", "boolean",
)  # fmt: skip
_COLUMN_RULES = frozenset(
    (
        "required",
        "accepted",
        "pattern",
        "min",
        "max",
        "scale",
        "default",
        "month",
        "open_end",
        "future",
        "list_only",
        "read_by",
        "personal",
    )
)
_ENTITY_RULES = frozenset(("key", "optional_key", "references", "unknown_reference"))


class ContractError(ValueError):
    """The contract cannot be used; the message names file, line, entity, column and fix, all problems at once."""


@dataclass(frozen=True)
class Column:
    """One column of an entity and its row-local rules.

    `required` is true for key columns too. `default` is SQL text for a blank value. `scale` names the columns with the
    least and the greatest value of the row. `is_month` keeps the first day of the month, `is_open_end` reads year 9999
    as no end, `may_be_future` allows days after the delivery. `is_personal` marks names, contact fields and free text,
    which an erasure takes out.
    """

    name: str
    data_type: str
    description: str
    required: bool = False
    accepted: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    list_only: bool = False
    read_by: str | None = None
    pattern: str | None = None
    scale: tuple[str, ...] = ()
    default: str | None = None
    is_month: bool = False
    is_open_end: bool = False
    may_be_future: bool = False
    is_personal: bool = False

    @property
    def local_date(self) -> str | None:
        """Name of the companion local date of a timestamp (`ordered_at` → `ordered_on`); None for other types."""
        return self.name.removesuffix("_at") + "_on" if self.data_type == "timestamp" else None


@dataclass(frozen=True)
class Entity:
    """One entity: its columns in order, its key, and the entities its columns refer to.

    `optional_key` are the parts of `key` that may be blank. `unknown_reference` says what becomes of a row of an
    unknown customer: `quarantine` or `anonymous`; any other unknown reference is quarantined.
    """

    system: str
    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    references: tuple[tuple[str, str], ...] = ()
    unknown_reference: str = "quarantine"
    optional_key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name; KeyError names the known ones."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f'entity {self.name} has no column "{name}"; it has {", ".join(self.column_names)}')

    @property
    def column_names(self) -> tuple[str, ...]:
        """All columns, in the contract's order."""
        return tuple(column.name for column in self.columns)

    @property
    def required_columns(self) -> tuple[str, ...]:
        """The columns a delivery must have and no row may leave blank."""
        return tuple(column.name for column in self.columns if column.required)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _default(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _column(raw: dict[str, Any], required_key: tuple[str, ...]) -> Column:
    rules = (raw.get("config") or {}).get("meta") or {}
    return Column(
        name=raw["name"],
        data_type=str(raw.get("data_type", "")),
        description=str(raw.get("description", "")).strip(),
        required=bool(rules.get("required")) or raw["name"] in required_key,
        accepted=tuple(str(value) for value in rules.get("accepted", ())),
        minimum=_number(rules.get("min")),
        maximum=_number(rules.get("max")),
        list_only=bool(rules.get("list_only")),
        read_by=rules.get("read_by"),
        pattern=rules.get("pattern"),
        scale=tuple(rules.get("scale", ())),
        default=_default(rules.get("default")),
        is_month=bool(rules.get("month")),
        is_open_end=bool(rules.get("open_end")),
        may_be_future=bool(rules.get("future")),
        is_personal=bool(rules.get("personal")),
    )


def _entity(system: str, raw: dict[str, Any]) -> Entity:
    rules = (raw.get("config") or {}).get("meta") or {}
    key = tuple(rules.get("key", ()))
    optional = tuple(rules.get("optional_key", ()))
    required_key = tuple(part for part in key if part not in optional)
    return Entity(
        system=system,
        name=raw["name"],
        description=str(raw.get("description", "")).strip(),
        key=key,
        columns=tuple(_column(column, required_key) for column in raw.get("columns", ())),
        references=tuple((rules.get("references") or {}).items()),
        unknown_reference=rules.get("unknown_reference", "quarantine"),
        optional_key=optional,
    )


def _column_problems(column: Column, raw: dict[str, Any]) -> list[str]:
    rules = (raw.get("config") or {}).get("meta") or {}
    problems = [f'rule "{rule}" is not known; choose {", ".join(sorted(_COLUMN_RULES))}'
                for rule in sorted(set(rules) - _COLUMN_RULES)]  # fmt: skip
    if column.data_type not in DATA_TYPES:
        problems.append(f'data_type "{column.data_type}" is not available; choose {", ".join(DATA_TYPES)}')
    if not column.description:
        problems.append("the description is missing; say what the column holds")
    if column.list_only == bool(column.read_by):
        problems.append("write either read_by (the metric that reads it) or list_only: true")
    if column.data_type == "timestamp" and not column.name.endswith("_at"):
        problems.append("a timestamp's name must end in _at")
    return problems


def _entity_problems(entity: Entity, raw: dict[str, Any]) -> list[str]:
    rules = (raw.get("config") or {}).get("meta") or {}
    problems = [f'rule "{rule}" is not known; choose {", ".join(sorted(_ENTITY_RULES))}'
                for rule in sorted(set(rules) - _ENTITY_RULES)]  # fmt: skip
    named = (*entity.key, *entity.optional_key, *(column for column, _ in entity.references))
    problems.extend(
        f'column "{name}" is named in key or references but is no column of the entity; add it or correct the name'
        for name in dict.fromkeys(named)
        if name not in entity.column_names
    )
    if not entity.key:
        problems.append("the key is missing; write key: [<column>, ...]")
    if not entity.description:
        problems.append("the description is missing; say what one row is")
    if entity.unknown_reference not in ("quarantine", "anonymous"):
        given = entity.unknown_reference
        problems.append(f'unknown_reference "{given}" is not available; choose quarantine or anonymous')
    return problems


def _read_file(document: YamlDocument, found: dict[str, Entity], problems: list[str]) -> None:
    for s, source in enumerate(document.data.get("sources", ())):
        for t, table in enumerate(source.get("tables", ())):
            at = ("sources", s, "tables", t)
            entity = _entity(source["name"], table)
            here = f"{document.place(at)}: {entity.name}"
            if entity.name in found:
                problems.append(f"{here}: the entity stands twice (also in {found[entity.name].system}); rename one")
            found[entity.name] = entity
            problems.extend(f"{here}: {problem}" for problem in _entity_problems(entity, table))
            for c, (column, raw) in enumerate(zip(entity.columns, table.get("columns", ()), strict=True)):
                there = f"{document.place((*at, 'columns', c))}: {entity.name}.{column.name}"
                problems.extend(f"{there}: {problem}" for problem in _column_problems(column, raw))


def load_contract(models_dir: Path | None = None) -> dict[str, Entity]:
    """Entities of staging/*/_*__sources.yml by name, in the order crm, finance, survey and as written.

    Raises:
        ContractError: no source file, or an entity, column or rule that cannot be used; all problems at once.
    """
    return dict(_own_contract()) if models_dir is None else _read_contract(models_dir)


@cache
def _own_contract() -> dict[str, Entity]:
    return _read_contract(MODELS_DIR)


def _read_contract(models_dir: Path) -> dict[str, Entity]:
    files = sorted((models_dir / "staging").glob("*/_*__sources.yml"))
    if not files:
        raise ContractError(f"{models_dir}/staging: no _<system>__sources.yml is there; add the contract")
    found: dict[str, Entity] = {}
    problems: list[str] = []
    for file in files:
        try:
            _read_file(read_yaml(file), found, problems)
        except YamlError as error:
            raise ContractError(str(error)) from error
    targets = {target for entity in found.values() for _, target in entity.references}
    problems.extend(f'reference to "{target}", which is no entity' for target in sorted(targets - set(found)))
    if problems:
        raise ContractError("\n".join(problems))
    return found


def bound_text(value: float | None) -> str | None:
    """A bound as SQL text: `0.00000001`, where a float would be written 1e-08 and compared as DOUBLE."""
    return None if value is None else f"{value:.8f}".rstrip("0").rstrip(".")


def _macro_column(column: Column) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": column.name, "type": column.data_type, "required": column.required, "accepted": list(column.accepted),
        "pattern": column.pattern, "min": bound_text(column.minimum), "max": bound_text(column.maximum),
        "scale": list(column.scale),
        "default": column.default,
        "month": column.is_month, "open_end": column.is_open_end, "future": column.may_be_future,
        "local_date": column.local_date,
    }  # fmt: skip
    return {key: value for key, value in values.items() if value not in (None, False, [])}


def _literal(value: Any) -> str:
    # Python and Jinja write these literals alike, except for the three constants, of which only true is left here.
    return json.dumps(value, ensure_ascii=False)


def render_macro(contract: dict[str, Entity]) -> str:
    """The text of macros/generated/contract.sql: `contract()` returns {entity: {system, key, columns, ...}}.

    It is rendered and committed because dbt's own `graph` is empty inside unit tests.
    """
    lines = [
        "{#- Generated from the contract (models/staging/*/_*__sources.yml); do not edit.",
        "    Write it again with: python -m orchestration.contract_files -#}",
        "{%- macro contract() -%}",
        "{%- set entities = {",
    ]
    for entity in contract.values():
        lines.append(f"    {_literal(entity.name)}: {{")
        lines.append(f'        "system": {_literal(entity.system)},')
        lines.append(f'        "key": {_literal(list(entity.key))},')
        lines.append(f'        "references": {_literal(dict(entity.references))},')
        lines.append(f'        "unknown_reference": {_literal(entity.unknown_reference)},')
        lines.append('        "columns": [')
        lines.extend(f"            {_literal(_macro_column(column))}," for column in entity.columns)
        lines.append("        ],")
        lines.append("    },")
    lines += ["} -%}", "{{ return(entities) }}", "{%- endmacro -%}"]
    return "\n".join(lines) + "\n"
