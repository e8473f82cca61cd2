"""Curves of staying and windows of reordering from hand-made marts, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from reports.context.survival import (
    Stratum,
    load_strata,
    load_windows,
    strata_table,
    survival_chart,
    windows_table,
)
from reports.marts import Marts, open_marts
from reports.narrative import survival as words
from reports.text import text_for
from tests.mart_tables import MartRow, make_marts, received, scoped
from tests.unit.reports_machine.helpers import inside, overlaps
from tests.unit.reports_machine.runs import RUN

TEXT = text_for("en", "EUR")


def curve(value: str, shares: Sequence[float], size: int, median: int | None, kind: str = "term") -> list[MartRow]:
    return [
        scoped(stratum_type=kind, stratum_value=value, age_days=30 * at, survival=share, at_risk=size - at,
               median_days=median)
        for at, share in enumerate(shares)
    ]  # fmt: skip


def window(days: int, reordered: float | None, churn: float) -> MartRow:
    return scoped(window_days=days, reorder_share=reordered, reorder_low=0.9, reorder_high=0.95, churn_rate=churn)


@contextmanager
def opened(path: Path, curves: Sequence[MartRow] = (), windows: Sequence[MartRow] = ()) -> Iterator[Marts]:
    models = {
        "rpt_survival": curves, "rpt_window_sensitivity": windows, "rpt_data_received": received("orders", "contracts"),
    }  # fmt: skip
    with open_marts(make_marts(path / "marts.duckdb", models), RUN) as marts:
        yield marts


def strata_of(path: Path, curves: Sequence[MartRow]) -> tuple[Stratum, ...]:
    with opened(path, curves) as marts:
        return load_strata(marts, TEXT)


TERMS = [
    *curve("1", (1.0, 0.8, 0.6), 300, 45), *curve("12", (1.0, 0.98, 0.95), 200, None),
    *curve("(none)", (1.0, 0.7, 0.4), 100, 50), *curve("(all)", (1.0, 0.85, 0.7), 600, None, "(all)"),
]  # fmt: skip


def test_the_longest_stay_comes_first(tmp_path: Path) -> None:
    assert [s.label for s in strata_of(tmp_path, TERMS)] == ["12 months", "1 month", "without a term"]


def test_one_term_is_all_customers(tmp_path: Path) -> None:
    rows = [*curve("12", (1.0, 0.98), 200, None), *curve("(all)", (1.0, 0.98), 200, None, "(all)")]
    assert [s.label for s in strata_of(tmp_path, rows)] == ["all customers"]


def test_only_the_largest_terms_are_drawn(tmp_path: Path) -> None:
    rows = [row for size in range(20, 90, 10) for row in curve(str(size), (1.0, 0.9), size, None)]
    found = strata_of(tmp_path, rows)
    assert sorted(int(s.value) for s in found) == [50, 60, 70, 80]
    drawn = survival_chart(RUN, TEXT, found, (236.5, 120.0))
    assert inside(drawn)
    assert overlaps(drawn) == []


def test_hidden_groups_have_no_curve(tmp_path: Path) -> None:
    rows = [scoped(stratum_type="(all)", stratum_value="(all)", age_days=0, survival=None, at_risk=None)]
    assert strata_of(tmp_path, rows) == ()
    assert words.survival_finding(TEXT, ()) is None


def test_a_missing_age_leaves_a_gap(tmp_path: Path) -> None:
    rows = [row for row in curve("(all)", (1.0, 0.9, 0.8), 90, None, "(all)") if row["age_days"] != 30]
    (stratum,) = strata_of(tmp_path, rows)
    assert [share.value for share in stratum.share] == [1.0, None, 0.8]


def test_half_is_told_only_where_half_have_left(tmp_path: Path) -> None:
    finding = words.survival_finding(TEXT, strata_of(tmp_path, TERMS))
    assert finding is not None
    assert finding.body.replace("\u00a0", " ") == (
        "More than half are still there, 95 % at the end of the curve: 12 months (n = 200). "
        "Half have left after 50 days: without a term (n = 100)."
    )


def test_the_attached_curve_counts_in_days(tmp_path: Path) -> None:
    table = strata_table(strata_of(tmp_path, TERMS))
    assert [row[1].value for row in table.rows[:3]] == [0, 30, 60]  # type: ignore[union-attr]
    assert table.columns == ("term", "age_days", "share_still_there")


def test_the_window_in_force_is_spoken_of(tmp_path: Path) -> None:
    with opened(tmp_path, windows=[window(90, 0.93, 0.05), window(180, 0.96, 0.02)]) as marts:
        windows = load_windows(marts, RUN)
    assert [(w.days.value, w.in_force) for w in windows] == [(90, True), (180, False)]
    finding = words.reorder_finding(TEXT, windows)
    assert finding is not None
    assert "end within 90 days" in finding.body
    assert len(windows_table(windows).rows) == 2


def test_another_window_than_those_measured_is_not_judged(tmp_path: Path) -> None:
    with opened(tmp_path, windows=[window(90, 0.93, 0.05)]) as marts:
        windows = load_windows(marts, replace(RUN, order_window_days=120))
    assert words.reorder_finding(TEXT, windows) is None


def test_without_orders_there_is_no_window(tmp_path: Path) -> None:
    made = make_marts(tmp_path / "marts.duckdb", {"rpt_data_received": received("contracts")})
    with open_marts(made, RUN) as marts:
        assert load_windows(marts, RUN) == ()
