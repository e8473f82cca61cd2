"""An audience's logo: a PNG, or an SVG of plain shapes, checked before anything is drawn with it.

A logo is a file from outside that is put into every report, so it is read as a stranger's: nothing of it may fetch,
run, grow without end or need a font. Add here: an SVG element that draws a shape by itself. Keep out: where the file
lies (the configuration) and where it stands on the page (the templates).
"""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from io import BytesIO

from reports.run import Logo

# Chosen 2025-01: a logo of 200 kB is a fifth of a ten-page report; 2,000 px are 600 dpi over 85 mm.
MAX_BYTES, MAX_PIXELS, MAX_ELEMENTS, MAX_RATIO = 200_000, 2_000, 1_000, 20.0
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
# Shapes and their fills. No text (its font is not there), image, use, style sheet, script, filter or animation.
_ELEMENTS = {
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "linearGradient",
    "radialGradient", "stop", "clipPath", "title", "desc",
}  # fmt: skip
_REFERENCE = re.compile(r"url\(\s*['\"]?(?!#)|(?:javascript|data|https?|file):|@import|expression\(", re.IGNORECASE)
_LENGTH = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(?:px|pt|mm|cm|in|pc)?\s*$")


class LogoError(ValueError):
    """The file cannot be a logo; the message says why and what to do."""


def read_logo(content: bytes) -> Logo:
    """The logo of a file's content.

    Raises LogoError: too large, neither PNG nor SVG, broken, or an SVG that holds more than shapes.
    """
    if len(content) > MAX_BYTES:
        raise LogoError(f"{len(content)} bytes are too many, at most {MAX_BYTES} are taken; save it smaller")
    if content.startswith(PNG_SIGNATURE):
        return _shaped(Logo(content, "image/png", *_png_size(content)))
    if b"<svg" in content[:2_000]:
        root = _parsed(content)
        # What is drawn is what was checked: the tree as it was read, not the bytes a second reader may read otherwise.
        # Prefixes are the whole process's: somebody else may have taken the empty one since.
        ElementTree.register_namespace("", SVG_NAMESPACE)
        return _shaped(Logo(ElementTree.tostring(root), "image/svg+xml", *_svg_size(root)))
    raise LogoError("it is neither a PNG nor an SVG; save it as one of them")


def _shaped(logo: Logo) -> Logo:
    ratio = logo.width / logo.height
    if not 1 / MAX_RATIO <= ratio <= MAX_RATIO:
        raise LogoError(f"{logo.width:g} x {logo.height:g} is too narrow a strip to be shown; cut it to its picture")
    return logo


def _png_size(content: bytes) -> tuple[float, float]:
    if len(content) < 33 or content[12:16] != b"IHDR":
        raise LogoError("the PNG is cut off; save it again")
    width, height = struct.unpack(">II", content[16:24])
    if not 0 < width <= MAX_PIXELS or not 0 < height <= MAX_PIXELS:
        raise LogoError(f"{width} x {height} pixels are too many, at most {MAX_PIXELS} each way; save it smaller")
    from PIL import Image, ImageFile

    # The renderer tells Pillow, for the whole process, to take a cut-off picture for a whole one.
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as image:
            image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise LogoError(f"the PNG is broken ({error}); save it again") from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return float(width), float(height)


def _svg_size(root: ElementTree.Element) -> tuple[float, float]:
    for count, element in enumerate(root.iter(), start=1):
        if count > MAX_ELEMENTS:
            raise LogoError(f"the SVG has more than {MAX_ELEMENTS} elements; save a simpler drawing")
        for problem in _problems(element):
            raise LogoError(f"the SVG holds {problem}; save it as plain SVG with texts turned into paths")
    box = [float(number) for number in re.findall(r"-?[0-9.]+", root.get("viewBox", ""))[2:4]]
    written = [_LENGTH.match(root.get(name, "")) for name in ("width", "height")]
    width, height = box if len(box) == 2 else [float(found[1]) if found else 0.0 for found in written]
    if width <= 0 or height <= 0:
        raise LogoError("the SVG says neither viewBox nor width and height; save it with a size")
    return width, height


def _parsed(content: bytes) -> ElementTree.Element:
    # A document type can name entities, which multiply or read files; a drawing needs none.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        raise LogoError("the SVG has a document type; save it as plain SVG without one")
    try:
        root = ElementTree.fromstring(content.decode("utf-8-sig"))  # noqa: S314 - no document type, no entities
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError) as error:
        raise LogoError(f"the SVG is broken ({error}); save it again") from error
    if root.tag != f"{{{SVG_NAMESPACE}}}svg":
        raise LogoError("the file's outermost element is no svg; save it as plain SVG")
    return root


def _problems(element: ElementTree.Element) -> Iterator[str]:
    name = str(element.tag).removeprefix(f"{{{SVG_NAMESPACE}}}")
    if name not in _ELEMENTS:
        yield f"<{name.rpartition('}')[2]}>"
    for attribute, value in element.attrib.items():
        plain = attribute.rpartition("}")[2].lower()
        if plain.startswith("on") or (plain == "href" and not value.startswith("#")) or _REFERENCE.search(value):
            yield f"{plain}={value[:40]!r}"
