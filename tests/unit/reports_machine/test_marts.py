"""Reading: one audience, no later month, nothing but the file; and plain words when something is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from reports.marts import KEYS, Marts, month_end, months_before, open_marts
from reports.run import ReportError
from tests.unit.reports_machine.runs import HUNGARY, RUN

Opened = Callable[..., Marts]


def test_rows_are_those_of_the_runs_audience(marts_of: Opened) -> None:
    for run in (RUN, HUNGARY):
        marts = marts_of("usual", run)
        for model in ("rpt_retention", "rpt_revenue", "rpt_orders", "rpt_churn_reasons", "rpt_surveys"):
            rows = marts.read(model)
            assert rows
            assert {row["audience"] for row in rows} == {run.audience}
            assert {row["scope_type"] for row in rows} == {"audience"}


def test_what_is_asked_twice_is_read_once(marts_of: Opened) -> None:
    marts = marts_of("usual", RUN)
    assert marts.read("rpt_retention", months=3) is marts.read("rpt_retention", months=3)
    assert marts.read("rpt_retention", months=3) != marts.read("rpt_retention", months=2)


def test_a_country_of_another_audience_is_out_of_reach(marts_of: Opened) -> None:
    rows = marts_of("usual", HUNGARY).read("rpt_retention", scope_type="country")
    assert {row["scope_value"] for row in rows} == {"HU"}


def test_no_row_is_later_than_the_runs_month(marts_of: Opened) -> None:
    marts = marts_of("usual", replace(RUN, month="2024-06"))
    assert max(row.day("period_end") for row in marts.read("rpt_retention")) == date(2024, 6, 30)
    assert max(row.day("happened_on") for row in marts.annotations()) <= date(2024, 6, 30)


def test_months_counts_back_from_the_runs_month(marts_of: Opened) -> None:
    months = [row.day("period_start") for row in marts_of("usual").read("rpt_retention", months=13)]
    assert (months[0], months[-1], len(months)) == (date(2023, 12, 1), date(2024, 12, 1), 13)


def test_a_further_column_narrows(marts_of: Opened) -> None:
    rows = marts_of("usual").read("rpt_cohorts", cohort_basis="ordered", months=1)
    assert rows
    assert {row["cohort_basis"] for row in rows} == {"ordered"}


def test_newest_is_the_runs_month_or_nothing(marts_of: Opened) -> None:
    newest = marts_of("usual").newest("rpt_retention")
    assert newest is not None
    assert newest.day("period_start") == date(2024, 12, 1)
    assert marts_of("usual", replace(RUN, month="2030-01")).newest("rpt_retention") is None


def test_a_row_says_which_one_it_is(marts_of: Opened) -> None:
    row = marts_of("usual").read("rpt_churn_reasons", months=1)[0]
    assert tuple(name for name, _ in row.keys) == KEYS["rpt_churn_reasons"]


def test_annotations_are_in_the_runs_language(marts_of: Opened) -> None:
    assert {row.text("language") for row in marts_of("usual", HUNGARY).annotations()} == {"hu"}


def test_an_annotation_for_another_country_is_left_out(tmp_path: Path, world_of: Callable[[str], Path]) -> None:
    copy = tmp_path / "marts.duckdb"
    copy.write_bytes(world_of("a_dozen").read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("insert into rpt_annotations values ('2024-12-01', 'hu', 'Lengyel raktár', 'PL')")
        connection.execute("insert into rpt_annotations values ('2024-12-02', 'hu', 'Magyar raktár', 'HU')")
    with open_marts(copy, HUNGARY) as marts:
        labels = {row.text("label") for row in marts.annotations()}
    assert "Magyar raktár" in labels
    assert "Lengyel raktár" not in labels


def test_what_was_delivered(marts_of: Opened) -> None:
    marts = marts_of("no_contracts")
    assert marts.is_delivered("contracts", "orders")
    assert not marts.is_delivered("contracts")


def test_the_connection_reaches_nothing_but_the_file(world_of: Callable[[str], Path], tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with open_marts(world_of("a_dozen"), RUN) as marts:
        for statement in (f"select * from '{secret}'", "create table x (a int)", f"attach '{tmp_path}/other.db'"):
            with pytest.raises(duckdb.Error):
                marts._connection.execute(statement)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(ReportError, match=r"marts\.duckdb: there are no published marts"),
        open_marts(tmp_path / "marts.duckdb", RUN),
    ):
        pass


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "marts.duckdb"
    broken.write_bytes(b"not a database" * 100)
    with pytest.raises(ReportError, match="cannot be opened as marts"), open_marts(broken, RUN):
        pass


def test_a_missing_model_and_column_are_named(tmp_path: Path) -> None:
    path = tmp_path / "marts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table rpt_revenue (audience varchar)")
    with open_marts(path, RUN) as marts:
        with pytest.raises(ReportError, match="rpt_retention is not in the published marts"):
            marts.read("rpt_retention")
        with pytest.raises(ReportError, match=r"rpt_revenue\.scope_type is not in the published marts"):
            marts.read("rpt_revenue")


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2024, 1, 15), 1, date(2023, 12, 1)),
        (date(2024, 12, 1), 12, date(2023, 12, 1)),
        (date(2024, 12, 1), -1, date(2025, 1, 1)),
    ],
)
def test_months_before_crosses_years(day: date, count: int, expected: date) -> None:
    assert months_before(day, count) == expected


def test_month_end_knows_leap_years() -> None:
    assert month_end(date(2024, 2, 3)) == date(2024, 2, 29)
