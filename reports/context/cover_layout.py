"""How the cover fills its page: when the headline is set smaller, and how many rows its three columns have room for.

The heights follow reports/templates/styles/words.css. Keep out: figures and words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.typeface import SERIF, lines_needed

# A4 less the lower margin of 19 mm, in pt.
PAGE_HEIGHT = 788.0
COLUMN_WIDTH, HEADLINE_WIDTH, STANDFIRST_WIDTH = 151.0, 476.0, 453.0
LEAST_ROWS, MOST_ROWS = 2, 8
# The width of a key figure by how many stand side by side.
TILE_WIDTHS = {4: 110.5, 3: 151.0}
_LEAD_LINE, _LINE, _BREAK = 12.5, 11.5, 3.0
SEGMENT_ROW, REASON_ROW = 24.2, 16.6
# An action: what to do in lines of 7.5 pt beside its amount, and below it whose turn it is.
ACTION_WIDTH, _ACTION_LINE, _ACTION_WHO, _ACTION_EDGE = 110.0, 10.0, 9.0, 4.5
# Padding and sender of the band and its least height; a key figure with its gap; margins and the legend below them;
# rules, margins and the heading of the columns; the margins of the contents and one of its lines.
_BAND, _BAND_LEAST, _TILE, _TILES, _COLUMNS, _CONTENTS, _CONTENTS_LINE = 113.0, 167.2, 137.5, 35.0, 45.0, 26.0, 13.0


def is_long(headline: str) -> bool:
    """Whether the headline takes more than two lines at its full size of 29 pt."""
    return lines_needed(headline, HEADLINE_WIDTH, 29, 600, SERIF) > 2


def tiles_across(count: int) -> int:
    """How many key figures stand side by side: as many as leave no hole."""
    return 4 if count in (4, 7, 8) else 3


def story_room(headline: str, standfirst: str, tile_rows: int, pages: int) -> float:
    """The height in pt for the three columns below their headings; pages: how many the contents list."""
    size, line = (23, 28.0) if is_long(headline) else (29, 34.0)
    band = _BAND + lines_needed(headline, HEADLINE_WIDTH, size, 600, SERIF) * line
    band += lines_needed(standfirst, STANDFIRST_WIDTH, 11, 400, SERIF) * 15.5
    contents = _CONTENTS + -(-pages // 3) * _CONTENTS_LINE
    return PAGE_HEIGHT - max(band, _BAND_LEAST) - tile_rows * _TILE - _TILES - _COLUMNS - contents


def rows_in(room: float, lead: str, others: Sequence[str], row: float) -> int:
    """How many rows of a table fit below a leading sentence of 9 pt and further ones of 8 pt."""
    text = lines_needed(lead, COLUMN_WIDTH, 9) * _LEAD_LINE if lead else 0.0
    text += sum(lines_needed(sentence, COLUMN_WIDTH, 8) * _LINE + _BREAK for sentence in others if sentence)
    return max(LEAST_ROWS, min(MOST_ROWS, int((room - text) / row)))


@dataclass(frozen=True, slots=True)
class Story:
    """The sentences of the three columns, and how many rows each leaves room for."""

    where: str
    ledger_line: str
    why: str
    whys: tuple[str, ...]
    what_next: str

    def segment_rows(self, room: float) -> int:
        """Segments below what changed."""
        return rows_in(room, self.where, (self.ledger_line,), SEGMENT_ROW)

    def reason_rows(self, room: float) -> int:
        """Reasons below why."""
        return rows_in(room, self.why, self.whys, REASON_ROW)

    def action_rows(self, room: float, actions: Sequence[tuple[str, str]]) -> int:
        """Actions below what is at stake; each is given as what to do and whose turn it is."""
        left = room - lines_needed(self.what_next, COLUMN_WIDTH, 9) * _LEAD_LINE
        for shown, (what, who) in enumerate(actions):
            left -= lines_needed(what, ACTION_WIDTH, 7.5, 600) * _ACTION_LINE + _ACTION_EDGE
            left -= _ACTION_WHO if who else 0.0
            if left < 0:
                return max(LEAST_ROWS, shown)
        return len(actions)
