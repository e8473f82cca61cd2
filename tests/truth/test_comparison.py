"""The comparison with the truth finds what it is there to find."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.truth.comparison import Comparison, assert_equal, differences

KEYS = ("scope", "month")


def _files(folder: Path, truth: str, rows: str) -> Path:
    (folder / "figures.csv").write_text(f"scope,month,lost,revenue\n{truth}", encoding="utf-8")
    marts = folder / "marts.duckdb"
    with duckdb.connect(str(marts)) as connection:
        connection.execute("create table fct_figures (scope text, month date, lost bigint, revenue decimal(18, 2))")
        connection.execute(f"insert into fct_figures values {rows}")
    return marts


def _compare(folder: Path, truth: str, rows: str) -> None:
    assert_equal(_files(folder, truth, rows), folder, Comparison("fct_figures", "figures.csv", KEYS))


def test_equal_figures_pass_however_amounts_are_written(tmp_path: Path) -> None:
    _compare(tmp_path, "HU,2024-12-01,2,10.5\n", "('HU', '2024-12-01', 2, 10.50)")


def test_a_row_of_zeros_and_no_row_are_the_same(tmp_path: Path) -> None:
    _compare(tmp_path, "HU,2024-12-01,2,10.50\nPL,2024-12-01,0,0\n", "('HU', '2024-12-01', 2, 10.50)")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("('HU', '2024-12-01', 3, 10.50)", "HU · 2024-12-01: lost is 3, planted is 2"),
        ("('HU', '2024-12-01', 2, 10.49)", "revenue is 10.49, planted is 10.50"),
        ("('PL', '2024-12-01', 2, 10.50)", "PL · 2024-12-01: lost is 2, planted is no row"),
        ("('HU', '2024-12-01', 2, null)", "NULL"),
        ("('HU', '2024-12-01', 2, 10.50), ('HU', '2024-12-01', 0, 0)", "two rows"),
    ],
)
def test_every_difference_fails_and_is_named(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        _compare(tmp_path, "HU,2024-12-01,2,10.50\n", rows)


def test_a_missing_row_with_figures_is_a_difference() -> None:
    assert differences({("HU",): {"lost": Decimal(1)}}, {}) == ["HU: lost is no row, planted is 1"]
