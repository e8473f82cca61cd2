"""What fct_revenue must hold, worked out customer by customer from the prices in force on two days.

Add here: the plain reading of a revenue definition. Keep out: anything read from the models under test.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.integration.retention.retention_reference import DAY, Reference, month_end
from tests.integration.revenue.marts_world import Figures, Rows, sum_rows

CENT = Decimal("0.01")
FIGURES = (
    *(
        "paying_customers_start",
        "paying_customers_end",
        "paid_between_ends",
        "mrr_start",
        "new_mrr",
        "reactivation_mrr",
        "expansion_mrr",
    ),
    *("contraction_mrr", "churned_mrr", "fx_effect", "mrr_end", "nrr_numerator", "nrr_denominator", "grr_numerator"),
)


class Rates:
    """Base units per unit: the row's own, 1 for EUR, else the month's."""

    def __init__(self, reference: Reference) -> None:
        rows = reference.world.rows
        self.of_month = {(r["currency"], r["month"]): Decimal(str(r["rate_to_base"])) for r in rows["exchange_rates"]}
        self.of_row = {
            (r["contract_id"], r["starts_on"]): Decimal(str(r["rate_to_base"]))
            for r in rows["contracts"]
            if r.get("rate_to_base")
        }

    def of(self, currency: str, on: date) -> Decimal:
        """The rate of a day's month."""
        return Decimal(1) if currency == "EUR" else self.of_month[currency, on.replace(day=1)]

    def of_price(self, price: Any, on: date) -> Decimal:
        """The rate a price is read at on a day."""
        return self.of_row.get((price.contract_id, price.starts_on)) or self.of(price.currency, on)


def in_base(prices: list[Any], rates: Rates, on: date) -> Decimal:
    """All prices at a day's rates, each currency rounded once."""
    total = Decimal(0)
    for currency in {price.currency for price in prices}:
        exact = sum((p.mrr * rates.of_price(p, on) for p in prices if p.currency == currency), Decimal(0))
        total += exact.quantize(CENT, ROUND_HALF_UP)
    return total


def movement(prices: list[Any], rates: Rates, start: date) -> Figures:
    """A customer's figures of the month that starts on this day."""
    before, last = start - DAY, month_end(start)
    paid = [price for price in prices if price.mrr > 0]
    held, holds = [p for p in paid if p.holds(before)], [p for p in paid if p.holds(last)]
    if not held and not holds:
        inside = any(p.holds(start.replace(day=number)) for p in paid for number in range(1, last.day + 1))
        return {"paid_between_ends": 1} if inside else {}
    a, b, closing = in_base(held, rates, before), in_base(holds, rates, before), in_base(holds, rates, last)
    earlier = any(p.starts_on < start and (p.ends_on is None or p.starts_on < p.ends_on) for p in paid)
    name = (
        "churned" if not holds
        else ("reactivation" if earlier else "new") if not held
        else "expansion" if b > a else "contraction"
    )  # fmt: skip
    figures = {"mrr_start": a, "mrr_end": closing, "fx_effect": closing - b, f"{name}_mrr": abs(b - a)}
    figures |= {"paying_customers_start": int(bool(held)), "paying_customers_end": int(bool(holds))}
    if held:
        figures |= {"nrr_numerator": b, "nrr_denominator": a, "grr_numerator": min(a, b)}
    return figures


def revenue(reference: Reference) -> Rows:
    """Every figure of fct_revenue by scope and month."""
    rates, rows = Rates(reference), {}
    for start in reference.months:
        for customer in reference.customers:
            figures = movement(reference.prices[customer], rates, start)
            if figures:
                for scope in reference.scopes(reference.attributes(customer, start)):
                    sum_rows(rows, (*scope, start), figures)
    return rows
