"""A corrected file and `holdfast quarantine --again`: the row counts, its neighbours are what they were."""

from __future__ import annotations

from pathlib import Path

from orchestration.quarantine.rejudge import rejudge
from orchestration.quarantine.report import read_quarantine
from orchestration.settings import Settings, load_settings
from orchestration.working_file import open_working_file
from tests.company_config import write_config

ORDERS = "order_id,customer_id,ordered_at,status,amount,currency\n"
GOOD = "1,A,2024-10-01,completed,10.00,EUR\n"


def admitted(settings: Settings) -> list[tuple[str, str]]:
    with open_working_file(settings.work_database) as connection:
        return connection.execute("select order_id, amount::varchar from int_orders_admitted order by 1").fetchall()


def test_a_corrected_row_is_judged_again(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"customers": "customers_*.csv", "orders": "orders_*.csv"})
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path / "data")})
    export = tmp_path / "export"
    (export / "customers_2024-10.csv").write_text("customer_id,name\nA,Anna\n")
    (export / "orders_2024-10.csv").write_text(f"{ORDERS}{GOOD}2,A,2024-10-02,completed,ten,EUR\n")
    (export / "orders_2024-11.csv").write_text("no header\n")

    rejected = rejudge(settings)
    assert rejected is not None
    assert "orders_2024-11.csv" in str(rejected)
    total, rows = read_quarantine(settings, None, None)
    assert (total, rows[0].record, rows[0].reasons) == (1, 2, "amount: not a decimal(18,2)")
    assert admitted(settings) == [("1", "10.00")]

    (export / "orders_2024-11.csv").unlink()
    (export / "orders_2024-10.csv").write_text(f"{ORDERS}{GOOD}2,A,2024-10-02,completed,10.50,EUR\n")
    assert rejudge(settings) is None
    assert read_quarantine(settings, None, None) == (0, [])
    assert admitted(settings) == [("1", "10.00"), ("2", "10.50")]
    assert not (settings.work_dir / "dbt" / "run_results.json").exists()
