"""Checks what constants and code maps mean against the contract, when the configuration loads.

A meaning that the contract would refuse in every row is a mistake in the configuration, not in the data.
"""

from __future__ import annotations

import re

from orchestration.contract import Column
from orchestration.mapping.expressions import Expression, ExpressionError
from orchestration.sources.files.headers import nearest

_BOOLEANS = ("true", "false", "yes", "no", "t", "f", "y", "n", "1", "0")


def check_meanings(expression: Expression, column: Column) -> None:
    """Refuses the first constant, meaning or otherwise that the column does not accept.

    Raises:
        ExpressionError: naming the value, what is accepted, and the nearest.
    """
    if expression.kind == "constant":
        _check(expression.text, column, ("constant",))
    for code, meaning in (expression.codes or {}).items():
        if meaning:
            _check(meaning, column, ("codes", code))
    if expression.otherwise:
        _check(expression.otherwise, column, ("otherwise",))


def _check(value: str, column: Column, path: tuple[str, ...]) -> None:
    if column.accepted and value not in column.accepted:
        raise ExpressionError(
            f'{column.name} does not take "{value}"; choose of {", ".join(column.accepted)} '
            f'(nearest is "{nearest(value, column.accepted, 0.0)}")',
            path,
        )
    if column.pattern and not re.fullmatch(column.pattern, value):
        raise ExpressionError(f'{column.name} does not take "{value}": it must look like {column.pattern}', path)
    if column.data_type == "boolean" and value.lower() not in _BOOLEANS:
        raise ExpressionError(f'{column.name} does not take "{value}"; choose true or false', path)
