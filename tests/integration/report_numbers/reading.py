"""Reading what a report says: every formatted figure as it is written, and every number in the finished PDF.

Add here: another kind of number that a page prints without a figure behind it (EXEMPT). Keep out: assertions.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import pypdfium2

from reports.build import document_html, lay_out_pages, load_pages
from reports.figures import Figure
from reports.formats import NO_BREAK, Formats, Shown
from reports.mail import Mail, compose_mail
from reports.marts import Marts, open_marts
from reports.render import Layout
from reports.run import ReportError, ReportRun
from reports.text import Text, translations

# Pages print these without a figure behind them:
EXEMPT = {
    "page numbers": r"\b\d+\u00a0/\u00a0\d+",
    # Written into the sentences themselves, in every language.
    "the level of the intervals": r"95[ \u00a0]%",
}
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_GROUP = re.compile(r"[ \u00a0]\d{3}(?:[.,]\d+)?(?!\d)")


@dataclass(frozen=True)
class Said:
    """One call of a format: what was shown, as which text, and from which file of the reports."""

    text: str
    shown: Shown
    caller: str


class ListeningWords(NullTranslations):
    """A catalogue that remembers which sentences were asked for, in the language they were given in."""

    def __init__(self, catalogue: NullTranslations) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.heard: list[str] = []

    def gettext(self, message: str) -> str:
        """The sentence, remembered."""
        self.heard.append(self.catalogue.gettext(message))
        return self.heard[-1]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The sentence in its plural form, remembered."""
        self.heard.append(self.catalogue.ngettext(msgid1, msgid2, n))
        return self.heard[-1]


class ListeningFormats(Formats):
    """Formats that remember what they were asked to say."""

    def __init__(self, language: str, currency: str) -> None:
        super().__init__(language, currency)
        self.heard: list[Said] = []

    def said(self, text: str, shown: Shown) -> str:
        """Remembers the text and the figure behind it."""
        self.heard.append(Said(text, shown, _caller()))
        return text


@dataclass(frozen=True)
class Page:
    """One page's contexts, what was formatted for it, and the text of its PDF."""

    run: ReportRun
    contexts: tuple[Any, ...]
    heard: tuple[Said, ...]
    sentences: tuple[str, ...]
    html: str
    text: str
    sheets: int
    mail: Mail
    layout: Layout
    content: bytes
    customers: tuple[str, ...] = ()


def read_page(run: ReportRun, marts: Path) -> Page:
    """Builds the report of a run and reads it back."""
    formats = ListeningFormats(run.language, run.base_currency)
    words = ListeningWords(translations(run.language))
    text = Text(run.language, formats, words)
    with open_marts(marts, run) as opened:
        contexts = load_pages(opened, run, text)
        customers = _customers(opened)
    html = document_html(run, text, contexts)
    layout = lay_out_pages(run, text, contexts)
    content = layout.pdf()
    mail = compose_mail(run, text, contexts)
    with pypdfium2.PdfDocument(content) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    heard, sentences = tuple(formats.heard), tuple(words.heard)
    return Page(run, contexts, heard, sentences, html, "\n".join(texts), len(texts), mail, layout, content, customers)


def _customers(marts: Marts) -> tuple[str, ...]:
    """The names of the customers that a page may list; none where the marts have no such list."""
    try:
        rows = marts.read("rpt_customers_at_risk", months=1)
    except ReportError:
        return ()
    return tuple(str(row["customer_name"]) for row in rows)


def numbers_in(text: str, known: set[str]) -> Iterator[str]:
    """The numbers of a text, as written; groups of thousands are taken together where that makes a known number.

    A serif font's no-break space comes back as a plain one, so both join groups.
    """
    at = 0
    while found := _DIGITS.search(text, at):
        number, at = found.group(), found.end()
        longer = number
        while group := _GROUP.match(text, at + len(longer) - len(number)):
            longer += group.group().replace(" ", NO_BREAK)
            if longer in known:
                number, at = longer, group.end()
                break
        yield number


def known_numbers(page: Page) -> set[str]:
    """Every number that may stand on the page: formatted figures, and digits of names and of the words themselves."""
    known: set[str] = set()
    run = page.run
    for said in page.heard:
        known.update(_DIGITS.findall(said.text))
        known.update(re.findall(r"\d{1,3}(?:\u00a0\d{3})+(?:[.,]\d+)?", said.text))
    names = (
        run.company_name,
        run.title,
        run.version,
        run.snapshot_hash[:16],
        *(check.name for check in run.checks),
        *page.customers,
    )
    # The contents name the sheets.
    known.update(str(number) for number in range(1, page.sheets + 1))
    for words in (*names, *page.sentences):
        known.update(_DIGITS.findall(words))
    return known


def without_exempt(text: str) -> str:
    """The text without the numbers of EXEMPT."""
    for pattern in EXEMPT.values():
        text = re.sub(pattern, " ", text)
    return text


def figures_of(value: object) -> Iterator[Figure]:
    """All figures of a context, however deep."""
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from figures_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from figures_of(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from figures_of(getattr(value, item.name))


def _caller() -> str:
    """The file that asked, passing over the formats themselves."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.endswith(("reading.py", "reports/formats.py", "context/metrics.py", "jinja2/runtime.py")):
            return name
        frame = frame.f_back  # type: ignore[assignment]
    return ""


def is_day(shown: Shown) -> bool:
    """Whether what was shown is a day: periods and deliveries are keys, not figures."""
    return isinstance(shown, date)
