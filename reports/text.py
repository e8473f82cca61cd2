"""Words and figures of one language, as handed to every page: gettext with named places, plural forms, formats.

Add here: another way of asking for words. Keep out: the words (reports/locales/) and the formats (reports/formats.py).

The catalogues are read from their .po files, so that no compiled file has to be kept in step. A msgid is an English
sentence with named places: text.gettext("of {count} customers", count=text.f.number(n)). What is put in must be
text: a number is formatted first, and a bare one raises TextError.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from reports.figures import Figure
from reports.formats import Formats

LOCALES_DIR = Path(__file__).resolve().parent / "locales"
DOMAIN = "holdfast"
SOURCE_LANGUAGE = "en"


class TextError(ValueError):
    """A sentence and what is put into it do not fit, or a language has no catalogue."""


@dataclass(frozen=True, slots=True)
class Text:
    """One language: `f` formats figures, gettext and ngettext give words."""

    language: str
    f: Formats
    translations: gettext.NullTranslations

    def gettext(self, msgid: str, /, **values: str) -> str:
        """The sentence in this language with its named places filled."""
        return _filled(self.translations.gettext(msgid), values)

    def ngettext(self, singular: str, plural: str, count: int | Figure, /, **values: str) -> str:
        """The sentence in the plural form that `count` asks for; the printed number is a place like any other."""
        number = count.value if isinstance(count, Figure) else count
        if not isinstance(number, int):
            raise TextError(f"{singular!r} is counted by {number!r}; a plural form needs a whole number")
        return _filled(self.translations.ngettext(singular, plural, abs(number)), values)


def text_for(language: str, currency: str) -> Text:
    """The words and formats of a language; raises FormatError or TextError for one that is not translated."""
    return Text(language, Formats(language, currency), translations(language))


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a msgid for extraction where it stands in a table and is translated later."""
    return msgid


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - N_ for a message with plural forms
    """Marks a pair of msgids for extraction where it stands in a table and is counted later."""
    return singular, plural


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language. English needs none: its words are the msgids."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    path = catalogue_path(language)
    if not path.exists():
        raise TextError(f'{path}: language "{language}" has no catalogue; write one or choose another language')
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalogue_path(language: str) -> Path:
    """The language's committed .po file."""
    return LOCALES_DIR / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _filled(sentence: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        if not isinstance(value, str):
            raise TextError(f"{sentence!r}: {name} is {value!r}; format numbers before they are put into text")
    try:
        return sentence.format(**values)
    except (KeyError, IndexError, ValueError) as error:
        raise TextError(f"{sentence!r} cannot be filled with {sorted(values)}: {error!r}") from error
