"""A small made-up company as published rpt_ models, for tests of the report alone: no pipeline is run.

Customers, contracts and orders are drawn from a seeded generator; the models are then plain SQL over them, in the
shape the marts have. The figures are plausible and consistent (every ledger closes), not those of the demo.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from reports.run import PAGES
from tests.mart_tables import add_missing
from tests.reports_world_sql import MODELS

AUDIENCES = {"board": None, "hungary": "HU", "poland": "PL"}
COUNTRIES = (("HU", 0.5), ("PL", 0.3), ("CZ", 0.2))
SEGMENTS = (("retail", 0.45), ("business", 0.35), ("key accounts", 0.2))
PLANS = (("Start", 40), ("Plus", 95), ("Pro", 240))
REASONS = ("price", "competition", "service", "delivery", "need", "closure", "payment", "unknown")
LAST_MONTH = date(2024, 12, 1)
# The company has no signals, tiers or service times: these pages drop out, and have worlds of their own.
WITHOUT = ("risk", "loyalty", "service")
WORLD_PAGES = tuple(page for page in PAGES if page not in WITHOUT)


@dataclass(frozen=True)
class World:
    """What to make. months of history up to December 2024; either kind of business may be missing."""

    customers: int = 1500
    months: int = 36
    contracts: bool = True
    orders: bool = True
    surveys: bool = True
    seed: int = 7
    segments: tuple[tuple[str, float], ...] = SEGMENTS
    plan_names: tuple[str, ...] = tuple(name for name, _ in PLANS)
    churn: float = 0.02


def build_world(path: Path, world: World = World()) -> Path:
    """Writes the models into a new DuckDB file at `path` and returns it."""
    draw = random.Random(world.seed)
    months = [_month(-back) for back in range(world.months - 1, -1, -1)]
    people = [_person(draw, index, world, months) for index in range(world.customers)]
    connection = duckdb.connect(str(path))
    frames = {
        "people": pd.DataFrame([person[0] for person in people]),
        "mrr": pd.DataFrame([row for person in people for row in person[1]], columns=["customer_id", "month", "mrr"]),
        "bought": pd.DataFrame(
            [row for person in people for row in person[2]], columns=["customer_id", "month", "nth", "amount"]
        ),
        "months": pd.DataFrame({"month": pd.to_datetime(months)}),
        "answers": pd.DataFrame(
            [row for person in people for row in _answers(draw, person[0], world, months)],
            columns=["customer_id", "month", "survey_type", "score"],
        ),
        "delivered": pd.DataFrame(_received(world), columns=["system", "entity", "landed", "is_delivered"]),
        "events": pd.DataFrame(_events(), columns=["happened_on", "language", "label", "scope"]),
    }
    for name, frame in frames.items():
        connection.register("frame", frame)
        connection.execute(f"create temp table {name} as select * from frame")
        connection.unregister("frame")
    for statement in MODELS:
        connection.execute(statement)
    add_missing(connection)
    connection.close()
    return path


def _month(offset: int) -> date:
    index = LAST_MONTH.year * 12 + LAST_MONTH.month - 1 + offset
    return date(index // 12, index % 12 + 1, 1)


def _pick(draw: random.Random, choices: tuple[tuple[str, float], ...]) -> str:
    return draw.choices([name for name, _ in choices], [weight for _, weight in choices])[0]


def _person(
    draw: random.Random, index: int, world: World, months: list[date]
) -> tuple[dict[str, object], list[tuple[str, date, float]], list[tuple[str, date, int, float]]]:
    """One customer: attributes, MRR by month end while active, orders with their ordinal."""
    name = f"C{index:05d}"
    country, segment = _pick(draw, COUNTRIES), _pick(draw, world.segments)
    level = draw.choices(range(len(PLANS)), (0.5, 0.35, 0.15))[0]
    begin = 0 if draw.random() < 0.55 else draw.randrange(len(months))
    active: list[int] = []
    leaving = world.churn * (1.35 if country == "PL" else 1.0) * (1.5, 1.0, 0.5)[level]
    month = begin
    while month < len(months):
        age = month - begin
        bad = 1.8 if date(2023, 10, 1) <= months[month] <= date(2023, 12, 1) else 1.0
        if draw.random() < leaving * bad * (2.2 if 0 < age < 4 else 1.0) and age > 0:
            if draw.random() > 0.12:
                break
            month += 3
            continue
        active.append(month)
        month += 1
    mrr: list[tuple[str, date, float]] = []
    bought: list[tuple[str, date, int, float]] = []
    price = PLANS[level][1] * draw.uniform(0.8, 1.4)
    for at in active:
        if draw.random() < 0.015:
            price *= draw.choice((0.8, 1.15, 1.3))
        if world.contracts:
            mrr.append((name, months[at], round(price * (1.06 if months[at] >= date(2024, 4, 1) else 1), 2)))
        for _ in range(draw.choices((0, 1, 2), (0.68, 0.25, 0.07))[0] if world.orders else 0):
            bought.append((name, months[at], len(bought) + 1, round(draw.lognormvariate(4.2, 0.7), 2)))
    person: dict[str, object] = {
        "customer_id": name,
        "country": country,
        "segment": segment,
        "plan": world.plan_names[level % len(world.plan_names)],
        "reason": draw.choices(REASONS, (25, 18, 13, 10, 12, 5, 9, 8))[0],
        "active": ",".join(months[at].isoformat() for at in active),
    }
    return person, mrr, bought


def _answers(
    draw: random.Random, person: dict[str, object], world: World, months: list[date]
) -> list[tuple[object, date, str, int]]:
    rows: list[tuple[object, date, str, int]] = []
    if not world.surveys:
        return rows
    for text in filter(None, str(person["active"]).split(",")):
        month = date.fromisoformat(text)
        if draw.random() < 0.12:
            weights = (1, 1, 1, 2, 2, 4, 6, 14, 20, 26, 23)
            rows.append((person["customer_id"], month, "nps", draw.choices(range(11), weights)[0]))
        if draw.random() < 0.10:
            rows.append((person["customer_id"], month, "csat", draw.choices(range(1, 6), (4, 8, 14, 42, 32))[0]))
    return rows


def _received(world: World) -> list[tuple[str, str, int, bool]]:
    given = {
        "customers": True,
        "contracts": world.contracts,
        "orders": world.orders,
        "refunds": world.orders,
        "cases": True,
        "cancellation_requests": world.contracts,
        "survey_responses": world.surveys,
        "survey_answers": world.surveys,
        "surveys": world.surveys,
        "targets": True,
        "exchange_rates": True,
        "annotations": True,
        "costs": False,
    }
    # A company that asks its customers keeps track of all the rest as well.
    further = ("case_reviews", "interactions", "loyalty_transactions", "outreach", "quote_requests", "referrals")
    asked = ("retention_offers", "social_ratings", "survey_invitations", "survey_questions")
    given |= dict.fromkeys((*further, *asked), world.surveys)
    systems = dict.fromkeys(("surveys", "survey_responses", "survey_answers", *asked[1:]), "survey")
    finance = ("targets", "exchange_rates", "annotations", "costs")
    return [
        (systems.get(entity, "finance" if entity in finance else "crm"), entity, 4000 if is_there else 0, is_there)
        for entity, is_there in given.items()
    ]


def _events() -> list[tuple[date, str, str, str]]:
    labels = {
        date(2023, 10, 12): {
            "en": "Warehouse move, late deliveries",
            "hu": "Raktárköltözés, késő szállítások",
            "pl": "Przeprowadzka magazynu, opóźnienia",
        },
        date(2024, 4, 1): {"en": "Price list +6 %", "hu": "Áremelés 6 %", "pl": "Nowy cennik, +6 %"},
        date(2024, 9, 15): {"en": "Loyalty programme", "hu": "Hűségprogram indul", "pl": "Program lojalnościowy"},
    }
    return [(day, language, label, "") for day, by in labels.items() for language, label in by.items()]


def last_day(month: date) -> date:
    """The last day of the month."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
