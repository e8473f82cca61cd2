"""Refuses a file whose dates or numbers are plainly written in another way than declared, and says in which.

One such value is staging's business: the row is quarantined. A column of them is a wrong setting: every row would be
quarantined with a reason of its own, or, where day and month can change places, land on a wrong day without any.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.contract import Entity
from orchestration.settings import EntityFiles
from orchestration.sources.files.model import FileRejectedError

# Up to one value in twenty is a slip of a person's hand; the share is the one bad input B24 is judged by.
MAX_SHARE = 0.05
# Long files are judged by every eighth batch beyond the first million rows: half a second instead of four.
_ALL_BATCHES, _EVERY = 16, 8
# The longest date with spaces after its points: "31. 10. 2024".
_DATE_LETTERS = 12
_YEAR_FIRST = re.compile(r"\d{4}[-./]")
_YEAR_LAST = re.compile(r"(\d{1,2})[-./] ?(\d{1,2})[-./] ?\d{4}")
# Three digits after the only separator may be thousands: such a number says nothing.
_COMMA = r"^[+-]?(?:\d+|\d{1,3}(?:[. \x{a0}]\d{3})+),(?:\d{1,2}|\d{4,})$"
_POINT = r"^[+-]?(?:\d+|\d{1,3}(?:[, \x{a0}]\d{3})+)[.](?:\d{1,2}|\d{4,})$"
_NUMBERS = ("decimal(18,2)", "decimal(18,8)", "double")
_WORDS = {"ymd": "year first", "dmy": "day first", "mdy": "month first"}


@dataclass
class _Tally:
    """What the values of one column look like, and the first value of each look."""

    filled: int = 0
    looks: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, look: str, count: int, example: str) -> None:
        self.looks[look] += count
        self.examples.setdefault(look, example)


def refuse_other_styles(spool: Path, entity: Entity, spec: EntityFiles, own: Iterable[str] = ()) -> None:
    """Judges a spooled file; `own` are columns whose way of writing is declared elsewhere.

    Raises:
        FileRejectedError: over MAX_SHARE of a column's values are in another date order or number style.
    """
    left_out = set(own)
    kinds = {column.name: column.data_type for column in entity.columns if column.name not in left_out}
    dates = [name for name, kind in kinds.items() if kind in ("date", "timestamp")]
    numbers = [name for name, kind in kinds.items() if kind in _NUMBERS]
    tallies = {name: _Tally() for name in (*dates, *numbers)}
    wanted = _COMMA if not spec.decimal_comma else _POINT
    for batch in _sampled(spool, list(tallies)):
        for name in dates:
            _count_dates(batch.column(name), tallies[name])
        for name in numbers:
            _count_numbers(batch.column(name), wanted, tallies[name])
    for name in dates:
        _judge_dates(name, tallies[name], spec.date_order)
    for name in numbers:
        _judge_numbers(name, tallies[name], spec.decimal_comma)


def _sampled(spool: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    if spool.suffix == ".parquet":
        yield from _sampled_parquet(spool, columns)
        return
    with pa.OSFile(str(spool), "rb") as source, pa.ipc.open_stream(source) as reader:
        places = [reader.schema.get_field_index(name) for name in columns]
    options = pa.ipc.IpcReadOptions(included_fields=sorted(places))
    with pa.OSFile(str(spool), "rb") as source, pa.ipc.open_stream(source, options=options) as reader:
        if columns:
            yield from (batch for number, batch in enumerate(reader) if number < _ALL_BATCHES or number % _EVERY == 0)


def _sampled_parquet(spool: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(spool) as file:
        groups = [number for number in range(file.num_row_groups) if number < _ALL_BATCHES or number % _EVERY == 0]
        there = [name for name in columns if name in file.schema_arrow.names]
        for group in groups:
            table = file.read_row_group(group, columns=there)
            for batch in table.to_batches():
                yield pa.record_batch(
                    {
                        name: batch.column(name) if name in there else pa.nulls(batch.num_rows, pa.string())
                        for name in columns
                    }
                )


def _count_dates(column: pa.Array, tally: _Tally) -> None:
    starts = pc.utf8_slice_codeunits(pc.utf8_ltrim_whitespace(column), 0, _DATE_LETTERS)
    for item in starts.value_counts().to_pylist():
        text, count = item["values"], item["counts"]
        if text:
            tally.filled += count
            look = date_look(text)
            if look:
                tally.add(look, count, text)


@lru_cache(maxsize=100_000)
def date_look(text: str) -> str:
    """The orders a date may be in, joined by a comma ("dmy,mdy" if both read); blank if it is none."""
    if _YEAR_FIRST.match(text):
        return "ymd"
    found = _YEAR_LAST.match(text)
    if not found:
        return ""
    first, second = int(found[1]), int(found[2])
    return ",".join(order for order, month in (("dmy", second), ("mdy", first)) if 1 <= month <= 12)


def _judge_dates(name: str, tally: _Tally, declared: str) -> None:
    other = {look: count for look, count in tally.looks.items() if declared not in look.split(",")}
    if sum(other.values()) <= MAX_SHARE * tally.filled:
        return
    looks = Counter({order: sum(n for look, n in other.items() if order in look.split(",")) for order in _WORDS})
    best, second = looks.most_common(2)
    fix = f"declare date_order: {best[0]}" if best[1] > second[1] else "declare date_order: dmy or mdy, whichever it is"
    example = tally.examples[max(other, key=lambda look: other[look])].strip()
    raise FileRejectedError(
        f'{sum(other.values())} of {tally.filled} dates in {name} are not {_WORDS[declared]} ("{example}"); '
        f"{fix} in config/sources.yml, or deliver one order"
    )


def _count_numbers(column: pa.Array, other: str, tally: _Tally) -> None:
    tally.filled += len(column) - column.null_count
    # Most columns hold no such separator at all, which is cheaper to see than a pattern.
    if pc.any(pc.match_substring(column, "," if other == _COMMA else ".")).as_py():
        found = column.filter(pc.match_substring_regex(pc.utf8_trim_whitespace(column), other))
        if len(found):
            tally.add("other", len(found), found[0].as_py())


def _judge_numbers(name: str, tally: _Tally, comma: bool) -> None:
    other = tally.looks["other"]
    if other > MAX_SHARE * tally.filled:
        mark, fix = ("point", "false") if comma else ("comma", "true")
        raise FileRejectedError(
            f'{other} of {tally.filled} numbers in {name} have a decimal {mark} ("{tally.examples["other"].strip()}"); '
            f"declare decimal_comma: {fix} in config/sources.yml, or deliver one style"
        )
