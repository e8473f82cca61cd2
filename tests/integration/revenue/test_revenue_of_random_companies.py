"""MRR movements of random companies, against the plain reading of their definitions; and companies with nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.retention.retention_reference import Reference
from tests.integration.revenue.marts_world import build, empty_world, random_company, read_rows, with_all
from tests.integration.revenue.revenue_reference import FIGURES, revenue

REPORTING = ("rpt_revenue", "rpt_orders", "rpt_churn_reasons", "rpt_surveys", "rpt_survey_distribution", "rpt_targets")


@pytest.fixture(scope="module", params=["either", "orders"])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reference]:
    """A random company; under the rule `orders` contracts make nobody active and still pay."""
    return random_company(tmp_path_factory.getbasetemp(), 7, request.param)


def test_every_movement_of_every_scope(company: tuple[Path, Reference]) -> None:
    file, reference = company
    expected = with_all(revenue(reference), FIGURES)
    for figure in FIGURES:
        assert any(row[figure] for row in expected.values()), f"no {figure} anywhere: the world is too tame"
    assert read_rows(file, "fct_revenue", FIGURES) == expected


def test_intervals_equal_the_formula_over_customers(company: tuple[Path, Reference]) -> None:
    file, _ = company
    query = """
        with bounds as (
            select period_start, sum(y) / sum(x) as r, sqrt(sum(power(y - x * total, 2))) / sum(x) as se
            from (
                select *, sum(y) over (partition by period_start) / sum(x) over (partition by period_start) as total
                from (
                    select period_start, coalesce(moved.mrr_start, held.mrr)::double as x,
                        coalesce(moved.mrr_end_at_start_rate, held.mrr)::double as y
                    from int_periods as periods
                    join int_customer_mrr as held
                        on held.valid_from <= day_before and (valid_until is null or valid_until > day_before)
                    left join int_mrr_movements as moved using (period_start, period_end, customer_number)
                    where period_type = 'month'
                )
            ) group by period_start
        )
        select max(abs(nrr - r)), max(abs(nrr_low - (r - 1.959963984540054 * se))),
            max(abs(nrr_high - (r + 1.959963984540054 * se))), count(*)
        from rpt_revenue join bounds using (period_start) where scope_type = 'company' and period_type = 'month'
    """
    with duckdb.connect(str(file), read_only=True) as connection:
        *errors, months = connection.execute(query).fetchone()  # type: ignore[misc]
    assert months == 12
    assert max(errors) < 2e-9


def test_a_company_with_nothing_has_rows_of_nothing(tmp_path: Path) -> None:
    file = build(empty_world(), tmp_path)
    with duckdb.connect(str(file), read_only=True) as connection:
        counts = {m: connection.execute(f"select count(*) from {m}").fetchone()[0] for m in REPORTING}  # type: ignore[index]
    assert counts == dict.fromkeys(REPORTING, 0)


def contract(customer_id: str, currency: str, mrr: Any) -> dict[str, Any]:
    """A contract that runs since long ago."""
    return {"contract_id": f"K-{customer_id}-{currency}", "customer_id": customer_id, "currency": currency, "mrr": mrr,
            "starts_on": date(2023, 1, 1)}  # fmt: skip


def test_a_missing_rate_stops_the_build_and_names_currency_and_month(tmp_path: Path) -> None:
    world = empty_world()
    world.rows["customers"].append({"customer_id": "A"})
    world.versions.append({"customer_id": "A", "_delivered_on": date(2024, 1, 1)})
    world.rows["contracts"] += [contract("A", "USD", Decimal(100)), contract("A", "GBP", Decimal(100))]
    world.rows["exchange_rates"] += [
        {"currency": "GBP", "month": date(2024, month, 1), "rate_to_base": Decimal("1.1")} for month in (1, 2)
    ]
    with pytest.raises(
        AssertionError, match=r"no rate for USD in 2023-12 .*USD in 2024-01 .*USD in 2024-02"
    ) as stopped:
        build(world, tmp_path)
    assert "GBP" not in str(stopped.value).split("no rate for")[1].splitlines()[0]
    with duckdb.connect(str(tmp_path / "work" / "holdfast.duckdb"), read_only=True) as connection:
        made = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert "int_rate_gaps" in made
    assert not made & {"int_customer_mrr", "fct_revenue", "rpt_revenue", "fct_orders"}
