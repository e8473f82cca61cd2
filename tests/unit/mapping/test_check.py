"""Mappings that cannot work are refused when the configuration loads, with file, line and fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.settings import SettingsError, load_settings
from tests.company_config import write_config


def refused(tmp_path: Path, sources: str) -> list[str]:
    config = write_config(tmp_path, {"orders": "orders_*.csv"})
    (config / "sources.yml").write_text(sources, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path / "data")})
    return str(caught.value).replace(f"{config}/", "").splitlines()


FILES = """sources:
  - name: shop
    kind: files
    system: crm
    path: export
    entities:
"""


def test_a_column_that_is_none_is_named_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    text = (
        FILES
        + "      orders:\n        files: a.csv\n        columns:\n          Nr: order_id\n          amuont: Kwota\n"
    )
    assert refused(tmp_path, text) == [
        'sources.yml:11: source shop, orders: columns.amuont: maps "amuont" to "Kwota", and neither is a column; '
        'nearest is "amount"'
    ]


def test_a_meaning_that_the_column_does_not_take_is_named_with_its_line(tmp_path: Path) -> None:
    text = FILES + (
        "      orders:\n        files: a.csv\n        columns:\n          status:\n            field: Stan\n"
        "            codes:\n              Nowe: open\n              Wysłane: complete\n"
    )
    assert refused(tmp_path, text) == [
        'sources.yml:14: source shop, orders: columns.status.codes.Wysłane: status does not take "complete"; '
        'choose of open, completed, cancelled (nearest is "completed")'
    ]


def test_an_unmapped_required_column_of_a_service_is_an_error(tmp_path: Path) -> None:
    text = (
        "sources:\n  - name: shop\n    kind: sql\n    system: crm\n    url_env: SHOP\n    entities:\n"
        "      customers:\n        table: people\n        columns: {name: full_name}\n"
    )
    assert refused(tmp_path, text) == [
        'sources.yml:9: source shop, customers: columns: customers needs "customer_id" (The CRM\'s own key of the '
        "customer; case is kept.); map a field to it, or write customer_id: {constant: …}"
    ]


def test_an_entity_that_is_none_or_of_another_system_is_named(tmp_path: Path) -> None:
    text = FILES + "      ordres: {files: a.csv}\n      costs: {files: b.csv}\n"
    assert refused(tmp_path, text) == [
        'sources.yml:7: source shop, ordres: no such entity; nearest is "orders"',
        "sources.yml:8: source shop, costs: it belongs to system finance, the source to crm; use two sources",
    ]


def test_what_is_no_source_at_all_does_not_hide_other_problems(tmp_path: Path) -> None:
    found = refused(tmp_path, FILES + "      ordres: {files: a.csv}\n  - shop\n")
    assert any("no such entity" in line for line in found)
    assert len(found) == 2


def test_codes_are_read_as_they_are_written(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"orders": "orders_*.csv"})
    codes = "codes: {no: open, 010: completed, on: cancelled, 1_0: open, 1:30: open}"
    entity = f"      orders: {{files: a.csv, columns: {{status: {{field: Stan, {codes}}}}}}}\n"
    (config / "sources.yml").write_text(FILES + entity, encoding="utf-8")
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path / "data")})
    assert list(settings.files_sources[0].entities["orders"].columns["status"]["codes"]) == [
        "no", "010", "on", "1_0", "1:30",
    ]  # fmt: skip
