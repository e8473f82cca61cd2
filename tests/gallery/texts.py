"""What a finished report says, wherever it says it: sheets, descriptions, attached tables, metadata, mail.

Keep out: what it ought to say.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO, StringIO

import pikepdf

from tests.integration.report_numbers.reading import Page


def attached_tables(content: bytes) -> dict[str, list[list[str]]]:
    """The rows of every CSV in a PDF by its name, the header first."""
    with pikepdf.open(BytesIO(content)) as pdf:
        files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    texts = {name: file.decode("utf-8-sig") for name, file in files.items() if name.endswith(".csv")}
    return {name: list(csv.reader(StringIO(text, newline=""))) for name, text in texts.items()}


def everything_said(page: Page) -> dict[str, str]:
    """Every text of a report by where it stands."""
    with pikepdf.open(BytesIO(page.content)) as pdf:
        strings = "\n".join(_strings(pdf))
        metadata = pdf.Root.Metadata.read_bytes().decode("utf-8", "replace")
    tables = attached_tables(page.content)
    return {
        "sheets": page.text,
        "alternative texts, bookmarks, information": strings,
        "metadata": metadata,
        "attachments": "\n".join([*tables, *(cell for rows in tables.values() for row in rows for cell in row)]),
        "mail": page.mail.text,
        "HTML mail": text_of(page.mail.html),
        "subject": page.mail.subject,
    }


def _strings(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary):
            yield from (str(value) for value in item.values() if isinstance(value, pikepdf.String))


class _TextOnly(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._skipped = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._skipped = False

    def handle_data(self, data: str) -> None:
        if not self._skipped and data.strip():
            self.parts.append(" ".join(data.split()))


def shown_parts(html: str) -> list[str]:
    """The texts of a document in order, without its style and title; runs of white space as one space."""
    parser = _TextOnly()
    parser.feed(html)
    return parser.parts


def text_of(html: str) -> str:
    """The text of a document, its parts apart."""
    return "\n".join(shown_parts(html))
