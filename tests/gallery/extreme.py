"""A company where everything is too much: forty segments, names of 300 characters, billions, and more given back than
sold in the last quarter.

Deterministic: every choice is a draw from one seeded generator. Every name that belongs to one country carries its
mark (names.py), so that a report of one country can be searched for the names of the others.
Add here: a further excess. Keep out: files (company.py).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.gallery.company import Company
from tests.gallery.names import COUNTRIES, LONG, letters, long_name, mark_of, segment_names

FIRST, LAST = date(2022, 12, 1), date(2024, 12, 31)
DAYS = (LAST - FIRST).days
CUSTOMERS = 420
REASONS = ("price_increase", "competitor", "poor_service", "late_delivery", "business_closed", "payment_failed", "")


AUDIENCES: list[dict[str, Any]] = [
    {"name": "en", "title": ("All customers of every country and segment " * 5)[:200], "language": "en"},
    {"name": "hu", "title": "Magyarország", "language": "hu", "filter": {"country": ["HU"]}},
    {"name": "pl", "title": "Polska", "language": "pl",
     "filter": {"country": ["PL"], "segment": segment_names("PL")[:6]}},
]  # fmt: skip
SETTINGS: dict[str, Any] = {
    "name": "Extreme & Söhne <Holding> " + "Vagyonkezelő és Szolgáltató " * 4,
    "first_month": "2023-01",
    "gross_margin": 0.4,
    "incentive_programmes": ["Welcome"],
    "breakdowns": ["country", "region", "segment", "plan", "term", "acquisition_channel"],
}


@dataclass(frozen=True)
class Person:
    """A customer: since when, until when (None: still), and how much of everything it is."""

    customer_id: str
    country: str
    since: date
    until: date | None
    size: int


def extreme_company() -> Company:
    """All rows of all entities."""
    chance = random.Random(20241231)
    company = Company(SETTINGS, AUDIENCES)
    people = [_person(chance, number) for number in range(CUSTOMERS)]
    for number, person in enumerate(people):
        _customer(company, chance, person, number)
        _contract(company, chance, person, number)
        _orders(company, chance, person, number)
        _contacts(company, chance, person, number)
        _programme(company, chance, person, number)
    _surveys(company, chance, people)
    _finance(company)
    return company


def _person(chance: random.Random, number: int) -> Person:
    country = COUNTRIES[number % 3]
    since = FIRST + timedelta(days=chance.randrange(DAYS - 40))
    # A third leaves, most of them together: a month with a cliff between months without a loss.
    leaves = chance.random() < 0.33
    until = date(2024, 9, 1) + timedelta(days=chance.randrange(45)) if leaves and since < date(2024, 6, 1) else None
    return Person(f"{mark_of(country)}-{number:04d}", country, since, until, 10 ** chance.randrange(1, 8))


def _customer(company: Company, chance: random.Random, person: Person, number: int) -> None:
    segments = segment_names(person.country)
    company.add(
        "customers",
        customer_id=person.customer_id,
        name=long_name(person.country, f"Customer {letters(number)}"),
        country=person.country,
        segment=chance.choice(segments),
        region=long_name(person.country, f"Region {letters(number % 5)}", 40 + 60 * (number % 5)),
        acquired_on=person.since,
        acquisition_channel=long_name(person.country, f"Channel {letters(number % 7)}", 60),
        acquisition_offer=long_name(person.country, f"Offer {letters(number % 3)}", 120),
        account_owner=long_name(person.country, f"Owner {letters(number % 9)}", LONG if number % 9 == 0 else 30),
        loyalty_tier=chance.choice(["", "Gold", "Silver", long_name(person.country, "Tier", 90)]),
        loyalty_joined_on=person.since if number % 2 else "",
        do_not_contact="true" if number % 11 == 0 else "false",
    )


def _contract(company: Company, chance: random.Random, person: Person, number: int) -> None:
    if number % 4 == 0:
        return
    reason = chance.choice(REASONS)
    for index, starts_on in enumerate([person.since, max(person.since + timedelta(days=200), date(2024, 1, 1))]):
        if index and not (number % 3 == 0 and starts_on < (person.until or LAST)):
            continue
        company.add(
            "contracts",
            contract_id=f"K-{person.customer_id}",
            starts_on=starts_on,
            customer_id=person.customer_id,
            plan=long_name(person.country, f"Plan {letters(number % 6)}", 20 + 50 * (number % 6)),
            term_months=(1, 12, 24, 36, 600)[number % 5],
            ends_on=person.until or "",
            renews_on="" if person.until else LAST + timedelta(days=chance.randrange(1, 90)),
            mrr=f"{person.size * (7 if index else 5)}.99",
            currency="PLN" if person.country == "PL" else "EUR",
            auto_renews="false" if number % 5 == 0 else "true",
            end_reason=reason if person.until else "",
            involuntary="true" if person.until and reason == "payment_failed" else "false",
        )


def _orders(company: Company, chance: random.Random, person: Person, number: int) -> None:
    end = person.until or LAST
    day, index = person.since, 0
    while day <= end:
        order = f"O-{person.customer_id}-{index}"
        amount = person.size * chance.randrange(1, 90)
        company.add(
            "orders",
            order_id=order,
            customer_id=person.customer_id,
            ordered_at=f"{day} 11:00:00",
            status="cancelled" if chance.random() < 0.04 else "completed",
            channel=("Web", "Shop", long_name(person.country, "Order channel", 150))[index % 3],
            amount=f"{amount}.50",
            currency="EUR",
        )
        if day < date(2024, 8, 1) and chance.random() < 0.5:
            company.add(
                "refunds",
                refund_id=f"F-{order}",
                order_id=order,
                refunded_at=f"{date(2024, 10, 1) + timedelta(days=chance.randrange(92))} 09:00:00",
                amount=f"{amount}.00",
                currency="EUR",
            )
        day, index = day + timedelta(days=chance.randrange(20, 110)), index + 1


def _contacts(company: Company, chance: random.Random, person: Person, number: int) -> None:
    for index in range(chance.randrange(4)):
        opened = _moment(chance, person)
        open_still = chance.random() < 0.1
        case = f"S-{person.customer_id}-{index}"
        company.add(
            "cases",
            case_id=case,
            customer_id=person.customer_id,
            opened_at=opened,
            first_response_at=opened + timedelta(minutes=chance.randrange(1, 9000)),
            resolved_at="" if open_still else min(opened + timedelta(hours=chance.randrange(160, 900)), _END),
            channel=chance.choice(["email", "phone", long_name(person.country, "Case channel", 200)]),
            category=long_name(person.country, f"Category {letters(index)}", LONG),
            is_complaint="true" if chance.random() < 0.6 else "false",
            agent=long_name(person.country, f"Agent {letters(number % 12)}", 80),
            reply_variant=chance.choice(["", "A", long_name(person.country, "Variant", LONG)]),
            status="open" if open_still else "resolved",
        )
        company.add(
            "case_reviews",
            **{"review_id": f"V-{case}", "category": long_name(person.country, f"Review {letters(index)}", 150)},
            **{"case_id": case, "reviewed_at": _END, "reviewer_role": ("own", "colleague", "lead")[number % 3]},
            **{"value": chance.randrange(0, 101), "scale_min": 0, "scale_max": 100, "critical": "false"},
        )
    for index in range(chance.randrange(3)):
        company.add(
            "interactions",
            **{"interaction_id": f"I-{person.customer_id}-{index}", "customer_id": person.customer_id},
            **{"occurred_at": _moment(chance, person), "channel": chance.choice(["email", "voice", "visit"])},
            **{"direction": chance.choice(["in", "out"]), "kind": "call", "completed": "true"},
        )
    if number % 6 == 0:
        company.add(
            "quote_requests",
            **{"request_id": f"Q-{person.customer_id}", "customer_id": person.customer_id, "kind": "quote"},
            **{"requested_at": datetime(2024, 12, 2, 9), "status": "open"},
        )


def _programme(company: Company, chance: random.Random, person: Person, number: int) -> None:
    if number % 3 == 0:
        asked = _moment(chance, person)
        company.add(
            "cancellation_requests",
            **{"request_id": f"X-{person.customer_id}", "customer_id": person.customer_id, "requested_at": asked},
            reason=chance.choice(REASONS),
            competitor=long_name(person.country, f"Rival {letters(number % 20)}", LONG),
            handled_by=long_name(person.country, f"Desk {letters(number % 15)}", 90),
            outcome="lost" if person.until else chance.choice(["saved", "pending"]),
            decided_at=min(asked + timedelta(days=2), _END),
        )
        company.add(
            "retention_offers",
            **{"offer_id": f"A-{person.customer_id}", "customer_id": person.customer_id, "offered_at": asked},
            campaign=long_name(person.country, f"Campaign {letters(number % 8)}", 200),
            kind=long_name(person.country, f"Kind {letters(number % 4)}", 70),
            **{"cost": f"{person.size}.00", "currency": "EUR", "is_holdout": "true" if number % 9 == 0 else "false"},
            accepted_at=min(asked + timedelta(days=1), _END) if number % 2 else "",
        )
    if number % 2:
        for index in range(6):
            company.add(
                "loyalty_transactions",
                **{"transaction_id": f"T-{person.customer_id}-{index}", "customer_id": person.customer_id},
                **{"occurred_at": _moment(chance, person), "kind": "redeem" if index == 5 else "earn"},
                points=-person.size if index == 5 else 40 * person.size,
                **({"cost": f"{person.size}.00", "currency": "EUR"} if index == 5 else {}),
            )
    if number % 5 == 0:
        company.add(
            "referrals",
            **{"referral_id": f"B-{person.customer_id}", "referrer_id": person.customer_id},
            referred_at=_moment(chance, person),
        )
        company.add(
            "outreach",
            **{"touch_id": f"U-{person.customer_id}", "prospect": "Somebody", "customer_id": person.customer_id},
            **{"channel": "email", "campaign": long_name(person.country, "Prospecting", 100)},
            touched_at=_moment(chance, person),
        )


def _surveys(company: Company, chance: random.Random, people: list[Person]) -> None:
    kinds = (("relationship", "nps", 0, 10), ("service", "csat", 1, 5), ("effort", "ces", 1, 7))
    for survey, kind, low, high in kinds:
        company.add("surveys", survey_id=survey, name=survey * 30, type=kind)
        company.add("survey_questions", survey_id=survey, question="score", role="score", scale_min=low, scale_max=high)
        for driver in range(12):
            label = (letters(driver) + " delivery and everything around it" * 9)[:LONG]
            company.add(
                "survey_questions",
                **{"survey_id": survey, "question": f"driver{driver}", "role": "driver", "driver": label},
                **{"scale_min": 1, "scale_max": 5},
            )
    for number, person in enumerate(people):
        for survey, _, low, high in kinds:
            _answer(company, chance, person, f"R-{survey}-{number}", survey, (low, high))


def _answer(
    company: Company, chance: random.Random, person: Person, response: str, survey: str, scale: tuple[int, int]
) -> None:
    moment = _moment(chance, person)
    company.add(
        "survey_invitations",
        **{"survey_id": survey, "month": f"{moment:%Y-%m}-01", "customer_id": person.customer_id, "delivered": 3},
    )
    company.add(
        "survey_responses",
        **{"response_id": response, "survey_id": survey, "customer_id": person.customer_id, "status": "completed"},
        responded_at=moment,
        channel=chance.choice(["email", "web", long_name(person.country, "Survey channel", 100)]),
    )
    # The lowest or the highest score and nothing between.
    company.add("survey_answers", response_id=response, question="score", value=chance.choice(scale))
    for driver in range(12):
        company.add("survey_answers", response_id=response, question=f"driver{driver}", value=chance.randrange(1, 6))


def _finance(company: Company) -> None:
    month = date(2022, 1, 1)
    while month <= LAST:
        company.add("exchange_rates", month=month, currency="PLN", rate_to_base=0.23)
        for kind, programme in (("acquisition", "Welcome"), ("acquisition", "Fairs"), ("retention", "Stay")):
            company.add(
                "costs", month=month, kind=kind, channel_or_programme=programme, amount="9876543210.99", currency="EUR"
            )
        for metric, value in (("retention_rate", 1), ("churn_rate", 0), ("nps", 100), ("csat", 1)):
            company.add("targets", metric=metric, month=month, scope_type="company", scope_value="(all)", value=value)
        month = (month + timedelta(days=32)).replace(day=1)
    for number in range(14):
        for language in ("en", "hu", "pl"):
            label = f"Event {letters(number)} " + "with a long name " * 6
            day = date(2023, 3, 1) + timedelta(days=45 * number)
            company.add("annotations", happened_on=day, label=label, language=language)


_END = datetime(2024, 12, 31, 20)


def _moment(chance: random.Random, person: Person) -> datetime:
    """A working hour while the customer was one, more often late than early."""
    days = max(1, ((person.until or LAST) - person.since).days)
    day = person.since + timedelta(days=min(days - 1, int(days * chance.random() ** 0.4)))
    return datetime(day.year, day.month, day.day, chance.randrange(8, 18), chance.randrange(60))
