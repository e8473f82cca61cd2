"""Every row of every reporting model follows from its facts: rates, intervals, nine places, and what is withheld."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from statsmodels.stats.proportion import proportion_confint

from orchestration.settings import load_settings
from tests.pipeline import DemoRun
from tests.truth.rates import Row, is_near, wilson, withheld
from tests.truth.recipe import PERIOD, SCOPE, Recipe, expected_figures, sizes, unit_of
from tests.truth.recipes import RECIPES

SHOWN = 15
# Reporting models that hold no figure of a group of customers, and those whose figures are statistics of their own,
# with tests of their own.
WITHOUT_RECIPE = {
    "rpt_annotations",
    "rpt_data_received",
    "rpt_targets",
    "rpt_verdicts",
    "rpt_survival",
    "rpt_cohort_totals",
    "rpt_drivers",
    "rpt_rate_mix",
    "rpt_restatements",
    "rpt_customers_at_risk",
}


@cache
def read_rows(marts: Path, model: str) -> list[Row]:
    """A published model's rows."""
    with duckdb.connect(str(marts), read_only=True) as connection:
        cursor = connection.execute(f"select * from {model}")
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]


def _withheld_rows(recipe: Recipe, facts: list[Row], unfiltered: list[str], smallest: int) -> set[tuple[Any, ...]]:
    """Keys of the rows that may not be shown."""
    units = withheld(sizes(recipe, facts), unfiltered, smallest)
    found = {key_of(recipe, row) for row in facts if unit_of(recipe, row) in units}
    if recipe.together is not None:
        groups = {_group(recipe, row) for row in facts if key_of(recipe, row) in found}
        found |= {key_of(recipe, row) for row in facts if _group(recipe, row) in groups}
    return found


def key_of(recipe: Recipe, row: Row) -> tuple[Any, ...]:
    """What names a row of a reporting model."""
    return tuple(row[name] for name in (*SCOPE, *PERIOD, *recipe.keys))


def _group(recipe: Recipe, row: Row) -> tuple[Any, ...]:
    assert recipe.together is not None
    return (*(row[name] for name in (*SCOPE, *PERIOD)), recipe.together(row))


def _differences(recipe: Recipe, facts: Row, report: Row, is_withheld: bool) -> list[str]:
    expected = facts | expected_figures(recipe, facts)
    keys = {*SCOPE, *PERIOD, *recipe.keys, *recipe.shown, "is_suppressed"}
    lines = [] if report["is_suppressed"] == is_withheld else [f"is_suppressed is {report['is_suppressed']}"]
    for name, value in report.items():
        if name in keys:
            continue
        assert name in expected, f"{recipe.report}.{name} is neither in {recipe.facts} nor in its recipe (recipes.py)"
        planted = None if is_withheld else expected[name]
        if not is_near(value, planted):
            lines.append(f"{name} is {value}, should be {planted}")
        elif isinstance(value, float) and value != round(value, 9):
            lines.append(f"{name} is {value!r}, not to nine places")
    return lines


def prepared_facts(marts: Path, recipe: Recipe) -> list[Row]:
    """The rows a reporting model follows from, with the columns its recipe adds."""
    facts = [dict(row) for row in read_rows(marts, recipe.facts)]
    if recipe.prepare is not None:
        recipe.prepare(facts)
    if recipe.join is not None:
        recipe.join(facts, read_rows(marts, recipe.with_facts))
    return facts


def check(marts: Path, recipe: Recipe, unfiltered: list[str], smallest: int) -> None:
    """Fails with the first rows of the reporting model that do not follow from its facts."""
    facts = prepared_facts(marts, recipe)
    by_key = {key_of(recipe, row): row for row in facts}
    reports = {key_of(recipe, row): row for row in read_rows(marts, recipe.report)}
    assert facts, f"{recipe.facts} is empty"
    assert len(by_key) == len(facts), f"{recipe.facts}: two rows of one key"
    assert reports.keys() == by_key.keys(), f"{recipe.report} has other rows than {recipe.facts}"
    hidden = _withheld_rows(recipe, facts, unfiltered, smallest)
    lines = [
        f"{' · '.join(str(part) for part in key)}: {line}"
        for key in sorted(reports, key=str)
        for line in _differences(recipe, by_key[key], reports[key], key in hidden)
    ]
    shown = "\n".join(lines[:SHOWN])
    assert not lines, f"{recipe.report}: {len(lines)} figures differ\n{shown}"


@pytest.mark.pipeline
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.report)
def test_every_row_follows_from_its_facts(demo_run: DemoRun, recipe: Recipe) -> None:
    unfiltered = [audience.name for audience in demo_run.settings.audiences if not audience.filter]
    check(demo_run.marts, recipe, unfiltered, demo_run.settings.company.min_group_size)


@pytest.mark.pipeline
def test_every_reporting_model_has_a_recipe(demo_run: DemoRun) -> None:
    with duckdb.connect(str(demo_run.marts), read_only=True) as connection:
        rows = connection.execute("select table_name from duckdb_tables() where table_name like 'rpt_%'").fetchall()
    assert {row[0] for row in rows} == {recipe.report for recipe in RECIPES} | WITHOUT_RECIPE


@pytest.mark.pipeline
def test_something_is_withheld_and_something_taken_along(demo_run: DemoRun) -> None:
    """Else the comparison would say nothing about small groups."""
    recipe = RECIPES[0]
    facts = read_rows(demo_run.marts, recipe.facts)
    hidden = [row for row in read_rows(demo_run.marts, recipe.report) if row["is_suppressed"]]
    size = {key_of(recipe, row): row["customers_start"] for row in facts}
    smallest = load_settings({}).company.min_group_size
    assert {size[key_of(recipe, row)] < smallest for row in hidden} == {True, False}


def test_wilson_of_the_reference_equals_statsmodels() -> None:
    chance = random.Random(3)
    for n in (1, 2, 9, 40, 5_000):
        for x in {0, n, *(chance.randint(0, n) for _ in range(20))}:
            assert wilson(x, n) == pytest.approx(proportion_confint(x, n, method="wilson"), abs=1e-12)


def test_a_small_group_alone_takes_the_next_smallest_with_it() -> None:
    sizes_of = {("(all)", "plan", (value,), "2024"): size for value, size in (("a", 4), ("b", 9), ("c", 5), ("d", 0))}
    assert {unit[2][0] for unit in withheld(sizes_of, [], 5)} == {"a", "c"}
    assert {unit[2][0] for unit in withheld(sizes_of | {("(all)", "plan", ("e",), "2024"): 1}, [], 5)} == {"a", "e"}
    whole = {("(all)", "company", ("(all)",), "2024"): 3, ("board", "audience", ("board",), "2024"): 3}
    assert withheld(whole, ["board"], 5) == set()
    assert withheld(whole, [], 5) == {("board", "audience", ("board",), "2024")}
