"""Draws the contracts of contractual customers, month by month: prices, plan changes, ends, returns, requests to leave.

Hazards come from story.py. Keep out: how contracts look in a delivery (files_crm.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from orchestration.demo import people, story
from orchestration.demo.customers import Profile, any_day
from orchestration.demo.months import DAY, LAST_DAY, MONTH_COUNT, add_months, first_day, last_day, month_index
from orchestration.demo.world import CENT, CancellationRequest, Contract, Price

_HAZARD = {1: 0.027, 12: 0.0145, 24: 0.0100}
_PLAN_WEIGHTS = {"Retail": (70, 26, 4), "Trade": (38, 46, 16), "Enterprise": (8, 40, 52)}
_TERM_WEIGHTS = {"Retail": (60, 34, 6), "Trade": (38, 46, 16), "Enterprise": (12, 50, 38)}


@dataclass(slots=True)
class Desk:
    """Where contracts and cancellation requests are numbered and kept."""

    contracts: list[Contract] = field(default_factory=list)
    requests: list[CancellationRequest] = field(default_factory=list)

    def contract_id(self) -> str:
        return f"K{200001 + len(self.contracts)}"

    def request_id(self) -> str:
        return f"CR{500001 + len(self.requests)}"


def cents(amount: int) -> Decimal:
    """A Decimal amount from whole cents."""
    return Decimal(amount).scaleb(-2)


def _at(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(rng.randrange(7, 19), rng.randrange(60), rng.randrange(60)))


def _first_price(rng: Random, profile: Profile, starts_on: date) -> Price:
    plan = rng.choices(story.PLANS, _PLAN_WEIGHTS[profile.segment])[0]
    term = rng.choices((1, 12, 24), _TERM_WEIGHTS[profile.segment])[0]
    seats = rng.choice((1, 1, 2, 3, 5)) if profile.segment == "Enterprise" else 1
    discount = rng.choice((100, 100, 100, 95, 90))
    raised = 108 if starts_on >= story.PRICE_RISE_ON else 100
    amount = story.PLAN_PRICE[profile.currency][plan] * seats * discount * raised // 10000
    return Price(starts_on, plan, term, cents(amount), profile.currency)


def _raise_day(rng: Random, price: Price) -> date | None:
    """The day the price rise reaches a contract: at once if monthly, else at its next renewal."""
    if price.starts_on >= date(2023, 1, 1) or rng.random() < 0.1:
        return None
    day = price.starts_on
    while day < story.PRICE_RISE_ON:
        day = add_months(day, price.term_months) if price.term_months > 1 else story.PRICE_RISE_ON
    return day


def _plan_change(rng: Random, price: Price, starts_on: date, index: int) -> Price | None:
    upgrade = 0.0085 if index >= story.RECOVERY else 0.005
    step = 1 if (draw := rng.random()) < upgrade else -1 if draw < upgrade + 0.003 else 0
    position = story.PLANS.index(price.plan) + step
    if step == 0 or not 0 <= position < len(story.PLANS):
        return None
    plan = story.PLANS[position]
    prices = story.PLAN_PRICE[price.currency]
    mrr = (price.mrr * prices[plan] / prices[price.plan]).quantize(CENT, ROUND_HALF_UP)
    return Price(starts_on, plan, price.term_months, mrr, price.currency)


def _hazard(profile: Profile, price: Price, started_on: date, index: int) -> float:
    age = index - month_index(started_on)
    hazard = _HAZARD[price.term_months]
    if price.term_months > 1:
        hazard *= 2.6 if age > 0 and age % price.term_months == 0 else 0.86
    hazard *= 1.2 * story.early_effect(age, profile.onboarded) if age < 3 else 0.9 if age > 24 else 1.0
    hazard *= story.offer_effect(profile.arms, index)
    return hazard * story.churn_factor(index, profile.country, profile.segment) * story.tier_effect(profile.tier(index))


def _end_day(rng: Random, contract: Contract, index: int) -> date:
    """Mostly any day; often the first of the next month, sometimes exactly the last or first day of this one."""
    draw = rng.random()
    if draw < 0.35:
        day = first_day(index + 1)
    elif draw < 0.4:
        day = last_day(index)
    elif draw < 0.45:
        day = first_day(index)
    else:
        day = any_day(rng, first_day(index), last_day(index))
    return max(day, contract.prices[-1].starts_on + DAY)


def book_request(
    rng: Random, desk: Desk, profile: Profile, contract_id: str, day: date, outcome: str, reason: str
) -> None:
    """A cancellation request, undecided where the answer would come after the demo's last day."""
    if day > LAST_DAY:
        return
    asked = _at(rng, day)
    decided = asked + timedelta(days=rng.randrange(1, 9))
    pending = decided.date() > LAST_DAY
    names = people.COMPETITORS[profile.country]
    desk.requests.append(
        CancellationRequest(
            request_id=desk.request_id(),
            customer_id=profile.customer_id,
            contract_id=contract_id,
            requested_at=asked,
            reason=reason,
            reason_text=people.reason_text(rng, profile.country),
            competitor=rng.choice(names) if reason == "competitor" and rng.random() < 0.8 else "",
            handled_by=rng.choice(people.AGENTS),
            outcome="pending" if pending else outcome,
            decided_at=None if pending else decided,
        )
    )


def draw_reason(rng: Random, index: int, country: str) -> str:
    """A reason code for a customer leaving in a month."""
    weights = story.reason_weights(index, country)
    return rng.choices(list(weights), list(weights.values()))[0]


def _end(rng: Random, desk: Desk, profile: Profile, contract: Contract, index: int) -> None:
    """Ends a contract, with a notice unless the payment failed, and a reason unless nobody asked."""
    contract.ends_on = _end_day(rng, contract, index)
    reason = draw_reason(rng, index, profile.country)
    contract.involuntary = reason == "payment_failed"
    contract.end_reason = reason if contract.involuntary or rng.random() < 0.84 else ""
    contract.end_row = rng.choices(("last", "all", "first"), (80, 14, 6))[0]
    if contract.involuntary:
        contract.end_known_on = contract.ends_on
        return
    notice = max(contract.signed_on, contract.ends_on - rng.randrange(5, 60) * DAY)
    contract.cancelled_on = contract.end_known_on = notice
    if rng.random() < 0.6:
        book_request(rng, desk, profile, contract.contract_id, notice, "lost", reason)


def sign(rng: Random, desk: Desk, profile: Profile, starts_on: date) -> Contract:
    """A contract from its first to its last known day; ends may lie after the demo's last day."""
    price = _first_price(rng, profile, starts_on)
    contract = Contract(
        contract_id=desk.contract_id(),
        customer_id=profile.customer_id,
        signed_on=starts_on - rng.randrange(0, 20) * DAY,
        prices=[price],
        auto_renews=rng.random() < 0.8,
    )
    desk.contracts.append(contract)
    raise_on = _raise_day(rng, price)
    # One month beyond the demo's end: notices already given for 2025 are known, all else is not.
    for index in range(month_index(starts_on), MONTH_COUNT + 1):
        if index > month_index(starts_on) and rng.random() < _hazard(profile, contract.prices[-1], starts_on, index):
            _end(rng, desk, profile, contract, index)
            break
        if index < MONTH_COUNT:
            _live(rng, desk, profile, contract, index, raise_on)
    if contract.end_known_on is not None and contract.end_known_on > LAST_DAY:
        contract.ends_on = contract.cancelled_on = contract.end_known_on = None
        contract.end_reason, contract.involuntary = "", False
    return contract


def _live(rng: Random, desk: Desk, profile: Profile, contract: Contract, index: int, raise_on: date | None) -> None:
    """A month in which the contract goes on: perhaps a new price, a new plan, or a request that is talked out of."""
    price = contract.prices[-1]
    if raise_on is not None and month_index(raise_on) == index and raise_on > price.starts_on:
        mrr = (price.mrr * Decimal("1.08")).quantize(CENT, ROUND_HALF_UP)
        contract.prices.append(Price(raise_on, price.plan, price.term_months, mrr, price.currency))
    elif index > month_index(contract.starts_on):
        day = any_day(rng, first_day(index), last_day(index))
        changed = _plan_change(rng, price, day, index)
        if changed is not None and day > price.starts_on:
            contract.prices.append(changed)
        elif rng.random() < 0.006:
            book_request(
                rng, desk, profile, contract.contract_id, day, "saved", draw_reason(rng, index, profile.country)
            )


def draw_contracts(rng: Random, desk: Desk, profile: Profile) -> None:
    """All contracts of a contractual customer: the first, perhaps a second beside it, perhaps a return."""
    contract = sign(rng, desk, profile, profile.joined_on)
    if profile.segment != "Retail" and rng.random() < 0.07:
        beside = contract.starts_on + rng.randrange(30, 400) * DAY
        if beside < min(contract.ends_on or LAST_DAY, LAST_DAY):
            sign(rng, desk, profile, beside)
    while contract.ends_on is not None and contract.ends_on < LAST_DAY and rng.random() < 0.11:
        # A few come back at once or within days; most after months.
        gap = rng.choice((0, 4, 9)) if rng.random() < 0.2 else rng.randrange(25, 300)
        returns_on = contract.ends_on + gap * DAY
        if returns_on > LAST_DAY:
            break
        contract = sign(rng, desk, profile, returns_on)
