"""Splits a response file that carries its answers as columns into responses and answers.

`answers` of a source maps column → question; each filled cell becomes a row of survey_answers. The column of the
question `_sequence` numbers the rows of one response, where a survey asks the same questions in a loop: the first row
is the response, the others have answers only, to questions of their own (`Q5 #2`).
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sources.files.headers import ANSWER_PREFIX
from orchestration.sources.files.model import Part
from orchestration.sources.files.spool import Spool, spooled

RESPONSES, ANSWERS = "survey_responses", "survey_answers"
RESPONSE_KEY = "response_id"
SEQUENCE = f"{ANSWER_PREFIX}_sequence"


def split_answers(whole: Part, response_columns: tuple[str, ...], answer_columns: tuple[str, ...]) -> tuple[Part, Part]:
    """The responses and the answers of one spooled file; the whole file's spool is removed.

    Answers are in the order of responses, then of questions, and their _record counts them from 1.
    """
    loops = _Loops()
    with (
        Spool(_beside(whole, RESPONSES), response_columns) as responses,
        Spool(_beside(whole, ANSWERS), answer_columns) as answers,
    ):
        for batch in spooled(whole.spool):
            records = [int(text) for text in batch.column("_record").to_pylist()]
            rounds = loops.of(batch)
            own = pa.array([not mark for mark in rounds], pa.bool_())
            kept = [record for record, mark in zip(records, rounds, strict=True) if not mark]
            responses.write({name: batch.column(name).filter(own) for name in response_columns}, kept)
            values = _melted(batch, pa.array(rounds, pa.string()))
            answers.write(values, range(answers.rows + 1, answers.rows + len(values["value"]) + 1))
    whole.spool.unlink()
    return responses.part(RESPONSES), answers.part(ANSWERS)


def _beside(whole: Part, entity: str) -> Path:
    return whole.spool.with_name(f"{whole.spool.stem}.{entity}.arrow")


class _Loops:
    """Which rows of a file are further rounds of a response that stands in it already."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def of(self, batch: pa.RecordBatch) -> list[str]:
        """Per row: "" for a response (or the same row once more), " #2" for its second round, as its number says."""
        if SEQUENCE not in batch.schema.names:
            return [""] * batch.num_rows
        keys, numbers = batch.column(RESPONSE_KEY).to_pylist(), batch.column(SEQUENCE).to_pylist()
        return [self._mark(key, (number or "").strip()) for key, number in zip(keys, numbers, strict=True)]

    def _mark(self, key: str | None, number: str) -> str:
        is_response = key is None or self._first.setdefault(key, number) == number
        return "" if is_response else f" #{number}"


def _melted(batch: pa.RecordBatch, rounds: pa.Array) -> dict[str, pa.Array]:
    """response_id, question and value of each filled answer cell, response by response."""
    names = [name for name in batch.schema.names if name.startswith(ANSWER_PREFIX) and name != SEQUENCE]
    tables = [
        pa.table({
            RESPONSE_KEY: batch.column(RESPONSE_KEY),
            "question": pc.binary_join_element_wise(name.removeprefix(ANSWER_PREFIX), rounds, ""),
            "value": batch.column(name),
            "row": pa.array(range(batch.num_rows), pa.int64()),
            "place": pa.repeat(pa.scalar(place, pa.int64()), batch.num_rows),
        })
        for place, name in enumerate(names)
    ]  # fmt: skip
    joined = pa.concat_tables(tables).sort_by([("row", "ascending"), ("place", "ascending")])
    filled = joined.filter(pc.is_valid(joined.column("value"))).combine_chunks()
    return {name: _one_array(filled.column(name)) for name in (RESPONSE_KEY, "question", "value")}


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], pa.string())])
