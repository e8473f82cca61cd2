"""A logo is a stranger's file: shapes and pixels are taken, everything that fetches, runs or grows is not."""

from __future__ import annotations

import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import Image

from reports.logo import MAX_BYTES, MAX_ELEMENTS, PNG_SIGNATURE, LogoError, read_logo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 80 20">{}</svg>'


def png(width: int = 120, height: int = 40) -> bytes:
    content = BytesIO()
    Image.new("RGBA", (width, height), (11, 92, 138, 200)).save(content, "PNG")
    return content.getvalue()


def svg(body: str) -> bytes:
    return SVG.format(body).encode()


def bomb(width: int, height: int) -> bytes:
    """A small file that says it has that many pixels."""
    header = pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = b"IHDR" + header
    return PNG_SIGNATURE + pack(">I", 13) + body + pack(">I", zlib.crc32(body))


def test_a_png_is_read_with_its_size() -> None:
    logo = read_logo(png())
    assert (logo.media_type, logo.width, logo.height) == ("image/png", 120, 40)
    assert logo.content == png()


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (svg('<rect width="9" height="9" fill="url(#g)"/><defs><linearGradient id="g"/></defs>'), (80, 20)),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="60px" height="30px"><path d="M0 0"/></svg>', (60, 30)),
        (b'\n<?xml version="1.0"?>\n'.strip() + svg("<title>Fernhill</title>"), (80, 20)),
    ],
)
def test_an_svg_of_shapes_is_read_with_its_size(content: bytes, size: tuple[int, int]) -> None:
    logo = read_logo(content)
    assert (logo.media_type, (logo.width, logo.height)) == ("image/svg+xml", size)


def test_what_is_drawn_is_what_was_checked() -> None:
    assert read_logo(svg("<!-- --><path/>")).content == svg("<path />").replace(
        b' xmlns:xlink="http://www.w3.org/1999/xlink"', b""
    )


def test_a_logo_keeps_its_shape_in_the_room_it_gets() -> None:
    assert read_logo(png(120, 40)).fitted(46, 7) == (21.0, 7.0)
    assert read_logo(png(400, 40)).fitted(46, 7) == (46.0, 4.6)


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<image href="http://127.0.0.1/x.png" width="9" height="9"/>',
        '<image xlink:href="file:///etc/passwd"/>',
        "<foreignObject><p/></foreignObject>",
        "<style>@import url(http://127.0.0.1/x.css);</style>",
        '<use href="#a"/>',
        "<text>Fernhill</text>",
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<animate attributeName="x"/>',
        '<path d="M0 0" onload="alert(1)"/>',
        '<path d="M0 0" style="fill:url(http://127.0.0.1/x)"/>',
        '<path d="M0 0" fill="url( \'file:///etc/passwd\')"/>',
        '<linearGradient xlink:href="http://127.0.0.1/#a"/>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml"/>',
        "<filter/>",
    ],
)
def test_an_svg_that_holds_more_than_shapes_is_refused(body: str) -> None:
    with pytest.raises(LogoError, match="save it as plain SVG with texts turned into paths"):
        read_logo(svg(body))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("<path/>"), "has a document type"),
        (svg("<path>"), "is broken"),
        (b'<?xml version="1.0" encoding="cp037"?>' + svg("<path/>") + b"\xff", "is broken"),
        (b"<html><svg></svg></html>", "outermost element is no svg"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>', "neither viewBox nor width"),
        (svg("<g>" * 5 + "</g>" * 5 + "<path/>" * MAX_ELEMENTS), "more than 1000 elements"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 9"/>', "too narrow a strip"),
        (svg("<path/>") + b" " * MAX_BYTES, "bytes are too many"),
        (b"GIF89a", "neither a PNG nor an SVG"),
        (png()[:60], "is broken"),
        (PNG_SIGNATURE + b"IHDR", "cut off"),
        (bomb(100_000, 100_000), "pixels are too many"),
        (bomb(0, 10), "pixels are too many"),
        (bomb(100, 100), "is broken"),
    ],
)
def test_what_is_no_logo_is_refused_with_the_reason(content: bytes, message: str) -> None:
    with pytest.raises(LogoError, match=message):
        read_logo(content)
