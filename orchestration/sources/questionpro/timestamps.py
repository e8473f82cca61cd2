"""Reads the service's times, `05 Oct, 2020 02:51:51 PM PDT`, into ISO 8601 with an offset.

The zone is an abbreviation. Those that mean one offset in QuestionPro's data centres and in Europe are known here; the
others (IST is India, Israel and Ireland; CST America and China; BST Britain and Bangladesh) must be declared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from orchestration.sources.fetched import SourceFailedError

OFFSETS = {
    "UTC": "+00:00", "GMT": "+00:00", "WET": "+00:00", "WEST": "+01:00", "CET": "+01:00", "CEST": "+02:00",
    "EET": "+02:00", "EEST": "+03:00", "EST": "-05:00", "EDT": "-04:00", "CDT": "-05:00", "MST": "-07:00",
    "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FORM = re.compile(r"^(\d{1,2}) ([A-Za-z]{3})[a-z]*,? (\d{4}) (\d{1,2}):(\d{2}):(\d{2}) ([AaPp])[Mm] (\S+)$")
_NUMERIC_ZONE = re.compile(r"^(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})$")


def iso_time(text: str, declared: Mapping[str, str], where: str) -> str:
    """`05 Oct, 2020 02:51:51 PM PDT` → `2020-10-05T14:51:51-07:00`.

    Raises:
        SourceFailedError: another form, a moment that does not exist, or a zone that is not known; `where` names it.
    """
    match = _FORM.match(text.strip())
    if match is None:
        raise SourceFailedError(f'{where}: "{text}" is no time such as "05 Oct, 2020 02:51:51 PM PDT"; report it')
    day, month, year, hour, minute, second, half, zone = match.groups()
    if month.lower() not in _MONTHS or not 1 <= int(hour) <= 12:
        raise SourceFailedError(f'{where}: "{text}" is no time that exists; report it')
    hours = int(hour) % 12 + (12 if half in "Pp" else 0)
    try:
        moment = datetime(int(year), _MONTHS.index(month.lower()) + 1, int(day), hours, int(minute), int(second))
    except ValueError as error:
        raise SourceFailedError(f'{where}: "{text}" is no time that exists ({error}); report it') from None
    return moment.isoformat() + _offset(zone, declared, where)


def _offset(zone: str, declared: Mapping[str, str], where: str) -> str:
    found = declared.get(zone) or OFFSETS.get(zone.upper())
    if found is not None:
        return found
    numeric = _NUMERIC_ZONE.match(zone)
    if numeric is None:
        raise SourceFailedError(
            f'{where}: the zone "{zone}" means different times in different countries, or is not known; '
            f'declare it in config/sources.yml as zone_offsets: {{{zone}: "+05:30"}}'
        )
    return f"{numeric[1]}{int(numeric[2]):02}:{numeric[3]}"
