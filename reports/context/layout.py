"""How much of a page is taken: the heights that the style sheet gives to a page's parts, in pt.

Add here: the height of a part that a page has to reckon with to fill its space. Keep out: the look itself
(reports/templates/styles/report.css); a number here follows one there.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.charts.typeface import SERIF, lines_needed

# A4 less the margins of 25 and 19 mm.
BODY_HEIGHT = 717.2
FULL_WIDTH, HALF_WIDTH, THIRD_WIDTH = 493.0, 236.5, 151.0
BLOCK_GAP = 21.3
# Heading, subtitle of one line and the gap before a picture or table.
HEADING, SUBTITLE_LINE, PICTURE_GAP = 13.0, 10.5, 9.2
TABLE_HEAD, TABLE_ROW, SLIM_ROW, NOTE = 24.5, 17.3, 12.5, 15.7

# From here on the columns of a table print amounts in millions: in full they would be wider than their column.
LARGE_AMOUNT = 10_000_000

_HEADLINE_WIDTH, _STANDFIRST_WIDTH = 481.8, 453.5


def header_height(headline: str, standfirst: str) -> float:
    """The headline and the standfirst with the space below them."""
    lines = lines_needed(headline, _HEADLINE_WIDTH, 21, 600, SERIF)
    under = lines_needed(standfirst, _STANDFIRST_WIDTH, 11, 400, SERIF)
    return lines * 25 + (6.3 + under * 15.5 if standfirst else 0.0) + 19.9


def heading_height(subtitle: str, width: float = FULL_WIDTH) -> float:
    """A heading with its subtitle, and the gap to what follows."""
    return HEADING + (lines_needed(subtitle, width, 7.5) * SUBTITLE_LINE if subtitle else 0.0) + PICTURE_GAP


def note_height(note: str, width: float = FULL_WIDTH) -> float:
    """A remark under a figure or table."""
    return NOTE + (lines_needed(note, width, 7.5) - 1) * SUBTITLE_LINE


def table_height(heads: Sequence[tuple[str, float]], rows: int) -> float:
    """A dense table of one-line rows; heads are the column titles with the widths they have."""
    lines = max(lines_needed(title, width, 7.5, 500) for title, width in heads)
    return TABLE_HEAD + (lines - 1) * 10.0 + rows * TABLE_ROW


def slim_table_height(heads: Sequence[tuple[str, float]], rows: int) -> float:
    """The same for a slim table."""
    return table_height(heads, 0) + rows * SLIM_ROW


def filled(taken: float, least: float, most: float) -> float:
    """The height left for a picture beside parts of `taken` pt, within bounds; a few pt stay free."""
    return round(min(most, max(least, BODY_HEIGHT - taken - 8.0)), 1)
