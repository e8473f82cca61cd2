"""Page × fault: every fault on every page, in a full fetch and in one of changes. Rows are exact or nothing comes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from orchestration.demo.services.dataverse import error_body, throttle
from orchestration.demo.services.faults import Fault
from orchestration.sources.fetched import Row, SourceFailedError
from tests.unit.sources.dynamics365.conftest import Company, account, identity

Expected = Callable[..., list[Row]]

# Requests of a full fetch before its first page: the count.
BEFORE = 1

PASSING = {
    "500": Fault("status", 500, {}, error_body("0x80040216", "An unexpected error occurred.")),
    "503 without a body": Fault("status", 503),
    "reset": Fault("reset"),
    "timeout": Fault("timeout"),
    "cut body": Fault("cut"),
    "cut body of the right length": Fault("cut_unnoticed"),
    "401": Fault("status", 401),
    "429": throttle("7"),
    "429 until a date": throttle("Sat, 01 Jun 2024 06:00:09 GMT", "0x80072321"),
    "429 without a time": Fault("status", 429),
}
WAITS = {"429": [7.0], "429 until a date": [9.0], "401": []}

LASTING = {
    "500": (PASSING["500"], r"after 6 attempts and 31 s of waiting: HTTP 500: An unexpected error"),
    "reset": (PASSING["reset"], "ConnectionError"),
    "cut body": (PASSING["cut body of the right length"], "the body is cut off or no JSON"),
    "429": (throttle("600"), r"after 4 attempts and 1800 s of waiting: HTTP 429: Number of requests exceeded"),
    "401": (PASSING["401"], "HTTP 401: .*register the app as an application user"),
}

WRONG = {
    "HTML with 200": (Fault("body", body="<html>Sign in</html>", content_type="text/html"), "text/html, not JSON"),
    "a list": (Fault("body", body="[]"), r"\$ is a list, an object was expected"),
    "no value": (Fault("body", body="{}"), "value is missing"),
    "null list": (Fault("body", body='{"value": null}'), "value is null, a list was expected"),
    "object for list": (Fault("body", body='{"value": {"accountid": "1"}}'), "value is an object, a list was expected"),
    "text for row": (Fault("body", body='{"value": ["x"]}'), r"value\[0\] is a text, an object was expected"),
    "field missing": (Fault("body", body='{"value": [{"accountid": "1"}]}'), r"value\[0\]\.name is missing"),
    "a page again": (Fault("body"), r"value\[0\]\.accountid is 0000.*which came before in this fetch"),
    "NaN": (Fault("body", body='{"value": [{"accountid": NaN}]}'), "NaN is no JSON number"),
    "a redirect": (Fault("status", 302, {"Location": "http://127.0.0.2/"}), "HTTP 302.*redirects are not followed"),
    "no permission": (
        Fault("status", 403, {}, error_body("0x80040220", "Principal user is missing prvReadAccount privilege")),
        "HTTP 403 0x80040220: Principal user is missing prvReadAccount privilege; give the application user a security",
    ),
}  # fmt: skip


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_on_a_page_of_a_full_fetch(
    company: Company, expected: Expected, page: int, fault: str
) -> None:
    company.fake.faults[BEFORE + page] = PASSING[fault]
    told = company.fetch()
    assert told.rows == expected(*range(1, 8))
    assert told.ended.mode == "snapshot"
    assert company.time.slept == WAITS.get(fault, [1.0])
    assert company.signed_in.made == (2 if fault == "401" else 1)
    assert company.fake.complaints == []


@pytest.mark.parametrize("page", [1, 2])
@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_on_a_page_of_changes(company: Company, expected: Expected, page: int, fault: str) -> None:
    state = company.fetch().ended.state
    company.fake.tables.put("accounts", account(8), account(9), account(10))
    company.fake.tables.remove("accounts", identity(4))
    company.fake.faults[len(company.fake.seen) + page] = PASSING[fault]
    told = company.fetch(state=state)
    assert told.rows == expected(8, 9, 10)
    assert told.deleted == [identity(4)]
    assert told.ended.mode == "increment"


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("fault", LASTING)
def test_a_fault_that_lasts_ends_the_fetch_in_bounded_time(company: Company, page: int, fault: str) -> None:
    lasting, words = LASTING[fault]
    company.fake.faults.update(dict.fromkeys(range(BEFORE + page, 50), lasting))
    with pytest.raises(SourceFailedError, match=words):
        company.fetch()
    assert sum(company.time.slept) <= 1800


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_that_cannot_be_trusted_names_its_place(company: Company, page: int, wrong: str) -> None:
    fault, words = WRONG[wrong]
    if wrong == "a page again":
        if page == 1:
            return
        fault = Fault("body", body=_body_of(company, 1))
    company.fake.faults.update(dict.fromkeys(range(BEFORE + len(company.fake.seen) + page, 50), fault))
    with pytest.raises(SourceFailedError, match=words) as failed:
        company.fetch()
    assert "accounts" in str(failed.value)
    assert "skiptoken" not in str(failed.value)


def _body_of(company: Company, page: int) -> str:
    """The page as the service gives it, for a service that gives it twice."""
    path = "/api/data/v9.2/accounts?$select=accountid,name,creditlimit,donotemail,_masterid_value,createdon"
    bearer = company.signed_in().token
    asked = {
        "Authorization": f"Bearer {bearer}",
        "Host": company.fake.url.removeprefix("http://"),
        "Prefer": "odata.maxpagesize=3",
    }
    return company.fake.answers.to(path, asked)[0].decode()


@pytest.mark.parametrize(("link", "words"), [
    ("https://evil.example.org/api/data/v9.2/accounts", "leads to https://evil.example.org/api/data/v9.2/accounts"),
    ("{url}/elsewhere", "the token is not sent there"),
    ("{url}/api/data/v9.2/accounts?$skiptoken=1", "leads back to a page that was read before"),
    (5, "no text"),
])  # fmt: skip
def test_links_are_followed_within_the_environment_and_never_twice(company: Company, link: object, words: str) -> None:
    import json

    told = link.format(url=company.fake.url) if isinstance(link, str) else [link]
    body = json.dumps({"value": [], "@odata.nextLink": told})
    company.fake.faults.update(dict.fromkeys(range(BEFORE + 1, 9), Fault("body", body=body)))
    with pytest.raises(SourceFailedError, match=words):
        company.fetch()
    assert len(company.fake.seen) <= BEFORE + 2


def test_changes_without_a_delta_link_are_not_trusted(company: Company) -> None:
    state = company.fetch().ended.state
    company.fake.faults[len(company.fake.seen) + 1] = Fault("body", body='{"value": []}')
    with pytest.raises(SourceFailedError, match="without a delta link"):
        company.fetch(state=state)


def test_a_link_brought_back_altered_is_refused_by_the_fake(company: Company) -> None:
    state = dict(company.fetch().ended.state)
    state["delta_link"] += "0"
    assert company.fetch(state=state).ended.mode == "snapshot"
    assert "a link was altered" in company.fake.complaints[0]


def test_one_threads_429_holds_the_others(company: Company) -> None:
    connector = company.connector(page_size=5000)
    company.fake.faults[1] = throttle("30")
    company.fetch(connector)
    company.fetch(connector)
    assert company.time.slept == [30.0]


def test_more_requests_at_once_than_the_service_allows_are_refused_by_the_fake(company: Company) -> None:
    company.fake._running = 52
    with pytest.raises(SourceFailedError, match="HTTP 429"):
        company.fetch()


def test_a_table_that_ends_too_early_is_known_by_the_services_count(company: Company) -> None:
    company.fake.faults[BEFORE + 2] = Fault("body", body='{"value": []}')
    told = company.fetch()
    assert (len(told.rows), told.ended.expected_rows) == (3, 7)


def test_tables_fetched_at_once_keep_within_the_requests_that_are_allowed(company: Company) -> None:
    connector = company.connector(page_size=1, requests_at_once=2)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: len(company.fetch(connector).rows), range(6)))
    assert found == [7] * 6
    assert company.fake.most_at_once <= 2
