"""Cells that a spreadsheet may open: no text of them acts as a formula, no number is rounded for the eye.

Add here: what every file for a spreadsheet needs. Keep out: which rows it holds.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reports.charts.chart import Cell
from reports.figures import Figure

# What spreadsheets read as the start of a formula, also behind white space; an apostrophe makes it text.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
_CONTROLS = ("\t", "\r", "\n", "\0")
# Rates of the marts have nine decimals; what is derived of them has no more.
_DIGITS = 9


def safe_cell(value: object) -> str:
    """A text as it may stand in a cell; one that a spreadsheet would calculate begins with an apostrophe."""
    text = str(value).replace("\0", "␀")
    starts = text.lstrip()
    return f"'{text}" if starts.startswith(_FORMULA) or text.startswith(_CONTROLS) else text


def cell_text(cell: Cell) -> str:
    """A cell of a DataTable for a CSV: ISO dates, plain decimals with a point, "" where nothing is known."""
    value = cell.value if isinstance(cell, Figure) else cell
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return safe_cell(value)
    if isinstance(value, float):
        plain = f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")
        return "0" if plain == "-0" else plain
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
