"""Database values as text, the same for every driver; and a cursor's value as text and back.

Add here: a type of value that a driver gives. Keep out: types of the contract (staging reads the text).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa

CURSOR_KINDS: dict[str, type] = {"text": str, "int": int, "decimal": Decimal, "datetime": datetime, "date": date}


def _same(value: str) -> str:
    return value


_PLAIN: dict[type, Callable[[Any], str | None]] = {str: _same, int: str, date: date.isoformat}


def text_of(value: Any) -> str | None:
    """One value as text: true and false, plain digits without an exponent, ISO dates and times, JSON.

    Raises:
        ValueError: a value of a type that has no one text.
    """
    if value is None or type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (int, UUID)):
        return str(value)
    if isinstance(value, float):
        # The shortest digits that give the same number, without an exponent where there is a number at all.
        return format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    if isinstance(value, (str, timedelta)):
        return str(value)
    raise ValueError(f"a value of type {type(value).__name__} is no text; cast it in a view")


def text_table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Rows as an Arrow table of text columns."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    # The types of most values need no look at what they are: a third of the time.
    arrays = [
        pa.array([_PLAIN.get(type(value), text_of)(value) for value in column], pa.string()) for column in columns
    ]
    return pa.table(dict(zip(names, arrays, strict=True)))


def cursor_to_state(value: Any) -> dict[str, str]:
    """A cursor's value with its kind, so that it can be asked for again as the same type.

    Raises:
        ValueError: a value that has no order a database and Python agree on.
    """
    for kind in ("datetime", "date", "decimal", "int", "text"):
        if isinstance(value, CURSOR_KINDS[kind]) and not isinstance(value, bool):
            return {"cursor": value.isoformat() if isinstance(value, (date, datetime)) else str(value), "kind": kind}
    raise ValueError(f"a cursor of type {type(value).__name__} cannot be followed; choose a time, a date or a number")


def cursor_from_state(text: str, kind: str) -> Any:
    """The value that cursor_to_state wrote."""
    if kind in ("datetime", "date"):
        return (datetime if kind == "datetime" else date).fromisoformat(text)
    return CURSOR_KINDS[kind](text)
