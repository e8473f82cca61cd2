"""Text that came with the data, made fit to print: one line, and only letters that the report's fonts have.

A missing glyph is a warning, and a warning fails the render: one emoji in a segment's name must not cost an audience
its report. Add here: nothing but what protects the page. Keep out: escaping (the templates do it) and shortening.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS_DIR = Path(__file__).resolve().parent / "templates" / "fonts"
# Both faces have it; a box would be clearer, but the serif has none.
REPLACEMENT = "?"


def legible(text: str) -> str:
    """The text without control and direction marks, each letter that no font has as "?", spaces in a row as one."""
    kept = (_letter(letter) for letter in unicodedata.normalize("NFC", text))
    return " ".join(part for part in "".join(kept).split(" ") if part)


def _letter(letter: str) -> str:
    if letter.isspace() and letter not in ("\u00a0", "\u202f"):
        return " "
    # Cc and Cf: line ends, NUL, right-to-left overrides, joiners. They change how other letters are read.
    if unicodedata.category(letter) in ("Cc", "Cf"):
        return ""
    return letter if ord(letter) in _covered() else REPLACEMENT


@cache
def _covered() -> frozenset[int]:
    """The code points that every font file of the report has."""
    found = [_code_points(path) for path in sorted(FONTS_DIR.glob("*.ttf"))]
    return frozenset(set.intersection(*found))


def _code_points(path: Path) -> set[int]:
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())
