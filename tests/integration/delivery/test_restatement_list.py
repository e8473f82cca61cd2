"""What an earlier report said and this snapshot says otherwise stands in the report's restatement list."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.delivery.ledger import Ledger
from orchestration.delivery.release import release
from orchestration.restatements import restatements
from orchestration.settings import Settings
from tests.delivery_world import MONTH, make_ledger, make_settings, pass_checks, publish_marts, ready, render
from tests.mart_tables import add_missing

LATER = "b1b2c3d4e5f60719"


@pytest.fixture
def released(tmp_path: Path) -> tuple[Settings, Ledger]:
    """Edition 1 of the month is out, with 120 customers at the start."""
    settings = make_settings(tmp_path)
    ledger = make_ledger(settings)
    release(settings, MONTH, ready(settings), ledger)
    return settings, ledger


def test_the_first_report_restates_nothing(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    ready(settings)
    assert restatements(settings, make_ledger(settings), "board", MONTH, 1, "a1b2c3d4e5f60718") == ()


def test_a_changed_count_is_listed_with_both_values(released: tuple[Settings, Ledger]) -> None:
    settings, ledger = released
    publish_marts(settings, LATER, customers_start=121)
    found = restatements(settings, ledger, "board", MONTH, 2, LATER)
    assert [
        (line.figure, line.scope_type, line.scope, line.period, line.value_then, line.value_now) for line in found
    ] == [
        ("customers_start", "audience", "board", "2024-12", "120", "121"),
        ("customers_start", "segment", "small", "2024-12", "120", "121"),
    ]


def test_the_cause_is_that_of_the_marts(released: tuple[Settings, Ledger]) -> None:
    settings, ledger = released
    with duckdb.connect(str(publish_marts(settings, LATER, customers_start=121))) as marts:
        add_missing(marts)
        marts.execute(
            "insert into rpt_restatements (audience, scope_type, scope_value, period_type, period_start, period_end, "
            "model, figure, detail, published_month, edition, cause) values ('board', 'audience', 'board', 'month', "
            "'2024-12-01', '2024-12-31', 'rpt_retention', 'customers_start', '', '2024-12-01', 1, 'late contracts')"
        )
    found = restatements(settings, ledger, "board", MONTH, 2, LATER)
    assert [(line.scope_type, line.cause, line.published_month, line.edition) for line in found] == [
        ("audience", "late contracts", "2024-12", 1),
        ("segment", None, "2024-12", 1),
    ]


def test_the_next_month_is_held_against_the_month_before(released: tuple[Settings, Ledger]) -> None:
    settings, ledger = released
    publish_marts(settings, LATER, mrr_start=1250051)
    found = restatements(settings, ledger, "hungary", "2025-01", 1, LATER)
    assert [(line.figure, line.scope_type, line.scope, line.value_then, line.value_now) for line in found] == [
        ("mrr_start", "audience", "hungary", "12500.50", "12500.51"),
        ("mrr_start", "segment", "small", "12500.50", "12500.51"),
    ]


def test_unchanged_figures_are_no_restatement(released: tuple[Settings, Ledger]) -> None:
    settings, ledger = released
    publish_marts(settings, LATER)
    pass_checks(settings, LATER)
    render(settings, snapshot=LATER)
    assert restatements(settings, ledger, "board", "2025-01", 1, LATER) == ()
