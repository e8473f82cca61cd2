"""customer_360 and dim_customers of random companies, against the plain reading of the definitions."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.integration.retention.retention_reference import Reference, month_end


def test_every_customer_at_every_month_end(company: tuple[Path, Reference]) -> None:
    file, reference = company
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute(
            "select customer_id, month_end, is_active, last_active_on, first_active_on, orders_to_date, "
            "country, segment, plan, cohort_month from customer_360"
        ).fetchall()
    expected = set()
    for customer, days in reference.active_days.items():
        for on in map(month_end, reference.months):
            past = [day for day in days if day <= on]
            if past:
                attributes = reference.attributes_on(customer, on)
                orders = [order for order in reference.orders[customer] if order["counted"] and order["on"] <= on]
                described = tuple(attributes[name] for name in ("country", "segment", "plan"))
                seen = (on in days, max(past), min(past), len(orders))
                expected.add((customer, on, *seen, *described, reference.cohort_month(customer)))
    assert len(found) == len(expected) > 500
    assert set(found) == expected


def test_every_survivor_once_with_what_holds_now(company: tuple[Path, Reference]) -> None:
    file, reference = company
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute(
            "select customer_id, country, segment, plan, merged_customers, cohort_month from dim_customers"
        ).fetchall()
    expected = set()
    for customer in reference.customers:
        now = reference.attributes_on(customer, reference.world.data_through)
        merged = sum(1 for survivor in reference.survivor.values() if survivor == customer) - 1
        expected.add((customer, now["country"], now["segment"], now["plan"], merged, reference.cohort_month(customer)))
    assert len(found) == len(expected) < len(reference.survivor)
    assert set(found) == expected
