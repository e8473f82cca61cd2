"""The renderer: our charts and fonts and nothing else, and no warning passes."""

from __future__ import annotations

import os
from datetime import date
from io import BytesIO

import pikepdf
import pytest

from reports.attachments import Attachment
from reports.charts.chart import Chart
from reports.charts.palette import palette_for
from reports.render import FONTS_DIR, lay_out, pdf_date, picture_of
from reports.run import ReportError

HEAD = (
    "<!DOCTYPE html><html lang='en'><head><title>t</title><meta name='dcterms.created' content='2025-01-02'>"
    f"<style>:root {{ {palette_for(None).css()} }}</style></head>"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt">{}</svg>'
SQUARE = Chart(SVG.format('<rect width="9" height="9"/>'), 9, 9, "a square")


def page(body: str, head: str = "") -> str:
    return f"{HEAD.replace('</head>', head + '</head>')}<body>{body}</body></html>"


def test_a_chart_is_shown_and_has_its_alternative_text() -> None:
    content = lay_out(page('<p>x</p><img src="chart:a/b" alt="a square">'), {"a/b": SQUARE}).pdf()
    with pikepdf.open(BytesIO(content)) as pdf:
        figures = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
    assert [str(figure.Alt) for figure in figures] == ["a square"]


@pytest.mark.parametrize(
    "body",
    [
        '<img src="chart:missing" alt="x">',
        '<img src="http://127.0.0.1/x.png" alt="x">',
        '<img src="file:///etc/hostname" alt="x">',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        '<style>@import url("file:///etc/x.css");</style>',
        '<style>@font-face { font-family: x; src: url("font:Inter-400.ttf") }</style>',
        '<p style="background: url(other.png)">x</p>',
        '<object data="file:///etc/hostname"></object>',
    ],
)
def test_every_other_address_stops_the_render(body: str) -> None:
    with pytest.raises(ReportError, match="is not one of its charts or fonts"):
        lay_out(page(body), {})


def test_a_fetch_inside_a_chart_stops_the_render() -> None:
    chart = Chart(SVG.format('<image href="file:///etc/x.png" width="9" height="9"/>'), 9, 9, "x")
    with pytest.raises(ReportError):
        lay_out(page('<img src="chart:a" alt="x">'), {"a": chart}).pdf()


def test_a_property_that_is_not_known_fails_the_render() -> None:
    with pytest.raises(ReportError, match="the renderer warned"):
        lay_out(page("<p>x</p>", "<style>p { colour: red }</style>"), {})


def test_a_glyph_no_font_has_fails_the_render() -> None:
    with pytest.raises(ReportError, match="the renderer warned"):
        lay_out(page("<p>漢</p>"), {}).pdf()


def test_a_picture_without_alternative_text_fails_the_render() -> None:
    with pytest.raises(ReportError, match="alt"):
        lay_out(page('<img src="chart:a">'), {"a": SQUARE}).pdf()


def test_the_letters_of_all_languages_are_there() -> None:
    lay_out(page("<p>árvíztűrő tükörfúrógép ŐŰ zażółć gęślą jaźń ŁŻ € − „”</p>"), {}).pdf()


def test_only_our_fonts_are_embedded() -> None:
    content = lay_out(page("<h1>Title</h1><p>x <b>y</b></p>"), {}).pdf()
    with pikepdf.open(BytesIO(content)) as pdf:
        found = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o]
        names = {str(font.FontName).split("+")[-1] for font in found}
    assert names
    assert all(name.startswith(("Holdfast", "Inter", "Source-Serif", "SourceSerif")) for name in names), names


def test_a_system_font_is_out_of_reach() -> None:
    with pytest.raises(ReportError, match="the renderer warned"):
        lay_out(page("<p style='font-family: DejaVu Sans, sans-serif'>漢 ℵ</p>"), {}).pdf()
    assert "<dir" not in (FONTS_DIR / "fonts.conf").read_text()


def test_other_programs_keep_their_fonts() -> None:
    lay_out(page("<p>x</p>"), {})
    assert os.environ.get("FONTCONFIG_FILE") != str(FONTS_DIR / "fonts.conf")


def test_sections_count_their_pages() -> None:
    longer = 'b<p style="break-before: page">c</p>'
    body = f'<section class="page" id="one">a</section><section class="page" id="two">{longer}</section>'
    layout = lay_out(page(body), {})
    assert (dict(layout.pages_of), layout.page_count) == ({"one": 1, "two": 2}, 3)


def test_equal_input_gives_equal_bytes() -> None:
    first, second = (lay_out(page('<p>x</p><img src="chart:a" alt="x">'), {"a": SQUARE}).pdf() for _ in range(2))
    assert first == second


def test_the_picture_is_page_one_and_repeatable() -> None:
    content = lay_out(page("<p>x</p>"), {}).pdf()
    picture = picture_of(content, width=300)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20], "big") == 300
    assert picture == picture_of(content, width=300)


def test_a_date_is_midnight_utc() -> None:
    assert pdf_date(date(2025, 1, 2)) == "2025-01-02T00:00:00Z"


def test_a_file_is_not_attached_without_a_day() -> None:
    layout = lay_out(page("<p>x</p>"), {}, [Attachment("a.csv", b"a", "a")])
    with pytest.raises(ReportError, match=r"a\.csv cannot be attached"):
        layout.pdf()
