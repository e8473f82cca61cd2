"""Maps a file's header to the contract's columns, and refuses a header that would shift or hide values.

Keep out: how a header is found in a format (the format's own module).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from orchestration.contract import Entity
from orchestration.sources.files.model import FileRejectedError

ANSWER_PREFIX = "answer:"
# Chosen on the contract's names: "custmer_id", "orderd_at" and "endreason" are found, "region_name" for region is not.
NEAR = 0.8


def header_key(header: str) -> str:
    """The form in which two headers count as the same: no case, no spaces, no underscores or hyphens."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", header)).casefold()


def nearest(word: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """The known name that is most like `word`, None if none is alike."""
    by_key = {header_key(name): name for name in known}
    found = difflib.get_close_matches(header_key(word), list(by_key), n=1, cutoff=cutoff)
    return by_key[found[0]] if found else None


class HeaderMap:
    """Where each header of one file goes. Call add() once per header, then check().

    A header is looked up in the source's `columns` (a blank name there drops it), then in `answers`, then among the
    contract's names.
    """

    def __init__(self, entity: Entity, columns: Mapping[str, str], answers: Mapping[str, str]) -> None:
        self._entity = entity
        self._known = {header_key(name): name for name in entity.column_names}
        self._known |= {header_key(header): target for header, target in self._answers(answers)}
        self._known |= {header_key(header): target for header, target in columns.items()}
        self._seen: dict[str, str] = {}
        self._taken: dict[str, str] = {}
        self._mapped = {header: target for header, target in (*columns.items(), *self._answers(answers)) if target}
        self.extra: list[str] = []

    @staticmethod
    def _answers(answers: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(header, ANSWER_PREFIX + question) for header, question in answers.items()]

    @property
    def notes(self) -> list[str]:
        """What is worth saying of a header that was accepted."""
        unused = [header for header, target in self._mapped.items() if target not in self._taken]
        return [
            *(f'column "{name}" is not in the contract and is left out' for name in self.extra),
            *(f'column "{header}", mapped in config/sources.yml, is not in the file' for header in unused),
        ]

    @property
    def output_columns(self) -> list[str]:
        """The contract's columns, then one per answer."""
        answers = dict.fromkeys(name for name in self._known.values() if name.startswith(ANSWER_PREFIX))
        return [*self._entity.column_names, *answers]

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
        if target is None:
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
        absent = [name for name in self._entity.column_names if name not in self._taken]
        required = [name for name in absent if name in self._entity.required_columns]
        if required:
            raise FileRejectedError("; ".join(self._missing(name) for name in required))
        for header in self.extra:
            alike = nearest(header, absent, NEAR)
            if alike is not None:
                raise FileRejectedError(
                    f'column "{header}" is not in the contract, and "{alike}" is missing: it looks renamed; '
                    f'correct the header, or write {{{header}: {alike}}} under columns ({{{header}: ""}} drops it)'
                )

    def _missing(self, name: str) -> str:
        alike = nearest(name, self.extra)
        if alike is None:
            return f'required column "{name}" is missing; add it, or map its header under columns'
        return (
            f'required column "{name}" is missing; nearest in the file is "{alike}": '
            f"correct the header, or write {{{alike}: {name}}} under columns"
        )
