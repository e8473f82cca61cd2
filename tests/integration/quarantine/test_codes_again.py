"""A code nobody thought of is set aside as it came; a line under `codes` admits its rows, and none is landed again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration.quarantine.rejudge import rejudge
from orchestration.quarantine.report import read_quarantine
from orchestration.settings import Settings, load_settings
from orchestration.working_file import open_working_file
from tests.company_config import write_config

EXPORT = "Klient;Dnia;Stan;Kwota\nA;20241001;Nowe;10,00\nB;20241002;Wysłane;5,50\nA;20241031;Nowe;10,00\n"
CODES = {"Nowe": "open"}


def configured(root: Path, codes: dict[str, str]) -> Settings:
    columns: dict[str, Any] = {
        "order_id": {"concat": ["_file", "#", "_record"]},
        "customer_id": "Klient",
        "ordered_at": {"field": "Dnia", "date_format": "%Y%m%d"},
        "status": {"field": "Stan", "codes": codes},
        "amount": "Kwota",
        "currency": {"constant": "PLN"},
    }
    orders = {"files": "orders_*.csv", "decimal_comma": True, "columns": columns}
    customers = {"derive": {"from": "orders", "by": "customer_id"}}
    config = write_config(root, {"customers": customers, "orders": orders}, base_currency="PLN")
    return load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(root / "data")})


def admitted(settings: Settings) -> list[tuple[str, str, str, str]]:
    query = "select order_id, status, ordered_on::varchar, amount::varchar from int_orders_admitted order by 1"
    with open_working_file(settings.work_database) as connection:
        return connection.execute(query).fetchall()


def outcomes(settings: Settings) -> list[tuple[str, int, int, int]]:
    query = "select entity, landed, admitted, quarantined from int_entity_clearing where landed > 0 order by 1"
    with open_working_file(settings.work_database) as connection:
        return connection.execute(query).fetchall()


def loads(settings: Settings) -> int:
    return len(list((settings.landing_dir / "crm" / "_dlt_loads").glob("*.jsonl")))


def test_a_code_that_is_added_admits_the_rows_that_have_landed(tmp_path: Path) -> None:
    settings = configured(tmp_path, CODES)
    (tmp_path / "export" / "orders_2024-10.csv").write_text(EXPORT, encoding="utf-8")
    assert rejudge(settings) is None
    total, rows = read_quarantine(settings, None, None)
    assert (total, rows[0].record, rows[0].reasons) == (1, 2, "status: not one of open, completed, cancelled")
    assert '"status":"Wysłane"' in rows[0].raw
    assert admitted(settings) == [
        ("orders_2024-10.csv#1", "open", "2024-10-01", "10.00"),
        ("orders_2024-10.csv#3", "open", "2024-10-31", "10.00"),
    ]
    assert outcomes(settings) == [("customers", 2, 2, 0), ("orders", 3, 2, 1)]

    settings = configured(tmp_path, CODES | {"Wysłane": "completed"})
    assert rejudge(settings) is None
    assert read_quarantine(settings, None, None) == (0, [])
    assert admitted(settings)[1] == ("orders_2024-10.csv#2", "completed", "2024-10-02", "5.50")
    assert outcomes(settings) == [("customers", 2, 2, 0), ("orders", 3, 3, 0)]
    assert loads(settings) == 1
    landed = sorted((settings.landing_dir / "crm" / "orders").glob("*.parquet"))
    assert pq.read_table(landed[0], partitioning=None).column("status").to_pylist() == ["Nowe", "Wysłane", "Nowe"]
