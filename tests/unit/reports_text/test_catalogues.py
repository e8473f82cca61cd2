"""The catalogues: every sentence of the code and the templates is translated, with the same places, and no other is."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from reports.text import LOCALES_DIR, catalogue_path

LANGUAGES = ("hu", "pl")
PLURAL_FORMS = {"hu": 2, "pl": 3}
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "NN_": (1, 2)}
METHODS = [("**.py", "python"), ("templates/**.j2", "jinja2")]
# A name that is the same in the language, or a pattern of places alone.
SAME = {"hu": {"NPS", "CSAT", "Quick ratio"}, "pl": {"NPS", "CSAT", "Quick ratio", "Region", "Segment", "Plan", "h"}}


@cache
def used() -> Catalog:
    """What the code and the templates say, in English."""
    catalogue = Catalog()
    options = {"templates/**.j2": {"encoding": "utf-8", "trimmed": "true"}}
    reports = LOCALES_DIR.parent
    for file, line, message, _, context in extract_from_dir(reports, METHODS, options, keywords=KEYWORDS):  # type: ignore[arg-type]
        catalogue.add(message, locations=[(file, line)], context=context)
    return catalogue


@cache
def catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def messages(found: Catalog) -> list[Message]:
    return [message for message in found if message.id]


def forms(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_the_sentences_are_found() -> None:
    assert len(messages(used())) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    known = {message.id for message in messages(catalogue(language)) if all(forms(message.string))}
    missing = [message.id for message in messages(used()) if message.id not in known]
    assert missing == [], "translate them in reports/locales (reports/locales/README.md says how)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: str) -> None:
    wanted = {message.id for message in messages(used())}
    assert [message.id for message in messages(catalogue(language)) if message.id not in wanted] == []
    assert list(catalogue(language).obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fuzzy(language: str) -> None:
    assert [message.id for message in messages(catalogue(language)) if message.fuzzy] == []
    assert not catalogue(language).fuzzy


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_places_are_the_same(language: str) -> None:
    wrong = []
    for message in messages(catalogue(language)):
        originals, found = forms(message.id), forms(message.string)
        if len(found) > 1:
            allowed = [places(originals[0])] + [places(originals[-1])] * (len(found) - 1)
        else:
            allowed = [places(originals[0])]
        wrong += [text for text, wanted in zip(found, allowed, strict=True) if places(text) != wanted]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_all_forms(language: str) -> None:
    assert catalogue(language).num_plurals == PLURAL_FORMS[language]
    counted = [message for message in messages(catalogue(language)) if not isinstance(message.id, str)]
    assert counted
    assert {len(forms(message.string)) for message in counted} == {PLURAL_FORMS[language]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_are_in_the_language(language: str) -> None:
    same = [
        message.id
        for message in messages(catalogue(language))
        if forms(message.string)[0] == forms(message.id)[0]
        and re.search(r"[a-z]{3}", re.sub(r"\{.*?\}", "", str(message.id)))
    ]
    assert set(map(str, same)) <= SAME[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_numbers_in_the_words_are_the_same(language: str) -> None:
    """A "30 days" that became "3 dni" would be a false figure; Polish and Hungarian may only say 20 % for a fifth."""
    wrong = []
    for message in messages(catalogue(language)):
        allowed = set(re.findall(r"\d+", " ".join(forms(message.id)))) | (
            {"20"} if "fifth" in str(message.id) else set()
        )
        wrong += [text for text in forms(message.string) if not set(re.findall(r"\d+", text)) <= allowed]
    assert wrong == []
