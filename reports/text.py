"""Words: the translated text of reports and mails, from gettext catalogues in reports/locales/.

Add here: nothing but the way words are found. Keep out: sentences (they stand in templates and in reports/narrative/,
in English, and are translated in reports/locales/<language>/LC_MESSAGES/reports.po), and numbers.

A message names its placeholders in braces: text.gettext("{lost} of {start} customers left", lost=…, start=…). What is
put in must be text: a number is formatted first, by reports/formats.py, and a bare one raises TextError.
"""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from reports.figures import Figure
from reports.formats import LANGUAGES

LOCALES_FOLDER = Path(__file__).resolve().parent / "locales"
SOURCE_LANGUAGE = "en"


class TextError(ValueError):
    """A message and what is put into it do not fit, or a language has no catalogue."""


class Text:
    """The messages of one language."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def gettext(self, message: str, /, **values: str) -> str:
        """The message in this language, its placeholders filled."""
        return _filled(self._catalogue.gettext(message), values)

    def ngettext(self, singular: str, plural: str, count: int | Figure, /, **values: str) -> str:
        """The message in the form that goes with `count`; the printed number is a placeholder like any other."""
        number = count.number if isinstance(count, Figure) else count
        if not isinstance(number, int):
            raise TextError(f"{singular!r} is counted by {number!r}; a plural form needs a whole number")
        return _filled(self._catalogue.ngettext(singular, plural, number), values)

    def _(self, message: str, /, **values: str) -> str:
        """The same as gettext, as templates call it."""
        return self.gettext(message, **values)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a message for extraction where it stands in a table and is translated later."""
    return message


@lru_cache(maxsize=len(LANGUAGES))
def load_text(language: str) -> Text:
    """The words of a language; compiled from its .po in memory, once per process."""
    if language == SOURCE_LANGUAGE:
        return Text(language, gettext.NullTranslations())
    path = catalogue_path(language)
    if not path.exists():
        raise TextError(f'{path}: language "{language}" has no catalogue; choose {", ".join(LANGUAGES)}')
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Text(language, gettext.GNUTranslations(compiled))


def catalogue_path(language: str) -> Path:
    """The language's committed .po file."""
    return LOCALES_FOLDER / language / "LC_MESSAGES" / "reports.po"


def _filled(message: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        if not isinstance(value, str):
            raise TextError(f"{message!r}: {name} is {value!r}; format numbers before they are put into text")
    try:
        return message.format(**values)
    except (KeyError, IndexError, ValueError) as error:
        raise TextError(f"{message!r} cannot be filled with {sorted(values)}: {error!r}") from error
