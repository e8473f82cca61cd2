"""A circle of merges has no survivor: the build must stop and name the customers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.integration.retention.retention_world import World, build


def company_of(*merges: tuple[str, str | None]) -> World:
    """Customers and what each was merged into."""
    world = World(date(2024, 1, 31), date(2024, 1, 31), {"first_month": "2024-01"})
    world.rows["customers"] = [{"customer_id": customer, "merged_into": into} for customer, into in merges]
    return world


def test_circle_of_merges_stops_the_build(tmp_path: Path) -> None:
    circle = company_of(("A", "B"), ("B", "C"), ("C", "A"), ("D", "A"))
    with pytest.raises(AssertionError, match="retention_merges_reach_a_survivor"):
        build(circle, tmp_path, "int_customers_identified")


def test_chain_of_merges_passes(tmp_path: Path) -> None:
    chain = company_of(("A", "B"), ("B", "C"), ("C", None), ("D", "gone"), ("E", "E"))
    assert build(chain, tmp_path, "int_customers_identified").exists()
