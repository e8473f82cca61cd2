"""A small company in the working file for the marts of revenue, orders, reasons, surveys and plans.

Add here: an admitted entity these marts read, a way to make rows of it. Keep out: expected figures.
The company itself (customers, contracts, orders) is that of the retention tests.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contract import load_contract
from tests.integration.retention.retention_reference import Reference
from tests.integration.retention.retention_world import World, random_world, run_dbt, write_parents

SURVEYS: tuple[tuple[str, str, int, int, bool], ...] = (
    ("relationship", "nps", 0, 10, True),
    ("service", "csat", 1, 5, True),
    ("checkout", "csat", 1, 5, True),
    ("effort", "ces", 1, 7, False),
    ("web", "web_intercept", 0, 3, True),
)
REASONS = ("price_increase", "competitor", "Payment_Failed", "other", "never heard of", None)


def empty_world(**settings: Any) -> World:
    """A company with nothing in it: two months of 2024, no audience."""
    world = World(
        data_through=date(2024, 2, 29),
        as_of=date(2024, 2, 29),
        settings={"first_month": "2024-01", "base_currency": "EUR", "exit_question": "why"} | settings,
    )
    return with_further_entities(world)


def with_further_entities(world: World) -> World:
    """The world with a place for every entity there is."""
    for entity in load_contract():
        world.rows.setdefault(entity, [])
    return world


def varied_world(seed: int, customers: int = 250, **settings: Any) -> World:
    """The random company of the retention tests, which also gives reasons, answers surveys and delivers row rates."""
    chance = random.Random(seed)
    world = with_further_entities(random_world(seed, customers, **({"exit_question": "why"} | settings)))
    world.rows["survey_responses"].clear()
    for row in world.rows["contracts"]:
        row["end_reason"] = chance.choice(REASONS)
        row["involuntary"] = chance.choice([None, None, False, row["end_reason"] == "Payment_Failed"])
        row["rate_to_base"] = 0.003 if row["currency"] == "HUF" and chance.random() < 0.2 else None
    for row in world.rows["orders"]:
        if chance.random() < 0.3:
            row["currency"], row["amount"] = "HUF", row["amount"] * 400
            row["rate_to_base"] = chance.choice([None, None, 0.0031])
    orders = {row["order_id"]: row for row in world.rows["orders"]}
    for row in world.rows["refunds"]:
        if orders[row["order_id"]]["currency"] == "HUF":
            row["currency"], row["amount"] = "HUF", row["amount"] * 400
    add_rates_before(world)
    add_requests(world, chance, customers)
    add_surveys(world, chance, customers)
    return world


def add_rates_before(world: World) -> None:
    """Rates of the year before the first month: trailing figures reach back there."""
    have = {row["month"] for row in world.rows["exchange_rates"]}
    for index in range(24):
        on = date(2023 + index // 12, index % 12 + 1, 1)
        if on not in have:
            world.rows["exchange_rates"].append({"month": on, "currency": "HUF", "rate_to_base": 0.0025})
    after = date(2025, 1, 1)
    while after < date(2025, 8, 1):
        world.rows["exchange_rates"].append({"month": after, "currency": "HUF", "rate_to_base": 0.0025})
        after = (after + timedelta(days=32)).replace(day=1)


def add_requests(world: World, chance: random.Random, customers: int) -> None:
    """Cancellation requests of every outcome, some without a reason."""
    for number in range(customers // 2):
        on = date(2023, 6, 1) + timedelta(days=chance.randrange(560))
        world.rows["cancellation_requests"].append(
            {
                "request_id": f"Q{number:04d}",
                "customer_id": f"C{chance.randrange(customers):04d}",
                "requested_at": datetime.combine(on, time(9)),
                "requested_on": on,
                "reason": chance.choice(REASONS),
                "outcome": chance.choice(["lost", "lost", "saved", "pending"]),
            }
        )


def add_surveys(world: World, chance: random.Random, customers: int) -> None:
    """Five surveys on four scales and an exit survey; invitations of two of them, with customers for one only."""
    for survey_id, kind, low, high, better in SURVEYS:
        world.rows["surveys"].append({"survey_id": survey_id, "name": survey_id, "type": kind})
        world.rows["survey_questions"].append(
            {"survey_id": survey_id, "question": "score", "role": "score", "scale_min": low, "scale_max": high,
             "higher_is_better": better}
        )  # fmt: skip
    world.rows["surveys"].append({"survey_id": "leaving", "name": "leaving", "type": "exit"})
    world.rows["survey_questions"].append({"survey_id": "leaving", "question": "why", "role": "reason"})
    for number in range(customers * 6):
        add_response(world, chance, f"R{number:05d}", customers)
    for month in range(12):
        on = date(2024, month + 1, 1)
        world.rows["survey_invitations"].append({"survey_id": "relationship", "month": on, "delivered": 40})
        for _ in range(30):
            customer_id = f"C{chance.randrange(customers):04d}"
            world.rows["survey_invitations"].append(
                {"survey_id": "effort", "month": on, "customer_id": customer_id, "delivered": chance.choice([0, 1, 2])}
            )


def add_response(world: World, chance: random.Random, response_id: str, customers: int) -> None:
    """One response: known, merged, unknown or anonymous; complete, partial, test or duplicate; blank or scored."""
    survey_id, _, low, high, _ = chance.choice((*SURVEYS, ("leaving", "exit", 0, 0, True)))
    # Few days and few customers, so that the latest of a period and its ties are met.
    on = date(2024, 1, 1) + timedelta(days=chance.randrange(73) * 5)
    known = f"C{chance.randrange(customers // 3):04d}"
    world.rows["survey_responses"].append(
        {
            "response_id": response_id,
            "survey_id": survey_id,
            "customer_id": chance.choice([known] * 8 + [None, "stranger"]),
            "responded_at": datetime.combine(on, time(chance.choice([8, 12]))),
            "responded_on": on,
            "status": chance.choice(["completed"] * 9 + ["partial"]),
            "case_id": chance.choice([None, None, "case-1", "case-2"]) if survey_id == "service" else None,
            "is_test": chance.random() < 0.05,
            "is_duplicate": chance.random() < 0.05,
        }
    )
    is_blank = chance.random() < 0.1
    score = None if is_blank or survey_id == "leaving" else chance.randrange(low, high + 1)
    value = chance.choice(REASONS) if survey_id == "leaving" else None if score is None else str(score)
    world.rows["survey_answers"].append(
        {"response_id": response_id, "question": "why" if survey_id == "leaving" else "score", "value": value}
    )


def write_world(world: World, data: Path) -> Path:
    """The working file with every admitted table these marts read; a score is read from its answer's text."""
    file = write_parents(world, data)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table int_entity_clearing (entity varchar, landed bigint)")
        landed = [[entity, len(rows)] for entity, rows in world.rows.items()]
        connection.executemany("insert into int_entity_clearing values (?, ?)", landed)
        connection.execute("alter table int_survey_answers_admitted add column score integer")
        connection.execute("update int_survey_answers_admitted set score = value::integer where question = 'score'")
    return file


FOLDERS = ("identity", "activity", "periods", "money", "revenue", "orders", "reasons", "surveys")
MARTS = ("retention", "revenue", "orders", "churn", "surveys", "planning", "cohorts")


Figures = dict[str, Any]
Rows = dict[tuple[Any, ...], Figures]
KEYS = ("audience", "scope_type", "scope_value", "period_start")


@cache
def random_company(data: Path, seed: int, rule: str) -> tuple[Path, Reference]:
    """The working file of a random company under an activity rule, and its plain reading; built once a session."""
    world = varied_world(seed, activity_rule=rule)
    return build(world, data / f"company-{rule}"), Reference(world)


def read_rows(file: Path, model: str, figures: tuple[str, ...], further: tuple[str, ...] = ()) -> Rows:
    """A mart's rows by scope, month and further keys; rows in which every figure is 0 or NULL are left out."""
    keys = (*KEYS, *further)
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute(
            f"select {', '.join((*keys, *figures))} from {model} where period_type = 'month'"
        ).fetchall()
    rows = {row[: len(keys)]: dict(zip(figures, row[len(keys) :], strict=True)) for row in found}
    assert len(rows) == len(found), f"{model}: two rows of one key"
    return {key: values for key, values in rows.items() if any(values.values())}


def sum_rows(rows: Rows, key: tuple[Any, ...], figures: Figures) -> None:
    """Adds figures to the row of a key."""
    row = rows.setdefault(key, {})
    for name, value in figures.items():
        row[name] = row.get(name, 0) + value


def with_all(rows: Rows, figures: tuple[str, ...]) -> Rows:
    """Every row with every figure, 0 where nothing was added; rows of nothing are left out."""
    full = {key: {name: row.get(name, 0) for name in figures} for key, row in rows.items()}
    return {key: row for key, row in full.items() if any(row.values())}


def build(world: World, data: Path, *arguments: str) -> Path:
    """The working file after everything between the admitted tables and these marts ran, with its data tests."""
    file = write_world(world, data)
    folders = [f"path:models/intermediate/{folder}" for folder in FOLDERS]
    folders += [f"path:models/marts/{folder}" for folder in MARTS]
    run_dbt(
        data, world.settings, "build", "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable",
        "--select", "reason_categories", *folders, *arguments,
    )  # fmt: skip
    return file
