"""The fake services hold the world as it stood: month by month, without what is spoilt in the files."""

from __future__ import annotations

from orchestration.demo.generate import SEED, build_world
from orchestration.demo.live.crm import Crm, identity
from orchestration.demo.live.surveys import responses, surveys
from orchestration.demo.months import MONTHS
from orchestration.demo.world import World

WORLD: World = build_world(SEED)


def test_the_crm_ends_with_every_row_in_its_last_state() -> None:
    crm = Crm(WORLD)
    for month in MONTHS:
        crm.show(month)
    sets = crm.tables.sets
    assert len(sets["salesorders"].rows) == len(WORLD.orders)
    assert len(sets["incidents"].rows) == len(WORLD.cases)
    # A mail to a lead and a task stand there too.
    assert len(sets["activitypointers"].rows) == len(WORLD.interactions) + 2
    assert len(sets["quotes"].rows) == len(WORLD.quotes)
    gone = [customer for customer in WORLD.customers if customer.last_delivery is not None]
    assert len(sets["accounts"].rows) + len(sets["contacts"].rows) == len(WORLD.customers) - len(gone)
    left = {*sets["accounts"].gone, *sets["contacts"].gone}
    assert {identity("customers", customer.customer_id) for customer in gone} == left


def test_no_row_names_an_account_that_is_not_there_yet() -> None:
    crm = Crm(WORLD)
    for month in MONTHS[:6]:
        crm.show(month)
        customers = {*crm.tables.sets["accounts"].rows, *crm.tables.sets["contacts"].rows}
        for table in ("salesorders", "incidents", "quotes"):
            named = {row["_customerid_value"] for row in crm.tables.sets[table].rows.values()}
            assert named <= customers


def test_an_open_order_is_open_until_the_month_that_settles_it() -> None:
    order = next(order for order in WORLD.orders if order.settled_in is not None and order.status == "completed")
    crm = Crm(WORLD)
    states = []
    for month in MONTHS[: (order.settled_in or 0) + 1]:
        crm.show(month)
        row = crm.tables.sets["salesorders"].rows.get(identity("salesorders", order.order_id))
        states.append(None if row is None else row["statecode"])
    assert states[order.delivered_in] == 0
    assert states[-1] == 3


def test_the_account_holds_every_response_and_completes_some_later() -> None:
    held = responses(WORLD)
    assert {f"SR{response.response_id}" for response in held} == {item.response_id for item in WORLD.responses}
    later = [response for response in held if response.shown_from is not None]
    assert len(held) == len(WORLD.responses) + len(later)
    assert len(later) > 20
    codes = {question.code for survey in surveys() for question in survey.questions}
    assert {code for response in held for code, _ in response.answers} <= codes
