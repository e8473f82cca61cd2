"""The file: PDF/A-3a and PDF/UA-1, tagged, with bookmarks and links, the same bytes each time, nobody else's data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import page as validation
import pikepdf
import pypdfium2
import pytest

from reports.build import Page, build_report
from reports.charts.chart import DataTable
from reports.logo import read_logo
from reports.run import ReportError, ReportRun
from tests.integration.report_pages.laying_out import Report, make
from tests.unit.reports_machine.runs import HUNGARY, POLAND, RUN
from tests.unit.reports_machine.test_logo import png, svg

ReportOf = Callable[[str, ReportRun], Report]
RUNS = [pytest.param(run, id=run.audience) for run in (RUN, HUNGARY, POLAND)]


def text_of(content: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(content) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def plain(text: str) -> str:
    """The text in one line, every kind of space as a plain one."""
    return " ".join(text.split())


def tables_of(page: Page) -> Mapping[str, DataTable]:
    """The tables that a page draws as HTML."""
    return getattr(page, "tables", {})


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("profile", ["PDF_A_3A", "PDF_UA_1"])
def test_the_file_keeps_to_the_standard(report_of: ReportOf, run: ReportRun, profile: str) -> None:
    content = report_of("usual", run).content
    report = validation.validate_pdf_bytes(content, profile=getattr(validation.ValidationProfile, profile))
    assert [failure.message for failure in report.failures] == []
    assert report.is_compliant


def test_headers_say_what_they_head(report_of: ReportOf) -> None:
    with pikepdf.open(BytesIO(report_of("usual", RUN).content)) as pdf:
        headers = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/TH"]
        scopes = {str(header.A.Scope) for header in headers}
    assert len(headers) > 50
    assert scopes == {"/Row", "/Column"}


def test_running_lines_are_artifacts(report_of: ReportOf) -> None:
    with pikepdf.open(BytesIO(report_of("usual", RUN).content)) as pdf:
        body = pdf.pages[1].Contents.read_bytes()
        first = pdf.pages[0].Contents.read_bytes()
    assert body.count(b"/Pagination") == 4
    assert first.count(b"/Pagination") == 2


def test_every_picture_says_its_finding(report_of: ReportOf) -> None:
    report = report_of("usual", HUNGARY)
    # The curve behind the cover's headline is a background: decoration without a word.
    drawn = [(name, chart) for page in report.pages for name, chart in page.charts.items()]
    alts = {chart.alt for name, chart in drawn if name != "backdrop"}
    with pikepdf.open(BytesIO(report.content)) as pdf:
        figures = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        told = {str(figure.Alt) for figure in figures}
    assert told == alts
    assert all(len(alt) > 20 for alt in told)


def test_bookmarks_name_the_pages(report_of: ReportOf) -> None:
    report = report_of("usual", POLAND)
    with pikepdf.open(BytesIO(report.content)) as pdf, pdf.open_outline() as outline:
        names = [item.title for item in outline.root]
    assert names == [page.title for page in report.pages]


def test_dates_come_from_the_data(report_of: ReportOf) -> None:
    with pikepdf.open(BytesIO(report_of("usual", RUN).content)) as pdf:
        assert str(pdf.docinfo.CreationDate) == str(pdf.docinfo.ModDate) == "D:20250102000000Z"
        assert str(pdf.Root.Lang) == "en"


def test_the_tables_behind_the_charts_are_attached_once(report_of: ReportOf) -> None:
    report = report_of("usual", RUN)
    drawn = {f"{page.page_id}-{name}.csv" for page in report.pages for name in (*page.charts, *tables_of(page))}
    with pikepdf.open(BytesIO(report.content)) as pdf:
        names = list(pdf.attachments)
        files = [pdf.attachments[name] for name in names]
        assert len(pdf.Root.AF) == len(names) == len(set(names))
        assert {str(file.obj.AFRelationship) for file in files} == {"/Data"}
        assert {str(file.get_file().obj.Params.ModDate) for file in files} == {"D:20250102000000Z"}
        trend = pdf.attachments["retention-trend.csv"].get_file().read_bytes().decode("utf-8-sig")
    assert names == sorted(names)
    # Decorations and sparklines have no table of their own.
    assert set(names) <= drawn
    assert {"retention-trend.csv", "revenue-bridge.csv", "satisfaction-nps.csv"} <= set(names)
    assert trend.splitlines()[0] == "month,value,low,high,target,events"


def test_no_other_country_is_in_an_attached_file(report_of: ReportOf) -> None:
    with pikepdf.open(BytesIO(report_of("usual", HUNGARY).content)) as pdf:
        text = "".join(file.get_file().read_bytes().decode("utf-8-sig") for file in pdf.attachments.values())
    assert "month" in text
    assert [other for other in ("Lengyelország", "Csehország", "PL,", "CZ,") if other in text] == []


def test_the_filter_is_printed_on_every_page(report_of: ReportOf) -> None:
    assert all("Magyarország" in page for page in text_of(report_of("usual", HUNGARY).content))


@pytest.mark.parametrize(("run", "others"), [(HUNGARY, ("Lengyelország", "Csehország")), (POLAND, ("Węgry", "Czechy"))])
def test_no_other_country_is_named(report_of: ReportOf, run: ReportRun, others: tuple[str, ...]) -> None:
    pages = text_of(report_of("usual", run).content)
    assert [other for other in others for page in pages if other in page] == []


def test_the_same_run_writes_the_same_files(world_of: Callable[[str], Path], tmp_path: Path) -> None:
    first, second = (build_report(RUN, world_of("a_dozen"), tmp_path / name) for name in ("one", "two"))
    assert first.pdf_sha256 == second.pdf_sha256
    for name in ("pdf", "html_body", "text_body", "picture"):
        assert getattr(first, name).read_bytes() == getattr(second, name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [
        "board.mail.html", "board.mail.txt", "board.pdf", "board.png",
    ]  # fmt: skip


def test_what_was_built_is_told(world_of: Callable[[str], Path], tmp_path: Path) -> None:
    built = build_report(replace(RUN, pages=("cover", "retention")), world_of("a_dozen"), tmp_path)
    assert built.page_count == 2
    assert built.pages == ("cover", "retention")
    assert plain(built.headline) in plain(text_of(built.pdf.read_bytes())[0])
    assert {figure.name for figure in built.key_figures} >= {"retention_rate", "churn_rate"}
    assert set(built.seconds) == {"figures", "layout", "pdf", "mail"}
    assert built.subject


def test_a_report_without_any_page_is_an_error(world_of: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no page of satisfaction has data"):
        build_report(replace(RUN, pages=("satisfaction",)), world_of("no_contracts"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_accent_reaches_page_and_charts(world_of: Callable[[str], Path]) -> None:
    report = make(replace(RUN, accent="#1B7F3B", pages=("retention",)), world_of("a_dozen"))
    drawn = "".join(chart.svg for page in report.pages for chart in page.charts.values())
    assert "#1B7F3B" in drawn
    assert "#0B5C8A" not in drawn


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_logo_keeps_the_file_to_the_standard_and_its_bytes_the_same(
    world_of: Callable[[str], Path], kind: str
) -> None:  # fmt: skip
    logo = read_logo(png() if kind == "png" else svg('<rect width="80" height="20" fill="#7A1FA2"/>'))
    run = replace(RUN, logo=logo, pages=("cover",))
    first, second = (make(run, world_of("a_dozen")).content for _ in range(2))
    assert first == second
    for profile in (validation.ValidationProfile.PDF_A_3A, validation.ValidationProfile.PDF_UA_1):
        report = validation.validate_pdf_bytes(first, profile=profile)
        assert [failure.message for failure in report.failures] == []
    with pikepdf.open(BytesIO(first)) as pdf:
        alts = {str(o.Alt) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"}
    assert RUN.company_name in alts
