"""Churn reasons of random companies, against the plain reading of their definitions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.reasons.reasons_reference import churn_reasons
from tests.integration.retention.retention_reference import Reference
from tests.integration.revenue.marts_world import random_company, read_rows, with_all

FIGURES = ("lost_customers", "lost_mrr")


@pytest.fixture(scope="module", params=["either", "orders"])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reference]:
    """A random company; what counts as a loss depends on the rule."""
    return random_company(tmp_path_factory.getbasetemp(), 7, request.param)


def test_every_reason_of_every_scope(company: tuple[Path, Reference]) -> None:
    file, reference = company
    expected, sources = churn_reasons(reference)
    assert sources == {"contract", "cancellation_request", "exit_survey", "nobody"}
    assert {key[-2:] for key in expected} >= {("unknown", False), ("payment", True), ("price", False)}
    found = read_rows(file, "fct_churn_reasons", FIGURES, ("reason_category", "is_involuntary"))
    assert found == with_all(expected, FIGURES)
