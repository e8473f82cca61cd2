"""How the last page fills its sheet: how many restated figures it has room for beside what it must say.

The heights follow the page's styles when it is set close (reports/templates/styles). Keep out: figures and words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.typeface import SERIF, lines_needed
from reports.context.layout import BODY_HEIGHT, FULL_WIDTH, HALF_WIDTH
from reports.narrative.method import Entry

# So many corrections stand on the page's one sheet, or on a second one of their own with the terms.
LEAST, MOST, MOST_APART = 2, 8, 24
# Head and foot of the table of data with its subtitle; a row of it; a heading; the gap between blocks.
_TABLE, _ROW, _HEADING, _GAP = 72.0, 9.7, 19.0, 12.0
_CHECKS_WIDTH, _FORCE_WIDTH, _NOTICED_ROW = 181.0, 205.0, 16.5
_RESTATED_HEAD = 34.0


@dataclass(frozen=True, slots=True)
class Said:
    """Everything the page says in words."""

    headline: str
    standfirst: str
    remarks: str
    checks_sentence: str
    restatement_sentence: str
    in_force: tuple[Entry, ...]
    definitions: tuple[Entry, ...]


def restated_rows(said: Said, kinds: int, noticed: int, restated: int) -> tuple[int, int]:
    """How many restated figures are listed, and on how many sheets the page is set.

    kinds: rows of the table of data; noticed: checks that are named; restated: figures that could be listed. Where
    not even a few fit, they begin a second sheet, and the first one is set wide.
    """
    if not restated:
        return 0, 1
    header = lines_needed(said.headline, 481.8, 21, 600, SERIF) * 25 + 6.3
    header += lines_needed(said.standfirst, 453.5, 11, 400, SERIF) * 15.5 + 12.8
    table = _TABLE + (kinds + 1) * _ROW + lines_needed(said.remarks, FULL_WIDTH, 7.5) * 10.5
    left = _HEADING + lines_needed(said.checks_sentence, _CHECKS_WIDTH, 8) * 11.5 + noticed * _NOTICED_ROW
    right = _HEADING + sum(lines_needed(entry.meaning, _FORCE_WIDTH, 7.5) * 10.5 + 1.7 for entry in said.in_force)
    taken = header + table + _GAP + max(left, right) + _GAP + _HEADING + _terms(said.definitions)
    # The list has a heading and its sentence above it, and a note on what is left out below.
    listed = _GAP + _HEADING + lines_needed(said.restatement_sentence, FULL_WIDTH, 8) * 11.5 + _RESTATED_HEAD
    room = int((BODY_HEIGHT - taken - listed) / _ROW)
    if room < min(LEAST, restated):
        return min(restated, MOST_APART), 2
    return min(restated, room, MOST), 1


def _terms(definitions: Sequence[Entry]) -> float:
    """Two columns of short paragraphs; a paragraph is not broken, so the taller one may have one more."""
    heights = [lines_needed(f"{entry.term}. {entry.meaning}", HALF_WIDTH, 7.1) * 9.4 + 2.0 for entry in definitions]
    return (sum(heights) + max(heights, default=0.0)) / 2
