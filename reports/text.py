"""Words and figures of one language, as handed to every page: gettext with named places, plural forms, formats.

Add here: another way of asking for words. Keep out: the words (reports/locales/) and the formats (reports/formats.py).

The catalogues are read from their .po files, so that no compiled file has to be kept in step. A msgid is an English
sentence with named places: text.gettext("of {count} customers", count=f.number(n)).
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from reports.formats import Formats

LOCALES_DIR = Path(__file__).resolve().parent / "locales"
DOMAIN = "holdfast"


@dataclass(frozen=True, slots=True)
class Text:
    """One language: `f` formats figures, gettext and ngettext give words."""

    language: str
    f: Formats
    translations: gettext.NullTranslations

    def gettext(self, msgid: str, **values: str) -> str:
        """The sentence in this language with its named places filled."""
        return _filled(self.translations.gettext(msgid), values)

    def ngettext(self, singular: str, plural: str, count: int, **values: str) -> str:
        """The sentence in the plural form that `count` asks for, with its named places filled."""
        return _filled(self.translations.ngettext(singular, plural, count), values)


def text_for(language: str, currency: str) -> Text:
    """The words and formats of a language; raises FormatError for one that is not translated."""
    return Text(language, Formats(language, currency), translations(language))


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language. English needs none: its words are the msgids."""
    path = LOCALES_DIR / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _filled(sentence: str, values: dict[str, str]) -> str:
    return sentence.format(**values) if values else sentence
