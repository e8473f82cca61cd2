"""The checks that stop a build before the marts: a row that is lost, and shares above their limits."""

from __future__ import annotations

import pytest

from tests.integration.lower.lower_company import customer, order
from tests.integration.lower.lower_world import Build, Delivery, LowerWorld

OCTOBER = Delivery("october.csv", "2024-10-31")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> LowerWorld:
    """2 of 100 orders are rejected, 2 of 100 cases have no customer, 1 interaction of 2 never reached landing."""
    world = LowerWorld(tmp_path_factory.mktemp("limits") / "data")
    world.deliver("customers", OCTOBER, [customer("plain")])
    orders = [order(f"o{number}", amount="bad" if number < 2 else "1") for number in range(100)]
    world.deliver("orders", OCTOBER, orders)
    opened = {"opened_at": "2024-10-01", "is_complaint": "no", "status": "open"}
    cases = [
        {"case_id": f"c{number}", "customer_id": "nobody" if number < 2 else "plain", **opened} for number in range(100)
    ]
    world.deliver("cases", OCTOBER, cases)
    contact = {"occurred_at": "2024-10-01", "channel": "email", "direction": "in", "completed": "yes"}
    world.deliver("interactions", OCTOBER, [{"interaction_id": "i", "customer_id": "plain", **contact}], lost=1)
    return world


@pytest.fixture(scope="module")
def built(world: LowerWorld) -> Build:
    return world.build("+rpt_data_received", "int_as_of", max_rejected_share=0.01, max_unknown_customer_share=0.015)


def compiled(world: LowerWorld, test: str) -> str:
    """The SQL of a data test as dbt ran it."""
    (file,) = (world.data / "target" / "compiled").rglob(f"{test}.sql")
    return file.read_text()


def test_the_build_stops_before_anything_reads_the_figures(built: Build) -> None:
    assert built.returncode == 1
    assert built.status["int_as_of"] == "skipped"
    assert built.status["rpt_data_received"] == "skipped"


def test_a_lost_row_breaks_the_clearing_equation(built: Build, world: LowerWorld) -> None:
    assert built.status["every_landed_row_is_accounted_for"] == "fail"
    assert world.rows(compiled(world, "every_landed_row_is_accounted_for")) == [("interactions", 2, 1, 0, 0, 0, 0, 1)]


def test_rejected_rows_over_the_limit_are_named(built: Build, world: LowerWorld) -> None:
    assert built.status["rejected_rows_stay_under_their_limit"] == "fail"
    ((entity, rejected, current, share, _, message),) = world.rows(
        compiled(world, "rejected_rows_stay_under_their_limit")
    )
    assert (entity, rejected, current, share) == ("orders", 2, 100, 0.02)
    assert message == "orders: 2 of 100 rows are rejected; max_rejected_share allows 0.01"


def test_unknown_customers_have_a_limit_of_their_own(built: Build, world: LowerWorld) -> None:
    assert built.status["unknown_customers_stay_under_their_limit"] == "fail"
    ((entity, unknown, *_, message),) = world.rows(compiled(world, "unknown_customers_stay_under_their_limit"))
    assert (entity, unknown) == ("cases", 2)
    assert message.startswith("cases: 2 of 100 rows are of customers nobody delivered")
