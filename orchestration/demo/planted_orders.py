"""Edge cases of orders, refunds and survey answers, planted by hand: each function is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from orchestration.demo.months import DAY, month_index
from orchestration.demo.planter import Planter


def paid_back_the_same_day(plant: Planter) -> None:
    """An order refunded in full on its own day: never a customer, no order, no revenue."""
    customer = plant.customer("Tóth Tünde", 7, person=True)
    plant.refund(plant.order(customer, date(2022, 8, 17), "64.90"), date(2022, 8, 17), "64.90")


def paid_back_within_the_month(plant: Planter) -> None:
    """Refunded in full within its month: some days of activity, no order; the first that counts makes the cohort."""
    for day in (date(2022, 5, 3), date(2023, 12, 1), date(2024, 11, 4)):
        customer = plant.customer(f"Fehér Ödön {day:%Y}", month_index(day), person=True)
        order = plant.order(customer, day, "120.00")
        plant.refund(order, day + 6 * DAY, "50.00")
        plant.refund(order, day + 20 * DAY, "70.00")
        plant.order(customer, day + 45 * DAY, "80.00")


def paid_back_in_two_months(plant: Planter) -> None:
    """Part in the order's month, the rest later: each netted in its own month, the order stays, activity ceases."""
    customer = plant.customer("Cień Bożena", 14, "PL", person=True)
    order = plant.order(customer, date(2023, 3, 9), "400.00", "PLN")
    plant.refund(order, date(2023, 3, 31), "150.00")
    plant.refund(order, date(2023, 4, 2), "250.00")
    late = plant.customer("Zięba Kamil", 14, "PL", person=True)
    old = plant.order(late, date(2023, 3, 9), "300.00", "PLN")
    # A refund long after the customer stopped being one: netted in its month all the same.
    plant.refund(old, date(2023, 11, 15), "99.99")


def window_edges(plant: Planter) -> None:
    """90 days: an order on 3 August keeps its customer through 31 October; 3 October through 31 December."""
    for day in (date(2023, 8, 2), date(2023, 8, 3), date(2024, 10, 2), date(2024, 10, 3)):
        plant.order(plant.customer(f"Ablak {day}", month_index(day), person=True), day, "55.00")


def rate_on_the_row(plant: Planter) -> None:
    """A rate delivered with the order wins over the month's; its refund takes the month's."""
    customer = plant.customer("Świątek sp. z o.o.", 18, "PL")
    order = plant.order(customer, date(2023, 7, 12), "1000.00", "PLN")
    order.rate_to_base = Decimal("0.25")
    plant.refund(order, date(2023, 8, 1), "100.00")


def seconds_around_midnight(plant: Planter) -> None:
    """One second before and at the turn of a month, and in the nights the clocks change: the local day decides."""
    customer = plant.customer("Éjféli Kft.", 0)
    for moment in (
        datetime(2022, 1, 31, 23, 59, 59),
        datetime(2022, 3, 1, 0, 0, 0),
        datetime(2022, 3, 27, 2, 30, 0),
        datetime(2022, 6, 30, 23, 59, 59),
        datetime(2022, 10, 1, 0, 0, 0),
        datetime(2022, 10, 30, 2, 30, 0),
        datetime(2022, 12, 31, 23, 59, 59),
        datetime(2023, 4, 1, 0, 0, 0),
    ):
        plant.order(customer, moment, "33.33")


def nothing_to_pay(plant: Planter) -> None:
    """An order of amount 0 is an order: it makes a customer and a cohort."""
    plant.order(plant.customer("Minta Kft.", 15), date(2023, 4, 20), "0.00")


def two_on_one_day(plant: Planter) -> None:
    """Two orders on the first day: two orders and a repeat buyer, but nothing returning."""
    customer = plant.customer("Molnár Bence", 21, person=True)
    plant.order(customer, datetime(2023, 10, 5, 8, 0, 0), "20.00")
    plant.order(customer, datetime(2023, 10, 5, 19, 30, 0), "35.50")


def neither_cancelled_nor_open(plant: Planter) -> None:
    """A cancelled order counts nowhere and its refund is ignored; an open one counts once it is completed."""
    cancelled = plant.customer("Kośmider Józef", 26, "PL", person=True)
    order = plant.order(cancelled, date(2024, 3, 8), "210.00", "PLN", status="cancelled")
    plant.refund(order, date(2024, 3, 11), "210.00")
    plant.order(plant.customer("Öhler Anna", 35, "AT", person=True), date(2024, 12, 30), "75.00", status="open")


def refund_of_an_unknown_order(plant: Planter) -> None:
    """A refund of an order that was never delivered is ignored."""
    customer = plant.customer("Senki Bt.", 30)
    for day in (date(2024, 7, 2), date(2024, 7, 19)):
        plant.refund(plant.order(customer, day, "10.00"), day, "10.00")
        plant.world.orders.pop()


def from_orders_to_a_contract(plant: Planter) -> None:
    """Buys, then signs on the first of a month: moves from no plan to a plan and is never lost or new again."""
    customer = plant.customer("Käfer GmbH", 8, "AT", "Trade")
    for day in (date(2022, 9, 14), date(2022, 11, 2), date(2022, 12, 20)):
        plant.order(customer, day, "140.00")
    plant.contract(customer, [(date(2023, 1, 1), "Standard", "89.00", "EUR")])


def several_answers(plant: Planter) -> None:
    """Of several answers in a month the latest counts, by response id where the time is equal; per case one each."""
    customer = plant.customer("Válaszoló Kft.", 0)
    plant.contract(customer, [(date(2021, 5, 1), "Basic", "39.00", "EUR")])
    plant.response(customer, datetime(2023, 5, 4, 9, 0, 0), 2)
    plant.response(customer, datetime(2023, 5, 20, 9, 0, 0), 10)
    plant.response(customer, datetime(2023, 5, 20, 9, 0, 0), 6)
    # The latest is blank: it is dropped before the latest is taken.
    plant.response(customer, datetime(2023, 5, 30, 9, 0, 0), None)
    for case_id, score in (("CS490001", 1), ("CS490002", 5), ("CS490002", 4)):
        plant.response(customer, datetime(2023, 5, 21 + score, 10, 0, 0), score, survey=1, case_id=case_id)


def answers_at_midnight(plant: Planter) -> None:
    """Delivered in UTC: 23:30 on 31 January is 00:30 on 1 February in the company's zone."""
    customer = plant.customer("Időzóna Kft.", 0)
    plant.contract(customer, [(date(2021, 5, 1), "Basic", "39.00", "EUR")])
    for at, score in (
        (datetime(2023, 1, 31, 23, 30, 0), 9),
        (datetime(2023, 2, 1, 0, 30, 0), 3),
        (datetime(2023, 6, 30, 23, 59, 59), 10),
        (datetime(2023, 7, 1, 1, 30, 0), 0),
    ):
        plant.response(customer, at, score)


def answer_of_a_former_customer(plant: Planter) -> None:
    """Somebody who left answers: it scores, and does not count as coverage."""
    customer = plant.customer("Volt Kft.", 0)
    plant.contract(customer, [(date(2021, 5, 1), "Basic", "39.00", "EUR")], date(2023, 3, 1), "price_increase")
    plant.response(customer, datetime(2023, 4, 12, 15, 0, 0), 1)


CASES: tuple[Callable[[Planter], None], ...] = (
    paid_back_the_same_day,
    paid_back_within_the_month,
    paid_back_in_two_months,
    window_edges,
    rate_on_the_row,
    seconds_around_midnight,
    nothing_to_pay,
    two_on_one_day,
    neither_cancelled_nor_open,
    refund_of_an_unknown_order,
    from_orders_to_a_contract,
    several_answers,
    answers_at_midnight,
    answer_of_a_former_customer,
)
