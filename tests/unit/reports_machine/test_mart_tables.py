"""The tables that tests of pages are given have the columns of the build, and no others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.marts import KEYS, open_marts
from tests.mart_tables import make_marts, model_columns, received, scoped
from tests.unit.reports_machine.runs import RUN


def test_rows_are_read_back_by_a_page(tmp_path: Path) -> None:
    rows = [scoped(customers_start=100, lost_customers=3), scoped("2024-11", customers_start=90)]
    path = make_marts(tmp_path / "marts.duckdb", {"rpt_retention": rows})
    with open_marts(path, RUN) as marts:
        newest = marts.newest("rpt_retention")
        assert newest is not None
        assert (newest["customers_start"], newest["lost_customers"], newest["retention_rate"]) == (100, 3, None)
        assert [row.day("period_end") for row in marts.read("rpt_retention")] == [
            date(2024, 11, 30),
            date(2024, 12, 31),
        ]


def test_a_column_the_build_does_not_make_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="rpt_retention has no column customers_begin"):
        make_marts(tmp_path / "marts.duckdb", {"rpt_retention": [scoped(customers_begin=100)]})


def test_a_model_the_build_does_not_make_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="rpt_weather"):
        make_marts(tmp_path / "marts.duckdb", {"rpt_weather": []})


def test_only_what_is_named_was_delivered(tmp_path: Path) -> None:
    path = make_marts(tmp_path / "marts.duckdb", {"rpt_data_received": received("contracts", "cases")})
    with open_marts(path, RUN) as marts:
        assert marts.is_delivered("cases")
        assert not marts.is_delivered("orders")
        assert {row["system"] for row in marts.received()} == {"crm", "finance", "survey"}
    with pytest.raises(KeyError, match="no entity invoices"):
        received("invoices")


def test_without_rows_nothing_was_delivered(tmp_path: Path) -> None:
    with open_marts(make_marts(tmp_path / "marts.duckdb", {}), RUN) as marts:
        assert not marts.is_delivered("contracts")


def test_every_published_model_can_be_made(tmp_path: Path) -> None:
    names = [file.stem for file in Path("dbt_project/models/marts").rglob("rpt_*.sql")]
    assert set(names) == set(model_columns())
    make_marts(tmp_path / "marts.duckdb", dict.fromkeys(names, ()))


def test_every_published_model_has_keys_of_its_own_columns() -> None:
    assert set(KEYS) == set(model_columns())
    assert [(model, key) for model, keys in KEYS.items() for key in keys if key not in model_columns()[model]] == []
