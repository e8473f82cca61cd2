"""Edge cases of contacts, quotes, tiers, referrals, offers and invitations, planted by hand: each function is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from orchestration.demo.events import Invitation, LoyaltyTransaction, Referral, RetentionOffer, SocialRating, Touch
from orchestration.demo.months import DAY, month_index
from orchestration.demo.planter import Planter
from orchestration.demo.world import Response

NINE = timedelta(hours=9)


def _at_nine(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time()) + NINE


def quotes_at_the_edge(plant: Planter) -> None:
    """Left unanswered 13, 14 and 15 days before the last day; answered on the 14th day, on the 15th, and at last."""
    for days in (13, 14, 15):
        plant.quote(plant.member(f"Ajánlat {days} Kft."), _at_nine(date(2024, 12, 31) - days * DAY), None)
    asked = _at_nine(date(2024, 11, 16))
    for days in (14, 15, 44):
        plant.quote(plant.member(f"Válasz {days} Kft."), asked, asked + days * DAY)


def last_contacts(plant: Planter) -> None:
    """Last spoken to 89, 90 and 91 days before the last day; once tried in vain since."""
    for days in (89, 90, 91):
        customer = plant.member(f"Csend {days} Kft.")
        plant.contact(customer, _at_nine(date(2024, 12, 31) - days * DAY))
        plant.contact(customer, datetime(2024, 12, 20, 10, 0, 0), completed=False)


def first_thirty_days(plant: Planter) -> None:
    """Onboarded on the 29th, 30th and 31st day after joining; each leaves on its 60th, 90th or 91st."""
    for days, stays in ((29, 60), (30, 90), (31, 91)):
        joined_on = date(2024, 6, 3)
        customer = plant.customer(f"Kezdő {days} Kft.", month_index(joined_on))
        plant.contract(customer, [(joined_on, "Basic", "39.00", "EUR")], joined_on + stays * DAY, "other")
        plant.contact(customer, _at_nine(joined_on + days * DAY), kind="onboarding")


def told_when_solved(plant: Planter) -> None:
    """Told two days after the solution to the minute, and a minute later; told in vain; written to by the customer."""
    opened = datetime(2024, 10, 14, 9, 0, 0)
    two_days = timedelta(days=2)
    for number, (later, direction, completed) in enumerate(
        (
            (two_days, "out", True),
            (two_days + timedelta(minutes=1), "out", True),
            (NINE, "out", False),
            (NINE, "in", True),
        )
    ):
        customer = plant.member(f"Értesített {number + 1} Kft.")
        case = plant.case(customer, opened, opened + NINE / 9, opened + NINE / 3)
        plant.contact(customer, (case.resolved_at or opened) + later, direction, completed=completed)


def two_reasons(plant: Planter) -> None:
    """Two reasons for one loss: the contract's counts, then the request's; where nobody asked, the exit answer."""
    for number, (reason, asked) in enumerate((("price_increase", True), ("", True), ("", False))):
        customer = plant.customer(f"Indok {number + 1} Kft.", 0)
        plant.contract(customer, [(date(2021, 3, 1), "Basic", "39.00", "EUR")], date(2024, 10, 21), reason)
        if asked:
            plant.request(customer, date(2024, 10, 1), "competitor")
        _exit_answer(plant, customer.customer_id, datetime(2024, 10, 20, 12, 0, 0), "late_delivery")
        if not asked:
            _exit_answer(plant, customer.customer_id, datetime(2024, 11, 4, 12, 0, 0), "poor_service")


def _exit_answer(plant: Planter, customer_id: str, at: datetime, reason: str) -> None:
    number = f"SR38{len(plant.world.responses):05d}"
    plant.world.responses.append(
        Response(
            number, "exit", customer_id, at, "completed", "hu", "email", "", False, False, None, None, "", {}, reason
        )
    )


def decided_ninety_days_ago(plant: Planter) -> None:
    """Saved on 1, 2 and 3 October: the 90th day is 30 December, 31 December and after the end. One saved, then lost."""
    for day in (1, 2, 3):
        plant.request(plant.member(f"Megtartott {day} Kft."), date(2024, 10, day), "price_increase", "saved")
    gone = plant.customer("Mégis elment Kft.", 0)
    plant.contract(gone, [(date(2021, 3, 1), "Basic", "39.00", "EUR")], date(2024, 12, 20), "competitor")
    plant.request(gone, date(2024, 9, 23), "price_increase", "saved")


def offers_at_the_edge(plant: Planter) -> None:
    """Offers made on one second of a month's last night; one accepted and left all the same, one free of charge."""
    at = datetime(2024, 3, 31, 23, 30, 0)
    for number, (cost, accepted, held_out) in enumerate(
        (("20.00", True, False), (None, True, False), (None, False, True))
    ):
        customer = plant.customer(f"Kedvezmény {number + 1} Kft.", 0)
        ends_on = date(2024, 6, 29) + (number - 1) * DAY
        plant.contract(customer, [(date(2021, 3, 1), "Standard", "89.00", "EUR")], ends_on, "other")
        amount = None if cost is None else Decimal(cost)
        plant.world.offers.append(
            RetentionOffer(
                f"OF19000{number + 1}",
                customer.customer_id,
                "night_of_2024",
                at,
                "discount",
                amount,
                "" if amount is None else "EUR",
                at + 3 * DAY if accepted else None,
                held_out,
            )
        )


def up_and_down_the_tiers(plant: Planter) -> None:
    """None, bronze, silver, gold, back down to none: a move in the month after the delivery that shows it."""
    customer = plant.member("Lépcső Kft.")
    customer.loyalty_joined_on = date(2022, 7, 15)
    for delivery, tier in ((6, "bronze"), (12, "silver"), (18, "gold"), (24, "silver"), (30, "bronze"), (34, "")):
        customer.versions[delivery] = replace(customer.versions[0], loyalty_tier=tier)
    for day, kind, points in (
        (datetime(2022, 7, 31, 23, 59, 59), "earn", 500),
        (datetime(2022, 8, 1, 0, 0, 0), "redeem", -500),
        (datetime(2023, 10, 29, 2, 30, 0), "adjust", -20),
    ):
        number = f"LT19{len(plant.world.points):05d}"
        reward, cost, currency = ("voucher", Decimal("10.00"), "EUR") if kind == "redeem" else ("", None, "")
        plant.world.points.append(
            LoyaltyTransaction(number, customer.customer_id, day, kind, points, reward, cost, currency)
        )


def referred_by_a_merged_customer(plant: Planter) -> None:
    """A referral by a record that was merged counts for the survivor; one converted never named who came."""
    merged = next(customer for customer in plant.world.customers if customer.merged_into)
    friend = plant.customer("Barát Kft.", month_index(date(2022, 3, 7)))
    plant.contract(friend, [(date(2022, 3, 7), "Basic", "39.00", "EUR")])
    at = datetime(2022, 2, 28, 23, 30, 0)
    plant.world.referrals += [
        Referral("RF19001", merged.customer_id, friend.customer_id, at, datetime(2022, 3, 7, 9, 0, 0)),
        Referral("RF19002", merged.customer_id, "", at, datetime(2022, 4, 1, 0, 0, 0)),
    ]


def people_nobody_knows(plant: Planter) -> None:
    """A rating and a touch of a customer that was never delivered stay, as anonymous."""
    at = datetime(2024, 12, 31, 23, 30, 0)
    plant.world.ratings.append(
        SocialRating("SO59001", "google", at, Decimal("4.5"), Decimal(1), Decimal(5), "FS-84001")
    )
    plant.world.touches.append(Touch("T290001", "Senki Sára", "FS-84002", "linkedin", "joiners", at, None, at))


def invitations_nobody_can_place(plant: Planter) -> None:
    """A month of effort invitations without customers, and one of the web question with fewer than answered."""
    effort, web = date(2022, 1, 1), date(2022, 5, 1)
    kept = [
        invitation
        for invitation in plant.world.invitations
        if (invitation.survey_id, invitation.month) not in {("effort", effort), ("web", web)}
    ]
    plant.world.invitations = [*kept, Invitation("effort", effort, "", 40), Invitation("web", web, "", 3)]


CASES: tuple[Callable[[Planter], None], ...] = (
    quotes_at_the_edge,
    last_contacts,
    first_thirty_days,
    told_when_solved,
    two_reasons,
    decided_ninety_days_ago,
    offers_at_the_edge,
    up_and_down_the_tiers,
    referred_by_a_merged_customer,
    people_nobody_knows,
    invitations_nobody_can_place,
)
