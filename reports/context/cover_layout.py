"""How the cover fills its page: when the headline is set smaller, and how many rows its three columns have room for.

The heights follow reports/templates/styles/words.css. Keep out: figures and words.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.charts.typeface import SERIF, lines_needed

# A4 less the lower margin of 19 mm, in pt.
PAGE_HEIGHT = 788.0
COLUMN_WIDTH, HEADLINE_WIDTH, STANDFIRST_WIDTH = 151.0, 476.0, 453.0
LEAST_ROWS, MOST_ROWS = 2, 6
_ROW, _LINE = 16.6, 13.5
# Padding and sender of the band; the six figures with their legend; headings and rules of the columns and contents.
_BAND, _MEASURES, _FRAMES = 144.0, 296.0, 122.0


def is_long(headline: str) -> bool:
    """Whether the headline takes more than two lines at its full size of 29 pt."""
    return lines_needed(headline, HEADLINE_WIDTH, 29, 600, SERIF) > 2


def story_rows(headline: str, standfirst: str, sentences: Sequence[str]) -> int:
    """How many rows fit below the longest sentence of the columns."""
    size, line = (23, 28.0) if is_long(headline) else (29, 34.0)
    band = _BAND + lines_needed(headline, HEADLINE_WIDTH, size, 600, SERIF) * line
    band += lines_needed(standfirst, STANDFIRST_WIDTH, 11, 400, SERIF) * 15.5
    text = max(lines_needed(sentence, COLUMN_WIDTH, 9) for sentence in sentences) * _LINE
    room = PAGE_HEIGHT - band - _MEASURES - _FRAMES - text
    return max(LEAST_ROWS, min(MOST_ROWS, int(room / _ROW)))
