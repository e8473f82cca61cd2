"""Hypothesis strategies: small companies with every awkward history, as facts of the demo's World.

A company has one to four customers and a name that is its country, so that a breakdown by country keeps many companies
of one build apart. Days like the edges of periods, and follow-ups like the edges of windows and gaps.

Add here: a further fact, drawn. Keep out: what customers ask, are offered and collect (company_service.py), files
(company_files.py) and what the facts add up to (the truth).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from orchestration.demo.months import DAY, first_day
from orchestration.demo.world import (
    Attributes,
    CancellationRequest,
    Contract,
    Customer,
    Order,
    Price,
    Refund,
    Response,
    World,
)
from tests.truth.company_days import DELIVERIES, LAST, days, hours, moments
from tests.truth.company_service import cases, contacts, offers, points, quotes, referrals

REASONS = ("price_increase", "competitor", "payment_failed", "other", "")
Draw = Any

# From the end of a contract to the start of the next one.
gaps = st.sampled_from([0, 1, 9, 10, 10, 11, 11, 40])
# From one event to the next: none, a day, and around windows of 30 and 90 days and gaps of 10.
steps = st.sampled_from([0, 1, 2, 9, 10, 11, 29, 30, 31, 60, 89, 90, 91, 200])
amounts = st.sampled_from(["0.00", "0.01", "10.00", "10.00", "19.99", "100.00", "333.33"])
mrrs = st.sampled_from(["0.00", "0.01", "10.00", "10.00", "20.00", "33.33", "50.00"])
plans = st.sampled_from(["basic", "plus", ""])
currencies = st.sampled_from(["EUR", "EUR", "PLN"])
own_rates = st.sampled_from([None, None, None, Decimal("0.24")])


@st.composite
def versions(draw: Draw, country: str) -> dict[int, Attributes]:
    """What one to three deliveries said of a customer."""
    deliveries = sorted(draw(st.sets(st.sampled_from(DELIVERIES), min_size=1, max_size=3)))
    return {
        index: Attributes(
            country=country,
            region=draw(st.sampled_from(["north", "south", ""])),
            segment=draw(st.sampled_from(["big", "small", "tiny", ""])),
            account_owner=draw(st.sampled_from(["Ann", "Bo"])),
            loyalty_tier=draw(st.sampled_from(["gold", "silver", ""])),
        )
        for index in deliveries
    }


@st.composite
def price_lists(draw: Draw, starts_on: date) -> list[Price]:
    """One to three price periods of one contract."""
    prices: list[Price] = []
    day = starts_on
    for _ in range(draw(st.integers(1, 3))):
        prices.append(
            Price(
                starts_on=day,
                plan=draw(plans),
                term_months=draw(st.sampled_from([1, 12])),
                mrr=Decimal(draw(mrrs)),
                currency=draw(currencies),
                rate_to_base=draw(own_rates),
            )
        )
        day += (1 + draw(steps)) * DAY
    return prices


@st.composite
def ends(draw: Draw, starts_on: date) -> date | None:
    """Never, some days after the start, or about the last day, when a follow-up may yet come."""
    step, late = draw(steps), draw(st.sampled_from([-11, -10, -9, 0, 1]))
    possible = [None, starts_on + step * DAY, starts_on + step * DAY, max(starts_on, LAST + late * DAY)]
    return possible[draw(st.integers(0, 3))]


@st.composite
def contracts(draw: Draw, customer_id: str) -> list[Contract]:
    """Up to three contracts: each begins anywhere, or some days after the one before ended, or is its twin in price."""
    found: list[Contract] = []
    for number in range(draw(st.integers(0, 3))):
        before = found[-1].ends_on if found else None
        starts_on = draw(days)
        if before is not None and draw(st.sampled_from([True, True, False])):
            starts_on = before + draw(gaps) * DAY
        ends_on = draw(ends(starts_on))
        prices = draw(price_lists(starts_on))
        if found and draw(st.sampled_from([False, False, True])):
            # Of contracts of equal worth and age the smaller id gives the plan.
            prices = [replace(price, plan=draw(plans)) for price in found[-1].prices]
            starts_on, ends_on = prices[0].starts_on, found[-1].ends_on
        contract = Contract(f"{customer_id}-K{number}", customer_id, starts_on, prices, ends_on=ends_on)
        if ends_on is not None:
            contract.end_row = draw(st.sampled_from(["last", "first", "all"]))
            contract.end_reason = draw(st.sampled_from(REASONS))
            contract.involuntary = draw(st.sampled_from([False, False, True]))
            contract.cancelled_on = draw(st.sampled_from([None, None, ends_on - 20 * DAY]))
        else:
            contract.auto_renews = draw(st.booleans())
            renewal = prices[-1].starts_on + 365 * DAY
            renews_on = draw(st.sampled_from([None, renewal, renewal, LAST + 30 * DAY]))
            contract.prices[-1] = replace(prices[-1], renews_on=renews_on)
        found.append(contract)
    return found


@st.composite
def orders(draw: Draw, customer_id: str) -> list[tuple[Order, list[Refund]]]:
    """Up to five orders, each anywhere or some days after the one before, and what was paid back."""
    found: list[tuple[Order, list[Refund]]] = []
    for number in range(draw(st.integers(0, 5))):
        day = draw(days)
        if found and draw(st.booleans()):
            day = min(found[-1][0].ordered_at.date() + draw(steps) * DAY, LAST)
        order = Order(
            order_id=f"{customer_id}-O{number}",
            customer_id=customer_id,
            ordered_at=datetime.combine(day, draw(hours)),
            amount=Decimal(draw(amounts)),
            currency=draw(currencies),
            channel=draw(st.sampled_from(["shop", "marketplace"])),
            status=draw(st.sampled_from(["completed"] * 5 + ["open", "cancelled"])),
            delivered_in=0,
            rate_to_base=draw(own_rates),
        )
        found.append((order, draw(refunds(order))))
    return found


@st.composite
def refunds(draw: Draw, order: Order) -> list[Refund]:
    """None, one or two refunds: all of it, half of it, a cent, at once or later."""
    found = []
    for number in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        at = order.ordered_at + timedelta(seconds=1, days=draw(steps))
        if at.date() > LAST:
            continue
        half = (order.amount / 2).quantize(Decimal("0.01"))
        amount = draw(st.sampled_from([order.amount, order.amount - half, half, Decimal("0.01")]))
        found.append(Refund(f"{order.order_id}-R{number}", order.order_id, at, amount, order.currency))
    return found


@st.composite
def requests(draw: Draw, customer_id: str) -> list[CancellationRequest]:
    """Up to two requests to cancel, decided at once, later or on no known day."""
    found = []
    for number in range(draw(st.integers(0, 2))):
        asked_at = draw(moments(days))
        outcome = draw(st.sampled_from(["lost", "lost", "saved", "pending"]))
        decided_at = asked_at + timedelta(minutes=1, days=draw(steps))
        is_dated = outcome != "pending" and decided_at.date() <= LAST and draw(st.booleans())
        found.append(
            CancellationRequest(
                request_id=f"{customer_id}-C{number}",
                customer_id=customer_id,
                contract_id="",
                requested_at=asked_at,
                reason=draw(st.sampled_from(REASONS)),
                reason_text="",
                competitor=draw(st.sampled_from(["", "Rival", "Other"])),
                handled_by=draw(st.sampled_from(["", "Eva"])),
                outcome=outcome,
                decided_at=decided_at if is_dated else None,
            )
        )
    return found


@st.composite
def responses(draw: Draw, customer_id: str, case_ids: list[str]) -> list[Response]:
    """Up to three answers to two surveys: blank, test, duplicate, partial or plain; some of nobody."""
    found = []
    for number in range(draw(st.integers(0, 3))):
        survey_id, top = draw(st.sampled_from([("relationship", 10), ("service", 5)]))
        found.append(
            Response(
                response_id=f"{customer_id}-S{number}",
                survey_id=survey_id,
                customer_id=draw(st.sampled_from([customer_id] * 5 + [""])),
                responded_at=draw(moments(days)),
                status=draw(st.sampled_from(["completed"] * 4 + ["partial"])),
                language="en",
                channel=draw(st.sampled_from(["email", "web", ""])),
                case_id=draw(st.sampled_from(["", *case_ids])) if survey_id == "service" else "",
                is_test=draw(st.sampled_from([False] * 9 + [True])),
                is_duplicate=draw(st.sampled_from([False] * 9 + [True])),
                score=draw(st.one_of(st.none(), st.integers(top - 5 if top == 10 else 1, top))),
                effort=None,
                comment="",
            )
        )
    return found


@st.composite
def companies(draw: Draw) -> World:
    """A company under the name `?`; named() gives it one of its own."""
    world = World()
    count = draw(st.integers(1, 4))
    for number in range(count):
        customer_id = f"?-{number}"
        known = draw(versions("?"))
        # A merge points forward, so that merges never run in a circle.
        merged = draw(st.sampled_from([False, False, False, True])) and number + 1 < count
        world.customers.append(
            Customer(
                customer_id=customer_id,
                name=customer_id,
                kind="company",
                industry="",
                acquired_on=None,
                acquisition_channel=draw(st.sampled_from(["ads", ""])),
                acquisition_offer=draw(st.sampled_from(["welcome", ""])),
                first_delivery=min(known),
                versions=known,
                merged_into=f"?-{draw(st.integers(number + 1, count - 1))}" if merged else "",
                merged_in_delivery=max(known),
                do_not_contact=draw(st.sampled_from([False, False, False, True])),
            )
        )
        world.contracts += draw(contracts(customer_id))
        bought = draw(orders(customer_id))
        for order, paid_back in bought:
            world.orders.append(order)
            world.refunds += paid_back
        asked = draw(cases(customer_id, [order.order_id for order, _ in bought]))
        world.cases += asked
        world.requests += draw(requests(customer_id))
        world.responses += draw(responses(customer_id, [case.case_id for case in asked]))
        world.interactions += draw(contacts(customer_id))
        world.quotes += draw(quotes(customer_id))
        world.offers += draw(offers(customer_id))
        world.points += draw(points(customer_id))
        world.referrals += draw(referrals(customer_id, [f"?-{other}" for other in range(count) if other != number]))
    return world


KINDS = (
    *("customers", "contracts", "orders", "refunds", "requests", "responses"),
    *("cases", "interactions", "quotes", "offers", "points", "referrals"),
)


def _renamed(fact: Any, name: str) -> Any:
    """A copy of a fact with the company's name in every id."""
    texts = {
        field: value.replace("?", name, 1)
        for field in fact.__dataclass_fields__
        if isinstance(value := getattr(fact, field), str) and value.startswith("?")
    }
    if isinstance(fact, Customer):
        known = {index: replace(state, country=name) for index, state in fact.versions.items()}
        return replace(fact, versions=known, **texts)
    return replace(fact, **texts)


def named(company: World, name: str) -> World:
    """The company under a name: its country and the beginning of every id."""
    return World(**{kind: [_renamed(fact, name) for fact in getattr(company, kind)] for kind in KINDS})


def together(companies_drawn: list[World]) -> World:
    """All companies as one world, with rates that change from month to month."""
    world = World(rates={first_day(index): Decimal(20 + index * 7 % 9) / 100 for index in range(-12, 40)})
    for company in companies_drawn:
        for kind in KINDS:
            getattr(world, kind).extend(getattr(company, kind))
    return world
