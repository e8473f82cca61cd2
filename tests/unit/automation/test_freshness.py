"""Whether a month's data is there, and when a folder's arrivals are acted on."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.automation.calendar_rules import CompanyCalendar
from orchestration.automation.freshness import (
    Arrival,
    closing_day,
    covered_days,
    folder_listing,
    is_watched,
    late_now,
    late_sources,
    look_at,
    newest_load,
)
from orchestration.configuration.source_files import EntityFiles, FilesSource
from orchestration.configuration.source_sql import SqlEntity, SqlSource
from orchestration.landing.extract import extract
from orchestration.settings import Settings, SettingsError, load_settings
from tests.company_config import write_config

CALENDAR = CompanyCalendar(ZoneInfo("Europe/Budapest"), (), close_lag=3, deadline=5)


def source(name: str = "crm", due: int | None = 2, only: tuple[str, ...] = ()) -> FilesSource:
    entities = {entity: EntityFiles(files=f"{entity}_*.csv") for entity in ("customers", "orders")}
    return FilesSource(
        name=name, kind="files", system="crm", path="x", entities=entities, due_business_day=due, due_entities=only
    )


def late(sources: list[FilesSource], covered: dict[tuple[str, str], date]) -> list[str]:
    return [found.reason for found in late_sources(sources, "2024-12", covered, CALENDAR)]


def test_a_source_is_late_until_every_awaited_entity_covers_the_month() -> None:
    covered = {("crm", "customers"): date(2024, 12, 31)}
    assert late([source()], covered) == [
        "source crm has not delivered 2024-12: orders (nothing yet); it was due at 2025-01-02 06:00 (Europe/Budapest)"
    ]
    covered["crm", "orders"] = date(2024, 12, 30)
    assert "orders (newest 2024-12-30)" in late([source()], covered)[0]
    covered["crm", "orders"] = date(2025, 1, 15)
    assert late([source()], covered) == []


def test_only_awaited_sources_and_entities_hold_a_month() -> None:
    covered = {("crm", "customers"): date(2024, 12, 31)}
    assert late([source(only=("customers",))], covered) == []
    assert late([source(due=None)], {}) == []


def test_a_late_source_is_overdue_from_its_business_day_on() -> None:
    (found,) = late_sources([source()], "2024-12", {}, CALENDAR)
    assert not found.is_overdue(datetime(2025, 1, 2, 4, 59, tzinfo=UTC))
    assert found.is_overdue(datetime(2025, 1, 2, 5, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("by", "day"), [("file name", 31), ("sidecar", 31), ("declared", 31), ("load time", 30), ("fetch", 30)]
)
def test_what_bears_no_date_of_its_own_covers_the_day_before(by: str, day: int) -> None:
    assert closing_day(date(2024, 12, 31), by) == date(2024, 12, day)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = write_config(tmp_path, {"customers": "customers_*.csv"})
    text = (config / "sources.yml").read_text(encoding="utf-8")
    place = f"    path: {tmp_path / 'export'}\n"
    assert place in text
    (config / "sources.yml").write_text(text.replace(place, f"{place}    due_business_day: 2\n"), encoding="utf-8")
    return load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path / "data")})


def deliver(settings: Settings, month: str) -> Path:
    folder = settings.source_path(settings.files_sources[0])
    file = folder / f"customers_{month}.csv"
    file.write_text(f"customer_id,customer_name,customer_since\nC1,One {month},2024-01-05\n", encoding="utf-8")
    return file


def test_landed_files_make_a_source_fresh(settings: Settings) -> None:
    assert newest_load(settings) is None
    assert list(late_now(settings, ["2024-11"])) == ["2024-11"]
    deliver(settings, "2024-11")
    assert list(late_now(settings, ["2024-11"])) == ["2024-11"]  # there, but not landed
    extract(settings)
    assert covered_days(settings) == {("crm_files", "customers"): date(2024, 11, 30)}
    assert list(late_now(settings, ["2024-11", "2024-12"])) == ["2024-12"]
    first = newest_load(settings)
    deliver(settings, "2024-12")
    extract(settings)
    second = newest_load(settings)
    assert late_now(settings, ["2024-11", "2024-12"]) == {}
    assert first and second and first[1] < second[1]


def test_nothing_is_read_where_nothing_is_awaited(settings: Settings) -> None:
    nobody = settings.model_copy(
        update={"sources": tuple(s.model_copy(update={"due_business_day": None}) for s in settings.sources)}
    )
    assert late_now(nobody, ["2024-12"]) == {}
    assert late_now(settings, []) == {}


def test_an_awaited_entity_must_be_one_of_the_source(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"customers": "customers_*.csv"})
    file = config / "sources.yml"
    added = "    due_business_day: 2\n    due_entities: [orders]\n    entities:"
    file.write_text(file.read_text().replace("    entities:", added), encoding="utf-8")
    with pytest.raises(SettingsError, match='due_entities names "orders", which is none of customers'):
        load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path)})
    file.write_text(file.read_text().replace("    due_business_day: 2\n", ""), encoding="utf-8")
    with pytest.raises(SettingsError, match="due_business_day does not say by when"):
        load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path)})


def test_the_listing_changes_with_names_sizes_and_times(settings: Settings) -> None:
    crm = settings.files_sources[0]
    assert folder_listing(settings, crm) == ""
    file = deliver(settings, "2024-11")
    listings = [folder_listing(settings, crm)]
    (file.parent / "notes.txt").write_text("no delivery")
    assert folder_listing(settings, crm) == listings[0]
    file.write_text(file.read_text() + "C2,Two,2024-02-01\n")
    listings.append(folder_listing(settings, crm))
    os.utime(file, (1_700_000_000, 1_700_000_000))
    listings.append(folder_listing(settings, crm))
    deliver(settings, "2024-12")
    listings.append(folder_listing(settings, crm))
    assert len(set(listings)) == 4


def test_an_arrival_counts_when_two_looks_in_a_row_saw_the_same() -> None:
    acted, known = [], None
    for seen in ["a", "a", "growing", "grown", "grown", "grown", "b", "b"]:
        is_ready, known = look_at(known, seen)
        acted.append(is_ready)
    assert acted == [False, False, False, False, True, False, False, True]
    assert known == Arrival("b", "b")


def test_a_folder_that_is_gone_is_no_arrival() -> None:
    known = Arrival("a", "a")
    for _ in range(3):
        is_ready, known = look_at(known, "")
        assert not is_ready
    # Back as it was: nothing has arrived.
    assert [look_at(known, "a")[0], look_at(Arrival("a", "a"), "a")[0]] == [False, False]


def test_services_and_object_storage_must_be_asked() -> None:
    sql = SqlSource(name="s", kind="sql", system="crm", url_env="U", entities={"customers": SqlEntity(table="t")})
    assert is_watched(source())
    assert not is_watched(source().model_copy(update={"path": "s3://bucket/x"}))
    assert not is_watched(sql)
