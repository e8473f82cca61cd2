"""Pages and mails in three languages: in their own words, on one sheet each, and whatever the data hold stays text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports.run import Restatement
from tests.integration.report_numbers.conftest import AUDIENCES, run_of
from tests.integration.report_numbers.reading import Page, known_numbers, numbers_in, read_page, without_exempt
from tests.reports_world import WORLD_PAGES, World, build_world

PageOf = Callable[[str, str], Page]
EVERY_PAGE = [(audience, page) for audience in AUDIENCES for page in WORLD_PAGES]

# Words that only the language has, one for each page, as its headings print them.
WORDS = {
    "hungary": {"cover": "Mi változott", "retention": "Ügyfélmérleg", "cohorts": "Kohorszok", "revenue": "Bevétel",
                "reasons": "A hónap okai", "satisfaction": "Hihetünk a felmérésnek", "data": "Mit jelentenek a számok"},
    "poland": {"cover": "Co się zmieniło", "retention": "Bilans klientów", "cohorts": "Kohorty", "revenue": "Przychody",
               "reasons": "Powody miesiąca", "satisfaction": "Czy badaniu", "data": "Co oznaczają liczby"},
    "board": {"cover": "What changed", "retention": "The ledger of customers", "cohorts": "Cohorts",
              "revenue": "Revenue", "reasons": "Reasons of the month", "satisfaction": "worth believing",
              "data": "What the figures mean"},
}  # fmt: skip
ENGLISH = re.compile(r"\b(the|customers|last month|interval|of|lost|share|answers)\b", re.IGNORECASE)


@pytest.mark.parametrize(("audience", "page_id"), EVERY_PAGE)
def test_a_page_is_one_sheet_in_its_language(page_of: PageOf, audience: str, page_id: str) -> None:
    page = page_of(audience, page_id)
    assert page.sheets == 1
    assert WORDS[audience][page_id] in page.text.replace("\u00a0", " ")


@pytest.mark.parametrize(("audience", "page_id"), [case for case in EVERY_PAGE if case[0] != "board"])
def test_no_english_is_left(page_of: PageOf, audience: str, page_id: str) -> None:
    shown = re.sub("Fernhill Supply", "", page_of(audience, page_id).text)
    assert ENGLISH.findall(shown) == []


@pytest.mark.parametrize(("audience", "page_id"), EVERY_PAGE)
def test_sentences_are_whole(page_of: PageOf, audience: str, page_id: str) -> None:
    page = page_of(audience, page_id)
    for text in (page.text, page.mail.text):
        assert ".." not in text, text[max(0, text.index("..") - 60) : text.index("..") + 5]
        assert "{" not in text
        assert "}" not in text
        assert "None" not in text
        assert "-0" not in re.sub(r"\d{4}-\d\d", "", text)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_mail_stands_alone(page_of: PageOf, audience: str) -> None:
    page = page_of(audience, "cover")
    mail, headline = page.mail, page.contexts[0].headline
    assert mail.subject.startswith(f"Fernhill Supply: {headline} – ")
    assert [key.name for key in mail.key_figures] == ["retention_rate", "churn_rate", "nrr", "mrr_end", "nps", "csat"]
    cover = page.contexts[0]
    words = (" ".join(mail.text.split()), " ".join(_text_of(mail.html).split()))
    for body in words:
        for sentence in (headline, cover.standfirst, cover.what_changed, cover.where, cover.why):
            assert " ".join(sentence.split()) in body
        for key in cover.measures[:6]:
            assert key.label in body


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_number_of_a_mail_is_a_formatted_figure(page_of: PageOf, audience: str) -> None:
    page = page_of(audience, "cover")
    known = known_numbers(page)
    for body in (page.mail.text, _text_of(page.mail.html), page.mail.subject):
        found = list(numbers_in(without_exempt(body), known))
        assert found, "the mail has no number: it was not read"
        assert [number for number in found if number not in known] == []


def test_the_mail_asks_for_nothing_from_outside(page_of: PageOf) -> None:
    html = page_of("hungary", "cover").mail.html
    assert "http" not in html
    assert "src=" not in html
    assert "url(" not in html


HOSTILE = ("<script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "x" * 300, "\u202egnp.exe \U0001f600 名", "{name} %(x)s")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose segments have names that mean something to a template, a browser or a font."""
    world = World(customers=400, months=14, segments=tuple((name, 0.2) for name in HOSTILE), churn=0.06)
    return build_world(tmp_path_factory.mktemp("hostile") / "marts.duckdb", world)


def test_names_stay_text(hostile: Path) -> None:
    page = read_page(run_of("board"), hostile)
    assert "49" not in {number for number in numbers_in(page.text, set()) if number not in known_numbers(page)}
    assert "<script>alert" not in page.html
    assert "&lt;script&gt;" in page.html
    assert "{{ 7*7 }}" in page.html
    assert "\u202e" not in page.html
    assert page.sheets == len(page.contexts), "a long name pushed a page onto a second sheet"
    assert "<script>" not in page.mail.html


def test_a_cause_of_a_restatement_stays_text_and_is_listed(marts: Path) -> None:
    line = Restatement("late_arrivals", "board", "2024-11", "97.1", "97.3", "late <b>rows</b> \U0001f600")
    page = read_page(replace(run_of("board", ("data",)), restatements=(line,)), marts)
    assert "late &lt;b&gt;rows&lt;/b&gt; ?" in page.html
    assert "One figure of the last report (November 2024) reads differently now." in " ".join(page.text.split())


def test_equal_input_gives_equal_words(marts: Path) -> None:
    first, second = (read_page(run_of("poland", ("cover", "data")), marts) for _ in range(2))
    assert (first.html, first.mail) == (second.html, second.mail)


class _TextOnly(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.skipped = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipped = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.skipped = False

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.parts.append(data)


def _text_of(html: str) -> str:
    parser = _TextOnly()
    parser.feed(html)
    return "".join(parser.parts)
