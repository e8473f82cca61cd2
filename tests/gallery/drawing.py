"""Reports as pictures: each sheet of a report at a chosen size, named by its section, and how far two pictures differ.

Keep out: which reports (worlds.py), and what is done with the pictures (gallery.py, test_pictures.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageChops

from reports.build import lay_out_pages, load_pages
from reports.mail import Mail, compose_mail
from reports.marts import open_marts
from reports.render import Layout
from reports.run import ReportRun
from reports.text import text_for

# Small enough for a hundred in a repository, large enough for a line of text to be missed: a sheet is 298 by 421.
REFERENCE_SCALE, REFERENCE_COLOURS = 0.5, 12
# Fonts are drawn alike everywhere but for single pixels at the edges of letters: of a lost word, 60 and more differ.
PIXEL_DIFFERENCE, PIXELS = 96, 40


@dataclass(frozen=True)
class Drawn:
    """A report before it is written to disk: its contexts, pages, file and mail."""

    run: ReportRun
    pages: tuple[Any, ...]
    layout: Layout
    content: bytes
    mail: Mail

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The name of each sheet in order: its section's, with a number from the second sheet of a section on."""
        return tuple(
            page if number == 0 else f"{page}-{number + 1}"
            for page, count in self.layout.pages_of.items()
            for number in range(count)
        )

    def pictures(self, scale: float) -> dict[str, Image.Image]:
        """Each sheet by its name, `scale` pixels to a point."""
        with pypdfium2.PdfDocument(self.content) as document:
            return {
                name: document[number].render(scale=scale).to_pil().convert("RGB")
                for number, name in enumerate(self.sheets)
            }


def draw(run: ReportRun, marts: Path) -> Drawn:
    """The report of a run."""
    text = text_for(run.language, run.base_currency)
    with open_marts(marts, run) as opened:
        pages = load_pages(opened, run, text)
    layout = lay_out_pages(run, text, pages)
    return Drawn(run, pages, layout, layout.pdf(), compose_mail(run, text, pages))


def reference_of(picture: Image.Image) -> bytes:
    """A small PNG of few colours; the same picture gives the same bytes."""
    content = BytesIO()
    picture.quantize(REFERENCE_COLOURS, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()


def differing_pixels(one: bytes, other: bytes) -> int:
    """How many pixels of two references differ by much; all of them where the sizes differ."""
    first, second = (Image.open(BytesIO(content)).convert("RGB") for content in (one, other))
    if first.size != second.size:
        return first.size[0] * first.size[1]
    bands = ImageChops.difference(first, second).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return sum(most.histogram()[PIXEL_DIFFERENCE:])


def looks_alike(one: bytes, other: bytes) -> bool:
    """Whether no word, line or colour of note tells the two apart."""
    return differing_pixels(one, other) < PIXELS
