"""Compiles an entity's `columns` (and `answers`) against the contract, and applies them to rows.

    mapping = compile_mapping(spec, contract["orders"])
    mapping.fields                  # what to ask the source for
    mapping.apply(rows)             # rows as dicts of text -> Arrow table: the contract's columns, all text

Landing keeps codes and dates as they came: `codes`, `otherwise` and `date_format` are applied by staging (staging.py),
so that a correction holds for rows that have landed. Everything else is computed here, before landing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from orchestration.contract import Column, Entity
from orchestration.mapping.columns import turned
from orchestration.mapping.date_formats import date_pattern
from orchestration.mapping.expressions import FILE, RECORD, Expression, ExpressionError, parse
from orchestration.mapping.meanings import check_meanings
from orchestration.mapping.values import text_of, value_of
from orchestration.sources.files.headers import ANSWER_PREFIX, header_key

Row = Mapping[str, str | None]
Path_ = tuple[str | int, ...]


class MappingError(ValueError):
    """A mapping that cannot be used. `problems`: all of them, as path below the entity and words."""

    def __init__(self, problems: Sequence[tuple[Path_, str]]) -> None:
        super().__init__("\n".join(f"{'.'.join(map(str, path))}: {words}" for path, words in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class ColumnMapping:
    """How a source's fields become an entity's columns.

    columns: contract column, or `answer:<question>` -> expression. dropped: headers left out on purpose.
    takes_own_names: columns that are not mapped are read from a field of their own name, where there is one.
    """

    entity: Entity
    columns: Mapping[str, Expression]
    dropped: tuple[str, ...] = ()
    decimal_comma: bool = False
    takes_own_names: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The source fields that the mapping reads, each once, in the order of the contract's columns."""
        order = [name for name in (*self.entity.column_names, *self.columns) if name in self.columns]
        read = [name for column in order for name in self.columns[column].fields]
        return tuple(name for name in dict.fromkeys(read) if name not in (RECORD, FILE))

    @property
    def own_names(self) -> tuple[str, ...]:
        """Contract columns that may come under their own name; none unless the source is one that does that."""
        if not self.takes_own_names:
            return ()
        return tuple(name for name in self.entity.column_names if name not in self.columns)

    @property
    def output_columns(self) -> tuple[str, ...]:
        """The contract's columns, then `answer:<question>` of each answer that is a column."""
        return (*self.entity.column_names, *(name for name in self.columns if name.startswith(ANSWER_PREFIX)))

    @property
    def is_rename(self) -> bool:
        """Whether it only renames, each field to one column."""
        plain = all(expression.is_rename for expression in self.columns.values())
        return plain and len(self.fields) == len(self.columns)

    @property
    def sign(self) -> str:
        """A sign of what landing makes of a row: codes and date formats, which staging reads, are not part of it."""
        made = [(name, item.kind, item.pieces, item.text) for name, item in sorted(self.columns.items())]
        text = repr((made, sorted(self.dropped), self.decimal_comma))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]

    def apply(self, rows: Sequence[Row]) -> pa.Table:
        """The rows under the contract's columns, all text; a field that a row lacks is blank there."""
        names = (*self.fields, *self.own_names)
        arrays = {name: pa.array([row.get(name) or None for row in rows], pa.string()) for name in names}
        return self._mapped(arrays, len(rows))

    def apply_table(self, table: pa.Table, file: str = "") -> pa.Table:
        """The same for an Arrow table of text columns named as the source's fields (and _record, for files)."""
        arrays = {name: text_of(table.column(name)) for name in table.column_names}
        if FILE not in arrays:
            arrays[FILE] = pa.repeat(pa.scalar(file, pa.string()), table.num_rows)
        return self._mapped(arrays, table.num_rows)

    def _mapped(self, arrays: Mapping[str, pa.Array], rows: int) -> pa.Table:
        return pa.table({name: self._column(name, arrays, rows) for name in self.output_columns})

    def _column(self, name: str, arrays: Mapping[str, pa.Array], rows: int) -> pa.Array:
        expression = self.columns.get(name)
        if expression is not None:
            data_type = "varchar" if name.startswith(ANSWER_PREFIX) else self.entity.column(name).data_type
            return value_of(expression, arrays, rows, data_type, self.decimal_comma)
        own = self._own(name, arrays) if self.takes_own_names else None
        return pa.nulls(rows, pa.string()) if own is None else own

    @property
    def own_fields(self) -> dict[str, str]:
        """Unmapped column -> the field of its own name that an expression reads too; one renamed away is not."""
        renamed = {item.fields[0] for item in self.columns.values() if item.kind == "field" and item.fields}
        by_key = {header_key(field): field for field in self.fields if field not in renamed}
        return {name: by_key[header_key(name)] for name in self.own_names if header_key(name) in by_key}

    def _own(self, name: str, arrays: Mapping[str, pa.Array]) -> pa.Array | None:
        read = self.own_fields.get(name)
        if read is not None:
            return arrays.get(read)
        return None if name in self.fields else arrays.get(name)


def compile_mapping(spec: Any, entity: Entity) -> ColumnMapping:
    """The mapping of an entity's settings: any object with `columns`, and perhaps `answers` and `decimal_comma`.

    `maps_headers` of the settings' class says that header: column may be written too, and that unmapped columns come
    under their own names (files); `takes_own_names` says the latter only.

    Raises:
        MappingError: every entry that cannot be used, and every required column that nothing is mapped to.
    """
    by_header = bool(getattr(spec, "maps_headers", False))
    own_names = by_header or bool(getattr(spec, "takes_own_names", False))
    problems: list[tuple[Path_, str]] = []
    block, errors = turned(dict(spec.columns or {}), entity.column_names, by_header)
    problems.extend((("columns", *error.path), str(error)) for error in errors)
    columns: dict[str, Expression] = {}
    for name, raw in block.sources.items():
        place = ("columns", block.keys[name])
        _compile_one(columns, name, raw, entity.column(name), place, spec, problems)
    for question, raw, key in _answers(getattr(spec, "answers", None) or {}):
        column = Column("value", "varchar", "")
        _compile_one(columns, ANSWER_PREFIX + question, raw, column, ("answers", key), spec, problems)
    problems.extend(_required_problems(entity, columns, block.keys, own_names, bool(errors)))
    if problems:
        raise MappingError(problems)
    if by_header:
        columns = _of_one_spelling(columns)
    return ColumnMapping(entity, columns, block.dropped, bool(getattr(spec, "decimal_comma", False)), own_names)


def _of_one_spelling(columns: Mapping[str, Expression]) -> dict[str, Expression]:
    """Headers match in any spelling: two spellings of one header are one field, under the first."""
    first: dict[str, str] = {}
    return {
        name: replace(
            item,
            pieces=tuple(
                first.setdefault(header_key(piece), piece)
                if isinstance(piece, str) and piece not in (RECORD, FILE)
                else piece
                for piece in item.pieces
            ),
        )
        for name, item in columns.items()
    }


def _answers(answers: Mapping[str, Any]) -> list[tuple[str, Any, str]]:
    """Question, raw expression and key of each answer: header: question, or question: {field: header, …}."""
    return [
        (str(key), value, str(key)) if isinstance(value, dict) else (str(value), str(key), str(key))
        for key, value in answers.items()
    ]


def _compile_one(
    columns: dict[str, Expression],
    name: str,
    raw: Any,
    column: Column,
    place: Path_,
    spec: Any,
    problems: list[tuple[Path_, str]],
) -> None:
    try:
        expression = parse(raw)
        _check(expression, column, spec)
    except ExpressionError as error:
        problems.append(((*place, *error.path), str(error)))
        return
    columns[name] = expression


def _check(expression: Expression, column: Column, spec: Any) -> None:
    """What the contract's column and the kind of source allow.

    Raises:
        ExpressionError: the first thing that does not fit.
    """
    if not getattr(spec, "maps_headers", False) and set(expression.fields) & {RECORD, FILE}:
        raise ExpressionError("_record and _file are known of files only; name fields of the source")
    if expression.kind == "reciprocal" and not column.data_type.startswith("decimal"):
        raise ExpressionError(f"reciprocal gives a decimal, and {column.name} is a {column.data_type}", ("reciprocal",))
    if expression.date_format is not None:
        if column.data_type not in ("date", "timestamp"):
            words = f"date_format is for dates, and {column.name} is a {column.data_type}; take it out"
            raise ExpressionError(words, ("date_format",))
        date_pattern(expression.date_format, getattr(spec, "date_order", "ymd"), column.is_month)
    check_meanings(expression, column)


def _required_problems(
    entity: Entity, columns: Mapping[str, Expression], keys: Mapping[str, str], own_names: bool, has_errors: bool
) -> list[tuple[Path_, str]]:
    """A required column that nothing is mapped to; not told while entries are wrong, which may be the ones meant."""
    if own_names or has_errors:
        return []
    missing = [name for name in entity.required_columns if name not in keys and name not in columns]
    return [
        (("columns",), f'{entity.name} needs "{name}" ({entity.column(name).description}); map a field to it, or write '
                       f"{name}: {{constant: …}}")
        for name in missing
    ]  # fmt: skip
