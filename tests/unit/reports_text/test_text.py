"""Words: sentences are filled with text only, plural forms follow the count, and a language has its catalogue."""

from __future__ import annotations

import pytest

from reports.figures import given
from reports.formats import FormatError
from reports.text import TextError, text_for, translations


def test_english_words_are_the_msgids() -> None:
    assert text_for("en", "EUR").gettext("{count} of them", count="3") == "3 of them"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["one paying customer", "2 paying customers", "5 paying customers", "22 paying customers"]),
        ("hu", ["egy fizető ügyfél", "2 fizető ügyfél", "5 fizető ügyfél", "22 fizető ügyfél"]),
        ("pl", ["jeden płacący klient", "2 płacących klientów", "5 płacących klientów", "22 płacących klientów"]),
    ],
)
def test_plural_forms_of_people(language: str, expected: list[str]) -> None:
    assert _counted(language, "one paying customer", "{count} paying customers") == expected


def test_polish_has_three_forms() -> None:
    assert _counted("pl", "one order", "{count} orders") == [
        "jedno zamówienie",
        "2 zamówienia",
        "5 zamówień",
        "22 zamówienia",
    ]


def _counted(language: str, singular: str, plural: str) -> list[str]:
    text = text_for(language, "EUR")
    return [text.ngettext(singular, plural, given("n", n), count=text.f.number(n)) for n in (1, 2, 5, 22)]


def test_a_bare_number_is_refused() -> None:
    with pytest.raises(TextError, match="lost is 3; format numbers before they are put into text"):
        text_for("en", "EUR").gettext("{lost} left", lost=3)  # type: ignore[arg-type]


def test_a_missing_place_is_named() -> None:
    with pytest.raises(TextError, match=r"'\{lost\} left' cannot be filled with \['gone'\]"):
        text_for("en", "EUR").gettext("{lost} left", gone="3")


@pytest.mark.parametrize("count", [1.5, None])
def test_only_whole_numbers_are_counted(count: float | None) -> None:
    with pytest.raises(TextError, match="a plural form needs a whole number"):
        text_for("en", "EUR").ngettext("one", "{n}", count, n="")  # type: ignore[arg-type]


def test_braces_in_data_stay_text() -> None:
    assert text_for("en", "EUR").gettext("{name} left", name="{0.__class__}") == "{0.__class__} left"


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(TextError, match='language "de" has no catalogue'):
        translations("de")
    with pytest.raises(FormatError, match='"de" is not available'):
        text_for("de", "EUR")
