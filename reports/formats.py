"""Formats: figures as a reader of one language writes them. Every number in a report or mail passes through here.

Add here: another kind of number. Keep out: words (they are translated in reports/locales/), rounding of anything
that is computed on further, and clocks.

Numbers round half up at the last shown digit. Signs are true minus and plus; a change that rounds to nothing has no
sign. Thousands, units and per cent signs are held by no-break spaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date

from reports.figures import Figure, Number, Value

Shown = Figure | Value

LOCALES: Mapping[str, str] = {"en": "en_GB", "hu": "hu_HU", "pl": "pl_PL"}
LANGUAGES = tuple(LOCALES)

NO_BREAK = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"

_UNKNOWN: Mapping[str, str] = {"en": "n/a", "hu": "n.\u00a0a.", "pl": "b.d."}
_NONE_LABEL: Mapping[str, str] = {"en": "not given", "hu": "nincs megadva", "pl": "nie podano"}
_POINTS: Mapping[str, str] = {"en": "pp", "hu": "szp", "pl": "p.p."}
# In a Hungarian sentence the word takes a suffix, which its abbreviation cannot.
_POINTS_SAID: Mapping[str, str] = {**_POINTS, "hu": "százalékpont"}
# The short scales as business pages print them; CLDR's "K" and "E" are less read in a sentence.
_THOUSAND: Mapping[str, str] = {"en": "k", "hu": "e", "pl": "tys."}
_MILLION: Mapping[str, str] = {"en": "m", "hu": "M", "pl": "mln"}
_HOURS: Mapping[str, str] = {"en": "h", "hu": "óra", "pl": "godz."}
_SYMBOLS: Mapping[str, str] = {"EUR": "€", "USD": "$", "GBP": "£", "HUF": "Ft", "PLN": "zł", "CZK": "Kč"}


class FormatError(TypeError):
    """Something that is no number or date, or a language that is not translated, was to be printed."""


class Formats:
    """Numbers, money and dates in one language. `currency` is the ISO code of the base currency."""

    def __init__(self, language: str, currency: str) -> None:
        if language not in LOCALES:
            raise FormatError(f'language "{language}" is not available; choose {", ".join(LANGUAGES)}')
        self.language = language
        self.currency = currency
        self.locale = Locale.parse(LOCALES[language])
        self.unknown = _UNKNOWN[language]
        self.none_label = _NONE_LABEL[language]
        self.hours_unit = _HOURS[language]
        self._decimal_mark = self.locale.number_symbols["latn"]["decimal"]

    def said(self, text: str, shown: Shown) -> str:
        """The one way out: returns `text`. A test listens here to learn which figure became which text."""
        del shown
        return text

    # numbers

    def number(self, shown: Shown, digits: int = 0) -> str:
        """1168 -> "1 168"."""
        return self._told(shown, digits)

    def signed_number(self, shown: Shown, digits: int = 0) -> str:
        """The same with its sign: "+12", "−3"."""
        return self._told(shown, digits, signed=True)

    def percent(self, shown: Shown, digits: int = 1) -> str:
        """A rate 0-1 as per cent: 0.919 -> "91.9 %"."""
        return self._told(shown, digits, factor=100, unit="%")

    def signed_percent(self, shown: Shown, digits: int = 1) -> str:
        """A relative change 0-1 with its sign: "+4.0 %"."""
        return self._told(shown, digits, factor=100, unit="%", signed=True)

    def bare_percent(self, shown: Shown, digits: int = 1) -> str:
        """A rate 0-1 in per cent without the sign, where a heading or a following unit says it."""
        return self._told(shown, digits, factor=100)

    def points(self, shown: Shown, digits: int = 1) -> str:
        """A difference of two rates in percentage points for a sentence, without its sign: "0.4 pp"."""
        return self._told(shown, digits, factor=100, unit=_POINTS_SAID[self.language])

    def signed_points(self, shown: Shown, digits: int = 1) -> str:
        """A difference of two rates in percentage points: "+0.3 pp"."""
        return self._told(shown, digits, factor=100, unit=_POINTS[self.language], signed=True)

    def hours(self, shown: Shown) -> str:
        """Hours without their unit, finer the fewer: "0.87", "14.1", "253"."""
        value = _value(shown)
        amount = Decimal(0) if value is None else _decimal(value)
        return self._told(shown, _short_digits(amount))

    def long_hours(self, shown: Shown, digits: int = 1) -> str:
        """Hours with their unit: "14.1 h"."""
        return self._told(shown, digits, unit=self.hours_unit)

    def signed_hours(self, shown: Shown, digits: int = 1) -> str:
        """A change in hours: "−4.1 h"."""
        return self._told(shown, digits, unit=self.hours_unit, signed=True)

    # money

    def money(self, shown: Shown, digits: int = 0) -> str:
        """An amount of the base currency: "€ 12 345"."""
        return self._told(shown, digits, money=True)

    def signed_money(self, shown: Shown, digits: int = 0) -> str:
        """An amount with its sign: "+€ 120"."""
        return self._told(shown, digits, money=True, signed=True)

    def money_short(self, shown: Shown) -> str:
        """An amount of three digits or so: "€ 4.82 m", "€ 412 k", "€ 97"."""
        return self._short(shown, signed=False)

    def money_short_parts(self, shown: Shown) -> tuple[str, str]:
        """The same in two parts, figure and unit, where the unit is set smaller: ("4.82", "€ m")."""
        scaled, scale = self._scaled(shown)
        if scaled is None:
            return self.said(self.unknown, shown), ""
        body = self._digits(abs(scaled), -min(int(scaled.as_tuple().exponent), 0))
        return self.said(f"{_sign(scaled, False)}{body}", shown), self._with_symbol(scale).strip(NO_BREAK)

    def signed_money_short(self, shown: Shown) -> str:
        """The same with its sign: "−€ 12.4 k"."""
        return self._short(shown, signed=True)

    def money_scaled(self, shown: Shown, unit: int, digits: int) -> str:
        """An amount in units of 1, 1 000 or 1 000 000, for the top of an axis: "€ 30 k"."""
        value = _value(shown)
        if value is None:
            return self.said(self.unknown, shown)
        scale = {1_000: _THOUSAND[self.language], 1_000_000: _MILLION[self.language]}.get(unit, "")
        amount = _rounded(_decimal(value) / unit, digits)
        body = self._digits(abs(amount), digits)
        text = self._with_symbol(f"{body}{NO_BREAK}{scale}" if scale else body)
        return self.said(f"{_sign(amount, False)}{text}", shown)

    # intervals

    def percent_range(self, low: Shown, high: Shown, digits: int = 1) -> str:
        """Two rates: "91.4–92.5 %"; "n/a" where one is missing."""
        return self._range(self.bare_percent(low, digits), self.percent(high, digits), low, high)

    def number_range(self, low: Shown, high: Shown, digits: int = 0) -> str:
        """Two numbers: "26–37"; a minus on either side turns the dash into "… ": "−4 … 12"."""
        return self._range(self.number(low, digits), self.number(high, digits), low, high)

    # dates

    def month(self, shown: Shown) -> str:
        """October 2024 · 2024. október · październik 2024."""
        return self._patterned(shown, {"en": "MMMM y", "hu": "y. MMMM", "pl": "LLLL y"})

    def month_short(self, shown: Shown) -> str:
        """Oct 24 · 2024. okt. · paź 24: for axes and narrow columns."""
        return self._patterned(shown, {"en": "MMM yy", "hu": "y. MMM", "pl": "LLL yy"})

    def month_name(self, shown: Shown) -> str:
        """Oct · okt. · paź: where the year stands beside it."""
        return self._patterned(shown, dict.fromkeys(LANGUAGES, "LLL"))

    def date(self, shown: Shown) -> str:
        """31 October 2024 · 2024. október 31. · 31 października 2024."""
        return self._patterned(shown, {"en": "d MMMM y", "hu": "y. MMMM d.", "pl": "d MMMM y"})

    def date_short(self, shown: Shown) -> str:
        """31 Oct 2024 · 2024. okt. 31. · 31 paź 2024: for table cells."""
        return self._patterned(shown, {"en": "d MMM y", "hu": "y. MMM d.", "pl": "d MMM y"})

    # names

    def country(self, code: str) -> str:
        """The country's name in the language; the code itself where it is none, the none label for (none)."""
        return self.label(str(self.locale.territories.get(code, code)))

    def label(self, value: str) -> str:
        """A scope value as it is printed: "(none)" becomes words, everything else stays literal."""
        return self.none_label if value in ("", "(none)") else value

    # ways

    def _told(
        self, shown: Shown, digits: int, *, factor: int = 1, unit: str = "", signed: bool = False, money: bool = False
    ) -> str:
        value = _value(shown)
        if value is None:
            return self.said(self.unknown, shown)
        amount = _rounded(_decimal(value) * factor, digits)
        body = self._digits(abs(amount), digits)
        if money:
            body = self._with_symbol(body)
        if unit:
            body = f"{body}{NO_BREAK}{unit}"
        return self.said(f"{_sign(amount, signed)}{body}", shown)

    def _short(self, shown: Shown, *, signed: bool) -> str:
        rounded, scale = self._scaled(shown)
        if rounded is None:
            return self.said(self.unknown, shown)
        body = self._digits(abs(rounded), -min(int(rounded.as_tuple().exponent), 0))
        text = self._with_symbol(f"{body}{NO_BREAK}{scale}" if scale else body)
        return self.said(f"{_sign(rounded, signed)}{text}", shown)

    def _scaled(self, shown: Shown) -> tuple[Decimal | None, str]:
        """The amount in thousands or millions, rounded to about three digits, and the word for its scale."""
        value = _value(shown)
        if value is None:
            return None, ""
        amount = _decimal(value)
        # 999 500 rounds to "1.00 m", so the step lies half a digit below the million.
        if abs(amount) >= Decimal("999500"):
            scaled, scale = amount / 1_000_000, _MILLION[self.language]
        elif abs(amount) >= Decimal("999.5"):
            scaled, scale = amount / 1000, _THOUSAND[self.language]
        else:
            return _rounded(amount, 0), ""
        return _rounded(scaled, _short_digits(abs(scaled))), scale

    def _with_symbol(self, body: str) -> str:
        symbol = _SYMBOLS.get(self.currency, self.currency)
        if self.language == "en":
            return f"{symbol}{NO_BREAK}{body}"
        return f"{body}{NO_BREAK}{symbol}"

    def _digits(self, amount: Decimal, digits: int) -> str:
        whole, _, fraction = f"{amount:.{digits}f}".partition(".")
        grouped = f"{int(whole):,}".replace(",", NO_BREAK)
        return f"{grouped}{self._decimal_mark}{fraction}" if fraction else grouped

    def _range(self, low: str, high: str, first: Shown, second: Shown) -> str:
        if _value(first) is None or _value(second) is None:
            return self.unknown
        if MINUS in low or MINUS in high:
            return f"{low}{NO_BREAK}…{NO_BREAK}{high}"
        return f"{low}{EN_DASH}{high}"

    def _patterned(self, shown: Shown, patterns: Mapping[str, str]) -> str:
        day = _value(shown)
        if not isinstance(day, date):
            return self.said(self.unknown, shown)
        # Plain "en": its short months have three letters each, Britain's have a four-letter Sept.
        text = format_date(day, patterns[self.language], locale=self.language)
        return self.said(text.replace(" ", NO_BREAK), shown)


def _value(shown: Shown) -> Value:
    value = shown.value if isinstance(shown, Figure) else shown
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | date | None):
        raise FormatError(f"{value!r} is no number or date; only figures are printed as numbers")
    return value


def _decimal(value: Value) -> Decimal:
    if isinstance(value, date) or value is None:
        raise FormatError(f"{value!r} is a date; print it with month() or date()")
    # repr gives the shortest text that reads back the same float: 0.285 rounds as written, not as stored.
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _rounded(amount: Number | Decimal, digits: int) -> Decimal:
    return Decimal(amount).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _short_digits(scaled: Decimal) -> int:
    if scaled >= Decimal("99.95"):
        return 0
    return 1 if scaled >= Decimal("9.995") else 2


def _sign(amount: Decimal, signed: bool) -> str:
    if amount < 0:
        return MINUS
    return "+" if signed and amount > 0 else ""
