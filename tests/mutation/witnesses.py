"""Who objects to a changed figure, cheapest first: the identities, the planted truth, the recipes, whole test files.

The truth and the recipes are asked about the rows that the change touched only: on all others the tables are as they
were, and there the same tests are silent (mutate.py makes sure of that before it begins).
Add here: another witness. Keep out: what is changed (mutants.py) and the order of work (mutate.py).
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from tests.truth.rates import Row, is_near
from tests.truth.recipe import PERIOD, SCOPE, expected_figures
from tests.truth.recipes import RECIPES
from tests.truth.test_demo_truth import MODELS
from tests.truth.test_rates import key_of, prepared_facts

LOOKED_AT = 300


def objecting_plant(connection: duckdb.DuckDBPyConnection, truth: Path, model: str) -> str | None:
    """The truth table that gives another figure for a row the change has touched.

    The connection has the changed tables in catalog holdfast and the unchanged ones in catalog demo.
    """
    for comparison in MODELS:
        if comparison.model != model:
            continue
        header = connection.execute(
            f"describe select * from read_csv('{truth / comparison.truth}', all_varchar = true)"
        )
        told = [str(row[0]) for row in header.fetchall()]
        columns = ", ".join(told)
        selected = f"select {columns} from {{}}.main.{model} where {comparison.condition}"
        touched = f"({selected.format('holdfast')} except {selected.format('demo')})"
        keys = " and ".join(f"cast(touched.{key} as varchar) = planted.{key}" for key in comparison.keys)
        planted = f"read_csv('{truth / comparison.truth}', all_varchar = true) as planted"
        query = f"select touched.*, planted.* from {touched} as touched left join {planted} on {keys} limit {LOOKED_AT}"
        rows = connection.execute(query).fetchall()
        width = len(told)
        for row in rows:
            if any(not _is_planted(found, said) for found, said in zip(row[:width], row[width:], strict=True)):
                return f"truth {comparison.truth}"
    return None


def _is_planted(found: Any, said: str | None) -> bool:
    if found is None or said in (None, ""):
        return (found is None) == (said in (None, "")) or (said is None and found == 0)
    try:
        return Decimal(str(found)) == Decimal(str(said))
    except ArithmeticError:
        return str(found).lower() == str(said).lower()


@cache
def _facts(marts: Path, report: str) -> dict[tuple[Any, ...], Row]:
    """The prepared facts of a recipe by key. Of the unchanged file, once a process and model."""
    recipe = next(one for one in RECIPES if one.report == report)
    return {key_of(recipe, row): row for row in prepared_facts(marts, recipe)}


def objecting_recipe(connection: duckdb.DuckDBPyConnection, marts: Path, model: str, column: str) -> str | None:
    """The recipe of a reporting model, if it gives another figure for a shown row that the change has touched."""
    recipe = next((one for one in RECIPES if one.report == model), None)
    if recipe is None:
        return None
    keys = (*SCOPE, *PERIOD, *recipe.keys)
    selected = f"select {', '.join(keys)}, {column} from {{}}.main.{model} where not is_suppressed"
    query = f"{selected.format('holdfast')} except {selected.format('demo')} limit {LOOKED_AT}"
    facts = _facts(marts, model)
    for *key, value in connection.execute(query).fetchall():
        row = facts.get(tuple(key))
        if row is None or not is_near(value, (row | expected_figures(recipe, row)).get(column)):
            return f"recipe of {model}"
    return None
