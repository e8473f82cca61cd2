"""Bad inputs by their id in docs/reliability.md, as far as they are wrong in one row: that row is set aside, with its
reason, and the rows beside it count as if it had not been there. Files that are wrong as a whole: tests of the sources.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.integration.lower.lower_world import LowerWorld

AMOUNT = "amount: not a decimal(18,2)"
OFF_SCALE = "value: not on the scale of the question"
# id: (entity, key column, key, reasons)
SET_ASIDE = {
    "B14 NUL in text": ("customers", "customer_id", "nul", "name: NUL in the text"),
    "B20 one key, different values": (
        *("orders", "order_id", "conflict"),
        "order_id: other values of the same key in one delivery",
    ),
    "B21 blank key": ("customers", "coalesce(customer_id, 'blank')", "blank", "customer_id: blank"),
    "B23 30 February": ("orders", "order_id", "february", "ordered_at: not a timestamp"),
    "B24 other date order": ("orders", "order_id", "foreign_date", "ordered_at: not a timestamp"),
    "B25 year 9999": ("orders", "order_id", "endless", "ordered_at: year outside 1901 to 9998"),
    "B25 year 1900": ("orders", "order_id", "nineteen_hundred", "ordered_at: year outside 1901 to 9998"),
    "B25 future": ("orders", "order_id", "ahead", "ordered_at: more than 31 days after the delivery"),
    "B27 currency sign": ("orders", "order_id", "euro_sign", AMOUNT),
    "B27 NaN": ("orders", "order_id", "not_a_number", AMOUNT),
    "B28 1.005": ("orders", "order_id", "half_a_cent", AMOUNT),
    "B28 overflow": ("orders", "order_id", "too_large", AMOUNT),
    "B29 score 8.6": ("survey_answers", "response_id || question", "namelesslikely", OFF_SCALE),
    "B29 score above": ("survey_answers", "response_id || question", "knowneasy", OFF_SCALE),
    "B29 score below": ("survey_answers", "response_id || question", "strangereasy", OFF_SCALE),
    "B30 unknown customer": ("orders", "order_id", "of_nobody", "customer_id: unknown customer"),
}


@pytest.mark.parametrize("case", SET_ASIDE)
def test_the_row_is_set_aside_with_its_reason(judged: LowerWorld, case: str) -> None:
    entity, key, value, reasons = SET_ASIDE[case]
    newest = f"{key} = '{value}' and _delivered_on = (select max(_delivered_on) from int_{entity}_judged)"
    found = judged.rows(f"select distinct _outcome, _reasons from int_{entity}_judged where {newest}")
    assert found == [("quarantined", reasons)]
    assert judged.rows(f"select count(*) from int_{entity}_admitted where {newest}") == [(0,)]
    quarantined = f"from int_quarantine where entity = '{entity}' and reasons = '{reasons}'"
    ((rows, with_raw_values),) = judged.rows(f"select count(*), count(raw) {quarantined}")
    assert rows >= 1 and rows == with_raw_values


def test_the_rows_beside_them_are_unchanged(judged: LowerWorld) -> None:
    orders = judged.rows("select order_id, amount, ordered_on from int_orders_admitted order by order_id")
    plain, day = Decimal("10.00"), date(2024, 9, 15)
    assert orders == [
        ("broken_later", plain, day),
        ("cancelled", plain, day),
        ("changed", Decimal("12.50"), day),
        ("corrected", Decimal("1.01"), day),
        ("late_at_night", plain, date(2024, 10, 31)),
        ("next_month", plain, date(2024, 11, 1)),
        ("of_merged", plain, day),
        ("same", plain, day),
        ("unread", plain, day),
    ]


def test_b19_an_exact_duplicate_is_kept_once_and_counted(judged: LowerWorld) -> None:
    assert judged.rows("select count(*) from int_orders_admitted where order_id = 'same'") == [(1,)]
    assert judged.rows("select exact_duplicates from int_entity_clearing where entity = 'orders'") == [(2,)]


def test_b22_text_is_kept_and_trimmed(judged: LowerWorld) -> None:
    found = judged.rows(
        "select customer_id from int_customers_admitted where lower(customer_id) in ('007', '7', 'plain') order by 1"
    )
    assert found == [("007",), ("7",), ("Plain",), ("plain",)]


def test_b33_a_corrected_file_supersedes_the_whole_older_one(judged: LowerWorld) -> None:
    found = judged.rows("""
        select distinct _outcome from int_orders_judged
        where _file = 'orders_2024-09.csv' and _load_id = '1700000001.1'
    """)
    assert found == [("superseded",)]
