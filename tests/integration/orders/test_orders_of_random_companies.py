"""Orders and net revenue of random companies, against the plain reading of their definitions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.orders.orders_reference import FIGURES, lines_of, orders
from tests.integration.retention.retention_reference import Reference
from tests.integration.revenue.marts_world import random_company, read_rows, with_all


@pytest.fixture(scope="module", params=["either", "orders"])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reference]:
    """A random company; under both rules the same orders count."""
    return random_company(tmp_path_factory.getbasetemp(), 7, request.param)


def test_the_world_meets_every_case_of_refunds(company: tuple[Path, Reference]) -> None:
    _, reference = company
    lines = [line for found in lines_of(reference).values() for line in found]
    counted = {line.order_id for line in lines if line.count}
    assert any(line.amount < 0 and line.order_id not in counted for line in lines)
    assert any(line.amount < 0 and line.order_id in counted for line in lines)
    assert any(line.amount == 0 and line.count for line in lines)


def test_every_order_figure_of_every_scope(company: tuple[Path, Reference]) -> None:
    file, reference = company
    expected = with_all(orders(reference), FIGURES)
    for figure in FIGURES:
        assert any(row[figure] for row in expected.values()), f"no {figure} anywhere: the world is too tame"
    assert read_rows(file, "fct_orders", FIGURES) == expected
