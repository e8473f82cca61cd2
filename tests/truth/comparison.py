"""Compares a published model with its truth file, key by key and column by column.

A row whose figures are all zero and a missing row say the same: scopes and reasons in which nothing happened may stand
on one side only. Everything else must be on both sides and equal; counts exactly, amounts to the cent. An empty cell of
the truth is a figure that cannot be said: NULL in the model, where a row has it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

SHOWN = 20
NO_ROW = "no row"
# What a row that is missing on one side may say on the other.
NOTHING: frozenset[object] = frozenset({NO_ROW, "NULL", Decimal(0)})
Key = tuple[str, ...]
Figure = Decimal | str | None
Figures = dict[str, Figure]


@dataclass(frozen=True)
class Comparison:
    """A model, its truth file, what identifies a row, and a condition for rows the truth speaks of."""

    model: str
    truth: str
    keys: tuple[str, ...]
    condition: str = "true"


def figure(text: str | None) -> Figure:
    """A number, None for nothing, else the text as it is."""
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def read_truth(path: Path, keys: tuple[str, ...]) -> tuple[dict[Key, Figures], list[str]]:
    """The truth file's rows by key, and its figure columns. Fails on a key that stands twice."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = [name for name in reader.fieldnames or () if name not in keys]
        rows: dict[Key, Figures] = {}
        for line in reader:
            key = tuple(line[name] for name in keys)
            assert key not in rows, f"{path.name} has two rows of {key}"
            rows[key] = {name: figure(line[name]) for name in columns}
    return rows, columns


def read_model(marts: Path, comparison: Comparison, columns: list[str]) -> dict[Key, Figures]:
    """The same columns of the published model. Fails on a key that stands twice."""
    selected = [f"cast({name} as varchar)" for name in (*comparison.keys, *columns)]
    query = f"select {', '.join(selected)} from {comparison.model} where {comparison.condition}"
    with duckdb.connect(str(marts), read_only=True, config={"enable_external_access": "false"}) as connection:
        fetched = connection.execute(query).fetchall()
    rows: dict[Key, Figures] = {}
    width = len(comparison.keys)
    for values in fetched:
        key = values[:width]
        assert key not in rows, f"{comparison.model} has two rows of {key}"
        rows[key] = {name: figure(value) for name, value in zip(columns, values[width:], strict=True)}
    return rows


def _said(row: Figures | None, name: str) -> Figure:
    if row is None:
        return NO_ROW
    return "NULL" if row[name] is None else row[name]


def differences(truth: dict[Key, Figures], model: dict[Key, Figures]) -> list[str]:
    """One line per figure that is not equal, in key order; a missing row counts as zeros."""
    lines = []
    for key in sorted(truth.keys() | model.keys()):
        expected, found = truth.get(key), model.get(key)
        for name in expected or found or ():
            said, planted = _said(found, name), _said(expected, name)
            one_side_only = expected is None or found is None
            if said != planted and not (one_side_only and {said, planted} <= NOTHING):
                lines.append(f"{' · '.join(key)}: {name} is {said}, planted is {planted}")
    return lines


def assert_equal(marts: Path, truth_folder: Path, comparison: Comparison) -> None:
    """Fails with the first differing figures, and how many there are in which columns."""
    truth, columns = read_truth(truth_folder / comparison.truth, comparison.keys)
    model = read_model(marts, comparison, columns)
    assert truth, f"{comparison.truth} is empty"
    found = differences(truth, model)
    shown = "\n".join(found[:SHOWN])
    assert not found, f"{comparison.model}: {len(found)} figures differ from {comparison.truth}\n{shown}"
