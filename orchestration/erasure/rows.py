"""What changes in a table of text when a person is erased: ids become pseudonyms, personal values a word.

Equal values stay equal and different ones different, so that duplicates, conflicts and reasons are what they were.
Pure: tables in, tables out. Keep out: files (erase.py, arriving.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contract import Entity
from orchestration.sources.files.answers import ANSWERS, RESPONSE_KEY
from orchestration.sources.files.model import UNPARSED_TABLE

CUSTOMER = "customer_id"
# What staging takes off both ends of a text.
BLANKS = " \t\n\x0b\x0c\r\u00a0\ufeff"
WORD = "erased"
_ERASED = re.compile(rf"^{WORD}(?: \d+)?\0?$")
# A code that stands for "no answer" is no text of a person's.
_CODE = re.compile(r"^\d{1,4}$")


@dataclass
class Erasing:
    """Who is erased, as far as a table needs to know.

    pseudonym_of: a trimmed id → its pseudonym, None for anybody else. is_named: whether a raw line names one of them.
    responses: their survey responses → the questions whose answers are no text of theirs.
    """

    pseudonym_of: Callable[[str], str | None]
    is_named: Callable[[str], bool]
    responses: Mapping[str, Collection[str]] = field(default_factory=dict)
    _words: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def word_for(self, entity: str, column: str, value: str) -> str:
        """`erased`, `erased 2` …: one for each different value of a column. A NUL stays: it is why a row is refused."""
        text = value.strip(BLANKS)
        if not text or _ERASED.match(text):
            return value
        words = self._words.setdefault((entity, column), {})
        number = len(set(words.values())) + 1
        word = words.setdefault(text, WORD if number == 1 else f"{WORD} {number}")
        return f"{word}\0" if "\0" in text and not word.endswith("\0") else word


def id_columns(entity: Entity) -> list[str]:
    """The columns that hold a customer's id."""
    referring = {column for column, target in entity.references if target == "customers"}
    if entity.name == "customers":
        referring.add("merged_into")
    return [name for name in entity.column_names if name in referring or name.endswith(CUSTOMER)]


def erase_rows(entity: Entity, table: pa.Table, erasing: Erasing) -> tuple[pa.Table, int]:
    """The table without the erased persons, and how many of its rows changed; the table itself if none did."""
    changed = pa.array([False] * table.num_rows)
    owned = changed
    for name in id_columns(entity):
        if name in table.column_names:
            table, mask = _without_ids(table, name, erasing)
            changed = pc.or_(changed, mask)
            owned = mask if name == CUSTOMER else owned
    if entity.name == ANSWERS:
        owned = _of_comments(table, erasing)
    for column in entity.columns:
        if column.is_personal and column.name in table.column_names:
            table, mask = _without_text(table, entity.name, column.name, owned, erasing)
            changed = pc.or_(changed, mask)
    return table, int(pc.sum(changed).as_py() or 0)


def erase_lines(table: pa.Table, erasing: Erasing) -> tuple[pa.Table, int]:
    """unparsed_lines without the text of lines that name an erased person."""
    named = [bool(text) and text != WORD and erasing.is_named(text) for text in table.column("raw_text").to_pylist()]
    if not any(named):
        return table, 0
    kept = table.column("raw_text").to_pylist()
    texts = [WORD if hit else text for text, hit in zip(kept, named, strict=True)]
    return _with(table, "raw_text", texts), sum(named)


def _without_ids(table: pa.Table, name: str, erasing: Erasing) -> tuple[pa.Table, pa.Array]:
    column = table.column(name).combine_chunks()
    known = {
        value: pseudonym
        for value in column.unique().to_pylist()
        if value and (pseudonym := erasing.pseudonym_of(value.strip(BLANKS)))
    }
    mask = pc.fill_null(pc.is_in(column, value_set=pa.array(list(known), column.type)), False)
    if not known:
        return table, mask
    places = pc.index_in(column, value_set=pa.array(list(known), column.type))
    replaced = pc.if_else(mask, pa.array(list(known.values()), column.type).take(places), column)
    return table.set_column(table.column_names.index(name), name, replaced), mask


def _of_comments(table: pa.Table, erasing: Erasing) -> pa.Array:
    """Answers of an erased person that are words of theirs."""
    given = pc.utf8_trim(table.column(RESPONSE_KEY), characters=BLANKS)
    if not pc.any(pc.is_in(given, value_set=pa.array(list(erasing.responses), pa.string()))).as_py():
        return pa.array([False] * table.num_rows)
    responses = given.to_pylist()
    questions, values = table.column("question").to_pylist(), table.column("value").to_pylist()
    return pa.array(
        [
            (kept := erasing.responses.get(response or "")) is not None
            and (question or "").strip(BLANKS) not in kept
            and not _CODE.match((value or "").strip(BLANKS))
            for response, question, value in zip(responses, questions, values, strict=True)
        ],
        pa.bool_(),
    )


def _without_text(
    table: pa.Table, entity: str, name: str, owned: pa.Array, erasing: Erasing
) -> tuple[pa.Table, pa.Array]:
    if not pc.any(owned).as_py():
        return table, owned
    before = table.column(name).to_pylist()
    after = [
        erasing.word_for(entity, name, value) if is_owned and value else value
        for value, is_owned in zip(before, owned.to_pylist(), strict=True)
    ]
    mask = pa.array([old != new for old, new in zip(before, after, strict=True)])
    return (_with(table, name, after), mask) if pc.any(mask).as_py() else (table, mask)


def _with(table: pa.Table, name: str, values: list[str | None]) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(place), pa.array(values, table.schema.field(place).type))


def erase_table(entity: Entity | None, name: str, table: pa.Table, erasing: Erasing) -> tuple[pa.Table, int]:
    """erase_rows or erase_lines, whichever a landed table asks for; a table of neither kind stays."""
    if entity is not None:
        return erase_rows(entity, table, erasing)
    return erase_lines(table, erasing) if name == UNPARSED_TABLE else (table, 0)
