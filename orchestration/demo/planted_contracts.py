"""Edge cases of contracts, planted by hand: each function is one, its first line says what must come out.

Add here: a case of contracts, identity or churn reasons that the drawn history leaves to chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from orchestration.demo.months import DAY, add_months, month_index
from orchestration.demo.planter import Planter


def _merge(plant: Planter, moved_on: date, name: str, gap: int) -> None:
    old = plant.customer(f"{name} Bt.", 0, segment="Trade")
    new = plant.customer(f"{name} Kft.", month_index(moved_on), segment="Enterprise")
    old.merged_into, old.merged_in_delivery = new.customer_id, month_index(moved_on)
    plant.contract(old, [(date(2021, 4, 12), "Standard", "89.00", "EUR")], moved_on)
    plant.contract(new, [(moved_on + gap * DAY, "Premium", "219.00", "EUR")])


def merged_customers(plant: Planter) -> None:
    """Four customers entered again under a new id: nobody is lost and nobody is new."""
    _merge(plant, date(2022, 9, 1), "Fűzfa", 0)
    _merge(plant, date(2023, 6, 15), "Szűcs", 0)
    _merge(plant, date(2023, 11, 20), "Lőrincz", 6)
    _merge(plant, date(2024, 10, 31), "Győri", -12)


def merge_of_merges(plant: Planter) -> None:
    """Three records of one customer, the first merged into the second, the second into the third: one customer."""
    first = plant.customer("Żak i Synowie", 0, "PL", "Trade")
    second = plant.customer("Żak sp. z o.o.", 13, "PL", "Trade")
    third = plant.customer("Żak S.A.", 25, "PL", "Enterprise")
    first.merged_into, first.merged_in_delivery = second.customer_id, 13
    second.merged_into, second.merged_in_delivery = third.customer_id, 25
    plant.contract(first, [(date(2021, 9, 1), "Standard", "399.00", "PLN")], date(2023, 2, 1))
    plant.contract(second, [(date(2023, 2, 1), "Standard", "399.00", "PLN")], date(2024, 2, 1))
    plant.contract(third, [(date(2024, 2, 1), "Premium", "989.00", "PLN")])


def new_churned_nothing_reactivated(plant: Planter) -> None:
    """MRR 100, 0, 0, 50: new, churned, nothing, reactivation; never a contraction and an expansion."""
    customer = plant.customer("Csűrös Kft.", 4)
    plant.contract(customer, [(date(2022, 5, 10), "Standard", "100.00", "EUR")], date(2022, 6, 20), "other")
    plant.contract(customer, [(date(2022, 9, 5), "Basic", "50.00", "EUR")])


def price_without_ends(plant: Planter) -> None:
    """100 from January, 120 from April, no end on either row: April's MRR is 120 and the expansion 20."""
    customer = plant.customer("Bíró Kft.", 0)
    plant.contract(
        customer, [(date(2023, 1, 1), "Standard", "100.00", "EUR"), (date(2023, 4, 1), "Standard", "120.00", "EUR")]
    )


def end_on_the_first_row(plant: Planter) -> None:
    """Three prices, the contract's end stands on the first row only: it ends the last price."""
    customer = plant.customer("Erdős Kft.", 0, segment="Trade")
    contract = plant.contract(
        customer,
        [
            (date(2022, 2, 1), "Basic", "39.00", "EUR"),
            (date(2022, 8, 1), "Standard", "89.00", "EUR"),
            (date(2023, 3, 1), "Standard", "96.12", "EUR"),
        ],
        date(2024, 5, 14),
        "competitor",
    )
    contract.end_row = "first"


def currencies(plant: Planter) -> None:
    """One contract changes from euro to złoty; another customer pays in both at once: rounded per currency."""
    changed = plant.customer("Gąska sp. z o.o.", 0, "PL")
    plant.contract(
        changed, [(date(2022, 3, 1), "Standard", "89.00", "EUR"), (date(2023, 5, 16), "Standard", "399.00", "PLN")]
    )
    both = plant.customer("Höfer GmbH", 0, "AT", "Enterprise")
    plant.contract(both, [(date(2021, 6, 1), "Standard", "267.33", "EUR")])
    plant.contract(both, [(date(2022, 6, 1), "Basic", "179.99", "PLN")], date(2024, 8, 1))


def rates_on_the_row(plant: Planter) -> None:
    """A rate agreed with the contract wins at both edges, beside a contract at the month's rate: rounded together."""
    customer = plant.customer("Dąbrowska sp. z o.o.", 0, "PL", "Enterprise")
    agreed = plant.contract(customer, [(date(2021, 7, 5), "Premium", "1234.57", "PLN")], date(2024, 3, 18), "other")
    agreed.prices[0] = replace(agreed.prices[0], rate_to_base=Decimal("0.24"))
    plant.contract(customer, [(date(2022, 10, 3), "Basic", "179.33", "PLN")])


def free_contracts(plant: Planter) -> None:
    """Trials are no activity: a customer is new on the day it first pays, and one that never pays is never counted."""
    for number in range(12):
        starts_on = add_months(date(2022, 4, 9), 2 * number)
        customer = plant.customer(f"Próba {number + 1} Kft.", month_index(starts_on))
        paid_on = add_months(starts_on, 1)
        rows = [(starts_on, "Basic", "0.00", "EUR"), (paid_on, "Basic", "39.00", "EUR")]
        if number % 3 == 2:
            plant.contract(customer, rows[:1], paid_on)
        else:
            plant.contract(customer, rows)


def empty_and_withdrawn(plant: Planter) -> None:
    """A contract that ends on the day it starts is no activity; a withdrawn notice ends nothing."""
    for number, starts_on in enumerate((date(2022, 7, 1), date(2023, 9, 18), date(2024, 12, 5))):
        never = plant.customer(f"Sosem {number + 1} Bt.", month_index(starts_on))
        plant.contract(never, [(starts_on, "Basic", "39.00", "EUR")], starts_on)
    stays = plant.customer("Maradok Kft.", 0)
    contract = plant.contract(stays, [(date(2021, 11, 1), "Standard", "89.00", "EUR")])
    contract.cancelled_on = date(2023, 12, 4)


def gaps_within_a_month(plant: Planter) -> None:
    """Away from the 10th to the 20th: active before and at the end of the month, so not lost."""
    for number, month in enumerate((date(2022, 11, 1), date(2023, 8, 1), date(2024, 12, 1))):
        customer = plant.customer(f"Szünet {number + 1} Kft.", 0, "HU", "Trade")
        plant.contract(customer, [(date(2021, 5, 3), "Basic", "39.00", "EUR")], month + 9 * DAY, "other")
        plant.contract(customer, [(month + 19 * DAY, "Basic", "39.00", "EUR")])


def joined_and_gone(plant: Planter) -> None:
    """Came and went inside one month: in no rate; three first-timers and one that had been a customer before."""
    for number, month in enumerate((date(2022, 3, 1), date(2023, 7, 1), date(2024, 12, 1))):
        customer = plant.customer(f"Átutazó {number + 1} Bt.", month_index(month), "PL")
        plant.contract(customer, [(month + 3 * DAY, "Basic", "179.00", "PLN")], month + 21 * DAY, "other")
    before = plant.customer("Visszanéző Kft.", 0)
    plant.contract(before, [(date(2021, 2, 1), "Basic", "39.00", "EUR")], date(2022, 4, 1), "other")
    plant.contract(before, [(date(2024, 6, 4), "Basic", "42.12", "EUR")], date(2024, 6, 25), "other")


def equal_plans(plant: Planter) -> None:
    """Two contracts of equal MRR: the plan is that of the earlier start, then of the smaller contract id."""
    earlier = plant.customer("Steiner OG", 0, "AT", "Enterprise")
    plant.contract(earlier, [(date(2021, 8, 1), "Standard", "150.00", "EUR")])
    plant.contract(earlier, [(date(2022, 2, 1), "Premium", "150.00", "EUR")])
    same_day = plant.customer("Jäger OG", 0, "AT", "Enterprise")
    plant.contract(same_day, [(date(2021, 8, 1), "Basic", "150.00", "EUR")])
    plant.contract(same_day, [(date(2021, 8, 1), "Premium", "150.00", "EUR")])


def movers(plant: Planter) -> None:
    """A changed country or segment holds from the delivery that shows it: moved_in and moved_out, never lost or new."""
    for number, (country, to, delivery) in enumerate((("HU", "AT", 23), ("PL", "HU", 29), ("HU", "PL", 34))):
        customer = plant.customer(f"Költöző {number + 1}", 0, country, "Trade")
        customer.versions[delivery] = replace(customer.versions[0], country=to, region="", segment="Enterprise")
        plant.contract(customer, [(date(2021, 10, 11), "Standard", "89.00", "EUR")])


def ends_at_the_edge(plant: Planter) -> None:
    """The first day without service decides: ending on 31 December is lost in December, on 1 January is not."""
    for ends_on in (date(2024, 12, 31), date(2025, 1, 1), date(2024, 11, 30), date(2024, 12, 1)):
        customer = plant.customer(f"Határ {ends_on:%m-%d} Kft.", 0)
        plant.contract(customer, [(date(2020, 12, 1), "Standard", "89.00", "EUR")], ends_on, "no_longer_needed")


def old_requests(plant: Planter) -> None:
    """A lost request tells why for 365 days before the loss: 365 days old counts, 366 days old is unknown."""
    for days in (365, 366):
        customer = plant.customer(f"Régi {days} Kft.", 0)
        ends_on = date(2024, 9, 17)
        plant.contract(customer, [(date(2021, 3, 1), "Basic", "39.00", "EUR")], ends_on)
        plant.request(customer, ends_on - days * DAY, "late_delivery")
        plant.request(customer, ends_on - 30 * DAY, "poor_service", outcome="saved")


def entered_by_mistake(plant: Planter) -> None:
    """Two contracts and a customer that vanish from later snapshots: deleted, as if they had never been."""
    customer = plant.customer("Weiß GmbH", 0, "AT")
    plant.contract(customer, [(date(2021, 1, 4), "Basic", "39.00", "EUR")])
    for delivery, mrr in ((19, "219.00"), (28, "890.00")):
        wrong = plant.contract(customer, [(date(2023, 5, 2), "Premium", mrr, "EUR")])
        wrong.last_delivery = delivery
    plant.customer("TESZT rekord", 9).last_delivery = 11


CASES: tuple[Callable[[Planter], None], ...] = (
    merged_customers,
    merge_of_merges,
    new_churned_nothing_reactivated,
    price_without_ends,
    end_on_the_first_row,
    currencies,
    rates_on_the_row,
    free_contracts,
    empty_and_withdrawn,
    gaps_within_a_month,
    joined_and_gone,
    equal_plans,
    movers,
    ends_at_the_edge,
    old_requests,
    entered_by_mistake,
)
