"""The cohorts page's triangle, pools and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from scipy.stats import binomtest

from reports.context.cohorts import CohortsContext, load_cohorts
from reports.context.triangle import heat_step
from reports.marts import Marts, months_before, open_marts
from reports.narrative import cohorts as words
from reports.run import ReportRun
from reports.text import text_for
from tests.unit.reports_machine.helpers import figure
from tests.unit.reports_machine.runs import RUN

Opened = Callable[..., Marts]
TEXT = text_for("en", "EUR")


def page_of(marts_of: Opened, world: str = "usual", run: ReportRun = RUN) -> CohortsContext:
    page = load_cohorts(marts_of(world, run), run, TEXT)
    assert page is not None
    return page


def test_the_triangle_holds_the_twelve_newest_months_and_ages(marts_of: Opened) -> None:
    cohorts = page_of(marts_of).cohorts
    assert len(cohorts) == 12
    assert cohorts[-1].month == date(2024, 12, 1)
    for cohort in cohorts:
        months_old = (2024 - cohort.month.year) * 12 + 12 - cohort.month.month
        assert len(cohort.cells) == min(12, months_old + 1)


def test_every_cell_is_its_marts(marts_of: Opened) -> None:
    marts = marts_of("usual")
    rows = {
        (row.day("cohort_month"), row["age_months"]): row["retention_rate"]
        for row in marts.read("rpt_cohorts", cohort_basis="active")
    }
    for cohort in page_of(marts_of).cohorts:
        for age, cell in enumerate(cohort.cells):
            assert cell.rate.value == rows[cohort.month, age]


def test_totals_weigh_by_size_over_the_cohorts_that_got_there(marts_of: Opened) -> None:
    page = page_of(marts_of)
    for age, cell in enumerate(page.totals):
        reached = [c for c in page.cohorts if c.known_at(age)]
        active = sum(c.cells[age].active.amount or 0 for c in reached)
        assert cell.rate.amount == pytest.approx(active / sum(c.size.amount or 0 for c in reached))


def test_newer_cohorts_are_held_against_the_same_months_a_year_before(marts_of: Opened) -> None:
    page = page_of(marts_of)
    kept = page.kept
    assert kept is not None
    assert kept.age == 3
    rows = marts_of("usual").read("rpt_cohorts", cohort_basis="active", age_months=3)
    for pool, back in ((kept.now, 0), (kept.before, 12)):
        wanted = {months_before(date(2024, 9, 1), at + back) for at in range(9)}
        mine = [row for row in rows if row.day("cohort_month") in wanted]
        active = sum(int(row["active_customers"]) for row in mine)  # type: ignore[call-overload]
        size = sum(int(row["cohort_size"]) for row in mine)  # type: ignore[call-overload]
        interval = binomtest(active, size).proportion_ci(method="wilson")
        assert pool.size.number == size
        assert pool.rate.amount == pytest.approx(active / size)
        assert (pool.low.amount, pool.high.amount) == pytest.approx((interval.low, interval.high), abs=1e-7)


def test_fewer_than_ten_customers_are_not_pooled(marts_of: Opened) -> None:
    page = page_of(marts_of, "one_customer")
    assert page.kept is None
    assert page.charts == {}
    assert page.headline == "No group of new customers is old and large enough to compare"


def test_a_month_ends_the_triangle(marts_of: Opened) -> None:
    marts = marts_of("usual", replace(RUN, month="2024-06"))
    page = load_cohorts(marts, replace(RUN, month="2024-06"), TEXT)
    assert page is not None
    assert page.cohorts[-1].month == date(2024, 6, 1)
    assert len(page.cohorts[-1].cells) == 1


def test_open_cells_stay_blank(world_of: Callable[[str], Path], tmp_path: Path) -> None:
    copy = tmp_path / "marts.duckdb"
    copy.write_bytes(world_of("usual").read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("update rpt_cohorts set is_open = true where period_start = '2024-12-01'")
    with open_marts(copy, RUN) as marts:
        page = load_cohorts(marts, RUN, TEXT)
    assert page is not None
    assert page.cohorts[-1].month == date(2024, 11, 1)
    assert len(page.cohorts[-1].cells) == 1


def test_without_orders_there_is_no_curve_of_repeat_buyers(marts_of: Opened) -> None:
    page = page_of(marts_of, "no_orders")
    assert set(page.charts) == {"kept"}
    assert page.charts["kept"].width > 400


def test_where_nobody_joined_lately_all_who_ever_joined_are_followed(marts_of: Opened) -> None:
    # No world has this: its newest cohort is cut away, as a company that stopped selling would have it.
    marts = marts_of("usual")
    read = marts.read
    old = date(2022, 1, 1)
    marts.read = lambda model, **how: tuple(  # type: ignore[method-assign]
        row for row in read(model, **how) if model != "rpt_cohorts" or row["cohort_month"] == old
    )
    page = load_cohorts(marts, RUN, TEXT)
    assert page is not None
    assert page.kept is not None
    assert (page.kept.first, page.kept.last) == (old, old)
    assert not page.kept.before.rate.known
    assert "a year before" not in page.headline
    assert ">all who joined<" in page.charts["kept"].svg


@pytest.mark.parametrize(("rate", "step"), [(0.5, 1), (0.55, 1), (0.56, 2), (0.75, 5), (0.999, 9), (1.0, 9), (None, 0)])
def test_heat_runs_from_one_to_nine(rate: float | None, step: int) -> None:
    assert heat_step(figure(rate), figure(0.5), figure(1.0)) == step


def test_a_single_rate_is_dark() -> None:
    assert heat_step(figure(1.0), figure(1.0), figure(1.0)) == 9


def test_the_scale_of_one_rate_is_one_rate() -> None:
    assert words.span(TEXT, figure(1.0), figure(1.0)) == "100\u00a0%"


def test_equal_months_are_not_set_against_each_other(marts_of: Opened) -> None:
    page = page_of(marts_of, "no_losses")
    assert words.range_finding(TEXT, page.cohorts, 1) is None


def test_nobody_who_joined_is_no_page(marts_of: Opened) -> None:
    marts = marts_of("usual")
    marts.read = lambda model, **how: ()  # type: ignore[method-assign]
    assert load_cohorts(marts, RUN, TEXT) is None
