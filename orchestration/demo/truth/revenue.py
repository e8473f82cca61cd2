"""The truth of fct_revenue: MRR at both edges of a period, rounded once per customer and currency, and moves."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from orchestration.demo.spells import Charge
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Table
from orchestration.demo.world import CENT

MOVEMENTS = ("new_mrr", "reactivation_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr")
COLUMNS = (
    "mrr_start",
    *MOVEMENTS,
    "fx_effect",
    "mrr_end",
    "nrr_numerator",
    "nrr_denominator",
    "grr_numerator",
    "grr_denominator",
    "start_squared",
    "nrr_squared",
    "nrr_product",
    "grr_squared",
    "grr_product",
    "paid_between_ends",
    "paying_customers_start",
    "paying_customers_end",
)
COUNTS = {"paying_customers_start", "paying_customers_end", "paid_between_ends"}
SQUARES = {"start_squared", "nrr_squared", "nrr_product", "grr_squared", "grr_product"}
Paid = dict[str, list[Charge]]


def paid_on(history: History, day: date) -> Paid:
    """What is paid on a day by contracts in force, by currency."""
    found: Paid = {}
    for charge in history.charges:
        if charge.mrr > 0 and charge.covers(day):
            found.setdefault(charge.currency, []).append(charge)
    return found


def in_cents(history: History, paid: Paid, month: date) -> int:
    """Base amount at a month's rates, or a row's own; each currency summed and rounded half up to the cent, once."""
    total = Decimal(0)
    for currency, charged in paid.items():
        rate = history.rate_of(currency, month)
        exact = sum((charge.mrr * (charge.rate_to_base or rate) for charge in charged), Decimal(0))
        total += exact.quantize(CENT, ROUND_HALF_UP)
    return int(total * 100)


def mrr_at_start(history: History, period: Period) -> int:
    """What the customer paid on the day before a period, in cents at the rates of the month before."""
    return in_cents(history, paid_on(history, period.day_before), period.month_before)


def _movement(history: History, period: Period, paid_start: Paid, paid_end: Paid, change: int) -> str | None:
    """By what is paid, whatever little it is in base currency."""
    if paid_start and not paid_end:
        return "churned_mrr"
    if paid_end and not paid_start:
        paid_earlier = any(charge.mrr > 0 and charge.starts_on < period.start for charge in history.charges)
        return "reactivation_mrr" if paid_earlier else "new_mrr"
    if change > 0:
        return "expansion_mrr"
    return "contraction_mrr" if change < 0 else None


def _kept(start: int, end: int) -> dict[str, int]:
    """What a customer that paid at the start pays at the end, and pays still; with the squares an interval needs."""
    kept = min(start, end)
    return {
        "nrr_numerator": end,
        "nrr_denominator": start,
        "grr_numerator": kept,
        "grr_denominator": start,
        "start_squared": start * start,
        "nrr_squared": end * end,
        "nrr_product": end * start,
        "grr_squared": kept * kept,
        "grr_product": kept * start,
    }


def _count(table: Table, history: History, period: Period) -> None:
    paid_start, paid_end = paid_on(history, period.day_before), paid_on(history, period.end)
    start = mrr_at_start(history, period)
    if not paid_start and not paid_end:
        if any(
            charge.mrr > 0 and charge.starts_on <= period.end and period.start < charge.ends_on
            for charge in history.charges
        ):
            table.add(history.place_in(period), period, {"paid_between_ends": 1})
        return
    end_at_start_rates = in_cents(history, paid_end, period.month_before)
    end = in_cents(history, paid_end, period.last_month)
    values = {
        "mrr_start": start,
        "fx_effect": end - end_at_start_rates,
        "mrr_end": end,
        "paying_customers_start": int(bool(paid_start)),
        "paying_customers_end": int(bool(paid_end)),
    }
    movement = _movement(history, period, paid_start, paid_end, end_at_start_rates - start)
    if movement is not None:
        values[movement] = abs(end_at_start_rates - start)
    if paid_start:
        values |= _kept(start, end_at_start_rates)
    table.add(history.place_in(period), period, values)


def revenue(known: Known) -> Table:
    """MRR movements of every period and scope."""
    table = Table(known, (), COLUMNS, frozenset(COLUMNS) - COUNTS - SQUARES, squares=frozenset(SQUARES))
    for history in known.people:
        if history.charges:
            for period in known.periods:
                _count(table, history, period)
    return table
