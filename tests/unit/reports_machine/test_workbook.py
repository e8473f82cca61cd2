"""The list of customers at risk as a workbook: typed cells, no formula, the same bytes at any hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from reports.build import build_report
from reports.context.at_risk import AtRisk
from reports.exchange import built_to_json
from reports.run import BuiltReport, ReportRun
from reports.text import text_for
from reports.workbook import workbook_bytes
from tests.people_marts import at_risk, matrix, people_marts, signals
from tests.unit.reports_machine.helpers import figure
from tests.unit.reports_machine.runs import HUNGARY, RUN

LINE = AtRisk(
    rank=figure(1),
    customer_id="C00017",
    name="Łódź & Őri Kft.",
    segment="retail",
    value=figure(Decimal("12345.60")),
    signal_count=figure(2),
    signals="Notice given · Complaint",
    since=figure(date(2024, 10, 4)),
    step="Answer the notice",
    channel="Phone",
    owner="",
)


def made(*lines: AtRisk, run: ReportRun = RUN) -> bytes:
    return workbook_bytes(run, text_for(run.language, "EUR"), lines, "Country: Hungary & more")


def sheet_of(content: bytes) -> Any:
    return load_workbook(BytesIO(content)).active


def test_numbers_and_dates_are_cells_of_their_kind() -> None:
    sheet = sheet_of(made(LINE, replace(LINE, rank=figure(2))))
    head, first, second = sheet.iter_rows(values_only=True)
    assert head[:5] == ("Rank", "Customer number", "Customer", "Segment", "At stake")
    assert first[:6] == (1, "C00017", "Łódź & Őri Kft.", "retail", 12345.6, 2)
    assert first[7] == datetime(2024, 10, 4)
    assert second[0] == 2
    assert (sheet["E2"].number_format, sheet["H2"].number_format) == ("#,##0.00", "yyyy-mm-dd")
    assert sheet.auto_filter.ref == "A1:K3"


def test_the_headers_are_in_the_readers_language() -> None:
    sheet = sheet_of(made(LINE, run=HUNGARY))
    assert sheet.title == "Veszélyeztetett ügyfelek"
    assert [cell.value for cell in sheet[1]][2:5] == ["Ügyfél", "Szegmens", "Érték"]


@pytest.mark.parametrize("name", ["=1+1", '=HYPERLINK("http://127.0.0.1")', "+1", "-1", "@SUM(A1)"])
def test_a_name_that_looks_like_a_formula_is_a_text(name: str) -> None:
    cell = sheet_of(made(replace(LINE, name=name, customer_id=name)))["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)
    with ZipFile(BytesIO(made(replace(LINE, name=name)))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_nothing_in_the_file_is_dated_by_the_clock() -> None:
    content = made(LINE)
    assert content == made(LINE)
    with ZipFile(BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2025, 1, 2, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2025-01-02T00:00:00Z") == 2


def test_the_print_says_what_it_is_limited_to() -> None:
    assert sheet_of(made(LINE)).oddFooter.left.text == "Fernhill Supply · Country: Hungary && more"


def built(folder: Path, listed: int, *, attach: bool) -> BuiltReport:
    """A report of page risk alone, of so many customers on the list."""
    marts = people_marts(
        folder / "marts.duckdb",
        rpt_risk_signals=signals(listed),
        rpt_customers_at_risk=[at_risk(rank) for rank in range(1, listed + 1)],
        rpt_value_risk=matrix(),
    )
    return build_report(replace(RUN, pages=("risk",), attach_xlsx=attach), marts, folder / "out")


def test_an_audience_that_asks_for_it_gets_the_whole_list(tmp_path: Path) -> None:
    report = built(tmp_path, 12, attach=True)
    assert report.workbook == tmp_path / "out" / "board.xlsx"
    sheet = sheet_of(report.workbook.read_bytes())
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [f"C-{at:03d}" for at in range(1, 13)]
    assert built_to_json(report)["workbook"] == "board.xlsx"


@pytest.mark.parametrize(("listed", "attach"), [(12, False), (0, True)])
def test_without_a_wish_or_without_customers_there_is_none(tmp_path: Path, listed: int, attach: bool) -> None:
    report = built(tmp_path, listed, attach=attach)
    assert report.workbook is None
    assert built_to_json(report)["workbook"] is None
    assert sorted(file.suffix for file in (tmp_path / "out").iterdir()) == [".html", ".pdf", ".png", ".txt"]
