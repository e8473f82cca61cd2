"""The truth of fct_loyalty and fct_tier_moves: members by tier, what they spent, points, rewards, referrals, moves.

A customer's tier in a period is that of the day before it, as every delivered attribute.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from orchestration.demo.truth.histories import NONE, History
from orchestration.demo.truth.known import ALL, Known
from orchestration.demo.truth.orders import in_cents, lines_of
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Table

MEMBERS = "(members)"
KINDS = {"earn": ("points_earned", 1), "redeem": ("points_redeemed", -1), "expire": ("points_expired", -1),
         "adjust": ("points_adjusted", 1)}  # fmt: skip
COLUMNS = ("customers_start", "customers_end", "retained_customers", "revenue", "points_earned", "points_redeemed",
           "points_expired", "points_adjusted", "reward_cost", "referrals_made", "referrals_converted")  # fmt: skip
REFERRED = ("referred_numerator", "referred_denominator")


def tier_on(history: History, day: date) -> str:
    """The tier delivered last by that day; before the first delivery the first one."""
    return history.attributes_on(day).loyalty_tier or NONE


def _add(table: Table, history: History, period: Period, values: Mapping[str, int]) -> None:
    """To the tier of the day before, to all members if it is one, and to everybody."""
    tier = tier_on(history, period.day_before)
    place = history.place_in(period)
    for row in (tier, ALL) if tier == NONE else (tier, MEMBERS, ALL):
        table.add(place, period, values, (row,))


def _count_people(known: Known, table: Table) -> None:
    for history in known.people:
        lines = lines_of(history)
        for period in known.periods:
            start, end = history.is_active_on(period.day_before), history.is_active_on(period.end)
            spent = sum(line.cents for line in lines if period.holds(line.day))
            if start or end or spent:
                values = {"customers_start": start, "customers_end": end, "retained_customers": start and end}
                _add(table, history, period, {name: int(value) for name, value in values.items()} | {"revenue": spent})


def _count_points(known: Known, table: Table) -> None:
    for transaction in known.world.points:
        history = known.person(transaction.customer_id)
        if history is None:
            continue
        day = transaction.occurred_at.date()
        column, sign = KINDS[transaction.kind]
        values = {column: sign * transaction.points}
        if transaction.cost is not None:
            currency = transaction.currency or known.company.base_currency
            values["reward_cost"] = in_cents(transaction.cost, history.rate_of(currency, day) or Decimal(1))
        for period in known.periods_with(day):
            _add(table, history, period, values)


def is_new(history: History, period: Period) -> bool:
    """Active at the end, and never before the period."""
    return history.is_active_on(period.end) and not history.was_active_before(period.start)


def _count_referrals(known: Known, table: Table) -> None:
    for referral in known.world.referrals:
        referrer = known.person(referral.referrer_id)
        if referrer is None:
            continue
        for period in known.periods_with(referral.referred_at.date()):
            _add(table, referrer, period, {"referrals_made": 1})
        for period in known.periods_with(referral.converted_at.date()) if referral.converted_at else ():
            _add(table, referrer, period, {"referrals_converted": 1})


def referred(known: Known) -> Table:
    """New customers of every period and scope, and those whom somebody had named by its end; of everybody only."""
    named_on: dict[str, date] = {}
    for referral in known.world.referrals:
        person = known.person(referral.referred_customer_id)
        if person is not None and known.person(referral.referrer_id) is not None:
            day = referral.referred_at.date()
            named_on[person.customer_id] = min(named_on.get(person.customer_id, day), day)
    table = Table(known, ("tier",), REFERRED)
    for history in known.people:
        day_named = named_on.get(history.customer_id)
        for period in known.periods:
            if is_new(history, period):
                was_named = day_named is not None and day_named <= period.end
                values = {"referred_denominator": 1, "referred_numerator": int(was_named)}
                table.add(history.place_in(period), period, values, (ALL,))
    return table


def loyalty(known: Known) -> Table:
    """Every period, scope and tier; (members) is all tiers, (none) who is no member, (all) everybody."""
    table = Table(known, ("tier",), COLUMNS, amounts=frozenset(("revenue", "reward_cost")))
    _count_people(known, table)
    _count_points(known, table)
    _count_referrals(known, table)
    return table


def tier_moves(known: Known) -> Table:
    """Customers whose tier on a period's last day is another than on the day before it."""
    table = Table(known, ("from_tier", "to_tier"), ("customers",))
    for history in known.people:
        for period in known.periods:
            before, after = tier_on(history, period.day_before), tier_on(history, period.end)
            if before != after:
                table.add(history.place_in(period), period, {"customers": 1}, (before, after))
    return table
