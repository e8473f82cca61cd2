"""A small company in the working file: the admitted tables the retention models read, and a dbt run over them.

Add here: another admitted entity the models under test read. Keep out: expected figures (retention_reference.py).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contract import load_contract
from orchestration.dbt_project import DBT_DIR

Row = dict[str, Any]

ENTITIES = ("customers", "contracts", "orders", "refunds", "survey_responses", "exchange_rates")
MODELS = (
    *("int_customers_identified", "int_customer_attributes", "int_contract_price_periods"),
    *("int_exchange_rates_monthly", "int_orders_refunded", "int_orders_counted", "int_activity_spells"),
    *("int_customer_plans", "int_attribute_sets", "int_plan_sets", "int_customer_profiles", "int_activity_slices"),
    *("int_periods", "int_customer_lifetimes", "int_period_changes", "int_period_losses"),
    *("int_customers_joined", "int_customers_moved", "int_cohort_months", "int_mrr_spans"),
    *("int_customer_mrr", "int_order_lines", "int_customer_order_months", "int_customer_states"),
    *("fct_retention", "rpt_retention", "fct_cohorts", "rpt_cohorts", "customer_360", "dim_customers"),
)
# The models and the data tests that read nothing but them and the tables written here.
BUILD = ("build", "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable", "--select")


DELIVERIES = [date(2024, month, 1) - timedelta(days=1) for month in range(2, 13)]
DELIVERIES += [date(2024, 3, 11), date(2024, 5, 1)]


@dataclass
class World:
    """What was admitted, and the settings. `rows` is per entity; a customer row with `_delivered_on` is one version."""

    data_through: date
    as_of: date
    settings: dict[str, Any]
    rows: dict[str, list[Row]] = field(default_factory=lambda: {entity: [] for entity in ENTITIES})
    versions: list[Row] = field(default_factory=list)


def create_table(connection: duckdb.DuckDBPyConnection, table: str, entity: str, rows: list[Row]) -> None:
    """The admitted table of an entity, shaped by the contract, with these rows; missing columns are NULL."""
    columns: dict[str, str] = {}
    for column in load_contract()[entity].columns:
        columns[column.name] = column.data_type
        if column.local_date:
            columns[column.local_date] = "date"
    columns |= {"_source": "varchar", "_delivered_on": "date"}
    connection.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"{table}: the contract has no columns {sorted(unknown)}"
    if rows:
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f"insert into {table} values ({marks})", [[row.get(n) for n in columns] for row in rows])


def write_parents(world: World, data: Path) -> Path:
    """The working file with the tables the lower half of the project would have made."""
    (data / "work").mkdir(parents=True, exist_ok=True)
    file = data / "work" / "holdfast.duckdb"
    with duckdb.connect(str(file)) as connection:
        for entity, rows in world.rows.items():
            create_table(connection, f"int_{entity}_admitted", entity, rows)
        create_table(connection, "int_customer_versions", "customers", world.versions)
        connection.execute("create table int_as_of (as_of date, data_through date)")
        connection.execute("insert into int_as_of values (?, ?)", [world.as_of, world.data_through])
    return file


def run_dbt(data: Path, settings: dict[str, Any], *arguments: str) -> str:
    """dbt in a process of its own, over the project, with a target folder of its own; its output. Raises on failure."""
    command = [
        sys.executable, "-c", "from dbt.cli.main import cli; cli()", *arguments,
        "--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR),
        "--target-path", str(data / "target"), "--log-path", str(data / "logs"),
        "--vars", json.dumps(settings),
    ]  # fmt: skip
    environment = os.environ | {"HOLDFAST_DATA": str(data)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def build(world: World, data: Path, *models: str) -> Path:
    """The working file after the models ran over this world."""
    file = write_parents(world, data)
    run_dbt(data, world.settings, *BUILD, *(models or MODELS))
    return file


def day(text: str) -> date:
    """A date from its ISO text."""
    return date.fromisoformat(text)


def random_world(seed: int, customers: int = 250, **settings: Any) -> World:
    """Fourteen months of every awkward history: merges, overlaps, refunds, gaps, moves, two currencies."""
    chance = random.Random(seed)
    first = date(2023, 11, 1)
    last = date(2024, 12, 31)
    world = World(
        data_through=last,
        as_of=last,
        settings={
            "first_month": "2024-01",
            "last_month": "",
            "base_currency": "EUR",
            "scope_types": ["country", "segment", "plan"],
            "audiences": [
                {"name": "all of it", "filter": {}},
                {"name": "north", "filter": {"country": ["HU", "PL"], "segment": ["big", "small"]}},
            ],
        }
        | settings,
    )
    span = (last - first).days
    some_day = lambda: first + timedelta(days=chance.randrange(span + 20))  # noqa: E731
    for month in range(14):
        on = date(2023 + (10 + month) // 12, (10 + month) % 12 + 1, 1)
        world.rows["exchange_rates"].append(
            {"month": on, "currency": "HUF", "rate_to_base": round(0.0020 + chance.random() / 1000, 8)}
        )
    for number in range(customers):
        add_customer(world, chance, f"C{number:04d}", customers, some_day)
    return world


def add_customer(world: World, chance: random.Random, customer_id: str, customers: int, some_day: Any) -> None:
    """One customer with up to four versions, contracts, orders with refunds, and answers."""
    merged = f"C{chance.randrange(customers):04d}" if chance.random() < 0.06 else None
    if merged is not None and merged <= customer_id:
        merged = None  # Merges point upwards, so that they never run in a circle.
    delivered = sorted({chance.choice(DELIVERIES) for _ in range(chance.choice([1, 1, 2, 4]))})
    for on in delivered:
        version = {
            "customer_id": customer_id,
            "country": chance.choice(["HU", "PL", "SK", None]),
            "segment": chance.choice(["big", "small", "tiny", None]),
            "region": None,
            "account_owner": None,
            "merged_into": merged,
            "_delivered_on": on,
        }
        world.versions.append(version)
    world.rows["customers"].append(world.versions[-1])
    for index in range(chance.choice([0, 0, 1, 1, 2])):
        add_contract(world, chance, customer_id, f"K{customer_id}-{index}", some_day)
    for index in range(chance.choice([0, 0, 1, 2, 6])):
        add_order(world, chance, customer_id, f"O{customer_id}-{index}", some_day)
    if chance.random() < 0.3:
        on = some_day()
        world.rows["survey_responses"].append(
            {"response_id": f"R{customer_id}", "survey_id": "S", "customer_id": customer_id, "status": "completed",
             "responded_on": on}
        )  # fmt: skip


def add_contract(world: World, chance: random.Random, customer_id: str, contract_id: str, some_day: Any) -> None:
    """A contract of up to three prices, its end (if any) on a row of its own choosing, sometimes before it starts."""
    starts = sorted({some_day() for _ in range(chance.choice([1, 1, 2, 3]))})
    if chance.random() < 0.3:
        starts = [on.replace(day=1) for on in starts]
        starts = sorted(set(starts))
    ends_on = chance.choice([None, None, some_day(), some_day(), starts[0]])
    bearer = chance.randrange(len(starts))
    currency = chance.choice(["EUR", "EUR", "HUF"])
    for index, starts_on in enumerate(starts):
        world.rows["contracts"].append(
            {
                "contract_id": contract_id,
                "starts_on": starts_on,
                "customer_id": customer_id,
                "plan": chance.choice(["basic", "plus", None]),
                "ends_on": ends_on if index == bearer else None,
                "mrr": chance.choice([0, 10, 20, 30]) * (400 if currency == "HUF" else 1),
                "currency": currency,
            }
        )


def add_order(world: World, chance: random.Random, customer_id: str, order_id: str, some_day: Any) -> None:
    """An order, often paid back in one or several parts, within its month or later."""
    ordered_on = some_day()
    amount = chance.choice([0, 50, 80])
    status = chance.choice(["completed"] * 6 + ["open", "cancelled"])
    world.rows["orders"].append(
        {"order_id": order_id, "customer_id": customer_id, "ordered_on": ordered_on, "status": status,
         "amount": amount, "currency": "EUR", "channel": "shop"}
    )  # fmt: skip
    for index in range(chance.choice([0, 0, 0, 1, 2])):
        world.rows["refunds"].append(
            {
                "refund_id": f"{order_id}-{index}",
                "order_id": order_id,
                "refunded_on": ordered_on + timedelta(days=chance.choice([0, 1, 8, 20, 45, 100])),
                "amount": chance.choice([amount, amount, amount / 2, 5]),
                "currency": "EUR",
            }
        )
