"""What `holdfast doctor` is told of a table."""

from __future__ import annotations

from orchestration.demo.services.dataverse import error_body
from orchestration.demo.services.faults import Fault
from orchestration.sources.fetched import Probe
from tests.unit.sources.dynamics365.conftest import Company, account


def test_a_table_in_order(company: Company) -> None:
    company.fake.tables.put("accounts", account(3, modifiedon="2024-05-30T10:00:00Z"))
    told = company.connector().probe("accounts", ("accountid", "_masterid_value", "createdon/local_date"))
    assert told == Probe(True, True, "on", 7, "2024-05-30T10:00:00Z")
    assert company.fake.complaints == []


def test_columns_that_are_not_there(company: Company) -> None:
    told = company.connector().probe("accounts", ("name", "masterid", "_ownerid_value/customer", "nmae"))
    assert told.missing_fields == ("_ownerid_value", "masterid", "nmae")


def test_change_tracking_switched_off(company: Company) -> None:
    company.fake.tables.sets["accounts"].tracks_changes = False
    assert company.connector().probe("accounts", ()).change_tracking == "off"


def test_a_table_that_is_not_there(company: Company) -> None:
    told = company.connector().probe("acounts", ())
    assert told.reachable
    assert 'no table with the EntitySet name "acounts"' in told.problem


def test_a_table_that_may_not_be_read(company: Company) -> None:
    company.fake.faults[2] = Fault("status", 403, {}, error_body("0x80040220", "missing prvReadAccount privilege"))
    told = company.connector().probe("accounts", ())
    assert (told.reachable, told.permitted) == (True, False)
    assert "missing prvReadAccount privilege; give the application user a security role" in told.problem


def test_a_service_that_does_not_answer(company: Company) -> None:
    company.fake.faults.update(dict.fromkeys(range(1, 9), Fault("reset")))
    told = company.connector().probe("accounts", ())
    assert (told.reachable, told.permitted) == (False, False)
    assert "no answer after 6 attempts" in told.problem


def test_a_count_that_is_not_told_is_no_fault(company: Company) -> None:
    company.fake.faults[3] = Fault("status", 404)
    assert company.connector().probe("accounts", ()) == Probe(True, True, "on", None, "2024-05-01T08:00:00Z")
