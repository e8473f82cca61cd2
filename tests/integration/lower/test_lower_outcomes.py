"""What becomes of each landed row: outcomes and reasons by key, and the figures that count them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.integration.lower.lower_world import LowerWorld

Outcomes = list[tuple[str, str, str | None]]


def outcomes(world: LowerWorld, entity: str, key: str, value: str) -> Outcomes:
    """(delivery month, outcome, reasons) of every landed row of one key, in the order they came."""
    sql = f"""
        select strftime(_delivered_on, '%Y-%m'), _outcome, _reasons from int_{entity}_judged
        where {key} = '{value}' order by _delivered_on, _load_id, _record
    """
    return [(row[0], row[1], row[2]) for row in world.rows(sql)]


OTHER_VALUES = "{}: other values of the same key in one delivery"
CUSTOMERS = {
    "plain": [("2024-09", "superseded", None), ("2024-10", "admitted", None)],
    "moved": [("2024-09", "superseded", None), ("2024-10", "admitted", None)],
    "gone": [("2024-09", "deleted", None)],
    "merged": [("2024-09", "admitted", None)],
    "broken_later": [("2024-09", "admitted", None), ("2024-10", "quarantined", "acquired_on: not a date")],
    "broken_first": [("2024-09", "superseded", "acquired_on: not a date"), ("2024-10", "admitted", None)],
    "torn": [
        ("2024-09", "admitted", None),
        ("2024-10", "quarantined", OTHER_VALUES.format("customer_id")),
        ("2024-10", "quarantined", OTHER_VALUES.format("customer_id")),
    ],
    "renewed": [
        ("2024-09", "superseded", None),
        ("2024-10", "quarantined", OTHER_VALUES.format("customer_id")),
        ("2024-10", "admitted", None),
    ],
    "twice": [("2024-10", "admitted", None), ("2024-10", "exact_duplicate", None)],
    "never_good": [
        ("2024-09", "superseded", "acquired_on: not a date"),
        ("2024-10", "quarantined", "acquired_on: not a date"),
    ],
}


@pytest.mark.parametrize("customer_id", CUSTOMERS)
def test_customers_of_a_full_snapshot(judged: LowerWorld, customer_id: str) -> None:
    assert outcomes(judged, "customers", "customer_id", customer_id) == CUSTOMERS[customer_id]


def test_a_blank_key_is_quarantined_until_the_next_snapshot(judged: LowerWorld) -> None:
    found = judged.rows(
        "select segment, _outcome, _reasons from int_customers_judged where customer_id is null order by _delivered_on"
    )
    assert found == [("nobody", "superseded", "customer_id: blank"), ("blank", "quarantined", "customer_id: blank")]


ORDERS = {
    "withdrawn": [("2024-09", "superseded", None)],
    "corrected": [("2024-09", "superseded", "amount: not a decimal(18,2)"), ("2024-09", "admitted", None)],
    "unread": [("2024-09", "superseded", None), ("2024-09", "admitted", None)],
    "changed": [("2024-09", "superseded", None), ("2024-10", "admitted", None)],
    "broken_later": [("2024-09", "admitted", None), ("2024-10", "quarantined", "amount: not a decimal(18,2)")],
    "of_merged": [("2024-10", "admitted", None)],
    "of_deleted": [("2024-10", "quarantined", "customer_id: unknown customer")],
    "of_nobody": [("2024-10", "quarantined", "customer_id: unknown customer")],
    "of_nobody_and_bad": [("2024-10", "quarantined", "amount: below 0; customer_id: unknown customer")],
    "cancelled": [("2024-10", "admitted", None)],
    "state_unknown": [("2024-10", "quarantined", "status: not one of open, completed, cancelled")],
    "half_a_cent": [("2024-10", "quarantined", "amount: not a decimal(18,2)")],
    "same": [
        ("2024-10", "admitted", None),
        ("2024-10", "exact_duplicate", None),
        ("2024-10", "exact_duplicate", None),
    ],
    "conflict": [("2024-10", "quarantined", OTHER_VALUES.format("order_id"))] * 2,
}


@pytest.mark.parametrize("order_id", ORDERS)
def test_orders_of_increments_and_a_corrected_file(judged: LowerWorld, order_id: str) -> None:
    assert outcomes(judged, "orders", "order_id", order_id) == ORDERS[order_id]


def test_refunds_are_matched_with_their_orders(judged: LowerWorld) -> None:
    found = judged.rows("select refund_id, _outcome, is_ignored, _reasons from int_refunds_judged order by _record")
    assert found == [
        ("good", "admitted", False, None),
        ("other_currency", "quarantined", False, "currency: not the currency of the order"),
        ("of_nothing", "admitted", True, None),
        ("of_cancelled", "admitted", True, None),
        ("conflict", "quarantined", False, OTHER_VALUES.format("refund_id")),
        ("conflict", "quarantined", False, OTHER_VALUES.format("refund_id")),
    ]


def test_contracts_have_one_end(judged: LowerWorld) -> None:
    found = judged.rows("select contract_id, ends_on, _outcome, _reasons from int_contracts_judged order by _record")
    two = "ends_on: two different ends of one contract"
    assert found == [
        ("one_end", None, "admitted", None),
        ("one_end", date(2024, 10, 1), "admitted", None),
        ("two_ends", date(2024, 4, 1), "quarantined", two),
        ("two_ends", date(2024, 10, 1), "quarantined", two),
        ("open", None, "admitted", None),
        ("future", None, "admitted", None),
        ("negative", None, "quarantined", "mrr: below 0"),
    ]


def test_responses_of_unknown_customers_stay_as_anonymous(judged: LowerWorld) -> None:
    found = judged.rows(
        "select response_id, customer_id, is_anonymous, has_unknown_customer"
        " from int_survey_responses_admitted order by 1"
    )
    assert found == [("known", "plain", False, False), ("nameless", None, True, False), ("stranger", None, True, True)]


def test_answers_keep_to_the_scale_of_their_question(judged: LowerWorld) -> None:
    found = judged.rows("select value, role, score, _outcome, _reasons from int_survey_answers_judged order by _record")
    assert found == [
        ("9", "score", 9, "admitted", None),
        ("11", "comment", None, "admitted", None),
        (None, "score", None, "admitted", None),
        ("8.6", "score", None, "quarantined", "value: not on the scale of the question"),
        ("1", None, None, "quarantined", "question: not asked in this survey"),
        ("100 % sure;", "comment", None, "admitted", None),
        ("9", None, None, "quarantined", "response_id: unknown survey response"),
        ("6", "driver", 6, "quarantined", "value: not on the scale of the question"),
        ("-1", "driver", -1, "quarantined", "value: not on the scale of the question"),
        ("5", "driver", 5, "admitted", None),
    ]


def test_a_question_of_an_unknown_survey_is_quarantined(judged: LowerWorld) -> None:
    found = judged.rows("select _reasons from int_survey_questions_judged where _outcome = 'quarantined'")
    assert found == [("survey_id: unknown survey",)]


def test_a_rating_stays_on_the_scale_of_its_row(judged: LowerWorld) -> None:
    found = judged.rows("select rating_id, _outcome, _reasons from int_social_ratings_judged order by 1")
    assert found == [("r1", "admitted", None), ("r2", "quarantined", "rating: not on the scale of the row")]


def test_the_clearing_equation_counts_each_outcome(judged: LowerWorld) -> None:
    found = judged.rows("""
        select entity, landed, admitted, quarantined, superseded, exact_duplicates, deleted, unknown_customer
        from int_entity_clearing where entity in ('customers', 'orders', 'survey_answers')
        order by entity
    """)
    assert found == [
        ("customers", 27, 11, 7, 7, 1, 1, 0),
        ("orders", 34, 9, 18, 5, 2, 0, 2),
        ("survey_answers", 10, 5, 5, 0, 0, 0, 0),
    ]
    assert judged.rows("select sum(abs(unexplained)), count(*) from int_entity_clearing") == [(0, 23)]


def test_shares_leave_out_superseded_rows_and_unknown_customers(judged: LowerWorld) -> None:
    found = judged.rows(
        "select rejected_share, unknown_customer_share from int_entity_clearing where entity = 'orders'"
    )
    assert found == [(16 / 29, 2 / 29)]


def test_the_quarantine_keeps_raw_values_and_lines(judged: LowerWorld) -> None:
    found = judged.rows("""
        select record, reasons, raw ->> 'amount' from int_quarantine
        where entity = 'orders' and reasons = 'amount: not a decimal(18,2)' and record < 10 order by 1
    """)
    assert found == [(2, "amount: not a decimal(18,2)", "twelve"), (9, "amount: not a decimal(18,2)", "1.005")]
    lines = judged.rows(
        "select entity, file, record, raw from int_quarantine where reasons like 'line %' order by record"
    )
    assert lines == [
        ("orders", "orders_2024-10.csv", 1, "a;line;that;is;no;row"),
        ("orders", "orders_2024-10.csv", 2, "another"),
    ]


def test_versions_are_what_each_delivery_said(judged: LowerWorld) -> None:
    found = judged.rows("""
        select customer_id, strftime(_delivered_on, '%Y-%m'), segment from int_customer_versions
        where customer_id in ('moved', 'renewed', 'torn', 'gone', 'twice') order by 1, 2
    """)
    assert found == [
        ("gone", "2024-09", "retail"),
        ("moved", "2024-09", "retail"),
        ("moved", "2024-10", "wholesale"),
        ("renewed", "2024-09", "retail"),
        ("renewed", "2024-10", "new"),
        ("torn", "2024-09", "before"),
        ("twice", "2024-10", "retail"),
    ]


def test_as_of_is_neither_a_plan_nor_a_load_time(judged: LowerWorld) -> None:
    assert judged.rows("select as_of, data_through from int_as_of") == [(date(2024, 10, 31), date(2024, 10, 31))]


def test_data_received_says_what_came_and_what_did_not(judged: LowerWorld) -> None:
    found = judged.rows("""
        select sources, files, landed, quarantined, newest_delivered_on, delivered_by, is_delivered, ignored_refunds
        from rpt_data_received where entity in ('customers', 'refunds', 'social_ratings', 'referrals') order by entity
    """)
    assert found == [
        ("crm_main", 2, 27, 7, date(2024, 10, 31), "file name", True, None),
        (None, 0, 0, 0, None, None, False, None),
        ("crm_main", 1, 6, 3, date(2024, 10, 31), "file name", True, 2),
        ("web", 1, 2, 1, date(2025, 2, 1), "load time", True, None),
    ]


QUOTES = {
    "stays": [("1", "superseded"), ("4", "admitted")],
    "goes": [("1", "deleted"), ("2", "superseded")],
    "returns": [("1", "superseded"), ("2", "superseded"), ("3", "superseded"), ("4", "admitted")],
    "left_out": [("1", "deleted")],
    "late": [("1", "superseded"), ("5", "admitted")],
    "new": [("2", "superseded"), ("4", "deleted"), ("5", "superseded")],
    "never_seen": [("2", "deleted")],
}


@pytest.mark.parametrize("request_id", QUOTES)
def test_rows_of_a_service_that_says_what_is_gone(judged: LowerWorld, request_id: str) -> None:
    found = judged.rows(
        f"select _file, _outcome from int_quote_requests_judged where request_id = '{request_id}' order by _load_id"
    )
    assert [(file.removeprefix("quotes@"), outcome) for file, outcome in found] == QUOTES[request_id]


def test_the_clearing_of_a_service_closes(judged: LowerWorld) -> None:
    figures = "landed, admitted, quarantined, superseded, exact_duplicates, deleted, unexplained"
    found = judged.rows(f"select {figures} from int_entity_clearing where entity = 'quote_requests'")
    assert found == [(15, 3, 0, 8, 0, 4, 0)]
