"""Every text of the gallery's reports reaches the PDF whole and in the language of its reader."""

from __future__ import annotations

import re

import pytest

from reports.run import LANGUAGES
from tests.gallery.conftest import EVERY_REPORT, ReportOf
from tests.gallery.texts import everything_said, shown_parts, text_of
from tests.gallery.worlds import NORMAL
from tests.integration.report_numbers.reading import Page

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(1800)]

# English words that neither other language has and no name of the demo.
ENGLISH = re.compile(r"\b(the|customers|last month|interval|of|lost|share|answers|with|and)\b", re.IGNORECASE)
# What a template or a computation leaves behind when it goes wrong.
LEFTOVERS = re.compile(r"\bNone\b(?! of\b)|\bnan\b|\binf\b|\{\w*\}|\.\.(?!\.)|Undefined|Decimal\(|Figure\(")
# No shorter text is ever cut, and of a longer one so much is shown.
CUT_FROM, BEGINNING = 9, 4


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_nothing_is_left_of_the_making(report_of: ReportOf, name: str, language: str) -> None:
    said = everything_said(report_of(name, language))
    found = {(place, hit.group()) for place, text in said.items() for hit in LEFTOVERS.finditer(text)}
    assert sorted(found) == []


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_every_text_of_the_document_is_on_a_sheet(report_of: ReportOf, name: str, language: str) -> None:
    page = report_of(name, language)
    printed = _letters(page.text)
    missing = [part for part in shown_parts(page.html) if _letters(part) not in printed and not _is_cut(printed, part)]
    assert missing == []
    assert len(shown_parts(page.html)) > 60


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_english_is_left(report_of: ReportOf, language: str) -> None:
    page = report_of(NORMAL, language)
    said = everything_said(page)
    names = "|".join(map(re.escape, _names(page)))
    places = ("sheets", "mail", "HTML mail", "subject")
    found = {(place, hit) for place in places for hit in ENGLISH.findall(re.sub(names, "", said[place]))}
    assert sorted(found) == []


@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_the_mail_stands_alone(report_of: ReportOf, name: str, language: str) -> None:
    page = report_of(name, language)
    headline = " ".join(page.contexts[0].headline.split())
    for body in (page.mail.text, text_of(page.mail.html)):
        assert headline in " ".join(body.split())
    assert headline in " ".join(page.mail.subject.split())


def _letters(text: str) -> str:
    """The text without white space and hyphens: lines break at other places in a PDF than in its source."""
    return re.sub(r"[\s…\u00ad\u200b\u2010\ufffe\u0002-]+", "", text)


def _is_cut(printed: str, part: str) -> bool:
    """Whether a text too long for its place is shown cut: its beginning. How the dots are read differs by font."""
    letters = _letters(part)
    return len(letters) > CUT_FROM and letters[:BEGINNING] in printed


def _names(page: Page) -> list[str]:
    """Texts that are given and not translated."""
    return [page.run.company_name, page.run.title]
