"""The revenue page: a bridge that closes, the figures of orders, and the room each gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports.context.layout import FULL_WIDTH
from reports.context.revenue import Recurring, RevenueContext, load_recurring, load_revenue
from reports.context.revenue_charts import bridge_of
from reports.marts import Marts
from reports.narrative import revenue as words
from reports.run import ReportRun
from reports.text import text_for
from reports.verdicts import Change
from tests.unit.reports_machine.helpers import figure
from tests.unit.reports_machine.runs import HUNGARY, RUN

Opened = Callable[..., Marts]
TEXT = text_for("en", "EUR")


def page_of(marts_of: Opened, world: str = "usual", run: ReportRun = RUN) -> RevenueContext:
    page = load_revenue(marts_of(world, run), run, text_for(run.language, "EUR"))
    assert page is not None
    return page


def recurring_of(marts_of: Opened) -> Recurring:
    recurring = load_recurring(marts_of("usual"), RUN)
    assert recurring is not None
    return recurring


def test_the_bridge_closes_to_the_cent(marts_of: Opened) -> None:
    for month in recurring_of(marts_of).months:
        parts = (month.start, month.new, month.reactivation, month.expansion, month.fx_effect)
        total = sum((Decimal(str(part.value)) for part in parts), Decimal(0))
        total -= Decimal(str(month.contraction.value)) + Decimal(str(month.churned.value))
        assert total == month.end.value


def test_the_bridge_ends_where_the_month_does(marts_of: Opened) -> None:
    recurring = recurring_of(marts_of)
    assert bridge_of(TEXT, recurring).levels[-1] == pytest.approx(float(recurring.newest.end.value or 0))


def test_exchange_rates_are_a_step_only_where_they_moved_something(marts_of: Opened) -> None:
    recurring = recurring_of(marts_of)
    quiet = replace(recurring.newest, fx_effect=figure(Decimal("0.00")))
    moved = replace(recurring.newest, fx_effect=figure(Decimal("12.50")))
    names = [
        [step.label for step in bridge_of(TEXT, replace(recurring, months=(month,))).steps] for month in (quiet, moved)
    ]
    assert "exchange rates" not in names[0]
    assert names[1][-1] == "exchange rates"


def test_a_cut_axis_is_said(marts_of: Opened) -> None:
    page = page_of(marts_of)
    assert "The axis starts at" in page.bridge_subtitle
    assert page.charts["bridge"].svg.count('fill="#FFFFFF"') == 2


def test_an_axis_from_zero_says_nothing(marts_of: Opened) -> None:
    page = page_of(marts_of, "first_month")
    assert "The axis starts at" not in page.bridge_subtitle


def test_both_kinds_of_business_share_the_page(marts_of: Opened) -> None:
    assert set(page_of(marts_of).charts) == {"bridge", "mrr", "nrr", "orders"}


def test_without_contracts_orders_take_the_page(marts_of: Opened) -> None:
    page = page_of(marts_of, "no_contracts")
    assert page.recurring is None
    assert page.orders is not None
    assert len(page.orders.months) == 24
    assert page.charts["orders"].width == FULL_WIDTH
    assert page.headline.startswith("Returning customers brought")


def test_without_orders_recurring_revenue_takes_the_page(marts_of: Opened) -> None:
    page = page_of(marts_of, "no_orders")
    assert page.orders is None
    assert set(page.charts) == {"bridge", "mrr", "nrr"}


def test_without_either_there_is_no_page(marts_of: Opened) -> None:
    marts = marts_of("usual")
    marts.is_delivered = lambda *entities: False  # type: ignore[method-assign]
    assert load_revenue(marts, RUN, TEXT) is None


def test_an_audience_that_never_paid_has_no_recurring_revenue(marts_of: Opened) -> None:
    marts = marts_of("no_contracts", HUNGARY)
    assert load_recurring(marts, HUNGARY) is None


def test_the_parts_of_order_revenue_add_up(marts_of: Opened) -> None:
    orders = page_of(marts_of).orders
    assert orders is not None
    for month in orders.months:
        first, returning = Decimal(str(month.first_revenue.value)), Decimal(str(month.returning_revenue.value))
        assert first + returning == month.revenue.value


def test_the_table_compares_with_last_month_and_last_year(marts_of: Opened) -> None:
    orders = page_of(marts_of).orders
    assert orders is not None
    assert [m.month for m in orders.compared] == [date(2024, 12, 1), date(2024, 11, 1), date(2023, 12, 1)]


def test_a_first_month_has_nothing_to_keep(marts_of: Opened) -> None:
    page = page_of(marts_of, "first_month")
    assert page.recurring is not None
    assert not page.recurring.newest.nrr.known
    assert "nrr" not in page.charts
    assert page.headline.startswith("Recurring revenue closed the month at")


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("up", "a rise beyond chance"), ("down", "a fall beyond chance"), ("none", "no clear change")],
)
def test_net_retention_is_called_by_its_verdict_only(marts_of: Opened, verdict: str, said: str) -> None:
    recurring = replace(
        recurring_of(marts_of),
        year_ago=figure(0.97),
        versus_year=Change(figure(0.01), verdict, "none"),  # type: ignore[arg-type]
    )
    found = words.standfirst(TEXT, recurring, None)
    assert said in found
    assert ("beyond chance" in found) == (verdict != "none")


def test_no_losses_have_no_quick_ratio(marts_of: Opened) -> None:
    page = page_of(marts_of, "first_month")
    assert page.recurring is not None
    assert not page.recurring.newest.quick_ratio.known
