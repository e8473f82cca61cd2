"""The files attached to a report: one CSV per table, exact, dated by no clock, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest

from reports.attachments import attachments_of, csv_bytes
from reports.charts.chart import Cell, Chart, DataTable
from reports.spreadsheet import cell_text, safe_cell
from tests.unit.reports_machine.helpers import figure

HOSTILE = (
    '=HYPERLINK("http://example.org")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "|calc", "%0A",
)  # fmt: skip
TABLE = DataTable(("month", "value"), ((date(2024, 12, 1), figure(0.98)),))


@dataclass(frozen=True)
class Page:
    """A page of nothing but what is attached of it."""

    page_id: str
    title: str
    charts: Mapping[str, Chart]


@dataclass(frozen=True)
class PageWithTables(Page):
    """One that draws tables too."""

    tables: Mapping[str, DataTable] = field(default_factory=dict)


def chart(data: DataTable) -> Chart:
    return Chart("<svg/>", 10, 10, "it rose", data)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_charts_and_tables_of_every_page_are_attached_by_name() -> None:
    pages = (
        PageWithTables("retention", "Retention", {"trend": chart(TABLE)}, {"Ledger now": TABLE}),
        Page("cohorts", "Cohorts", {"kept": chart(TABLE)}),
    )
    found = attachments_of(pages)
    assert [(item.name, item.description) for item in found] == [
        ("cohorts-kept.csv", "it rose"),
        ("retention-ledger-now.csv", "Retention"),
        ("retention-trend.csv", "it rose"),
    ]
    assert read(found[0].content) == [["month", "value"], ["2024-12-01", "0.98"]]


def test_a_decoration_has_no_file() -> None:
    assert attachments_of((Page("cover", "Summary", {"backdrop": Chart("<svg/>", 10, 10, "")}),)) == ()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (figure(0.97), "0.97"),
        (figure(1 / 3), "0.333333333"),
        (figure(-5), "-5"),
        (figure(-1e-12), "0"),
        (figure(1e-7), "0.0000001"),
        (figure(Decimal("1234567.80")), "1234567.80"),
        (figure(date(2024, 2, 29)), "2024-02-29"),
        (figure(None), ""),
        (date(2024, 12, 1), "2024-12-01"),
        (None, ""),
        ("Łódź; 1", "Łódź; 1"),
        ("=1+1", "'=1+1"),
    ],
)
def test_a_cell_is_written_for_machines(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text


def test_the_file_says_its_encoding_and_quotes_what_needs_it() -> None:
    content = csv_bytes(DataTable(("part",), (('a, "b"',), ("Gyűjtő",))))
    assert content.startswith(b"\xef\xbb\xbf")
    assert read(content) == [["part"], ['a, "b"'], ["Gyűjtő"]]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_that_would_be_calculated_is_made_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "orders.csv", "a=1", '{"amount":"-5"}', "Łódź", "17"])
def test_any_other_cell_stays(text: str) -> None:
    assert safe_cell(text) == text
