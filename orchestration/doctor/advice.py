"""What puts rows right that were set aside, told by the values that were refused.

Pure: a reason and some of its values in, one sentence out. Keep out: how a value is judged (dbt_project/macros).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestration.quarantine.report import general_advice

_DAY = re.compile(r"^(\d{1,4})[-./] ?(\d{1,2})[-./] ?(\d{1,4})")
_COMMA = re.compile(r"^[+-]?\d+,\d+$")
_POINT = re.compile(r"^[+-]?\d+[.]\d+$")
# 1 234, 1.234,50 and 1,234,567; a lone 1.005 is a number with three decimals.
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:(?:[ '\u00a0\u202f]\d{3})+(?:[.,]\d+)?|(?:[.,]\d{3})+[.,]\d+)$")


def fix_for(reason: str, values: Sequence[str], header: str) -> str:
    """How to put right what a reason says of these values: a setting with its value, where one can be told.

    header: what the source calls the column that the reason names.
    """
    column, _, rule = reason.partition(": ")
    if re.match(r"not a (date|timestamp|month)$", rule):
        return _date_fix(column, values, header)
    if re.match(r"not an? (decimal|double|integer)", rule):
        return _number_fix(values) or general_advice(reason)
    if rule.startswith("not one of "):
        return _code_fix(column, rule.removeprefix("not one of "), values, header)
    return general_advice(reason)


def date_order(values: Sequence[str]) -> str | None:
    """The order these dates are written in, if day and month can be told apart; "mixed" if no order fits all."""
    days = [(int(found[1]), int(found[2])) for value in values if (found := _DAY.match(value)) and len(found[1]) < 3]
    if not days:
        return None
    first_is_day, second_is_day = any(a > 12 for a, _ in days), any(b > 12 for _, b in days)
    if first_is_day and second_is_day:
        return "mixed"
    return "dmy" if first_is_day else "mdy" if second_is_day else "either"


def _date_fix(column: str, values: Sequence[str], header: str) -> str:
    order = date_order(values)
    if order in ("dmy", "mdy"):
        return f"declare date_order: {order}"
    if order == "either":
        return "declare date_order: dmy (or mdy); the values shown read both ways, so ask who delivers them"
    if order == "mixed":
        return "the file mixes day and month first; correct it in the source, nobody can tell them apart"
    if any(_DAY.match(value) for value in values):
        return "the file begins with the year: leave date_order out, or correct the dates shown"
    return f'say how it is written: columns: {{{column}: {{field: {header}, date_format: "%d %b %Y"}}}}'


def _number_fix(values: Sequence[str]) -> str | None:
    if any(_GROUPED.match(value) for value in values):
        return "deliver numbers without a thousands separator; 1.234 and 1,234 mean different numbers"
    if any(_COMMA.match(value) for value in values):
        return "declare decimal_comma: true"
    if values and all(_POINT.match(value) for value in values):
        return "leave decimal_comma out for numbers like 1.50; more decimals than the column has are never rounded"
    if any(re.search(r"[^\d\s.,+-]", value) for value in values):
        return "deliver the number alone, without currency, unit or text"
    return None


def _code_fix(column: str, accepted: str, values: Sequence[str], header: str) -> str:
    codes = ", ".join(f'"{value}": …' for value in values) or '"<code>": …'
    return f"map the codes: columns: {{{column}: {{field: {header}, codes: {{{codes}}}}}}}, each to one of {accepted}"
