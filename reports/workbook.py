"""The customers at risk as a workbook, for the people who call them: one row each, to be sorted and ticked off.

Add here: a column of the list. Keep out: who is on it (the marts), and every other page: their tables are attached to
the PDF. Equal input, equal bytes: openpyxl writes the clock into the file, so the file is written anew without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reports.figures import Figure
from reports.run import ReportRun
from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.at_risk import AtRisk

# Header, width in characters, number format, and what stands in the column.
_COLUMNS: tuple[tuple[str, float, str, Callable[[AtRisk], Figure | str]], ...] = (
    (N_("Rank"), 7, "0", lambda line: line.rank),
    (N_("Customer number"), 16, "@", lambda line: line.customer_id),
    (N_("Customer"), 34, "@", lambda line: line.name),
    (N_("Segment"), 18, "@", lambda line: line.segment),
    (N_("At stake"), 14, "#,##0.00", lambda line: line.value),
    (N_("Number of signals"), 10, "0", lambda line: line.signal_count),
    (N_("Signals"), 44, "@", lambda line: line.signals),
    (N_("Since"), 12, "yyyy-mm-dd", lambda line: line.since),
    (N_("Next step"), 24, "@", lambda line: line.step),
    (N_("Channel"), 12, "@", lambda line: line.channel),
    (N_("Owner"), 22, "@", lambda line: line.owner),
)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def workbook_bytes(run: ReportRun, text: Text, lines: Sequence[AtRisk], about: str) -> bytes:
    """An .xlsx of the list in the run's language; `about` says at its foot what it is limited to."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    title = text.gettext("Customers at risk")
    sheet.title = title[:31]
    book.properties.title = f"{title} · {text.f.month(run.month_start)}"
    book.properties.creator = run.company_name
    book.properties.created = datetime.combine(run.as_of, time())
    # In a print footer & begins a code.
    sheet.oddFooter.left.text = f"{run.company_name} · {about}".replace("&", "&&")
    _write(sheet, text, lines)
    content = BytesIO()
    book.save(content)
    return _undated(content.getvalue(), run.as_of)


def _write(sheet: Any, text: Text, lines: Sequence[AtRisk]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for at, (name, width, number_format, read) in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
        head = sheet.cell(1, at)
        _put(head, text.gettext(name))
        head.font = Font(bold=True)
        for row, line in enumerate(lines, start=2):
            cell = sheet.cell(row, at)
            _put(cell, read(line))
            cell.number_format = number_format
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{len(lines) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _put(cell: Any, shown: Figure | str) -> None:
    """A number or a date as such; a text as text, also where it begins as a formula does."""
    if isinstance(shown, Figure):
        cell.value = shown.value
        return
    cell.value = shown
    cell.data_type = "s"
    cell.quotePrefix = True


def _undated(content: bytes, day: date) -> bytes:
    """The same archive with every entry, and the day of the last change, dated by the data."""
    stamp, written = (max(day.year, 1980), day.month, day.day, 0, 0, 0), BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(written, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = _MODIFIED.sub(rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode(), before.read(name))
            entry = ZipInfo(name, stamp)
            entry.compress_type = ZIP_DEFLATED
            after.writestr(entry, part)
    return written.getvalue()
