"""The configuration: what is accepted, and what an error says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.configuration.source_sql import SqlSource
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError, load_settings


def load(config: Path) -> Settings:
    return load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(config / "data")})


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT_ROOT / "config", tmp_path / "config")
    return tmp_path / "config"


def change(config: Path, name: str, old: str, new: str) -> Path:
    file = config / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def line_of(file: Path, text: str) -> int:
    return next(number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line)


def test_the_demo_configuration_loads(config: Path) -> None:
    settings = load(config)
    assert [audience.name for audience in settings.audiences] == ["board", "hungary", "poland", "service"]
    assert settings.audience("service").pages == ("cover", "reasons", "satisfaction", "service", "data")
    assert settings.audience("poland").filter == {"country": ["PL"]}
    assert settings.published_marts == config / "data" / "published" / "marts.duckdb"


def test_an_unavailable_language_is_refused_with_file_line_and_choices(config: Path) -> None:
    file = change(config, "audiences.yml", "language: hu", "language: de")
    with pytest.raises(SettingsError) as caught:
        load(config)
    assert f'{file}:{line_of(file, "language: de")}: audiences.1.language "de" is not available' in str(caught.value)
    assert "'en', 'hu' or 'pl'" in str(caught.value)


def test_an_unknown_key_is_refused_with_its_line(config: Path) -> None:
    file = change(config, "company.yml", "count_free: false", "count_fre: false")
    with pytest.raises(SettingsError, match=f'{file}:{line_of(file, "count_fre")}: unknown key "count_fre"'):
        load(config)


def test_all_problems_are_told_at_once(config: Path) -> None:
    change(config, "company.yml", "first_month: 2022-01", "first_month: 2022-13")
    change(config, "audiences.yml", "language: pl", "language: xx")
    with pytest.raises(SettingsError) as caught:
        load(config)
    assert len(str(caught.value).splitlines()) == 2


def test_a_key_that_stands_twice_is_refused(config: Path) -> None:
    file = change(config, "company.yml", "count_free: false", "count_free: false\ncount_free: true")
    with pytest.raises(SettingsError, match='key "count_free" stands twice'):
        load(config)
    assert file.exists()


@pytest.mark.parametrize(
    "address",
    [
        "eleanor\\r\\nBcc: x@y.example",
        "=?utf-8?q?a?=@fernhill.example",
        "árvíztűrő@fernhill.example",
        "eleanor",
        "a b@c.example",
    ],
)
def test_an_address_that_could_break_a_header_is_refused_at_load(config: Path, address: str) -> None:
    change(config, "audiences.yml", "address: eleanor.marsh@fernhill.example", f'address: "{address}"')
    with pytest.raises(SettingsError, match="audiences"):
        load(config)


def test_a_recipient_that_stands_twice_is_refused(config: Path) -> None:
    change(config, "audiences.yml", "david.osei@fernhill.example", "Eleanor.Marsh@fernhill.example")
    with pytest.raises(SettingsError, match="stands twice"):
        load(config)


def test_a_header_text_with_a_line_break_is_refused(config: Path) -> None:
    change(config, "company.yml", "sender_name: Fernhill Supply Reports", 'sender_name: "Fernhill\\nBcc: x"')
    with pytest.raises(SettingsError, match="sender_name"):
        load(config)


def test_a_missing_file_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HOLDFAST_CONFIG"):
        load(tmp_path / "nowhere")


def test_an_unknown_audience_names_the_known_ones(config: Path) -> None:
    with pytest.raises(SettingsError, match="choose one of: board, hungary, poland"):
        load(config).audience("finland")


def fetched(config: Path, text: str) -> None:
    (config / "sources.yml").write_text(
        "sources:\n  - name: shop\n    kind: sql\n    system: crm\n    url_env: SHOP_URL\n    entities:\n"
        f"      orders: {text}\n"
    )


def test_the_kind_chooses_the_keys_of_a_source(config: Path) -> None:
    columns = "order_id: id, customer_id: who, ordered_at: at, status: state, amount: net, currency: {constant: EUR}"
    fetched(config, f"{{table: shop.orders, cursor: changed_at, columns: {{{columns}}}}}")
    source = load(config).sources[0]
    assert isinstance(source, SqlSource)
    assert source.entities["orders"].cursor == "changed_at"
    assert source.entities["orders"].delivery == "increment"
    assert load(config).files_sources == ()


def test_a_key_of_another_kind_is_refused_with_its_line(config: Path) -> None:
    fetched(config, '{table: orders, files: "orders_*.csv"}')
    with pytest.raises(SettingsError, match=r"sources.yml:7: unknown key \"sources.0.entities.orders.files\""):
        load(config)


def test_an_unknown_kind_is_refused_with_the_known_ones(config: Path) -> None:
    path = config / "sources.yml"
    path.write_text(path.read_text().replace("kind: files", "kind: fiels", 1))
    with pytest.raises(SettingsError, match=r'kind "fiels" is not available; choose files or sql or'):
        load(config)
    path.write_text(path.read_text().replace("kind: fiels", "time_zone: UTC", 1))
    with pytest.raises(SettingsError, match=r'kind" is missing; add it: files or sql or'):
        load(config)
