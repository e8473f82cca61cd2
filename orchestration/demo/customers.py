"""Draws who the customers are: when they come, what they are like, and how their record changes over the deliveries.

Keep out: what they do (contracts.py, orders.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from orchestration.demo import people, story
from orchestration.demo.months import DAY, FIRST_DAY, LAST_DAY, MONTH_COUNT, first_day, last_day, month_index
from orchestration.demo.world import Attributes, Customer

CONTRACT_STOCK = 1180
ORDER_STOCK = 380
CONTRACT_JOINERS = 38
ORDER_JOINERS = 27
TIERS = ("", "bronze", "silver", "gold")
_LAPSE_MONTHS = 6
_COUNTRIES = (("HU", 0.48), ("PL", 0.32), ("AT", 0.20))
_SEGMENTS = (("Retail", 0.46), ("Trade", 0.38), ("Enterprise", 0.16))


@dataclass(slots=True)
class Profile:
    """A customer before it does anything. `business` is contract, orders or mixed; days are local dates.

    `arms` names the campaigns it is picked for, each with its arm. In the six months from `lapses_in` it falls a tier.
    """

    customer_id: str
    country: str
    segment: str
    business: str
    joined_on: date
    loyalty_joined_on: date | None
    onboarded: bool = False
    arms: dict[str, str] = field(default_factory=dict)
    lapses_in: int | None = None

    @property
    def currency(self) -> str:
        return story.CURRENCY[self.country]

    def tier(self, index: int) -> str:
        """Loyalty tier in a month."""
        tier = story.loyalty_tier(self.loyalty_joined_on, index)
        if tier and self.lapses_in is not None and 0 <= index - self.lapses_in < _LAPSE_MONTHS:
            return TIERS[TIERS.index(tier) - 1]
        return tier


def pick(rng: Random, choices: tuple[tuple[str, float], ...]) -> str:
    """One of the (value, weight) pairs."""
    return rng.choices([value for value, _ in choices], [weight for _, weight in choices])[0]


def any_day(rng: Random, first: date, last: date) -> date:
    """A day in [first, last]."""
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _join_days(rng: Random, contract: bool) -> list[date]:
    stock, joiners = (CONTRACT_STOCK, CONTRACT_JOINERS) if contract else (ORDER_STOCK, ORDER_JOINERS)
    since = date(2020, 1, 1) if contract else date(2021, 7, 1)
    days = [any_day(rng, since, FIRST_DAY - DAY) for _ in range(stock)]
    for index in range(MONTH_COUNT):
        count = round(joiners * rng.uniform(0.8, 1.2) * (1.12 if index >= story.RECOVERY else 1.0))
        # Contracts like to start on the first of a month.
        days += [
            first_day(index) if contract and rng.random() < 0.3 else any_day(rng, first_day(index), last_day(index))
            for _ in range(count)
        ]
    return days


def _loyalty_day(rng: Random, joined_on: date) -> date | None:
    since = max(joined_on + 60 * DAY, story.LOYALTY_STARTS_ON)
    if rng.random() > 0.36 or since >= LAST_DAY:
        return None
    return min(any_day(rng, since, since + 240 * DAY), LAST_DAY)


def draw_profiles(rng: Random) -> list[Profile]:
    """About 4,000 customers in the order they joined."""
    joins = [(day, True) for day in _join_days(rng, contract=True)]
    joins += [(day, False) for day in _join_days(rng, contract=False)]
    profiles = []
    for number, (day, contract) in enumerate(sorted(joins, key=lambda join: join[0])):
        business = ("mixed" if rng.random() < 0.06 else "contract") if contract else "orders"
        segment = pick(rng, _SEGMENTS if contract else _SEGMENTS[:2])
        country = pick(rng, _COUNTRIES)
        profiles.append(Profile(f"FS-{10001 + number}", country, segment, business, day, _loyalty_day(rng, day)))
    return profiles


def plan_care(rng: Random, profile: Profile) -> None:
    """What the company means to do for a customer: onboarding, campaigns; and whether a member lets its tier go."""
    joined_in = month_index(profile.joined_on)
    profile.onboarded = rng.random() < story.onboarded_share(joined_in)
    for campaign in story.CAMPAIGNS:
        picked, held_out = rng.random() < campaign.share, rng.random() < campaign.holdout
        if picked and profile.segment in campaign.segments and profile.joined_on < campaign.offered_on:
            profile.arms[campaign.name] = story.HELD_OUT if held_out else story.OFFERED
    if profile.loyalty_joined_on is not None and rng.random() < 0.2:
        profile.lapses_in = month_index(profile.loyalty_joined_on) + rng.randrange(4, 24)


def _versions(rng: Random, profile: Profile, first_delivery: int) -> dict[int, Attributes]:
    """States by the delivery that first shows them; only changes are kept."""
    blank_segment = rng.random() < 0.006
    now = Attributes(
        country=profile.country,
        region=rng.choice(people.REGIONS[profile.country]),
        segment="" if blank_segment else profile.segment,
        account_owner=rng.choice(people.OWNERS[profile.country]),
        loyalty_tier=profile.tier(first_delivery),
    )
    versions = {first_delivery: now}
    for index in range(first_delivery + 1, MONTH_COUNT):
        tier = profile.tier(index)
        changed = now if tier == now.loyalty_tier else replace(now, loyalty_tier=tier)
        if index == month_index(date(2023, 7, 1)):
            changed = replace(changed, account_owner=people.OWNER_CHANGE.get(now.account_owner, now.account_owner))
        if rng.random() < 0.0035:
            changed = replace(changed, segment=pick(rng, _SEGMENTS))
        if rng.random() < 0.0005:
            country = pick(rng, _COUNTRIES)
            changed = replace(changed, country=country, region=rng.choice(people.REGIONS[country]))
        if changed != now:
            versions[index] = now = changed
    return versions


def customer_of(rng: Random, profile: Profile) -> Customer:
    """The CRM's record of a profile. One in two hundred is entered a month late."""
    company = profile.business != "orders" or rng.random() < 0.3
    name = people.company_name(rng, profile.country) if company else people.person_name(rng, profile.country)
    first = max(0, month_index(profile.joined_on)) + (1 if rng.random() < 0.005 else 0)
    first = min(first, MONTH_COUNT - 1)
    return Customer(
        customer_id=profile.customer_id,
        name=name,
        kind="company" if company else "person",
        industry=rng.choice(people.INDUSTRIES) if company else "",
        acquired_on=profile.joined_on if rng.random() < 0.97 else None,
        acquisition_channel=rng.choice(people.CHANNELS),
        acquisition_offer=rng.choices(people.OFFERS, (70, 22, 8))[0],
        first_delivery=first,
        versions=_versions(rng, profile, first),
        loyalty_joined_on=profile.loyalty_joined_on,
        do_not_contact=rng.random() < 0.03,
    )
