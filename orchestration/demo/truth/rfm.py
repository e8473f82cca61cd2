"""The truth of fct_rfm: customers scored by how lately, how often and for how much they ordered, at month ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from orchestration.demo.months import add_months
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.orders import lines_of
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Table

COLUMNS = ("customers", "revenue_12m", "retention_denominator", "retention_numerator")
# By the recency score, from the value score 1 to 5.
SEGMENTS = {
    5: ("new_customers", "new_customers", "potential_loyalists", "champions", "champions"),
    4: ("promising", "promising", "potential_loyalists", "loyal", "loyal"),
    3: ("about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "at_risk"),
    1: ("lost", "lost", "hibernating", "cannot_lose", "cannot_lose"),
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer who ordered in the last 24 months: the last day, orders and cents of the last twelve."""

    history: History
    last_on: date
    orders: int
    cents: int


def _buyers(known: Known, month: Period) -> list[Buyer]:
    found = []
    for history in known.people:
        lines = [line for line in lines_of(history) if line.day <= month.end]
        days = [line.day for line in lines if line.orders]
        if days and max(days) >= add_months(month.start, -23):
            year = [line for line in lines if line.day >= add_months(month.start, -11)]
            orders, cents = sum(line.orders for line in year), sum(line.cents for line in year)
            found.append(Buyer(history, max(days), orders, cents))
    return found


def scores(values: list[int]) -> list[int]:
    """1 + ⌊5 · share strictly worse⌋, at most 5, of each value among all."""
    worse: dict[int, int] = {}
    for position, value in enumerate(sorted(values)):
        worse.setdefault(value, position)
    return [min(1 + 5 * worse[value] // len(values), 5) for value in values]


def segment(recency: int, frequency: int, money: int) -> str:
    """The segment of three scores: recency against the mean of the others, halves up."""
    return SEGMENTS[recency][(frequency + money + 1) // 2 - 1]


def rfm(known: Known) -> Table:
    """Every month's end and scope. What a segment kept stands in the month after it."""
    table = Table(known, ("rfm_segment",), COLUMNS, frozenset(("revenue_12m",)),
                  frozenset(("retention_denominator", "retention_numerator")))  # fmt: skip
    for month, following in zip(known.months, [*known.months[1:], None], strict=True):
        in_audience: dict[str, list[Buyer]] = defaultdict(list)
        for buyer in _buyers(known, month):
            for audience in {scope[0] for scope in known.scopes_of(buyer.history.place_in(month))}:
                in_audience[audience].append(buyer)
        for audience, buyers in in_audience.items():
            marks = zip(
                scores([buyer.last_on.toordinal() for buyer in buyers]),
                scores([buyer.orders for buyer in buyers]),
                scores([buyer.cents for buyer in buyers]),
                strict=True,
            )
            for buyer, three in zip(buyers, marks, strict=True):
                _count(known, table, audience, buyer, (month, following), segment(*three))
    return table


def _count(
    known: Known, table: Table, audience: str, buyer: Buyer, months: tuple[Period, Period | None], name: str
) -> None:
    month, following = months
    is_active = buyer.history.is_active_on(month.end)
    for scope in known.scopes_of(buyer.history.place_in(month)):
        if scope[0] != audience:
            continue
        table.add_to_scope(scope, month, {"customers": 1, "revenue_12m": buyer.cents}, (name,))
        if following is not None:
            stays = is_active and buyer.history.is_active_on(following.end)
            values = {"retention_denominator": int(is_active), "retention_numerator": int(stays)}
            table.add_to_scope(scope, following, values, (name,))
