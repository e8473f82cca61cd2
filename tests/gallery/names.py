"""Names as no company should have them: 300 characters, brackets, formulas, one endless word; each marked by country.

Keep out: who has which name (extreme.py).
"""

from __future__ import annotations

import random

COUNTRIES = ("HU", "PL", "CZ")
SEGMENTS_PER_COUNTRY = {"HU": 14, "PL": 13, "CZ": 13}
LONG = 300
_SYLLABLES = ("őrző", "kerül", "szolgál", "tató", "łącz", "ność", "przed", "sięb", "wholesale", "trade", "&co", "<b>")


def mark_of(country: str) -> str:
    """What every name of a country contains, and no word of a report."""
    return {"HU": "Qhuq", "PL": "Qplq", "CZ": "Qczq"}[country]


def letters(number: int) -> str:
    """A number as letters: a name with digits would pass for a figure, or hide one."""
    return (letters(number // 26 - 1) if number > 25 else "") + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 26]


def long_name(country: str, what: str, length: int = LONG) -> str:
    """A name of so many characters, with its country's mark at its start; every third one is a single word."""
    chance = random.Random(f"{country} {what}")
    joint = "" if chance.random() < 0.34 else " "
    name = f"{mark_of(country)} {what} "
    while len(name) < length:
        name += chance.choice(_SYLLABLES) + joint
    return name[:length].strip()


def segment_names(country: str) -> list[str]:
    """The country's segments: the first five of 300 characters, one that a spreadsheet would take for a formula."""
    names = [long_name(country, f"Segment {letters(number)}", LONG if number < 5 else 24) for number in
             range(SEGMENTS_PER_COUNTRY[country])]  # fmt: skip
    return [*names[:-1], f'=HYPERLINK("{mark_of(country)}")']
