"""How wide a text is: advance widths from the fonts' hmtx tables, the very fonts the page embeds.

Keep out: drawing. Kerning is not counted: measured on axis labels it is under 1 % of the width.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS_DIR = Path(__file__).resolve().parent.parent / "templates" / "fonts"
SANS, SERIF = "Inter", "SourceSerif4"
ELLIPSIS = "…"


@cache
def _advances(face: str, weight: int) -> tuple[dict[int, float], float]:
    """Advance by code point in em, and that of a glyph the font lacks."""
    with TTFont(FONTS_DIR / f"{face}-{weight}.ttf", lazy=True) as font:
        metrics, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: metrics[name][0] / em for code, name in font.getBestCmap().items()}, 0.6


def text_width(text: str, size: float, weight: int = 400, face: str = SANS) -> float:
    """Width in pt of one line of `text` set at `size` pt; the sans has weights 400–700, the serif 400 and 600."""
    advances, missing = _advances(face, weight)
    return sum(advances.get(ord(letter), missing) for letter in text) * size


def shortened(text: str, width: float, size: float, weight: int = 400) -> str:
    """The text, cut with an ellipsis so that it fits into `width` pt."""
    if text_width(text, size, weight) <= width:
        return text
    kept = text
    while kept and text_width(kept.rstrip() + ELLIPSIS, size, weight) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def wrapped(text: str, width: float, size: float, weight: int = 400, lines: int = 2) -> tuple[str, ...]:
    """The text in at most `lines` lines of `width` pt, broken at spaces, the last one cut if need be."""
    words, result = text.split(" "), [""]
    for position, word in enumerate(words):
        longer = f"{result[-1]} {word}".strip()
        if not result[-1] or text_width(longer, size, weight) <= width:
            result[-1] = longer
        elif len(result) < lines:
            result.append(word)
        else:
            result[-1] = " ".join([result[-1], *words[position:]])
            break
    return tuple(shortened(line, width, size, weight) for line in result)


def lines_needed(text: str, width: float, size: float, weight: int = 400, face: str = SANS) -> int:
    """How many lines of `width` pt the text takes, broken at spaces but not at no-break spaces."""
    space, lines, used = text_width(" ", size, weight, face), 1, 0.0
    for word in text.split(" "):
        wide = text_width(word, size, weight, face)
        if used and used + space + wide > width:
            lines, used = lines + 1, wide
        else:
            used += wide + (space if used else 0.0)
    return lines
