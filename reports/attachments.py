"""The tables behind the pictures, attached to the PDF: one CSV per chart, drawn table and list of a page.

Add here: another file that goes into the PDF. Keep out: what a table holds (the charts and the pages' contexts).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Protocol

from reports.charts.chart import Chart, DataTable
from reports.spreadsheet import cell_text

_UNSAFE = re.compile(r"[^a-z0-9_-]+")


class Page(Protocol):
    """What is needed of a page; one that has tables beside its charts says so in `tables`."""

    @property
    def page_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def charts(self) -> Mapping[str, Chart]: ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in the PDF; its description is what a reader's list of attachments shows beside the name."""

    name: str
    content: bytes
    description: str


def attachments_of(pages: Sequence[Page]) -> tuple[Attachment, ...]:
    """The tables of the pages as `<page>-<name>.csv`, in the order of their names, as a PDF's list must be."""
    found = [attachment for page in pages for attachment in _of_page(page)]
    return tuple(sorted(found, key=lambda attachment: attachment.name))


def csv_bytes(table: DataTable) -> bytes:
    """The table as CSV: UTF-8 with a byte order mark, without which spreadsheets garble every accent."""
    lines = StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(table.columns)
    writer.writerows([cell_text(cell) for cell in row] for row in table.rows)
    return lines.getvalue().encode("utf-8-sig")


def _of_page(page: Page) -> list[Attachment]:
    tables = {name: (chart.data, chart.alt) for name, chart in page.charts.items()}
    drawn: Mapping[str, DataTable] = getattr(page, "tables", {})
    tables |= {name: (table, page.title) for name, table in drawn.items()}
    return [
        Attachment(_file_name(page.page_id, name), csv_bytes(table), description)
        for name, (table, description) in tables.items()
        if table.rows
    ]


def _file_name(page_id: str, name: str) -> str:
    return f"{page_id}-{_UNSAFE.sub('-', name.lower())}.csv"
