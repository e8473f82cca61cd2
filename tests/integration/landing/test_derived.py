"""Customers made of orders, and files that are read again because their mapping changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.dbt_project import source_formats
from orchestration.landing.extract import extract
from orchestration.settings import Settings, SettingsError, load_settings
from tests.company_config import write_config

ORDERS = "Nr;Klient;Data;Kwota\n1; K1 ;2024-12-01;5\n2;K2;2024-12-02;6\n3;K1;2024-12-03;7\n4;;2024-12-03;7\n"
COLUMNS = {
    "order_id": "Nr", "customer_id": "Klient", "ordered_at": "Data", "amount": "Kwota",
    "status": {"constant": "completed"}, "currency": {"constant": "PLN"},
}  # fmt: skip
DERIVED = {"derive": {"from": "orders", "by": "customer_id"}}


def settings_of(root: Path, **entities: Any) -> Settings:
    config = write_config(root, entities)
    return load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(root / "data")})


def shop(root: Path, columns: dict[str, Any] | None = None, **entities: Any) -> Settings:
    orders = {"files": "orders_*.csv", "columns": columns or COLUMNS}
    return settings_of(root, orders=orders, **entities)


def deliver(root: Path, month: str, text: str) -> None:
    (root / "export" / f"orders_{month}.csv").write_text(text, encoding="utf-8")


def landed(settings: Settings, entity: str) -> list[dict[str, Any]]:
    files = sorted((settings.landing_dir / "crm" / entity).glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file, partitioning=None).to_pylist()]


def test_each_delivery_of_orders_brings_its_customers_once(tmp_path: Path) -> None:
    settings = shop(tmp_path, customers=DERIVED)
    deliver(tmp_path, "2024-11", ORDERS)
    deliver(tmp_path, "2024-12", "Nr;Klient;Data;Kwota\n5;K3;2024-12-09;5\n6;K1;2024-12-09;5\n")
    result = extract(settings)
    found = [(row["_file"], row["_record"], row["customer_id"], row["name"]) for row in landed(settings, "customers")]
    assert sorted(found) == [
        ("orders_2024-11.csv", "1", "K1", None),
        ("orders_2024-11.csv", "2", "K2", None),
        ("orders_2024-12.csv", "1", "K3", None),
        ("orders_2024-12.csv", "2", "K1", None),
    ]
    outcomes = [(file.entity, file.file, file.rows) for file in result.files]
    assert ("customers", "orders_2024-11.csv", 2) in outcomes and ("orders", "orders_2024-11.csv", 4) in outcomes
    again = extract(settings)
    assert (again.landed_files, again.unchanged_files) == (0, 4)


def test_staging_reads_derived_customers_like_the_orders_they_came_with(tmp_path: Path) -> None:
    formats = source_formats(shop(tmp_path, customers=DERIVED))
    assert formats["customers"] == formats["orders"]


def test_customers_asked_for_later_are_made_of_files_that_have_landed(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    deliver(tmp_path, "2024-12", ORDERS)
    extract(settings)
    settings = shop(tmp_path, customers=DERIVED)
    assert extract(settings).landed_files == 2
    assert [row["customer_id"] for row in landed(settings, "customers")] == ["K1", "K2"]


def test_a_file_is_read_again_when_its_mapping_changes_what_lands(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    deliver(tmp_path, "2024-12", ORDERS.replace("Kwota", "Kwota;Kanał").replace(";5", ";5;www"))
    text = (tmp_path / "export" / "orders_2024-12.csv").read_text(encoding="utf-8")
    assert text.startswith("Nr;Klient;Data;Kwota;Kanał")
    extract(settings)
    assert {row["channel"] for row in landed(settings, "orders")} == {None}
    settings = shop(tmp_path, COLUMNS | {"channel": "Kanał"})
    assert extract(settings).landed_files == 1
    assert "www" in {row["channel"] for row in landed(settings, "orders")}
    assert extract(settings).landed_files == 0


def test_a_code_map_is_no_reason_to_read_a_file_again(tmp_path: Path) -> None:
    deliver_to = shop(tmp_path, COLUMNS | {"channel": "Kwota"})
    deliver(tmp_path, "2024-12", ORDERS)
    extract(deliver_to)
    coded = shop(tmp_path, COLUMNS | {"channel": {"field": "Kwota", "codes": {"5": "five"}}})
    assert extract(coded).landed_files == 0
    assert source_formats(coded)["orders"]["crm_files"]["meanings"]["channel"] == [
        {"codes": {"5": "five"}, "otherwise": None}
    ]


@pytest.mark.parametrize(
    ("customers", "words"),
    [
        ({"derive": {"from": "ordres", "by": "customer_id"}}, 'this source delivers no "ordres"; nearest is "orders"'),
        ({"derive": {"from": "orders", "by": "customer"}}, 'orders has no column "customer"; nearest is "customer_id"'),
        ({"derive": "orders"}, "write derive: {from: <entity of this source>, by: <its column>}"),
        (DERIVED | {"files": "a.csv"}, "files does not go with derive"),
    ],
)
def test_a_derivation_that_cannot_work_is_refused_with_its_line(tmp_path: Path, customers: Any, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        shop(tmp_path, customers=customers)
    assert words in str(caught.value)
    assert "sources.yml:8: source crm_files, customers" in str(caught.value)


def test_only_what_a_key_alone_says_can_be_derived(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="refunds cannot be derived: it needs refund_id, order_id"):
        shop(tmp_path, refunds=DERIVED)


def test_derived_customers_never_replace_delivered_ones(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"orders": {"files": "o.csv", "columns": COLUMNS}, "customers": DERIVED})
    other = "  - {name: people, kind: files, system: crm, path: export, entities: {customers: {files: c.csv}}}\n"
    with (config / "sources.yml").open("a") as file:
        file.write(other)
    with pytest.raises(SettingsError, match="source people delivers customers, which derived ones would replace"):
        load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path / "data")})
