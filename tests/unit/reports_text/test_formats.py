"""Numbers, money and dates as each language writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from reports.figures import given
from reports.formats import FormatError, Formats

DAY = date(2024, 9, 30)
LANGUAGES = ("en", "hu", "pl")
NB = "\u00a0"


def shown(language: str, currency: str = "EUR") -> Formats:
    return Formats(language, currency)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["1 234 567", "91.9 %", "+0.4 pp", "0.4 pp", "€ 1 235", "+€ 1 235"]),
        ("hu", ["1 234 567", "91,9 %", "+0,4 szp", "0,4 százalékpont", "1 235 €", "+1 235 €"]),
        ("pl", ["1 234 567", "91,9 %", "+0,4 p.p.", "0,4 p.p.", "1 235 €", "+1 235 €"]),
    ],
)
def test_each_language_has_its_own_marks(language: str, expected: list[str]) -> None:
    f = shown(language)
    found = [f.number(1234567), f.percent(0.919), f.signed_points(0.004), f.points(0.004), f.money(1234.6),
             f.signed_money(1234.6)]  # fmt: skip
    assert found == [text.replace(" ", NB) for text in expected]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["September 2024", "Sep 24", "Sep", "30 September 2024", "30 Sep 2024"]),
        ("hu", ["2024. szeptember", "2024. szept.", "szept.", "2024. szeptember 30.", "2024. szept. 30."]),
        ("pl", ["wrzesień 2024", "wrz 24", "wrz", "30 września 2024", "30 wrz 2024"]),
    ],
)
def test_dates(language: str, expected: list[str]) -> None:
    f = shown(language)
    found = [f.month(DAY), f.month_short(DAY), f.month_name(DAY), f.date(DAY), f.date_short(DAY)]
    assert found == [text.replace(" ", NB) for text in expected]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_breaks_at_a_line_end(language: str) -> None:
    f = shown(language)
    texts = [f.number(12345), f.percent(0.5), f.money(12345), f.money_short(12345), f.signed_points(-0.012),
             f.date(DAY), f.money_short_parts(12345678)[1]]  # fmt: skip
    assert [text for text in texts if " " in text] == []


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.285, 2, "0.29"),  # written 0.285, stored a little below it
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (1.005, 2, "1.01"),
        (Decimal("1.005"), 2, "1.01"),
        (-0.04, 1, "0.0"),  # a change that rounds to nothing has no sign
    ],
)
def test_halves_round_away_from_zero(value: float | Decimal, digits: int, expected: str) -> None:
    assert shown("en").number(value, digits) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0004, "0.0 pp"), (0.0006, "+0.1 pp"), (-0.0006, "−0.1 pp"), (0, "0.0 pp")]
)
def test_signs_are_true_signs(value: float, expected: str) -> None:
    assert shown("en").signed_points(value) == expected.replace(" ", NB)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (97.2, "€ 97"),
        (999.4, "€ 999"),
        (999.5, "€ 1.00 k"),
        (1234, "€ 1.23 k"),
        (9995, "€ 10.0 k"),
        (412345, "€ 412 k"),
        (999499, "€ 999 k"),
        (999500, "€ 1.00 m"),
        (-4821000, "−€ 4.82 m"),
        (0, "€ 0"),
    ],
)
def test_short_money_has_three_digits(amount: float, expected: str) -> None:
    assert shown("en").money_short(amount) == expected.replace(" ", NB)


@pytest.mark.parametrize(
    ("language", "expected"), [("en", ("4.82", "€ m")), ("hu", ("4,82", "M €")), ("pl", ("4,82", "mln €"))]
)
def test_short_money_in_two_parts(language: str, expected: tuple[str, str]) -> None:
    assert shown(language).money_short_parts(4821000) == (expected[0], expected[1].replace(" ", NB))


def test_currencies_have_their_symbols_or_their_code() -> None:
    assert shown("hu", "HUF").money(1500) == f"1{NB}500{NB}Ft"
    assert shown("pl", "PLN").money(1500) == f"1{NB}500{NB}zł"
    assert shown("en", "SEK").money(1500) == f"SEK{NB}1{NB}500"


def test_ranges_hold_together() -> None:
    f = shown("en")
    assert f.percent_range(0.914, 0.925) == f"91.4–92.5{NB}%"
    assert f.number_range(-4, 12) == f"−4{NB}…{NB}12"
    assert f.number_range(None, 12) == "n/a"


@pytest.mark.parametrize(("language", "expected"), [("en", "n/a"), ("hu", f"n.{NB}a."), ("pl", "b.d.")])
def test_a_missing_value_says_so(language: str, expected: str) -> None:
    f = shown(language)
    found = {f.number(None), f.percent(None), f.points(None), f.money(None), f.money_short(None), f.month(None),
             f.date(None), f.month_short(None), f.money_short_parts(None)[0]}  # fmt: skip
    assert found == {expected}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Hungary", "not given", "XX"]),
        ("hu", ["Magyarország", "nincs megadva", "XX"]),
        ("pl", ["Węgry", "nie podano", "XX"]),
    ],
)
def test_countries_by_name(language: str, expected: list[str]) -> None:
    f = shown(language)
    assert [f.country(code) for code in ("HU", "(none)", "XX")] == expected


def test_a_figure_prints_as_its_value() -> None:
    assert shown("en").number(given("edition", 2)) == "2"


@pytest.mark.parametrize("value", [True, "12", [1]])
def test_only_figures_are_printed(value: object) -> None:
    with pytest.raises(FormatError, match="no number or date"):
        shown("en").number(value)  # type: ignore[arg-type]


def test_a_date_is_no_amount() -> None:
    with pytest.raises(FormatError, match="is a date; print it with month"):
        shown("en").percent(DAY)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(FormatError, match='language "de" is not available; choose en, hu, pl'):
        Formats("de", "EUR")
