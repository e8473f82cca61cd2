"""Random companies through the models, against the plain reading of the definitions."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.integration.retention.retention_reference import Reference

FIGURES = (
    *("customers_start", "customers_end", "retained_customers", "lost_customers", "new_customers"),
    *("reactivated_customers", "in_period_joiners_lost", "in_period_first_timers_lost", "moved_in", "moved_out"),
)


def test_every_ledger_figure_of_every_scope(company: tuple[Path, Reference]) -> None:
    file, reference = company
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute(
            "select audience, scope_type, scope_value, period_type, period_end, "
            f"{', '.join(FIGURES)} from fct_retention"
        ).fetchall()
    got = {((row[0], row[1], row[2]), row[3], row[4]): dict(zip(FIGURES, row[5:], strict=True)) for row in found}
    expected = {
        key: {figure: figures.get(figure, 0) for figure in FIGURES} for key, figures in reference.ledger().items()
    }
    nothing = dict.fromkeys(FIGURES, 0)
    assert sum(figures["moved_in"] for figures in expected.values()) > 0
    assert {key: figures for key, figures in got.items() if figures != nothing} == expected
    assert all(key[0][1] in ("company", "audience") for key, figures in got.items() if figures == nothing)


def test_every_cohort_cell_of_every_scope(company: tuple[Path, Reference]) -> None:
    file, reference = company
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute(
            "select audience, scope_type, scope_value, cohort_month, period_start, cohort_basis, cohort_size, "
            "active_customers from fct_cohorts"
        ).fetchall()
    got = {((row[0], row[1], row[2]), row[3], row[4], row[5]): (row[6], row[7]) for row in found}
    assert got == reference.cohorts()
