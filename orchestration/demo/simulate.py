"""Draws the demo company's whole history from one seed.

Each subject, and each customer's business, draws from its own stream: a change in one leaves the others as they were.
Keep out: the edge cases that are planted by hand (planted.py).
"""

from __future__ import annotations

from datetime import date

from orchestration.demo import (
    answers,
    care,
    contact,
    contracts,
    finance,
    loyalty,
    offers,
    orders,
    prospecting,
    quotes,
    reviews,
    service,
    spending,
)
from orchestration.demo.customers import Profile, customer_of, draw_profiles, plan_care
from orchestration.demo.ground import Ground, stream
from orchestration.demo.months import DAY, LAST_DAY
from orchestration.demo.spells import OPEN, Spell, activity, charges, judge
from orchestration.demo.world import Contract, Order, Refund, World


def _last_side_order(owned: list[Contract]) -> date:
    ends = [contract.ends_on or OPEN for contract in owned]
    return LAST_DAY if max(ends) > LAST_DAY else max(ends) - 100 * DAY


def spells_by_customer(world: World) -> dict[str, list[Spell]]:
    """Activity of every customer id as delivered, merges not yet resolved."""
    refunds: dict[str, list[Refund]] = {}
    for refund in world.refunds:
        refunds.setdefault(refund.order_id, []).append(refund)
    charged: dict[str, list[Contract]] = {}
    for contract in world.contracts:
        charged.setdefault(contract.customer_id, []).append(contract)
    judged: dict[str, list[Order]] = {}
    for order in world.orders:
        if order.status == "completed":
            judged.setdefault(order.customer_id, []).append(order)
    return {
        customer.customer_id: activity(
            [charge for contract in charged.get(customer.customer_id, ()) for charge in charges(contract)],
            [judge(order, refunds.get(order.order_id, ())) for order in judged.get(customer.customer_id, ())],
        )
        for customer in world.customers
    }


def _draw_business(seed: int, profiles: list[Profile]) -> tuple[contracts.Desk, orders.Till]:
    desk, till = contracts.Desk(), orders.Till()
    for profile in profiles:
        plan_care(stream(seed, f"care of {profile.customer_id}"), profile)
        contracted = stream(seed, f"contracts of {profile.customer_id}")
        ordered = stream(seed, f"orders of {profile.customer_id}")
        if profile.business == "orders":
            orders.draw_orders(ordered, till, desk, profile)
            continue
        before = len(desk.contracts)
        contracts.draw_contracts(contracted, desk, profile)
        if profile.business == "mixed":
            orders.draw_side_orders(ordered, till, profile, _last_side_order(desk.contracts[before:]))
    return desk, till


def simulate(seed: int) -> World:
    """Everything that happened at Fernhill Supply up to 2024-12-31, for one seed."""
    people = stream(seed, "customers")
    profiles = draw_profiles(people)
    desk, till = _draw_business(seed, profiles)
    world = World(
        customers=[customer_of(people, profile) for profile in profiles],
        contracts=desk.contracts,
        orders=till.orders,
        refunds=till.refunds,
        requests=desk.requests,
        rates=finance.draw_rates(stream(seed, "rates")),
    )
    ground = Ground(seed, world, profiles, spells_by_customer(world))
    desk_of_service = service.Desk()
    service.draw_service(stream(seed, "service"), desk_of_service, profiles, ground.spells)
    world.cases, world.responses = desk_of_service.cases, desk_of_service.responses
    # What follows leans on what stands before it: offers on requests, answers on cases, invitations on answers.
    for draw in (
        care.draw_care,
        reviews.draw_reviews,
        contact.draw_interactions,
        quotes.draw_quotes,
        offers.draw_offers,
        loyalty.draw_points,
        loyalty.draw_referrals,
        prospecting.draw_touches,
        prospecting.draw_ratings,
        spending.draw_costs,
        answers.draw_answers,
    ):
        draw(ground)
    return world
