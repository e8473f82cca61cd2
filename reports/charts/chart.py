"""What a drawing function hands back: a picture, and the table it was drawn from.

Keep out: data, anything about a page, and how a table is written to a file (reports/attachments.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.figures import Figure

Cell = Figure | str | date | None


@dataclass(frozen=True, slots=True)
class DataTable:
    """What a picture or a drawn table shows, as it goes into the attached CSV.

    columns: English names in snake_case, for machines; texts in cells are in the report's language. Raises ValueError
    for a row that has more or fewer cells than there are columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        if wrong:
            raise ValueError(f"a row of {len(wrong[0])} cells under {len(self.columns)} columns: {wrong[0]}")


# Of a decoration, and of a picture whose page attaches one table for several.
NO_DATA = DataTable((), ())


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of `width` × `height` pt; `alt` says its finding in a sentence; `data` is attached to the report."""

    svg: str
    width: float
    height: float
    alt: str
    data: DataTable = NO_DATA
