"""Edge cases of service cases, their reviews and the answers about them, planted by hand: each function is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from orchestration.demo.events import CaseReview
from orchestration.demo.planter import Planter
from orchestration.demo.reviews import CRITICAL

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def a_week_after_resolution(plant: Planter) -> None:
    """The same trouble again exactly a week after it was resolved, a second and a day later, or of another category."""
    for number, (later, category) in enumerate(
        ((WEEK, "billing"), (WEEK + SECOND, "billing"), (WEEK + 24 * HOUR, "billing"), (2 * HOUR, "product"))
    ):
        customer = plant.member(f"Hetes {number + 1} Kft.")
        opened = datetime(2024, 9, 3, 9, 0, 0)
        plant.case(customer, opened, opened + HOUR, opened + 5 * HOUR)
        again = opened + 5 * HOUR + later
        plant.case(customer, again, again + HOUR, again + 30 * HOUR, category)


def a_week_before_the_end(plant: Planter) -> None:
    """Resolved 7 and 6 days before the last day of the data: only the first is known to have stayed resolved."""
    for day in (24, 25):
        opened = datetime(2024, 12, day, 8, 0, 0)
        plant.case(plant.member(f"Karácsony {day} Kft."), opened, opened + HOUR, opened + 4 * HOUR)


def an_hour_to_the_first_answer(plant: Planter) -> None:
    """Answered within 60 minutes: exactly 60 are within, one second more are not; each with a score about the case."""
    for number, waited in enumerate((HOUR - SECOND, HOUR, HOUR + SECOND)):
        customer = plant.member(f"Órás {number + 1} Kft.")
        opened = datetime(2024, 8, 6, 10, 0, 0)
        case = plant.case(customer, opened, opened + waited, opened + 8 * HOUR)
        plant.response(customer, opened + 20 * HOUR, 5 - number, survey=1, case_id=case.case_id)


def nights_the_clocks_change(plant: Planter) -> None:
    """From 1:30 to 3:30 it is one hour in March and three in October; 31 March 2024 at 23:30 is still March."""
    customer = plant.member("Óraátállító Kft.")
    for day in (datetime(2023, 3, 26), datetime(2023, 10, 29), datetime(2024, 3, 31)):
        opened = day + timedelta(hours=1, minutes=30)
        plant.case(customer, opened, opened + 2 * HOUR, day + timedelta(hours=23, minutes=30), "product")
    late = datetime(2024, 3, 31, 23, 30, 0)
    plant.case(customer, late, late + timedelta(minutes=20), late + HOUR, "delivery")


def merged_cases(plant: Planter) -> None:
    """A complaint sent twice and merged is one complaint; merged again it still is; the other case goes on."""
    customer = plant.member("Kettős Kft.")
    opened = datetime(2024, 11, 5, 9, 0, 0)
    first = plant.case(customer, opened, opened + HOUR, opened + 50 * HOUR, is_complaint=True)
    second = plant.case(customer, opened + 3 * HOUR, is_complaint=True)
    third = plant.case(customer, opened + 60 * HOUR, is_complaint=True)
    second.status, second.merged_into = "merged", first.case_id
    third.status, third.merged_into = "merged", second.case_id


def called_off(plant: Planter) -> None:
    """A cancelled case was opened and never resolved; it is not open."""
    case = plant.case(plant.member("Mégsem Kft."), datetime(2024, 12, 3, 9, 0, 0), is_complaint=True)
    case.status = "cancelled"


def back_again(plant: Planter) -> None:
    """Reopened: resolved a second time, and not yet. An open complaint at the end; two complaints in 90 days."""
    resolved = plant.case(
        plant.member("Vissza 1 Kft."),
        datetime(2024, 5, 6, 9, 0, 0),
        datetime(2024, 5, 6, 9, 40, 0),
        datetime(2024, 5, 16, 9, 0, 0),
    )
    resolved.reopened_at = datetime(2024, 5, 14, 9, 0, 0)
    pending = plant.case(
        plant.member("Vissza 2 Kft."),
        datetime(2024, 12, 9, 9, 0, 0),
        datetime(2024, 12, 9, 9, 40, 0),
        datetime(2024, 12, 10, 9, 0, 0),
        is_complaint=True,
    )
    pending.reopened_at, pending.status = datetime(2024, 12, 28, 9, 0, 0), "open"
    twice = plant.member("Panaszos Kft.")
    for day in (datetime(2024, 10, 2, 9, 0, 0), datetime(2024, 12, 30, 9, 0, 0)):
        plant.case(twice, day, day + HOUR, day + 9 * HOUR, is_complaint=True)


def reviews_at_the_edge(plant: Planter) -> None:
    """A critical category at half is no failure, under it the whole review is 0; weights of nothing and none."""
    case = plant.case(
        plant.member("Mérce Kft."),
        datetime(2024, 10, 7, 9, 0, 0),
        datetime(2024, 10, 7, 9, 30, 0),
        datetime(2024, 10, 8, 9, 0, 0),
    )
    for number, critical in enumerate(("2.5", "2.4")):
        for category, value, weight, is_critical in (
            ("solution", "4", Decimal(3), False),
            ("tone", "1", Decimal(0), False),
            ("records", "3", None, False),
            (CRITICAL, critical, Decimal(1), True),
        ):
            plant.world.reviews.append(
                CaseReview(
                    f"RV69000{number + 1}",
                    category,
                    case.case_id,
                    datetime(2024, 10, 31, 23, 30, 0),
                    "lead",
                    Decimal(value),
                    Decimal(0),
                    Decimal(5),
                    weight,
                    is_critical,
                )
            )


CASES: tuple[Callable[[Planter], None], ...] = (
    a_week_after_resolution,
    a_week_before_the_end,
    an_hour_to_the_first_answer,
    nights_the_clocks_change,
    merged_cases,
    called_off,
    back_again,
    reviews_at_the_edge,
)
