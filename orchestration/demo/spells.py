"""When a customer was active, by plain date arithmetic on the clean events.

Intervals of days are half-open, [starts_on, ends_on); an open end is date.max. The rules are those of docs/metrics.md.
The demo itself is drawn by the settings it comes with: rule `either`, window 90 days, free contracts give no activity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from orchestration.configuration.company import Company
from orchestration.demo.months import DAY, last_day, month_index
from orchestration.demo.world import Contract, Order, Refund

WINDOW = 90 * DAY
OPEN = date.max
Spell = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Charge:
    """A price period with the day it really ends; `mrr` 0 is a free one.

    `is_continued`: it goes on through an allowed gap, until another contract follows.
    """

    contract_id: str
    contract_starts_on: date
    starts_on: date
    ends_on: date
    plan: str
    term_months: int
    mrr: Decimal
    currency: str
    rate_to_base: Decimal | None = None
    margin_rate: Decimal | None = None
    is_continued: bool = False

    def covers(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_on


@dataclass(frozen=True, slots=True)
class JudgedOrder:
    """A completed order, its refunds, and what they make of it.

    `is_counted` is False where refunds reach the amount within the order's month. `active_until` is the first day on
    which the order no longer keeps its customer active.
    """

    order: Order
    refunds: tuple[Refund, ...]
    is_counted: bool
    active_until: date

    @property
    def ordered_on(self) -> date:
        return self.order.ordered_at.date()

    def netted(self) -> list[tuple[date, Decimal]]:
        """What refunds take off revenue, by day: all of it; of an order that counts nowhere what exceeds its amount."""
        found = []
        left = Decimal(0) if self.is_counted else self.order.amount
        for refund in self.refunds:
            taken = max(refund.amount - left, Decimal(0))
            left = max(left - refund.amount, Decimal(0))
            found.append((refund.refunded_at.date(), taken))
        return [(day, amount) for day, amount in found if amount > 0]


def charges(contract: Contract) -> list[Charge]:
    """The contract's price periods, each ending at the next one's start or the contract's end; empty ones dropped."""
    ends_on = contract.ends_on or OPEN
    found = []
    for position, price in enumerate(contract.prices):
        following = contract.prices[position + 1].starts_on if position + 1 < len(contract.prices) else OPEN
        end = min(ends_on, following)
        if price.starts_on < end:
            found.append(
                Charge(
                    contract.contract_id,
                    contract.starts_on,
                    price.starts_on,
                    end,
                    price.plan,
                    price.term_months,
                    price.mrr,
                    price.currency,
                    price.rate_to_base,
                    price.margin_rate,
                )
            )
    return found


def judge(order: Order, refunds: Iterable[Refund], window: timedelta = WINDOW) -> JudgedOrder:
    """Applies the refund rules to one completed order, which keeps its customer for a window of days."""
    ordered_on = order.ordered_at.date()
    in_order = sorted(refunds, key=lambda refund: (refund.refunded_at.date(), refund.refund_id))
    until = ordered_on + window
    counted = True
    given_back = Decimal(0)
    for refund in in_order:
        given_back += refund.amount
        # Of an order for nothing nothing can be paid back.
        if given_back >= order.amount > 0:
            reached_on = refund.refunded_at.date()
            until = min(until, reached_on)
            counted = reached_on > last_day(month_index(ordered_on))
            break
    return JudgedOrder(order, tuple(in_order), counted, until)


def merged(spells: Iterable[Spell]) -> list[Spell]:
    """Overlapping and adjacent spells made one; empty ones dropped; in order."""
    result: list[Spell] = []
    for start, end in sorted(spell for spell in spells if spell[0] < spell[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def activity(charged: Iterable[Charge], orders: Iterable[JudgedOrder]) -> list[Spell]:
    """A customer's merged spells by the rule `either`."""
    paid = [(charge.starts_on, charge.ends_on) for charge in charged if charge.mrr > 0]
    return merged(paid + [(judged.ordered_on, judged.active_until) for judged in orders])


@dataclass(frozen=True, slots=True)
class RuledSpan:
    """Days a contract or an order makes its customer active; `is_counted` is False for an order that counts nowhere."""

    starts_on: date
    ends_on: date
    is_counted: bool


def ruled_spans(
    company: Company,
    charged: Iterable[Charge],
    orders: Iterable[JudgedOrder],
    segments: Iterable[tuple[date, date, str]],
) -> list[RuledSpan]:
    """What makes a customer active by the company's rule, or by that of the segment it has on a day.

    `segments` are (from, until, segment), without gaps.
    """
    paid = [RuledSpan(c.starts_on, c.ends_on, True) for c in charged if c.mrr > 0 or company.count_free]
    bought = [RuledSpan(judged.ordered_on, judged.active_until, judged.is_counted) for judged in orders]
    by_rule = {"contract": paid, "orders": bought, "either": paid + bought}
    cut = [
        RuledSpan(max(span.starts_on, since), min(span.ends_on, until), span.is_counted)
        for since, until, segment in segments
        for span in by_rule[company.activity_rule_by_segment.get(segment, company.activity_rule)]
    ]
    return [span for span in cut if span.starts_on < span.ends_on]


def bridged(company: Company, charged: list[Charge]) -> list[Charge]:
    """The charges with the allowed gaps filled: what ended where a short gap begins goes on until the follow-up."""
    counted = [charge for charge in charged if charge.mrr > 0 or company.count_free]
    spells = merged((charge.starts_on, charge.ends_on) for charge in counted)
    gap = company.allowed_gap_days * DAY
    follow_up = {end: following for (_, end), (following, _) in pairwise(spells) if following - end <= gap}
    return [
        replace(charge, ends_on=follow_up[charge.ends_on], is_continued=True)
        if charge in counted and charge.ends_on in follow_up
        else charge
        for charge in charged
    ]


def is_active(spells: list[Spell], day: date) -> bool:
    """Is the customer active on that day?"""
    return any(start <= day < end for start, end in spells)
