"""The kinds of value a configuration file may hold, each with the sentence that refuses a wrong one.

Add here: a kind used by more than one key. Keep out: the keys (settings.py).
"""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,40}$")
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
# Addresses are written into headers: ASCII local part, no control characters, no encoded words.
_ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$")
_HEADER_BREAKERS = ("\r", "\n", "\0", "=?")


def _check_name(value: str) -> str:
    if not _NAME.match(value):
        raise ValueError(f'"{value}" is not a name; use lower-case letters, digits and _ (at most 41)')
    return value


def _check_month(value: str) -> str:
    if not _MONTH.match(value):
        raise ValueError(f'"{value}" is not a month; write YYYY-MM')
    return value


def _check_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f'time zone "{value}" is not known; use a name such as Europe/Budapest')
    return value


def _check_header_text(value: str) -> str:
    if any(mark in value for mark in _HEADER_BREAKERS):
        raise ValueError(f"{value!r} may not hold a line break, a NUL or =?; remove it")
    return value


def _check_address(value: str) -> str:
    _check_header_text(value)
    if not _ADDRESS.match(value):
        raise ValueError(f'"{value}" is not a mail address; write name@domain in ASCII')
    return value


Name = Annotated[str, AfterValidator(_check_name)]
Month = Annotated[str, AfterValidator(_check_month)]
Zone = Annotated[str, AfterValidator(_check_zone)]
HeaderText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_check_header_text)]
# RFC 5321 lets an address be 254 characters long.
Address = Annotated[str, Field(max_length=254), AfterValidator(_check_address)]


class Frozen(BaseModel):
    """A block of a configuration file: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
