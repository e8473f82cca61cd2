"""What the connector makes of an account: tables, increments, what is dropped, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest

from orchestration.demo.services.questionpro import FakeQuestionPro
from orchestration.demo.services.questionpro_data import FakeResponse
from orchestration.sources.fetched import MissingSecretsError, SourceFailedError
from orchestration.sources.questionpro.connector import QuestionProConnector
from tests.questionpro_world import (
    ANSWER_FIELDS,
    NOW,
    NPS,
    RESPONSE_FIELDS,
    SERVICE,
    SURVEYS,
    Waits,
    account,
    connected,
    fetch,
    source,
)


def ids(found: Any) -> list[str]:
    return [row["responseID"] for row in found.rows]


def test_a_response_becomes_a_row_and_its_scores_are_what_was_answered() -> None:
    with FakeQuestionPro(SURVEYS, account(2, 0)) as service, connected(service) as connector:
        responses = fetch(connector, "responses", RESPONSE_FIELDS)
        answers = fetch(connector, "answers", ANSWER_FIELDS)
    assert responses.rows[0] == {
        "responseID": "5000",
        "survey": "relationship",
        "customerKey": "C-0",
        "respondedAt": "2024-03-31T12:00:00-07:00",
        "responseStatus": "Completed",
        "customVariables.case": "K0",
    }
    # value.scale says 1 and 2 here: on a 0-10 item it is one more than the score.
    assert [list(row.values()) for row in answers.rows] == [
        ["5000", "recommend", "0"],
        ["5000", "why", "Prompt"],
        ["5001", "recommend", "1"],
        ["5001", "why", "Prompt"],
    ]


def test_both_tables_come_of_one_download() -> None:
    with FakeQuestionPro(SURVEYS, account()) as service, connected(service) as connector:
        fetch(connector, "responses", RESPONSE_FIELDS)
        calls = len(service.requests)
        fetch(connector, "answers", ANSWER_FIELDS)
        assert len(service.requests) == calls == 4


def test_personal_fields_are_neither_given_nor_kept_on_disk() -> None:
    with FakeQuestionPro(SURVEYS, account(1, 0)) as service, connected(service) as connector:
        fetch(connector, "responses", RESPONSE_FIELDS)
        [reading] = connector._readings.values()
        kept = str(list(reading.records()))
        for field in ("ipAddress", "location", "location.country", "browser"):
            with pytest.raises(SourceFailedError, match="never read"):
                fetch(connector, "responses", [field])
    assert "203.0.113.7" not in kept and "latitude" not in kept and "CHROME8" not in kept
    # The contact question is not configured, so its answer is not read.
    assert "Anna" not in kept


def test_the_match_rate_is_told() -> None:
    with FakeQuestionPro(SURVEYS, account()) as service, connected(service) as connector:
        found = fetch(connector, "responses", RESPONSE_FIELDS)
    assert found.ended.notes == ("match rate on externalReference: 80.0 % (8 of 10 carry a customer)",)


def test_the_customer_may_stand_in_a_custom_variable() -> None:
    with (
        FakeQuestionPro(SURVEYS, account(1, 0)) as service,
        connected(service, customer_key="customVariables.case") as connector,
    ):
        assert fetch(connector, "responses", ["customerKey"]).rows == [{"customerKey": "K0"}]


@pytest.mark.parametrize("shape", ["total", "totalItems", "none"])  # none: nothing but a short page tells the end
@pytest.mark.parametrize("count", [0, 1, 3, 6, 7])
def test_every_paging_shape_gives_every_row(shape: Literal["total", "totalItems", "none"], count: int) -> None:
    with FakeQuestionPro(SURVEYS, account(count, 0), shape=shape) as service, connected(service) as connector:
        assert len(ids(fetch(connector, "responses", RESPONSE_FIELDS))) == count


def test_pages_that_the_service_makes_smaller_are_no_end() -> None:
    with (
        FakeQuestionPro(SURVEYS, account(), largest_page=2) as service,
        connected(service, page_size=1000) as connector,
    ):
        assert len(ids(fetch(connector, "responses", RESPONSE_FIELDS))) == 10


def test_the_time_zone_is_always_sent() -> None:
    with FakeQuestionPro(SURVEYS, account()) as service, connected(service) as connector:
        fetch(connector, "responses", RESPONSE_FIELDS)
    assert service.problems == []
    assert {body["timeZone"] for body in service.bodies} == {"GMT+00:00"}
    assert service.bodies[0]["endDate"] == "2024-03-31T20:00:00"


def test_the_next_fetch_asks_for_what_came_since_and_what_may_have_been_completed() -> None:
    responses = account(3, 0)
    with FakeQuestionPro(SURVEYS, responses) as service:
        with connected(service, now=NOW - timedelta(days=1)) as connector:
            first = fetch(connector, "responses", RESPONSE_FIELDS)
        with connected(service, overlap_days=1) as connector:
            second = fetch(connector, "responses", RESPONSE_FIELDS, dict(first.ended.state))
    assert (first.ended.mode, ids(first)) == ("snapshot", ["5001", "5002"])
    assert (second.ended.mode, ids(second)) == ("increment", ["5000", "5001"])
    assert second.ended.state == {str(NPS): "2024-03-31T20:00:00Z", str(SERVICE): "2024-03-31T20:00:00Z"}


def test_a_survey_added_to_the_configuration_is_read_from_the_beginning() -> None:
    with FakeQuestionPro(SURVEYS, account()) as service, connected(service) as connector:
        found = fetch(connector, "responses", RESPONSE_FIELDS, {str(NPS): "2024-05-31T00:00:00Z"})
    assert ids(found) == ["5007", "5008", "5009"]


def test_the_cx_endpoint_asks_by_days_and_leaves_other_surveys_out() -> None:
    stranger = replace(SURVEYS[0], survey_id=77)
    responses = (*account(), replace(account()[0], response_id=9, survey_id=77))
    with FakeQuestionPro((*SURVEYS, stranger), responses) as service, connected(service, api="cx") as connector:
        found = fetch(connector, "responses", RESPONSE_FIELDS)
        surveys = fetch(connector, "surveys", ["surveyID", "name", "type"])
    assert "9" not in ids(found) and len(ids(found)) == found.ended.expected_rows == 10
    assert service.bodies[0] == {"transactionStartDate": "12/31/1999", "transactionEndDate": "04/01/2024"}
    assert [row["name"] for row in surveys.rows] == ["Relationship survey", "Service survey"]
    assert list(found.ended.state) == ["cx"]


def test_rows_that_move_between_pages_are_walked_again() -> None:
    """A response deleted on page 1 pulls another one from page 2, where nobody would look again."""
    responses = list(account(7, 0))

    class Moving(FakeQuestionPro):
        def number(self, line: str) -> int:
            found = super().number(line)
            if found == 2:
                self.responses = responses[1:]
            return found

    with Moving(SURVEYS, responses) as service, connected(service) as connector:
        found = fetch(connector, "responses", RESPONSE_FIELDS)
    assert ids(found) == [str(response.response_id) for response in responses[1:]]
    assert found.ended.expected_rows == 6


def test_an_account_that_never_rests_fails() -> None:
    class Restless(FakeQuestionPro):
        def number(self, line: str) -> int:
            self.responses = account(7 + len(self.requests), 0)
            return super().number(line)

    with (
        Restless(SURVEYS, account(7, 0)) as service,
        connected(service) as connector,
        pytest.raises(SourceFailedError, match="in 3 walks"),
    ):
        fetch(connector, "responses", RESPONSE_FIELDS)


def test_surveys_and_questions_are_the_configured_ones_with_the_words_of_the_service() -> None:
    with FakeQuestionPro(SURVEYS, account()) as service, connected(service) as connector:
        surveys = fetch(connector, "surveys", ["survey", "name", "type"])
        questions = fetch(connector, "questions", ["survey", "question", "role", "scaleMax", "higherIsBetter", "text"])
    assert surveys.rows == [
        {"survey": "relationship", "name": "Relationship survey", "type": "nps"},
        {"survey": str(SERVICE), "name": "Service survey", "type": "csat"},
    ]
    assert [row["question"] for row in questions.rows] == ["recommend", "why", "Q1"]
    assert questions.rows[0]["scaleMax"] == "10" and questions.rows[1]["scaleMax"] is None
    assert questions.rows[1]["text"] == "Why?"


def test_a_configured_survey_or_question_that_is_not_there_is_named() -> None:
    with (
        FakeQuestionPro(SURVEYS[:1], account(1, 0)) as service,
        connected(service) as connector,
        pytest.raises(SourceFailedError, match=f"survey {SERVICE} is not among the 1 surveys there"),
    ):
        fetch(connector, "surveys", ["surveyID"])
    wrong = {NPS: {"type": "nps", "questions": {"Q7": {"role": "score"}}}}
    with (
        FakeQuestionPro(SURVEYS, ()) as service,
        connected(service, surveys=wrong) as connector,
        pytest.raises(SourceFailedError, match=r'no question with code "Q7"; .* one of: Q1, Q2, Q3_1'),
    ):
        fetch(connector, "questions", ["question"])


def test_a_survey_that_is_listed_twice_and_a_name_that_is_no_text_fail() -> None:
    with (
        FakeQuestionPro((*SURVEYS, SURVEYS[0]), ()) as service,
        connected(service) as connector,
        pytest.raises(SourceFailedError, match=r"\$.response\[2\].surveyID 1234567 came before"),
    ):
        fetch(connector, "surveys", ["name"])
    odd = replace(SURVEYS[0], name={"en": "Survey"})  # type: ignore[arg-type]
    with (
        FakeQuestionPro((odd, SURVEYS[1]), ()) as service,
        connected(service) as connector,
        pytest.raises(SourceFailedError, match="name is an object where a text belongs"),
    ):
        fetch(connector, "surveys", ["name"])


def test_a_form_that_was_only_begun_may_come_without_answers() -> None:
    class Begun(FakeQuestionPro):
        def answer(self, *args: Any) -> dict[str, Any]:
            found = super().answer(*args)
            for row in found["response"]:
                row.update(responseStatus="Started", responseSet=None)
            return found

    with Begun(SURVEYS, account(1, 0)) as service, connected(service) as connector:
        assert fetch(connector, "answers", ANSWER_FIELDS).rows == []


def test_unknown_tables_and_fields_are_named() -> None:
    with FakeQuestionPro(SURVEYS, ()) as service, connected(service) as connector:
        with pytest.raises(SourceFailedError, match='no table "batches"; choose one of: surveys'):
            fetch(connector, "batches", [])
        with pytest.raises(SourceFailedError, match='no field "score"; choose one of: responseID'):
            fetch(connector, "responses", ["score"])
        with pytest.raises(SourceFailedError, match='no field "owner"'):
            fetch(connector, "surveys", ["owner"])
    assert service.requests == []


def test_a_missing_key_is_named_when_the_connector_opens() -> None:
    connector = QuestionProConnector(source("https://api.questionpro.eu/a/api/v2", api_key_env="QP_KEY"), {})
    with pytest.raises(MissingSecretsError, match="QP_KEY"):
        connector.open()


def test_a_time_in_a_zone_of_several_meanings_needs_a_word_in_the_configuration() -> None:
    class Indian(FakeQuestionPro):
        def answer(self, *args: Any) -> dict[str, Any]:
            found = super().answer(*args)
            for row in found["response"]:
                row["timestamp"] = "15 Jan, 2020 03:54:44 PM IST"
            return found

    with Indian(SURVEYS, account(1, 0)) as service:
        with (
            connected(service) as connector,
            pytest.raises(SourceFailedError, match=r"\[0\].timestamp: the zone \"IST"),
        ):
            fetch(connector, "responses", ["respondedAt"])
        with connected(service, zone_offsets={"IST": "+05:30"}) as connector:
            assert fetch(connector, "responses", ["respondedAt"]).rows == [{"respondedAt": "2020-01-15T15:54:44+05:30"}]


def test_several_values_of_one_question_are_joined_and_words_may_stand_for_scores() -> None:
    words = {SERVICE: {"type": "csat", "questions": {"Q1": {"role": "score", "answers": {"4": "Good"}}}}}
    twice = replace(account(0, 1)[0], answers=(("Q1", "4"),))

    class Multiple(FakeQuestionPro):
        def answer(self, *args: Any) -> dict[str, Any]:
            found = super().answer(*args)
            for row in found["response"]:
                row["responseSet"][0]["answerValues"] *= 2
            return found

    with Multiple(SURVEYS, (twice,)) as service, connected(service, surveys=words) as connector:
        assert [row["value"] for row in fetch(connector, "answers", ["value"]).rows] == ["Good; Good"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda answer: answer.update(response={}), r"\$.response is no list"),
        (lambda answer: answer["response"].append(7), r"\$.response\[1\] is no object"),
        (lambda answer: answer["response"][0].pop("responseID"), r"\$.response\[0\].responseID is missing"),
        (lambda answer: answer["response"][0].update(timestamp="yesterday"), r"timestamp: \"yesterday\" is no time"),
        (lambda answer: answer["response"][0].update(responseSet=3), r"\[0\].responseSet is no list"),
        (lambda answer: answer["response"][0].update(responseSet=None), r"\[0\].responseSet is no list"),
        (
            lambda answer: answer["response"][0]["responseSet"][0].update(answerValues=None),
            r"\[0\].answerValues is no list",
        ),
        (lambda answer: answer["response"][0].update(externalReference={"id": 1}), "externalReference is an object"),
        (lambda answer: answer["response"][0]["customVariables"].update(case=["K1"]), "customVariables.case is a list"),
        (lambda answer: answer["pagination"].update(totalItems="many"), r'totalItems is "many"'),
        (lambda answer: answer["response"][0].update(surveyID=5), "surveyID is 5, asked was 1234567"),
    ],
)
def test_an_answer_of_another_shape_fails_with_its_json_path(spoil: Any, says: str) -> None:
    class Spoilt(FakeQuestionPro):
        def answer(self, *args: Any) -> dict[str, Any]:
            found = super().answer(*args)
            spoil(found)
            return found

    with (
        Spoilt(SURVEYS, account(1, 0)) as service,
        connected(service) as connector,
        pytest.raises(SourceFailedError, match=says),
    ):
        fetch(connector, "responses", RESPONSE_FIELDS)


def test_calls_keep_under_three_hundred_a_minute() -> None:
    waits = Waits()
    with (
        FakeQuestionPro(SURVEYS, account(301, 0), calls_per_minute=10_000) as service,
        connected(service, waits, page_size=1) as connector,
    ):
        assert len(ids(fetch(connector, "responses", RESPONSE_FIELDS))) == 301
    assert sum(waits.seconds) == 60.0


def test_progress_counts_rows_and_pages_towards_what_the_service_told() -> None:
    with FakeQuestionPro(SURVEYS, account(7, 0)) as service, connected(service) as connector:
        found = fetch(connector, "responses", RESPONSE_FIELDS)
    assert [(step.rows, step.pages, step.expected_rows) for step in found.progress][:3] == [
        (3, 1, 7),
        (6, 2, 7),
        (7, 3, 7),
    ]


def test_the_probe_counts_without_downloading_and_names_what_is_missing() -> None:
    with FakeQuestionPro(SURVEYS, account()) as service, connected(service) as connector:
        probe = connector.probe("responses", ["responseID", "customVariables.case", "customVariables.branch"])
        assert (probe.rows, probe.missing_fields) == (10, ("customVariables.branch",))
        assert len(service.requests) == 2
        assert connector.probe("surveys", ["name"]).rows == 2
    with FakeQuestionPro(SURVEYS, (), faults={1: "401"}) as service, connected(service) as connector:
        refused = connector.probe("answers", ["value"])
    assert (refused.reachable, refused.permitted) == (True, False)
    assert "correct the key in QUESTIONPRO_API_KEY" in refused.problem


def test_the_probe_tells_a_wrong_survey_from_a_service_that_is_down_and_waits_for_neither() -> None:
    waits = Waits()
    wrong = {7: {"type": "nps"}}
    with FakeQuestionPro(SURVEYS, ()) as service, connected(service, waits, surveys=wrong) as connector:
        not_there = connector.probe("responses", ["responseID"])
    with FakeQuestionPro(SURVEYS, (), faults={1: "500"}) as service, connected(service, waits) as connector:
        down = connector.probe("surveys", ["name"])
    assert (not_there.reachable, not_there.permitted) == (True, True)
    assert "correct user_id, workspace_id or the survey's id" in not_there.problem
    assert (down.reachable, "HTTP 500" in down.problem) == (False, True)
    assert waits.seconds == []


def test_a_response_completed_later_comes_again() -> None:
    at = NOW - timedelta(days=30)
    partial = FakeResponse(1, NPS, at, "Partial", shown_until=NOW)
    done = FakeResponse(1, NPS, at, "Completed", shown_from=NOW)
    with FakeQuestionPro(SURVEYS, (partial, done), now=NOW - timedelta(days=1)) as service:
        with connected(service, now=NOW - timedelta(days=1)) as connector:
            first = fetch(connector, "responses", ["responseStatus"])
        service.now = NOW
        with connected(service) as connector:
            second = fetch(connector, "responses", ["responseStatus"], dict(first.ended.state))
    assert [first.rows, second.rows] == [[{"responseStatus": "Partial"}], [{"responseStatus": "Completed"}]]
