r"""Date formats as two regular expressions: what a text must look like, and how it is put into the declared order.

`%d.%m.%Y %H:%M` becomes `(\d{1,2})\.(\d{1,2})\.(\d{4}) (\d{1,2}):(\d{1,2})` and `\3-\2-\1 \4:\5`. A text that does not
look like it stays as it is, and staging judges it. Names of months and zones are left out: they depend on a language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestration.mapping.expressions import ExpressionError

_DIGITS = {"d": (1, 2), "m": (1, 2), "Y": (4, 4), "y": (2, 2), "H": (1, 2), "M": (1, 2), "S": (1, 2), "f": (1, 9)}
_TOKEN = re.compile(r"%(.)|([^%])", re.DOTALL)
_ORDERS = {"ymd": "Y-m-d", "dmy": "d-m-Y", "mdy": "m-d-Y"}
KNOWN = "%d %m %Y %y %H %M %S %f"


@dataclass(frozen=True)
class DatePattern:
    """A pattern for a whole text, and its replacement with groups as `\\1`."""

    pattern: str
    replacement: str


def date_pattern(form: str, date_order: str, is_month: bool = False) -> DatePattern:
    """The pattern of a format; the replacement writes the date in `date_order` (ymd, dmy, mdy).

    A two-digit year is of this century. For a month the day may be left out.

    Raises:
        ExpressionError: a directive that is not known or stands twice, or a part of the date that is missing.
    """
    tokens = [(found[1], found[2]) for found in _TOKEN.finditer(form)]
    if "'" in form or "\\" in form:
        raise ExpressionError(f"date_format {form!r} holds a quote or a backslash; correct it", ("date_format",))
    if form.count("%") != sum(1 for directive, _ in tokens if directive):
        raise ExpressionError(f'date_format "{form}" ends in the middle of a directive; correct it', ("date_format",))
    groups = _groups(form, [directive for directive, _ in tokens if directive])
    _check_parts(form, groups, is_month)
    pattern = "".join(
        _group(tokens, place) if directive else re.escape(text) for place, (directive, text) in enumerate(tokens)
    )
    return DatePattern(pattern, _replacement(groups, date_order))


def _groups(form: str, directives: list[str]) -> dict[str, int]:
    groups: dict[str, int] = {}
    for number, directive in enumerate(directives, 1):
        if directive not in _DIGITS:
            raise ExpressionError(
                f'date_format "{form}": %{directive} is not available; choose of {KNOWN}', ("date_format",)
            )
        if directive in groups or {directive, *groups} >= {"y", "Y"}:
            raise ExpressionError(f'date_format "{form}": %{directive} stands twice; remove one', ("date_format",))
        groups[directive] = number
    return groups


def _check_parts(form: str, groups: dict[str, int], is_month: bool) -> None:
    needed = [("m", "the month (%m)"), ("Y" if "y" not in groups else "y", "the year (%Y)")]
    needed += [] if is_month else [("d", "the day (%d)")]
    needed += [("H", "the hour (%H)"), ("M", "the minute (%M)")] if set("HMSf") & set(groups) else []
    needed += [("S", "the second (%S)")] if "f" in groups else []
    missing = [words for directive, words in needed if directive not in groups]
    if missing:
        raise ExpressionError(f'date_format "{form}" lacks {" and ".join(missing)}; add it', ("date_format",))


def _group(tokens: list[tuple[str | None, str | None]], place: int) -> str:
    """One or two digits, except beside another directive: there the number of digits is all that parts them."""
    least, most = _DIGITS[str(tokens[place][0])]
    beside = [tokens[near][0] for near in (place - 1, place + 1) if 0 <= near < len(tokens)]
    least = most if any(beside) and most == 2 else least
    return rf"(\d{{{least},{most}}})" if least < most else rf"(\d{{{most}}})"


def _replacement(groups: dict[str, int], date_order: str) -> str:
    parts = {directive: f"\\{number}" for directive, number in groups.items()}
    parts["Y"] = parts.get("Y") or f"20{parts['y']}"
    parts.setdefault("d", "01")
    date = "".join(parts.get(letter, letter) for letter in _ORDERS[date_order])
    if "H" not in groups:
        return date
    seconds = f":{parts['S']}" if "S" in parts else ""
    return f"{date} {parts['H']}:{parts['M']}{seconds}" + (f".{parts['f']}" if "f" in parts else "")
