"""The mail that carries a report: subject, HTML body and text body, each of which stands alone.

Add here: a fact the mail says. Keep out: sending (it belongs to delivery), attachments, addresses, and figures that
the cover does not show. Pure: equal input, equal text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from reports.context.cover import CoverContext, key_figures
from reports.narrative.cover import difference_note
from reports.run import KeyFigure, ReportRun
from reports.running import about
from reports.text import Text

EMAIL_DIR = Path(__file__).resolve().parent / "templates" / "email"
LINE_WIDTH = 72
# The cover may show more; a mail is read on a telephone.
FIGURES = 6


class Page(Protocol):
    """What the mail needs of every page."""

    @property
    def page_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def headline(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Mail:
    """One message without its addresses; key_figures are those of the body, for the manifest."""

    subject: str
    html: str
    text: str
    key_figures: tuple[KeyFigure, ...]


def compose_mail(run: ReportRun, text: Text, pages: Sequence[Page]) -> Mail:
    """The message of a report whose first page says its finding; figures and sentences are the cover's, if it has one.

    pages: the contexts of the report's pages in order, at least one.
    """
    cover = next((page for page in pages if isinstance(page, CoverContext)), None)
    subject = subject_of(run, text, pages[0].headline)
    values = {
        "run": run,
        "f": text.f,
        "_": text.gettext,
        "ngettext": text.ngettext,
        "difference_note": lambda change: difference_note(text, change),
        "subject": subject,
        "about": about(text, run),
        "headline": pages[0].headline,
        "cover": cover,
        "pages": [page for page in pages if page is not cover],
        "line_width": LINE_WIDTH,
        "figures": FIGURES,
    }
    templates = _templates()
    return Mail(
        subject=subject,
        html=templates.get_template("report.html.j2").render(values),
        text=templates.get_template("report.txt.j2").render(values),
        key_figures=key_figures(cover, text)[:FIGURES] if cover else (),
    )


def subject_of(run: ReportRun, text: Text, headline: str) -> str:
    """Company, finding and month on one line; line breaks and other control characters become spaces."""
    subject = text.gettext(
        "{company}: {headline} – {month}",
        company=run.company_name,
        headline=headline,
        month=text.f.month(run.month_start),
    )
    return " ".join("".join(sign if sign.isprintable() or sign == "\u00a0" else " " for sign in subject).split(" "))


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(EMAIL_DIR),
        autoescape=select_autoescape(["html.j2"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
