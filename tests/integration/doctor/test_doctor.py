"""A folder of odd files, put right by nothing but what `holdfast doctor` says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.company_config import write_config
from tests.pipeline import holdfast

CUSTOMERS = "Kod;Nazwa;Kraj\n" + "".join(f"K{n};Klient {n};Polska\n" for n in range(1, 41))
ORDERS = "Nr;Kod klienta;Data;Stan;Kwota;Waluta\n" + "".join(
    f"{n};K{n % 40 + 1};2024-10-{n % 28 + 1:02d};{'Zrealizowane' if n % 9 else 'Anulowane'};{n}.50;PLN\n"
    for n in range(1, 121)
)
NAMES = {"Kod": "customer_id", "Nazwa": "name", "Kraj": "country"}
ORDER_NAMES = {
    "Nr": "order_id", "Kod klienta": "customer_id", "Data": "ordered_at", "Kwota": "amount", "Waluta": "currency",
}  # fmt: skip

DATABASE = """  - name: shop
    kind: sql
    system: crm
    url_env: SHOP_URL
    entities:
      orders:
        table: sales
        key: nr
        columns:
          order_id: nr
          customer_id: buyer
          ordered_at: at
          amount: totl
          status: {constant: completed}
          currency: {constant: EUR}
"""


def test_what_the_doctor_says_puts_a_company_right(tmp_path: Path) -> None:
    orders = {"files": "orders_*.csv", "columns": {**ORDER_NAMES, "Stan": "status"}}
    entities = {"customers": {"files": "customers_*.csv", "columns": NAMES}, "orders": orders}
    config = write_config(tmp_path, entities, activity_rule="orders", breakdowns=["country", "plan"])
    audiences = config / "audiences.yml"
    audiences.write_text(audiences.read_text().replace("language: en", "language: pl, filter: {country: [PL]}"))
    export, data = tmp_path / "export", tmp_path / "data"
    (export / "customers_2024-10-31.csv").write_text(CUSTOMERS)
    (export / "orders_2024-10-31.csv").write_text(ORDERS)

    wrong = holdfast(data, "doctor", config=config)
    assert wrong.returncode == 1, wrong.stdout + wrong.stderr
    assert "sources.yml:8: orders: 120 of 120 rows set aside: status: not one of open" in wrong.stdout
    assert 'status: {field: Stan, codes: {"Zrealizowane": …, "Anulowane": …}}' in wrong.stdout
    assert "audiences.yml:2: no customer has country 'PL' → choose of Polska" in wrong.stdout
    assert "page reasons      drops out: needs contracts or cancellation_requests or survey_answers" in wrong.stdout
    assert "breakdowns without values: plan" in wrong.stdout
    assert "2 to put right" in wrong.stdout

    codes = {"Zrealizowane": "completed", "Anulowane": "cancelled"}
    orders["columns"] = {**ORDER_NAMES, "status": {"field": "Stan", "codes": codes}}
    write_config(tmp_path, entities, activity_rule="orders", breakdowns=["country", "plan"], base_currency="PLN")
    right = holdfast(data, "doctor", config=config)
    assert right.returncode == 0, right.stdout + right.stderr
    assert "orders     1      120   120      0" in right.stdout
    assert "without values in customers: kind, segment (scopes)" in right.stdout
    assert "no error" in right.stdout

    left = {path.name for path in (data / "work" / "doctor").rglob("*") if path.is_file()}
    assert not {name for name in left if name.endswith((".parquet", ".duckdb", ".jsonl"))}
    assert not (data / "landing").exists()


def test_a_database_is_asked_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("create table sales (nr text, buyer text, at text, total text)")
        database.executemany("insert into sales values (?, 'K1', '2024-10-01', '1')", [(str(n),) for n in range(7)])
        database.commit()
    config = write_config(tmp_path, {"customers": "customers_*.csv"}, activity_rule="orders", breakdowns=["country"])
    sources = config / "sources.yml"
    sources.write_text(sources.read_text() + DATABASE)
    monkeypatch.delenv("SHOP_URL", raising=False)
    unset = holdfast(tmp_path / "data", "doctor", "--quick", config=config)
    assert unset.returncode == 1
    assert "sources.yml:8: environment variables are not set: SHOP_URL (url_env)" in unset.stdout

    monkeypatch.setenv("SHOP_URL", f"sqlite:///{tmp_path}/shop.db")
    asked = holdfast(tmp_path / "data", "doctor", "--quick", config=config)
    assert asked.returncode == 1, asked.stdout + asked.stderr
    shown = [line.split() for line in asked.stdout.splitlines() if line.startswith("shop ")]
    assert [line[:4] + line[5:6] for line in shown] == [["shop", "orders", "sales", "yes", "7"]]
    assert "sources.yml:13: orders: table sales has no field totl" in asked.stdout
    assert str(tmp_path / "shop.db") not in asked.stdout
    assert "without values in orders: channel" in asked.stdout
    assert not (tmp_path / "data" / "work").exists()
