"""Page × fault: whatever happens on whichever page, the rows are exactly those of the account, or none."""

from __future__ import annotations

import pytest

from orchestration.demo.services.questionpro import API_KEY, FakeQuestionPro, Fault
from orchestration.sources.fetched import SourceFailedError, SpentQuotaError
from orchestration.sources.questionpro.client import TRIES
from tests.questionpro_world import RESPONSE_FIELDS, SURVEYS, Waits, account, connected, fetch

# Seven responses of one survey and three of the other, three to a page: 3 + 1 pages, or 3 and a short one.
PAGES = (1, 2, 3, 4)
PASSING: tuple[Fault, ...] = ("500", "reset", "timeout", "cut", "429", "error in 200", "page of html")
REFUSED: tuple[Fault, ...] = ("401", "403", "moved")
RESPONSES = account()
IDS = [str(response.response_id) for response in RESPONSES]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_costs_a_try_and_no_row(page: int, fault: Fault) -> None:
    waits = Waits()
    with (
        FakeQuestionPro(SURVEYS, RESPONSES, faults={page: fault}) as service,
        connected(service, waits, read_seconds=1.0 if fault == "timeout" else 30.0) as connector,
    ):
        found = fetch(connector, "responses", RESPONSE_FIELDS)
    assert [row["responseID"] for row in found.rows] == IDS
    assert found.ended.expected_rows == len(IDS)
    assert len(service.requests) == len(PAGES) + 1
    assert waits.seconds == [7.0 if fault == "429" else 1.0]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("fault", REFUSED)
def test_a_refusal_fails_at_once_and_a_second_run_is_exact(page: int, fault: Fault) -> None:
    with FakeQuestionPro(SURVEYS, RESPONSES, faults={page: fault}) as service, connected(service) as connector:
        with pytest.raises(SourceFailedError) as failed:
            fetch(connector, "responses", RESPONSE_FIELDS)
        assert len(service.requests) == page
        again = fetch(connector, "responses", RESPONSE_FIELDS)
    assert f"/responses/filter, page {page if page < 4 else 1}: HTTP" in str(failed.value)
    assert API_KEY not in str(failed.value)
    assert [row["responseID"] for row in again.rows] == IDS


@pytest.mark.parametrize("page", PAGES)
def test_a_fault_that_stays_fails_the_fetch_after_all_tries(page: int) -> None:
    faults: dict[int, Fault] = dict.fromkeys(range(page, page + TRIES), "500")
    waits = Waits()
    with FakeQuestionPro(SURVEYS, RESPONSES, faults=faults) as service, connected(service, waits) as connector:
        with pytest.raises(SourceFailedError, match=f"HTTP 500 .*{TRIES} times"):
            fetch(connector, "responses", RESPONSE_FIELDS)
        again = fetch(connector, "responses", RESPONSE_FIELDS)
    assert waits.seconds == [1, 2, 4, 8, 16, 32, 60]
    assert [row["responseID"] for row in again.rows] == IDS


@pytest.mark.parametrize("page", PAGES)
def test_a_spent_quota_stops_and_keeps_what_was_read(page: int) -> None:
    """Nothing was read: nothing is kept. Else the surveys read to their end are done, the others are read again."""
    with FakeQuestionPro(SURVEYS, RESPONSES, faults={page: "quota"}) as service, connected(service) as connector:
        rows = []
        with pytest.raises(SpentQuotaError, match="API calls are spent") as spent:
            for part in connector.fetch("responses", RESPONSE_FIELDS, None, lambda _: None):
                rows.extend([row["responseID"] for row in part.rows])  # type: ignore[union-attr]
        assert len(service.requests) == page
        assert rows == IDS[: (page - 1) * 3] if page < 4 else rows == IDS[:7]
        kept = spent.value.kept
        if page == 1:
            assert kept is None
            return
        assert kept is not None and kept.mode == "increment"
        again = fetch(connector, "responses", RESPONSE_FIELDS, dict(kept.state))
    assert {*rows, *(str(row["responseID"]) for row in again.rows)} == set(IDS)
    assert list(kept.state) == ([] if page < 4 else ["1234567"])


@pytest.mark.parametrize("page", PAGES)
def test_a_forbidden_survey_is_told_apart_from_a_busy_service_by_the_status(page: int) -> None:
    """Both carry the error id 1013."""
    with (
        FakeQuestionPro(SURVEYS, RESPONSES, faults={page: "403"}) as service,
        connected(service) as connector,
        pytest.raises(SourceFailedError, match="correct the key in QUESTIONPRO_API_KEY"),
    ):
        fetch(connector, "responses", RESPONSE_FIELDS)
