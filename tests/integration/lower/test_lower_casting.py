"""Which texts are values, and which value they are: numbers by grammar, times by offset, zone and night."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.integration.lower.lower_company import AMOUNTS, FORMATS, POINTS, TIMES, naive_times
from tests.integration.lower.lower_world import LowerWorld

COMPANY = ZoneInfo("Europe/Budapest")


@pytest.mark.parametrize(
    ("source", "number", "text"),
    [(source, number, text) for source, texts in AMOUNTS.items() for number, text in enumerate(texts)],
)
def test_money_is_taken_by_its_grammar_or_not_at_all(judged: LowerWorld, source: str, number: int, text: str) -> None:
    (row,) = judged.rows(
        f"select amount, _reasons, _raw ->> 'amount', month from stg_finance__costs"
        f" where channel_or_programme = '{source} {number}'"
    )
    wanted = AMOUNTS[source][text]
    amount = None if wanted is None else Decimal(wanted)
    assert row == (amount, "amount: not a decimal(18,2)" if amount is None else None, text, date(2024, 10, 1))


@pytest.mark.parametrize(("number", "text"), list(enumerate(POINTS)))
def test_whole_numbers_are_never_rounded(judged: LowerWorld, number: int, text: str) -> None:
    (row,) = judged.rows(
        f"select points, _reasons from stg_crm__loyalty_transactions where transaction_id = 'points {number}'"
    )
    assert row == (POINTS[text], "points: not an integer" if POINTS[text] is None else None)


@pytest.mark.parametrize(("number", "text"), list(enumerate(TIMES)))
def test_times_by_offset_and_by_the_company_zone(judged: LowerWorld, number: int, text: str) -> None:
    (row,) = judged.rows(
        f"select occurred_at, occurred_on, _reasons from stg_crm__interactions where interaction_id = 'time {number}'"
    )
    wanted = TIMES[text]
    if wanted is None:
        assert row == (None, None, "occurred_at: not a timestamp")
    else:
        assert row == (datetime.fromisoformat(wanted[0]), date.fromisoformat(wanted[1]), None)


def expected(naive: str, zone: str) -> tuple[datetime, date]:
    """UTC and the company's date by the standard library: fold 0 is the first of two, and moves a gap forward."""
    instant = datetime.fromisoformat(naive).replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    return instant.replace(tzinfo=None), instant.astimezone(COMPANY).date()


@pytest.mark.parametrize("source", FORMATS["outreach"])
def test_naive_times_around_every_change_of_the_clock(judged: LowerWorld, source: str) -> None:
    zone = str(FORMATS["outreach"][source]["time_zone"])
    found = judged.rows(
        "select touch_id, touched_at, touched_on from stg_crm__outreach"
        f" where _source = '{source}' and _reasons is null"
    )
    assert {row[0]: row[1:] for row in found} == {f"{source} {naive}": expected(naive, zone) for naive in naive_times()}
