"""Published figures: what is kept of a snapshot, and what counts as a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.delivery.figures import FigureKey, Figures, FiguresError, changes, collect_figures
from tests.delivery_world import MONTH, SNAPSHOT, make_settings, publish_marts

START = FigureKey("rpt_retention", "customers_start", "audience", "board", "", "2024-12")


def collected(path: Path, snapshot: str = SNAPSHOT, **figures: int) -> Figures:
    return collect_figures(publish_marts(make_settings(path), snapshot, **figures), "board", MONTH)


def test_counts_and_amounts_are_kept_as_texts_and_floats_are_not(tmp_path: Path) -> None:
    found = collected(tmp_path)
    assert found.values[START] == "120"
    assert found.values[FigureKey("rpt_revenue", "mrr_start", "audience", "board", "", "2024-12")] == "12500.50"
    assert found.values[FigureKey("rpt_surveys", "responses", "audience", "board", "nps", "2024-12")] == "40"
    assert {key.figure for key in found.values} == {"customers_start", "mrr_start", "responses"}


def test_the_month_is_kept_in_every_scope_and_earlier_months_for_the_whole_audience(tmp_path: Path) -> None:
    kept = {(key.period, key.scope_type) for key in collected(tmp_path).values}
    assert kept == {("2024-12", "audience"), ("2024-12", "segment"), ("2024-11", "audience")}


def test_later_months_and_other_audiences_are_not_kept(tmp_path: Path) -> None:
    path = publish_marts(make_settings(tmp_path))
    found = collect_figures(path, "hungary", "2024-11")
    assert {(key.period, key.scope_value) for key in found.values} == {("2024-11", "hungary"), ("2024-11", "small")}


def test_equal_snapshots_have_equal_hashes_and_no_changes(tmp_path: Path) -> None:
    first, second = collected(tmp_path), collected(tmp_path, "ffff")
    assert first.hash == second.hash
    assert changes(first, second) == ()


def test_a_changed_count_is_named_with_both_values(tmp_path: Path) -> None:
    first, second = collected(tmp_path), collected(tmp_path, "ffff", customers_start=121)
    assert first.hash != second.hash
    found = changes(first, second)
    assert [(change.key.scope_type, change.then, change.now) for change in found] == [
        ("audience", "120", "121"),
        ("segment", "120", "121"),
    ]
    assert found[0].key == START


def test_one_cent_is_a_change(tmp_path: Path) -> None:
    found = changes(collected(tmp_path), collected(tmp_path, "ffff", mrr_start=1250051))
    assert {(change.then, change.now) for change in found} == {("12500.50", "12500.51")}


def test_a_row_that_came_or_went_is_a_change_and_a_new_column_is_none() -> None:
    known = frozenset({("m", "a")})
    key = FigureKey("m", "a", "audience", "board", "", "2024-12")
    other = FigureKey("m", "b", "audience", "board", "", "2024-12")
    then, empty = Figures({key: "1"}, known), Figures({}, known)
    assert [(c.then, c.now) for c in changes(then, empty)] == [("1", None)]
    assert [(c.then, c.now) for c in changes(empty, then)] == [(None, "1")]
    assert changes(then, Figures({key: "1", other: "2"}, known | {("m", "b")})) == ()


def test_a_snapshot_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FiguresError, match=r"marts-00\.duckdb: this snapshot is not published"):
        collect_figures(tmp_path / "marts-00.duckdb", "board", MONTH)


def test_a_damaged_snapshot_is_named(tmp_path: Path) -> None:
    path = tmp_path / "marts-00.duckdb"
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(FiguresError, match=r"marts-00\.duckdb: cannot be opened"):
        collect_figures(path, "board", MONTH)
