"""How a contract stands in a snapshot: only what the CRM knew by that month's end."""

from __future__ import annotations

from datetime import date

from orchestration.demo.margins import renewal_after
from orchestration.demo.months import DAY, MONTH_COUNT, Month, last_day
from orchestration.demo.world import Contract, Price

HEADER = [
    "contract_id",
    "starts_on",
    "customer_id",
    "plan",
    "term_months",
    "ends_on",
    "renews_on",
    "cancelled_on",
    "mrr",
    "currency",
    "rate_to_base",
    "margin_rate",
    "auto_renews",
    "end_reason",
    "involuntary",
    "updated_at",
]


def _known_prices(contract: Contract, month: Month) -> list[Price]:
    """Prices in force by the month's end, and those announced for the next 31 days."""
    if contract.signed_on > month.last or month.index > (contract.last_delivery or MONTH_COUNT):
        return []
    later = [price for price in contract.prices[1:] if price.starts_on <= month.last + 31 * DAY]
    return [contract.prices[0], *later]


def _updated_on(contract: Contract, price: Price, month: Month) -> date:
    days = [contract.signed_on, price.starts_on, contract.end_known_on, contract.cancelled_on]
    return max(day for day in days if day is not None and day <= month.last)


def next_change(contract: Contract, month: Month) -> date:
    """The first day after the month's end on which a snapshot would show the contract otherwise; date.max if none."""
    days: list[date | None] = [contract.signed_on, contract.end_known_on, contract.cancelled_on]
    days += [day for price in contract.prices for day in (price.starts_on, price.starts_on - 31 * DAY)]
    days.append(renewal_after(contract, contract.prices[-1], month.last))
    if contract.last_delivery is not None:
        days.append(last_day(contract.last_delivery + 1))
    return min((day for day in days if day is not None and day > month.last), default=date.max)


def contract_rows(contract: Contract, month: Month) -> list[list[str]]:
    """The contract's rows in a month's snapshot, in the order of HEADER."""
    prices = _known_prices(contract, month)
    end_known = contract.end_known_on is not None and contract.end_known_on <= month.last
    noticed = contract.cancelled_on is not None and contract.cancelled_on <= month.last
    rows = []
    for position, price in enumerate(prices):
        place = {"first": position == 0, "last": position == len(prices) - 1, "all": True}[contract.end_row]
        ends = end_known and place
        renews_on = None if end_known or position < len(prices) - 1 else renewal_after(contract, price, month.last)
        rows.append(
            [
                contract.contract_id,
                price.starts_on.isoformat(),
                contract.customer_id,
                price.plan,
                str(price.term_months),
                str(contract.ends_on) if ends else "",
                "" if renews_on is None else renews_on.isoformat(),
                str(contract.cancelled_on) if noticed and place else "",
                str(price.mrr),
                price.currency,
                "" if price.rate_to_base is None else str(price.rate_to_base),
                "" if price.margin_rate is None else str(price.margin_rate),
                "true" if contract.auto_renews else "false",
                contract.end_reason if ends else "",
                ("true" if contract.involuntary else "false") if ends else "",
                f"{_updated_on(contract, price, month)} 18:30:00",
            ]
        )
    return rows
