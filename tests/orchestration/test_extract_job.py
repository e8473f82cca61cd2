"""The extract step as Dagster runs it: what it says of a fetch, and a full fetch by its configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from orchestration.configuration.source_sql import SqlEntity, SqlSource
from orchestration.defs.extract.assets import landing_assets, landing_key
from orchestration.defs.resources import resources
from orchestration.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The demo's company with one source: customers in a SQLite file."""
    url = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    monkeypatch.setenv("SHOP_URL", url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table accounts (id text, changed text)")
        connection.exec_driver_sql("insert into accounts values ('C1', '2024-10-01'), ('C2', '2024-10-31')")
    engine.dispose()
    entity = SqlEntity(table="accounts", cursor="changed", columns={"customer_id": "id", "updated_at": "changed"})
    source = SqlSource(name="shop", kind="sql", system="crm", url_env="SHOP_URL", entities={"customers": entity})
    return load_settings({"HOLDFAST_DATA": str(tmp_path / "data")}).model_copy(update={"sources": (source,)})


def extracted(settings: Settings, full: bool = False) -> dict[str, Any]:
    """The metadata of the customers after one extract."""
    config = {"ops": {"landing": {"config": {"full": full}}}}
    done = dg.materialize([landing_assets()], resources=resources(settings), run_config=config)
    events = {event.asset_key: event.metadata for event in done.asset_materializations_for_node("landing")}
    return {name: value.value for name, value in events[landing_key("crm", "customers")].items()}


def test_a_fetch_shows_rows_pages_span_and_control_total(settings: Settings) -> None:
    first = extracted(settings)
    assert {name: first[name] for name in ("dagster/row_count", "rows_fetched", "rows_deleted", "pages")} == {
        "dagster/row_count": 2,
        "rows_fetched": 2,
        "rows_deleted": 0,
        "pages": 1,
    }
    assert (first["fetched_as"], first["control_total"]) == ("snapshot", 2)
    assert (first["oldest"], first["newest"]) == ("2024-10-01", "2024-10-31")
    assert first["seconds"] >= 0
    again = extracted(settings)
    assert (again["fetched_as"], again["rows_fetched"]) == ("increment", 1)
    assert again["control_total"] == "not given by the service"


def test_a_full_fetch_is_asked_for_by_configuration(settings: Settings) -> None:
    extracted(settings)
    assert (extracted(settings, full=True)["fetched_as"], extracted(settings)["fetched_as"]) == (
        "snapshot",
        "increment",
    )
