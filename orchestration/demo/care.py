"""Draws how cases were cared for: by whom, how fast, merged, reopened, called off; and further cases of leavers.

It works on the cases that service.py opened. Keep out: reviews of cases (reviews.py), answers about them (answers.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from orchestration.demo import people, story
from orchestration.demo.customers import pick
from orchestration.demo.ground import Ground, after, known, moment_in
from orchestration.demo.months import DAY, LAST_DAY, MONTHS, month_index
from orchestration.demo.world import Case, Order, World

_NEW_CHANNELS = (("chatbot", 0.42), ("messenger", 0.22), ("social", 0.16), ("video", 0.08), ("web", 0.12))
_SELF_SERVICE = {"chatbot": 0.55, "web": 0.4}
_ABOUT_AN_ORDER = ("wrong_goods", "delivery")
VARIANTS_SINCE = date(2024, 1, 1)
VARIANTS = ("short", "personal")


def draw_care(ground: Ground) -> None:
    """Gives every case its care, and adds cases that follow from it."""
    rng = ground.stream("care")
    orders = _orders_by_customer(ground.world)
    answered = {response.case_id for response in ground.world.responses}
    for case in list(ground.world.cases):
        _receive(rng, case, orders.get(case.customer_id, []))
        _settle(rng, case, case.case_id in answered)
        _follow(rng, ground.world, case)
    for month in MONTHS:
        for profile in ground.active_in(month):
            if ground.leaves_within(profile.customer_id, month.first, 60) and rng.random() < 0.09:
                _complain(rng, ground, profile.customer_id, month.first)


def next_case_id(world: World) -> str:
    """The next number of a case."""
    return f"CS{400001 + len(world.cases)}"


def _orders_by_customer(world: World) -> dict[str, list[Order]]:
    found: dict[str, list[Order]] = {}
    for order in sorted(world.orders, key=lambda order: (order.ordered_at, order.order_id)):
        found.setdefault(order.customer_id, []).append(order)
    return found


def _receive(rng: Random, case: Case, orders: list[Order]) -> None:
    """The channel a case came by, what order it is about, and a machine that handles it alone."""
    if rng.random() < 0.35:
        case.channel = pick(rng, _NEW_CHANNELS)
    if rng.random() < _SELF_SERVICE.get(case.channel, 0.0) and not case.is_complaint:
        case.agent = ""
        case.first_response_at = known(case.opened_at + timedelta(seconds=rng.randrange(2, 90)))
        case.resolved_at = known(case.opened_at + timedelta(minutes=rng.randrange(3, 50)))
    if case.category in _ABOUT_AN_ORDER:
        before = [order for order in orders if timedelta() <= case.opened_at - order.ordered_at < timedelta(days=45)]
        case.order_id = before[-1].order_id if before else ""


def _settle(rng: Random, case: Case, answered: bool) -> None:
    """How a case ended up by the demo's last day."""
    index = month_index(case.opened_at.date())
    draws = rng.random(), rng.random(), rng.choice(VARIANTS)
    if draws[0] < 0.03 and not answered:
        case.resolved_at, case.status = None, "cancelled"
        return
    if case.agent and case.opened_at.date() >= VARIANTS_SINCE:
        case.reply_variant = draws[2]
    if case.resolved_at is not None and draws[1] < story.reopened_share(index):
        case.reopened_at = known(after(rng, case.resolved_at, 4, 300))
        if case.reopened_at is not None:
            # Most are resolved a second time; what came back at the very end is open.
            case.resolved_at = known(after(rng, case.reopened_at, 2, 400)) or case.resolved_at
    case.status = "open" if _is_open(case) else "resolved"


def _is_open(case: Case) -> bool:
    if case.resolved_at is None:
        return True
    return case.reopened_at is not None and case.reopened_at > case.resolved_at


def _follow(rng: Random, world: World, case: Case) -> None:
    """A second case about the same: merged with the first, or opened after it seemed resolved."""
    draw = rng.random()
    if draw < 0.02:
        opened = after(rng, case.opened_at, 0, 30)
        status, merged_into = "merged", case.case_id
    elif draw < 0.06 and case.resolved_at is not None:
        opened = after(rng, case.resolved_at, 2, 24 * 12)
        status, merged_into = "open", ""
    else:
        return
    if opened.date() > LAST_DAY:
        return
    second = replace(
        case,
        case_id=next_case_id(world),
        opened_at=opened,
        first_response_at=None,
        resolved_at=None,
        reopened_at=None,
        reply_variant="",
        status=status,
        merged_into=merged_into,
    )
    if status == "open":
        second.agent = rng.choice(people.AGENTS)
        _answer(rng, second)
    world.cases.append(second)


def _answer(rng: Random, case: Case) -> None:
    """A person's first response and solution."""
    slow = 3.0 if month_index(case.opened_at.date()) in story.BAD_SERVICE else 1.0
    first = case.opened_at + timedelta(minutes=round(rng.lognormvariate(4.0, 0.9) * slow))
    resolved = first + timedelta(minutes=round(rng.lognormvariate(6.8, 1.2) * slow))
    case.first_response_at, case.resolved_at = known(first), known(resolved)
    case.status = "open" if case.resolved_at is None else "resolved"


def _complain(rng: Random, ground: Ground, customer_id: str, since: date) -> None:
    """A complaint, sometimes two, of a customer that is about to leave; some are never resolved."""
    for _ in range(2 if rng.random() < 0.3 else 1):
        opened = moment_in(rng, since, since + 27 * DAY)
        if not ground.is_active(customer_id, opened.date()):
            continue
        case = Case(
            case_id=next_case_id(ground.world),
            customer_id=customer_id,
            order_id="",
            opened_at=opened,
            first_response_at=None,
            resolved_at=None,
            channel=rng.choice(("email", "voice", "live_chat", "messenger")),
            category=rng.choice(("delivery", "billing", "product")),
            is_complaint=True,
            agent=rng.choice(people.AGENTS),
        )
        if rng.random() < 0.85:
            _answer(rng, case)
        ground.world.cases.append(case)
