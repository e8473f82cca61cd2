"""Activity by plain date arithmetic: windows, refunds, price periods, merging."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from orchestration.demo.spells import OPEN, activity, charges, is_active, judge, merged
from orchestration.demo.world import Contract, Order, Price, Refund


def _order(day: date, amount: str = "100.00") -> Order:
    at = datetime(day.year, day.month, day.day, 23, 59, 59)
    return Order("O1", "C1", at, Decimal(amount), "EUR", "shop", "completed", 0)


def _refund(day: date, amount: str) -> Refund:
    return Refund(f"R{day}", "O1", datetime(day.year, day.month, day.day, 1, 0, 0), Decimal(amount), "EUR")


def _contract(ends_on: date | None, *prices: tuple[date, str]) -> Contract:
    rows = [Price(day, "Basic", 1, Decimal(mrr), "EUR") for day, mrr in prices]
    return Contract("K1", "C1", rows[0].starts_on, rows, ends_on)


def test_an_order_on_3_august_keeps_its_customer_through_31_october() -> None:
    spells = activity([], [judge(_order(date(2024, 8, 3)), [])])
    assert is_active(spells, date(2024, 10, 31))
    assert not is_active(spells, date(2024, 11, 1))
    assert not is_active(spells, date(2024, 8, 2))


def test_refunds_that_reach_the_amount_on_the_months_last_day_take_the_order_away() -> None:
    judged = judge(_order(date(2024, 8, 3)), [_refund(date(2024, 8, 31), "60.00"), _refund(date(2024, 8, 5), "40.00")])
    assert not judged.is_counted
    assert judged.active_until == date(2024, 8, 31)


def test_refunds_that_reach_the_amount_a_day_later_leave_the_order_counted() -> None:
    judged = judge(_order(date(2024, 8, 3)), [_refund(date(2024, 9, 1), "100.00")])
    assert judged.is_counted
    assert judged.active_until == date(2024, 9, 1)


def test_what_is_paid_back_beyond_the_amount_stays_where_the_order_counts_nowhere() -> None:
    day = date(2024, 8, 3)
    paid_back = [_refund(day, "100.00"), _refund(date(2024, 8, 5), "0.50")]
    assert judge(_order(day), paid_back).netted() == [(date(2024, 8, 5), Decimal("0.50"))]
    later = [_refund(date(2024, 9, 1), "100.00"), _refund(date(2024, 9, 2), "0.50")]
    assert [amount for _, amount in judge(_order(day), later).netted()] == [Decimal("100.00"), Decimal("0.50")]


def test_a_partial_refund_changes_no_activity() -> None:
    judged = judge(_order(date(2024, 8, 3)), [_refund(date(2024, 8, 4), "99.99")])
    assert judged.is_counted
    assert judged.active_until == date(2024, 11, 1)


def test_an_order_refunded_after_its_window_keeps_its_whole_window() -> None:
    judged = judge(_order(date(2024, 1, 3)), [_refund(date(2024, 8, 4), "100.00")])
    assert judged.active_until == date(2024, 4, 2)


def test_an_order_of_amount_0_is_an_order() -> None:
    assert judge(_order(date(2024, 8, 3), "0.00"), []).is_counted


def test_a_price_ends_where_the_next_one_starts_or_the_contract_ends() -> None:
    contract = _contract(date(2024, 6, 10), (date(2024, 1, 1), "100"), (date(2024, 4, 1), "120"))
    assert [(charge.starts_on, charge.ends_on) for charge in charges(contract)] == [
        (date(2024, 1, 1), date(2024, 4, 1)),
        (date(2024, 4, 1), date(2024, 6, 10)),
    ]


def test_a_price_that_would_start_at_or_after_the_end_never_was() -> None:
    contract = _contract(date(2024, 4, 1), (date(2024, 1, 1), "100"), (date(2024, 4, 1), "120"))
    assert [charge.mrr for charge in charges(contract)] == [Decimal("100")]
    assert charges(_contract(date(2024, 1, 1), (date(2024, 1, 1), "100"))) == []


def test_a_free_contract_is_no_activity() -> None:
    contract = _contract(None, (date(2024, 1, 1), "0.00"), (date(2024, 3, 1), "39.00"))
    assert activity(charges(contract), []) == [(date(2024, 3, 1), OPEN)]


def test_overlapping_and_adjacent_spells_are_one() -> None:
    days = [date(2024, 1, day) for day in range(1, 31)]
    found = merged(
        [(days[9], days[12]), (days[0], days[4]), (days[4], days[6]), (days[5], days[5]), (days[1], days[2])]
    )
    assert found == [(days[0], days[6]), (days[9], days[12])]
