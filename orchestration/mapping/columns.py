"""Which way round a block of `columns` is written: contract column: source, or (files only) header: contract column.

Both are allowed in one block; an entry that could be read either way is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.mapping.expressions import ExpressionError
from orchestration.sources.files.headers import nearest


@dataclass(frozen=True)
class Block:
    """`columns`, turned one way: contract column -> raw expression, and the key each stood under; headers dropped."""

    sources: Mapping[str, Any]
    keys: Mapping[str, str]
    dropped: tuple[str, ...]


def turned(columns: Mapping[str, Any], names: Collection[str], by_header: bool) -> tuple[Block, list[ExpressionError]]:
    """The block turned to contract column -> source, and every entry that cannot be."""
    sources: dict[str, Any] = {}
    keys: dict[str, str] = {}
    dropped: list[str] = []
    errors: list[ExpressionError] = []
    for key, value in columns.items():
        try:
            target, source = _entry(str(key), value, columns, names, by_header)
            if target in sources:
                raise ExpressionError(f'column "{target}" is mapped twice; remove one of the two', (str(key),))
        except ExpressionError as error:
            errors.append(error)
            continue
        if target:
            sources[target], keys[target] = source, str(key)
        else:
            dropped.append(str(key))
    return Block(sources, keys, tuple(dropped)), errors


def _entry(
    key: str, value: Any, columns: Mapping[str, Any], names: Collection[str], by_header: bool
) -> tuple[str, Any]:
    """Contract column and source of one entry; a blank column drops the header.

    Raises:
        ExpressionError: no column of the contract on either side, or one on both.
    """
    text = _plain(value)
    if not by_header or text is None:
        if key not in names:
            raise ExpressionError(f'"{key}" is no column; nearest is "{nearest(key, names, 0.0)}"', (key,))
        return key, value
    if not text or text == key:
        return text, key
    if text in names and key in names:
        return _doubtful(key, text, columns, names)
    if text in names:
        return text, key
    if key in names:
        return key, text
    alike = nearest(text, names, 0.0) if nearest(text, names) or not nearest(key, names) else nearest(key, names)
    raise ExpressionError(f'maps "{key}" to "{text}", and neither is a column; nearest is "{alike}"', (key,))


def _plain(value: Any) -> str | None:
    return None if isinstance(value, (dict, list)) else "" if value is None else str(value).strip()


def _doubtful(key: str, text: str, columns: Mapping[str, Any], names: Collection[str]) -> tuple[str, str]:
    """Both names are columns of the contract: the way the other plain entries are written decides."""
    others = [(str(left), _plain(right)) for left, right in columns.items()]
    headers_first = any(left not in names for left, right in others if right is not None)
    columns_first = any(right and right not in names for _, right in others)
    if headers_first == columns_first:
        raise ExpressionError(
            f'"{key}" and "{text}" are both columns of the contract, so it is not clear which is the header; '
            f"write {text}: {{field: {key}}}, or {key}: {{field: {text}}}",
            (key,),
        )
    return (text, key) if headers_first else (key, text)
