"""Compares a published model with its truth file, key by key and column by column.

A row whose figures are all zero and a missing row say the same: scopes and reasons in which nothing happened may stand
on one side only. Everything else must be on both sides and equal; counts exactly, amounts to the cent.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

SHOWN = 20
Key = tuple[str, ...]
Figures = dict[str, Decimal]


@dataclass(frozen=True)
class Comparison:
    """A model, its truth file, what identifies a row, and a condition for rows the truth speaks of."""

    model: str
    truth: str
    keys: tuple[str, ...]
    condition: str = "true"


def read_truth(path: Path, keys: tuple[str, ...]) -> tuple[dict[Key, Figures], list[str]]:
    """The truth file's rows by key, and its figure columns. Fails on a key that stands twice."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = [name for name in reader.fieldnames or () if name not in keys]
        rows: dict[Key, Figures] = {}
        for line in reader:
            key = tuple(line[name] for name in keys)
            assert key not in rows, f"{path.name} has two rows of {key}"
            rows[key] = {name: Decimal(line[name]) for name in columns}
    return rows, columns


def read_model(marts: Path, comparison: Comparison, columns: list[str]) -> dict[Key, Figures]:
    """The same columns of the published model. Fails on a key that stands twice and on a NULL figure."""
    selected = [f"cast({name} as varchar)" for name in (*comparison.keys, *columns)]
    query = f"select {', '.join(selected)} from {comparison.model} where {comparison.condition}"
    with duckdb.connect(str(marts), read_only=True, config={"enable_external_access": "false"}) as connection:
        fetched = connection.execute(query).fetchall()
    rows: dict[Key, Figures] = {}
    width = len(comparison.keys)
    for values in fetched:
        key = values[:width]
        assert key not in rows, f"{comparison.model} has two rows of {key}"
        assert None not in values, (
            f"{comparison.model} has a NULL in {dict(zip(columns, values[width:], strict=True))} of {key}"
        )
        rows[key] = {name: Decimal(value) for name, value in zip(columns, values[width:], strict=True)}
    return rows


def differences(truth: dict[Key, Figures], model: dict[Key, Figures]) -> list[str]:
    """One line per figure that is not equal, in key order; a missing row counts as zeros."""
    lines = []
    for key in sorted(truth.keys() | model.keys()):
        expected, found = truth.get(key, {}), model.get(key, {})
        for name in expected or found:
            if expected.get(name, Decimal(0)) != found.get(name, Decimal(0)):
                said = found.get(name, "no row")
                lines.append(f"{' · '.join(key)}: {name} is {said}, planted is {expected.get(name, 'no row')}")
    return lines


def assert_equal(marts: Path, truth_folder: Path, comparison: Comparison) -> None:
    """Fails with the first differing figures, and how many there are in which columns."""
    truth, columns = read_truth(truth_folder / comparison.truth, comparison.keys)
    model = read_model(marts, comparison, columns)
    assert truth, f"{comparison.truth} is empty"
    found = differences(truth, model)
    shown = "\n".join(found[:SHOWN])
    assert not found, f"{comparison.model}: {len(found)} figures differ from {comparison.truth}\n{shown}"
