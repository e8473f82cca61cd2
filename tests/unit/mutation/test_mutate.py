"""The unchanged tables beside a changed one: views of views stand there too, and what cannot be built is no catch."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.mutation import mutate
from tests.mutation.mutants import Mutant


class SmallProject:
    """A table, a view that reads another view, and a mart of it."""

    def __init__(self, folder: Path) -> None:
        self.working_file = folder / "holdfast.duckdb"
        with duckdb.connect(str(self.working_file)) as connection:
            connection.execute("create schema raw; create table raw.orders as select 1 as amount")
            connection.execute("create view b_first as from holdfast.raw.orders")
            connection.execute("create view a_second as from holdfast.main.b_first")
            connection.execute("create table fct_orders as from holdfast.main.a_second")
            connection.execute("create table rpt_orders as from fct_orders")

    def children(self, model: str) -> list[str]:
        """The mart shows the ledger."""
        return ["rpt_orders"] if model == "fct_orders" else []

    def sql(self, model: str) -> str:
        """The mart's SQL."""
        return 'select * from "holdfast"."main"."fct_orders"'


def changed(sql: str) -> Mutant:
    return Mutant("fct_orders", "amount", sql, "× 1.01")


def test_a_changed_model_reads_views_of_views(tmp_path: Path) -> None:
    mutant = changed('select amount * 2 as amount from "holdfast"."main"."a_second"')
    connection, made = mutate.build_mutant(SmallProject(tmp_path), mutant)  # type: ignore[arg-type]
    assert made == ["fct_orders", "rpt_orders"]
    assert connection.execute("from holdfast.main.rpt_orders").fetchall() == [(2,)]
    connection.close()


def test_what_cannot_be_built_is_no_catch(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"fct_orders\.amount .* cannot be built"):
        mutate.judge(SmallProject(tmp_path), changed("from nowhere"), "rpt_orders")  # type: ignore[arg-type]


def test_rows_that_break_a_rule_are_a_catch(tmp_path: Path) -> None:
    mutant = changed('select cast(\'no number\' as integer) as amount from "holdfast"."main"."a_second"')
    verdict = mutate.judge(SmallProject(tmp_path), mutant, "rpt_orders")  # type: ignore[arg-type]
    assert verdict.witness == "the build itself (ConversionException)"
