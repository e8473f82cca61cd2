"""Full fetches, changes, deletions, expired tokens: what the pages and the end say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from orchestration.sources.fetched import Ended, Row, SourceFailedError
from tests.unit.sources.dynamics365.conftest import FIELDS, Company, account, identity

Expected = Callable[..., list[Row]]


def test_a_full_fetch_brings_every_row_as_text(company: Company, expected: Expected) -> None:
    told = company.fetch()
    assert told.rows == expected(*range(1, 8))
    assert [len(page.rows) for page in told.pages] == [3, 3, 1]
    assert (told.ended.mode, told.ended.notes) == ("snapshot", ())
    assert [(item.rows, item.pages) for item in told.progress] == [(3, 1), (6, 2), (7, 3)]
    assert company.fake.complaints == []


def test_numbers_stay_the_text_they_came_as(company: Company) -> None:
    company.fake.tables.put("accounts", account(1, creditlimit=12345678901234567890))
    assert company.fetch().rows[0]["creditlimit"] == "12345678901234567890"


def test_the_next_fetch_brings_changes_and_deletions_only(company: Company, expected: Expected) -> None:
    state = company.fetch().ended.state
    company.fake.tables.put("accounts", account(3, name="Renamed"), account(8))
    company.fake.tables.remove("accounts", identity(5))
    told = company.fetch(state=state)
    renamed = {**expected(3)[0], "name": "Renamed"}
    assert told.rows == [renamed, *expected(8)]
    assert told.deleted == [identity(5)]
    assert told.ended.mode == "increment"
    assert company.fetch(state=told.ended.state).rows == []


def test_an_empty_table_is_a_snapshot_of_no_rows(company: Company) -> None:
    company.fake.tables.remove("accounts", *map(identity, range(1, 8)))
    told = company.fetch()
    assert (told.rows, told.ended.mode) == ([], "snapshot")


def test_a_token_the_service_calls_expired_leads_to_a_full_fetch(company: Company, expected: Expected) -> None:
    state = company.fetch().ended.state
    company.fake.as_of = date(2025, 1, 31)
    company.fake.tables.remove("accounts", identity(2))
    told = company.fetch(state=state)
    assert told.rows == expected(1, 3, 4, 5, 6, 7)
    assert told.ended.mode == "snapshot"
    assert told.ended.notes == (
        "the delta token of 2024-06-01T06:00:00+00:00 was refused (0x80044352): fetched in full, deletions by absence",
    )
    assert company.fetch(state=told.ended.state).ended.mode == "increment"


def test_a_token_older_than_the_configured_days_is_not_even_tried(company: Company) -> None:
    state = company.fetch().ended.state
    asked = len(company.fake.seen)
    company.time.moment += timedelta(days=7)
    told = company.fetch(state=state)
    assert told.ended.mode == "snapshot"
    assert "is too old" in told.ended.notes[0]
    assert not any("deltatoken" in seen.path for seen in company.fake.seen[asked:])


def test_a_younger_token_is_used(company: Company) -> None:
    state = company.fetch().ended.state
    company.time.moment += timedelta(days=6, hours=22)
    assert company.fetch(state=state).ended.mode == "increment"


def test_other_columns_than_last_time_need_all_rows(company: Company) -> None:
    state = company.fetch(fields=("name",)).ended.state
    told = company.fetch(state=state)
    assert (told.ended.mode, len(told.rows)) == ("snapshot", 7)
    assert told.ended.notes == ("other columns are asked for than last time: fetched in full",)


def test_a_link_of_another_environment_is_not_followed(company: Company) -> None:
    state = dict(company.fetch().ended.state)
    state["delta_link"] = state["delta_link"].replace("127.0.0.1", "127.0.0.2")
    told = company.fetch(state=state)
    assert told.ended.notes == ("the last fetch was from another address: fetched in full",)


def test_a_table_without_change_tracking_is_fetched_whole_every_time(company: Company) -> None:
    company.fake.tables.sets["accounts"].tracks_changes = False
    told = company.fetch()
    assert (told.ended.mode, told.ended.state, len(told.rows)) == ("snapshot", {}, 7)
    assert "change tracking is off" in told.ended.notes[0]


def test_rows_created_between_pages_come_with_the_changes(company: Company, expected: Expected) -> None:
    connector = company.connector()
    parts = connector.fetch("accounts", FIELDS, None, lambda _: None)
    first = next(parts)
    company.fake.tables.put("accounts", account(8), account(1, name="Renamed"))
    company.fake.tables.remove("accounts", identity(2), identity(6))
    *rest, ended = parts
    rows = [row for page in (first, *rest) for row in page.rows]
    assert rows == expected(1, 2, 3, 4, 5, 7, 8)
    told = company.fetch(connector, state=ended.state)
    assert [row["name"] for row in told.rows] == ["Company 8", "Renamed"]
    assert told.deleted == [identity(2), identity(6)]


def test_a_deletion_of_rows_kept_under_another_key_needs_all_rows(company: Company) -> None:
    entities: dict[str, Any] = {
        "customers": {"table": "accounts", "key": "accountid", "columns": {"customer_id": "name"}}
    }
    connector = company.connector(entities=entities)
    state = company.fetch(connector).ended.state
    company.fake.tables.put("accounts", account(1, name="Renamed"))
    assert company.fetch(connector, state=state).ended.mode == "increment"
    company.fake.tables.remove("accounts", identity(2))
    told = company.fetch(connector, state=state)
    assert (told.ended.mode, len(told.rows), told.deleted) == ("snapshot", 6, [])
    assert "landed under another key" in told.ended.notes[0]


def test_what_is_asked_names_columns_and_page_size(company: Company) -> None:
    company.fetch(fields=("name", "accountid", "createdon/local_date"), connector=company.connector())
    first = company.fake.seen[1]
    assert first.path == "/api/data/v9.2/accounts?$select=accountid,name,createdon,modifiedon"
    assert first.headers["Prefer"] == "odata.maxpagesize=3,odata.track-changes"


@pytest.mark.parametrize(("table", "fields", "words"), [
    ("emails", ("nothing",), "HTTP 400 0x80060888: Could not find a property named 'nothing'"),
    ("letters", ("activityid",), "/api/data/v9.2/letters: HTTP 404"),
])  # fmt: skip
def test_what_is_not_there_is_named(company: Company, table: str, fields: tuple[str, ...], words: str) -> None:
    entities = {"interactions": {"table": table, "key": "activityid", "columns": {"interaction_id": "activityid"}}}
    with pytest.raises(SourceFailedError, match=words):
        company.fetch(company.connector(entities=entities), table, fields)


def test_a_table_name_is_never_more_than_a_name(company: Company) -> None:
    payload = "accounts?$filter=1 eq 1&x="
    entities = {"customers": {"table": payload, "key": "accountid", "columns": {"customer_id": "accountid"}}}
    connector = company.connector(entities=entities)
    with pytest.raises(SourceFailedError, match="HTTP 404"):
        company.fetch(connector, payload, ("accountid",))
    assert company.fake.seen[-1].path.startswith("/api/data/v9.2/accounts%3F%24filter%3D1%20eq%201%26x%3D?$select=")
    told = connector.probe("x' or 'a' eq 'a", ())
    assert "no table with the EntitySet name" in told.problem


def test_a_fetch_shows_no_token_and_no_secret_in_the_log(
    company: Company, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    state = company.fetch().ended.state
    company.fetch(state=state)
    shown = caplog.text + "".join(capsys.readouterr())
    assert company.signed_in.token not in shown
    assert company.signed_in.token not in str(state)


def test_the_services_count_is_the_control_total(company: Company) -> None:
    assert company.fetch().ended.expected_rows == 7
    state = company.fetch().ended.state
    assert company.fetch(state=state).ended.expected_rows is None


def test_a_count_that_changes_meanwhile_is_none(company: Company) -> None:
    parts = company.connector().fetch("accounts", FIELDS, None, lambda _: None)
    next(parts)
    company.fake.tables.put("accounts", account(8))
    *_, ended = parts
    assert isinstance(ended, Ended)
    assert ended.expected_rows is None


def test_the_service_counts_to_five_thousand(company: Company) -> None:
    company.fake.tables.put("accounts", *(account(number) for number in range(1, 5002)))
    told = company.fetch(company.connector(page_size=5000), fields=("name",))
    assert (len(told.rows), told.ended.expected_rows) == (5001, None)


def test_what_came_and_went_between_two_fetches_is_a_deletion_of_an_id_never_seen(company: Company) -> None:
    state = company.fetch().ended.state
    company.fake.tables.put("accounts", account(8))
    company.fake.tables.remove("accounts", identity(8))
    told = company.fetch(state=state)
    assert (told.rows, told.deleted) == ([], [identity(8)])


def test_what_was_deleted_and_is_there_again_is_a_row(company: Company, expected: Expected) -> None:
    state = company.fetch().ended.state
    company.fake.tables.remove("accounts", identity(3))
    company.fake.tables.put("accounts", account(3))
    told = company.fetch(state=state)
    assert (told.rows, told.deleted) == (expected(3), [])
