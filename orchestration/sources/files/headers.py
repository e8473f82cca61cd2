"""Maps a file's header to the contract's columns, and refuses a header that would shift or hide values.

Keep out: how a header is found in a format (the format's own module).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.contract import Entity
from orchestration.sources.files.model import FileRejectedError

ANSWER_PREFIX = "answer:"
# A field that an expression reads: kept under this name until the mapping has made columns of it.
FIELD_PREFIX = "field:"
# Chosen on the contract's names: "custmer_id", "orderd_at" and "endreason" are found, "region_name" for region is not.
NEAR = 0.8
# Enough to see what a file calls its columns, short enough for one message.
_SHOWN_HEADERS, _SHOWN_LENGTH = 30, 40


def header_key(header: str) -> str:
    """The form in which two headers count as the same: no case, no spaces, no underscores or hyphens."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", header)).casefold()


def nearest(word: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """The known name that is most like `word`, None if none is alike."""
    by_key = {header_key(name): name for name in known}
    found = difflib.get_close_matches(header_key(word), list(by_key), n=1, cutoff=cutoff)
    return by_key[found[0]] if found else None


@dataclass(frozen=True)
class Computed:
    """A column that an expression makes of fields; `any_will_do` if one of them is enough (first_of)."""

    fields: tuple[str, ...]
    any_will_do: bool = False

    def lacks(self, found: Iterable[str]) -> list[str]:
        """The fields without which the column stays blank, none if it can be computed."""
        missing = [name for name in self.fields if FIELD_PREFIX + name not in found]
        return [] if self.any_will_do and len(missing) < len(self.fields) else missing


class HeaderMap:
    """Where each header of one file goes. Call add() once per header, then check().

    A header is looked up in the source's `columns` (a blank name there drops it), then in `answers`, then among the
    contract's names. `computed` are columns that expressions make: their fields stand in `columns` as `field:<name>`,
    and a header of their own name is left out.
    """

    def __init__(
        self,
        entity: Entity,
        columns: Mapping[str, str],
        answers: Mapping[str, str],
        computed: Mapping[str, Computed] | None = None,
    ) -> None:
        self._entity = entity
        self._computed = dict(computed or {})
        self._known = {header_key(name): name for name in entity.column_names if name not in self._computed}
        self._known |= {header_key(header): target for header, target in self._answers(answers)}
        self._known |= {header_key(header): target for header, target in columns.items()}
        self._seen: dict[str, str] = {}
        self._taken: dict[str, str] = {}
        self._mapped = {header: target for header, target in (*columns.items(), *self._answers(answers)) if target}
        self.extra: list[str] = []
        self._replaced: list[str] = []

    @staticmethod
    def _answers(answers: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(header, ANSWER_PREFIX + question) for header, question in answers.items()]

    @property
    def notes(self) -> list[str]:
        """What is worth saying of a header that was accepted."""
        unused = [header for header, target in self._mapped.items() if target not in self._taken]
        return [
            *(f'column "{name}" is not in the contract and is left out' for name in self.extra),
            *(f'column "{name}" is left out: config/sources.yml says otherwise' for name in self._replaced),
            *(f'column "{header}", mapped in config/sources.yml, is not in the file' for header in unused),
        ]

    @property
    def names(self) -> list[str]:
        """The headers that are known here."""
        return list(self._known)

    @property
    def output_columns(self) -> list[str]:
        """The contract's columns that are not computed, then one per answer, and one per field of an expression."""
        others = [name for name in self._known.values() if name.startswith((ANSWER_PREFIX, FIELD_PREFIX))]
        plain = [name for name in self._entity.column_names if name not in self._computed]
        return [*plain, *dict.fromkeys(others)]

    def add(self, header: str) -> str | None:
        """The output column of a header, None if it is none of the contract's.

        Raises:
            FileRejectedError: the header stands twice, or two headers mean one column.
        """
        key = header_key(header)
        if not key:
            return None
        if key in self._seen:
            raise FileRejectedError(
                f'column "{header.strip()}" stands twice in the header (also as "{self._seen[key].strip()}"); '
                "deliver it once"
            )
        self._seen[key] = header
        target = self._known.get(key)
        if target is None and key in map(header_key, self._computed):
            self._replaced.append(header.strip())
        elif target is None:
            self.extra.append(header.strip())
        if not target:
            return None
        if target in self._taken:
            raise FileRejectedError(
                f'columns "{self._taken[target].strip()}" and "{header.strip()}" both mean {target}; '
                "deliver one, or map one to a blank name under columns"
            )
        self._taken[target] = header
        return target

    def add_all(self, headers: Sequence[str]) -> list[str | None]:
        """add() for a whole header row, then check()."""
        targets = [self.add(header) for header in headers]
        self.check()
        return targets

    def check(self) -> None:
        """Refuses a header without known names, without a required column, or with a column that looks renamed.

        Raises:
            FileRejectedError: naming the column, the nearest known one and the fix.
        """
        if not self._taken:
            names = ", ".join(self._entity.column_names[:4])
            raise FileRejectedError(
                f"the header is missing: line 1 names no column of {self._entity.name} ({names}, …); "
                "add the header line, or map foreign headers under columns"
            )
        absent = [name for name in self._entity.column_names if name not in self._taken and self._lacks(name)]
        required = [name for name in absent if name in self._entity.required_columns]
        if required:
            raise FileRejectedError("; ".join([self._found(), *(self._missing(name) for name in required)]))
        for header in self.extra:
            alike = nearest(header, absent, NEAR)
            if alike is not None:
                raise FileRejectedError(
                    f'column "{header}" is not in the contract, and "{alike}" is missing: it looks renamed; '
                    f'correct the header, or write {{{header}: {alike}}} under columns ({{{header}: ""}} drops it)'
                )

    def _found(self) -> str:
        shown = [header.strip()[:_SHOWN_LENGTH] for header in self._seen.values()]
        more = f" and {len(shown) - _SHOWN_HEADERS} more" if len(shown) > _SHOWN_HEADERS else ""
        return f"the file has the columns {', '.join(shown[:_SHOWN_HEADERS])}{more}"

    def _lacks(self, name: str) -> list[str]:
        """What a column that no header is needs of the file: its fields, or a header of its own name."""
        computed = self._computed.get(name)
        return [name] if computed is None else computed.lacks(self._taken)

    def _missing(self, name: str) -> str:
        wanted = self._lacks(name)[0] if name in self._computed else self._header_of(name) or name
        if wanted != name:
            alike = nearest(wanted, self.extra)
            return (
                f'required column "{name}" is read from "{wanted}", which is not in the file'
                + (f'; nearest is "{alike}"' if alike else "")
                + ": correct columns in config/sources.yml, or the header"
            )
        alike = nearest(name, self.extra)
        if alike is None:
            return f'required column "{name}" is missing; add it, or map its header under columns'
        return (
            f'required column "{name}" is missing; nearest in the file is "{alike}": '
            f"correct the header, or write {{{alike}: {name}}} under columns"
        )

    def _header_of(self, name: str) -> str:
        return next((header for header, target in self._mapped.items() if target == name), "")
