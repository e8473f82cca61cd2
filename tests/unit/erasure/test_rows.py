"""What an erasure changes in a table, and that it changes nothing else."""

from __future__ import annotations

import pyarrow as pa
import pytest

from orchestration.contract import load_contract
from orchestration.erasure.rows import Erasing, erase_lines, erase_rows, id_columns

CONTRACT = load_contract()


def erasing(**keys: object) -> Erasing:
    return Erasing({"K1": "erased-x-001", "K2": "erased-x-002"}.get, lambda text: "K1" in text, **keys)  # type: ignore[arg-type]


def erased(entity: str, rows: list[dict[str, str | None]], who: Erasing | None = None) -> list[dict[str, str | None]]:
    table = pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in rows[0]]))
    found: list[dict[str, str | None]] = erase_rows(CONTRACT[entity], table, who or erasing())[0].to_pylist()
    return found


def test_a_customer_loses_id_and_name_and_keeps_what_figures_read() -> None:
    rows: list[dict[str, str | None]] = [
        {"customer_id": "K1", "name": "Anna Nagy", "segment": "shop", "merged_into": None},
        {"customer_id": "K3", "name": "Anna Nagy", "segment": "shop", "merged_into": "K1"},
        {"customer_id": "K10", "name": "K1", "segment": "K1", "merged_into": None},
    ]
    assert erased("customers", rows) == [
        {"customer_id": "erased-x-001", "name": "erased", "segment": "shop", "merged_into": None},
        {"customer_id": "K3", "name": "Anna Nagy", "segment": "shop", "merged_into": "erased-x-001"},
        rows[2],
    ]


def test_an_id_is_found_as_staging_reads_it() -> None:
    rows: list[dict[str, str | None]] = [
        {"order_id": "1", "customer_id": " K1\u00a0"},
        {"order_id": "2", "customer_id": "k1"},
        {"order_id": "K1", "customer_id": None},
    ]
    assert [row["customer_id"] for row in erased("orders", rows)] == ["erased-x-001", "k1", None]
    assert erased("orders", rows)[2]["order_id"] == "K1"


def test_every_reference_to_a_customer_is_replaced() -> None:
    found = {entity.name: id_columns(entity) for entity in CONTRACT.values() if id_columns(entity) != ["customer_id"]}
    assert {name: columns for name, columns in found.items() if columns} == {
        "customers": ["customer_id", "merged_into"],
        "referrals": ["referrer_id", "referred_customer_id"],
    }
    rows: list[dict[str, str | None]] = [{"referral_id": "1", "referrer_id": "K2", "referred_customer_id": "K1"}]
    [row] = erased("referrals", rows)
    assert (row["referrer_id"], row["referred_customer_id"]) == ("erased-x-002", "erased-x-001")


def test_equal_texts_stay_equal_and_different_ones_different() -> None:
    names = ["Anna", "Anna ", "Anna Nagy", None, " ", "Anna\0", "Anna Nagy"]
    rows: list[dict[str, str | None]] = [{"customer_id": "K1", "name": name} for name in names]
    found = [row["name"] for row in erased("customers", rows)]
    assert found == ["erased", "erased", "erased 2", None, " ", "erased 3\0", "erased 2"]


def test_free_text_and_prospect_go_with_the_customer_only() -> None:
    requests: list[dict[str, str | None]] = [
        {
            "request_id": "1",
            "customer_id": "K1",
            "reason": "price",
            "reason_text": "Too dear for me",
            "competitor": "X",
        },
        {
            "request_id": "2",
            "customer_id": "K9",
            "reason": "price",
            "reason_text": "Too dear for me",
            "competitor": "X",
        },
    ]
    first, second = erased("cancellation_requests", requests)
    assert (first["reason"], first["reason_text"], first["competitor"]) == ("price", "erased", "X")
    assert second == requests[1]
    [touch] = erased("outreach", [{"touch_id": "1", "prospect": "Anna", "customer_id": "K2", "channel": "email"}])
    assert touch == {"touch_id": "1", "prospect": "erased", "customer_id": "erased-x-002", "channel": "email"}


@pytest.mark.parametrize(
    ("response", "question", "value", "after"),
    [
        ("r1", "comment", "Call me at 123", "erased"),
        ("r1", "comment", "99", "99"),
        ("r1", "score", "9", "9"),
        ("r1", "score", "nine", "nine"),
        ("r1", "never asked", "Anna", "erased"),
        ("r2", "comment", "Call me", "Call me"),
    ],
)
def test_of_answers_only_the_persons_own_words_go(response: str, question: str, value: str, after: str) -> None:
    rows: list[dict[str, str | None]] = [{"response_id": response, "question": question, "value": value}]
    assert erased("survey_answers", rows, erasing(responses={"r1": {"score"}}))[0]["value"] == after


def test_a_second_erasure_changes_nothing() -> None:
    rows: list[dict[str, str | None]] = [
        {"customer_id": "K1", "name": n, "merged_into": "K2"} for n in ("A", "B", "C\0")
    ]
    once = erased("customers", rows)
    again = Erasing({"erased-x-001": "erased-x-001", "erased-x-002": "erased-x-002"}.get, lambda _: False)
    assert erased("customers", once, again) == once


def test_a_line_that_is_no_row_goes_if_it_names_the_person() -> None:
    table = pa.table({"raw_text": ["K1;Anna;too;many", "K7;Bea", None], "line_number": ["3", "4", "5"]})
    after, changed = erase_lines(table, erasing())
    assert (after.column("raw_text").to_pylist(), changed) == (["erased", "K7;Bea", None], 1)
    assert after.column("line_number").to_pylist() == ["3", "4", "5"]


def test_what_is_personal_stands_in_the_contract() -> None:
    marked = {
        (entity.name, column.name) for entity in CONTRACT.values() for column in entity.columns if column.is_personal
    }
    assert marked == {
        ("customers", "name"),
        ("cancellation_requests", "reason_text"),
        ("outreach", "prospect"),
        ("survey_answers", "value"),
    }
