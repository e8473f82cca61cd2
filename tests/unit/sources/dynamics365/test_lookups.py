"""Fields that stand in another table: joined, rolled up, left out, and never guessed for what is new."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.demo.services.dataverse_tables import Table
from orchestration.sources.fetched import SourceFailedError
from tests.unit.sources.dynamics365.conftest import EMAIL, Company, account, identity

CUSTOMER = "_regardingobjectid_value/customer"
LEAD, CASE_OF_3 = identity(900), identity(500)
ENTITY: dict[str, Any] = {
    "interactions": {"table": "emails", "key": "activityid", "columns": {"interaction_id": "activityid"}}
}


def email(number: int, regarding: str | None, modifiedon: str = "2024-05-01T08:00:00Z") -> dict[str, Any]:
    return {"activityid": identity(number), "_regardingobjectid_value": regarding, "modifiedon": modifiedon}


@pytest.fixture
def emails(company: Company) -> Company:
    """Mails about an account, about an account's case, about a lead, and about nothing."""
    case = {"incidentid": CASE_OF_3, "_customerid_value": identity(3), "modifiedon": "2024-05-01T08:00:00Z"}
    company.fake.tables.put("incidents", case)
    regarding = (identity(1), CASE_OF_3, LEAD, None)
    company.fake.tables.put("emails", *(email(700 + number, about) for number, about in enumerate(regarding)))
    return company


def fetched(company: Company, *fields: str, **entity: str) -> list[dict[str, str | None]]:
    entities = {"interactions": ENTITY["interactions"] | entity}
    return company.fetch(company.connector(entities=entities), "emails", fields).rows


def test_an_activity_rolls_up_to_the_customer_of_what_it_is_about(emails: Company) -> None:
    assert [row[CUSTOMER] for row in fetched(emails, CUSTOMER)] == [identity(1), identity(3), None, None]
    assert emails.fake.complaints == []


def test_look_ups_follow_each_other(emails: Company) -> None:
    company = emails
    lookups = {"number": {"tables": {"accounts": ["accountid", "name"]}}}
    connector = company.connector(entities=ENTITY, lookups=lookups)
    rows = company.fetch(connector, "emails", (f"{CUSTOMER}/number",)).rows
    assert [row[f"{CUSTOMER}/number"] for row in rows] == ["Company 1", "Company 3", None, None]


def test_what_is_nowhere_found_is_told_otherwise(emails: Company) -> None:
    field = "_regardingobjectid_value/flag"
    lookups = {"flag": {"tables": {"incidents": ["incidentid", "_customerid_value"]}, "otherwise": "none"}}
    connector = emails.connector(entities=ENTITY, lookups=lookups)
    assert [row[field] for row in emails.fetch(connector, "emails", (field,)).rows] == [
        "none",
        identity(3),
        "none",
        "none",
    ]


def test_of_several_values_the_greatest_counts(company: Company) -> None:
    columns = {"activityid": "Uniqueidentifier", "_incidentid_value": "Lookup", "actualend": "DateTime"}
    company.fake.tables.sets["incidentresolutions"] = Table("incidentresolution", "activityid", columns)
    for number, day in ((1, "2024-02-01"), (2, "2024-04-01"), (3, "2024-03-01")):
        row = {"activityid": identity(number), "_incidentid_value": CASE_OF_3, "actualend": f"{day}T09:00:00Z"}
        company.fake.tables.put("incidentresolutions", row)
    company.fake.tables.put("incidents", {"incidentid": CASE_OF_3, "modifiedon": "2024-05-01T08:00:00Z"})
    entities = {"cases": {"table": "incidents", "key": "incidentid", "columns": {"case_id": "incidentid"}}}
    told = company.fetch(company.connector(entities=entities), "incidents", ("incidentid/resolved",))
    assert told.rows[0]["incidentid/resolved"] == "2024-04-01T09:00:00Z"


def test_tables_that_are_not_there_are_passed_over_and_noted(emails: Company) -> None:
    told = emails.fetch(emails.connector(entities=ENTITY), "emails", (CUSTOMER,))
    assert "table quotes is not there; nothing was looked up in it" in told.ended.notes
    assert not any("incidents" in note for note in told.ended.notes)


def test_rows_without_a_customer_are_left_out_and_counted(emails: Company) -> None:
    connector = emails.connector(entities={"interactions": ENTITY["interactions"] | {"only_with": CUSTOMER}})
    told = emails.fetch(connector, "emails", ("activityid",))
    assert [row["activityid"] for row in told.rows] == [identity(700), identity(701)]
    assert "2 rows left out by only_with and only_where" in told.ended.notes
    emails.fake.tables.put("emails", email(700, LEAD))
    changed = emails.fetch(connector, "emails", ("activityid",), told.ended.state)
    assert (changed.rows, changed.deleted, changed.ended.mode) == ([], [identity(700)], "increment")


def test_a_row_that_names_what_was_created_meanwhile_is_looked_up_again(emails: Company) -> None:
    connector = emails.connector(page_size=2, entities=ENTITY)
    parts = connector.fetch("emails", (CUSTOMER,), None, lambda _: None)
    next(parts)
    emails.fake.tables.put("accounts", account(8))
    emails.fake.tables.put("emails", email(704, identity(8), "2024-06-01T06:00:00Z"))
    *pages, _ = parts
    found = {row["activityid"]: row[CUSTOMER] for page in pages for row in page.rows}  # type: ignore[union-attr]
    assert found[identity(704)] == identity(8)


@pytest.mark.parametrize(("moment", "day"), [
    ("2024-03-31T21:59:59Z", "2024-03-31"),
    ("2024-03-31T22:00:00Z", "2024-04-01"),
    ("2024-12-31T22:59:59Z", "2024-12-31"),
    ("2024-12-31T23:00:00Z", "2025-01-01"),
    ("2024-03-31", "2024-03-31"),
    (None, None),
])  # fmt: skip
def test_a_moment_is_turned_into_the_local_day(company: Company, moment: str | None, day: str | None) -> None:
    company.fake.tables.put("accounts", account(1, createdon=moment))
    assert company.fetch(fields=("createdon/local_date",)).rows[0]["createdon/local_date"] == day


def test_a_text_that_is_no_moment_is_named(company: Company) -> None:
    with pytest.raises(SourceFailedError, match='name/local_date: "Company 1" is no timestamp'):
        company.fetch(fields=("name/local_date",))


def test_an_unknown_look_up_is_named_with_those_there_are(company: Company) -> None:
    with pytest.raises(SourceFailedError, match='look-up "customr" is not known; choose one of: currency, customer'):
        company.fetch(fields=("name/customr",))


def test_a_look_up_is_read_once_a_run(emails: Company) -> None:
    connector = emails.connector(entities=ENTITY)
    emails.fetch(connector, "emails", (CUSTOMER,))
    emails.fetch(connector, "emails", (CUSTOMER,))
    assert len([seen for seen in emails.fake.seen if "/incidents?" in seen.path]) == 1
    assert set(EMAIL) >= {"_regardingobjectid_value"}


def test_rows_with_other_values_are_left_out(company: Company) -> None:
    entity = {"table": "accounts", "key": "accountid", "columns": {"customer_id": "accountid"}}
    entities = {"customers": entity | {"only_where": {"donotemail": ["false"]}}}
    told = company.fetch(company.connector(entities=entities), fields=("name",))
    assert [row["name"] for row in told.rows] == ["Company 1", "Company 3", "Company 5", "Company 7"]
    company.fake.tables.put("accounts", account(1, donotemail=True))
    changed = company.fetch(company.connector(entities=entities), fields=("name",), state=told.ended.state)
    assert (changed.rows, changed.deleted) == ([], [identity(1)])


def test_rows_that_name_what_is_not_known_yet_come_again(company: Company) -> None:
    lookups = {"number": {"tables": {"emails": ["activityid", "_regardingobjectid_value"]}}}
    connector, fields = company.connector(lookups=lookups), ("_masterid_value/number",)
    company.fake.tables.put("accounts", account(1, _masterid_value=identity(700)))
    told = company.fetch(connector, fields=fields)
    assert told.ended.state == {}
    assert "1 rows name what the look-ups do not know; the next fetch is a full one" in told.ended.notes
    company.fake.tables.put("emails", email(700, "known by now"))
    connector.close()
    connector.open()
    again = company.fetch(connector, fields=fields, state=told.ended.state)
    assert (again.ended.mode, again.rows[0][fields[0]]) == ("snapshot", "known by now")
    assert "delta_link" in again.ended.state
