"""What the truth is told with: periods, rules of activity other than the demo's, and tables by scope."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from orchestration.configuration.company import Company
from orchestration.demo.months import DAY
from orchestration.demo.planter import Planter
from orchestration.demo.spells import Charge, bridged, judge, merged, ruled_spans
from orchestration.demo.truth.histories import Place
from orchestration.demo.truth.known import NOWHERE, Known
from orchestration.demo.truth.periods import periods_between
from orchestration.demo.truth.tables import ByScope, Table, cents_text, square_text
from orchestration.demo.world import Contract, Order, Price, World
from orchestration.settings import load_settings
from tests.unit.demo.small_world import COMPANY, known

JANUARY, MARCH = date(2024, 1, 1), date(2024, 3, 1)


def _company(**changes: Any) -> Company:
    return load_settings({}).company.model_copy(update=changes)


def _charge(start: date, end: date, mrr: str = "10.00", contract_id: str = "K1") -> Charge:
    return Charge(contract_id, start, start, end, "basic", 1, Decimal(mrr), "EUR")


def test_quarters_and_years_are_there_once_complete_and_years_to_date_from_january_on() -> None:
    found = periods_between(date(2023, 3, 1), date(2024, 8, 31))
    by_type = {kind: [p for p in found if p.period_type == kind] for kind in ("month", "quarter", "year", "ytd")}
    assert len(by_type["month"]) == 18
    assert [str(p.start) for p in by_type["quarter"]] == [
        *("2023-04-01", "2023-07-01", "2023-10-01", "2024-01-01", "2024-04-01"),
    ]
    assert by_type["year"] == []
    assert [(str(p.start), str(p.end)) for p in by_type["ytd"]][:2] == [
        ("2024-01-01", "2024-01-31"),
        ("2024-01-01", "2024-02-29"),
    ]
    assert [p.previous is None for p in by_type["quarter"]] == [True, False, False, False, False]
    assert all(p.previous is None for p in by_type["ytd"])


def test_a_year_to_date_follows_the_whole_year_before() -> None:
    ytd = [p for p in periods_between(date(2022, 1, 1), date(2024, 2, 1)) if p.period_type == "ytd"]
    assert ytd[-1].previous is ytd[23]
    assert (str(ytd[23].start), str(ytd[23].end), ytd[23].days) == ("2023-01-01", "2023-12-31", 365)


@pytest.mark.parametrize(("days", "filled"), [(9, True), (10, True), (11, False)])
def test_a_follow_up_within_the_gap_carries_what_ended_on_to_it(days: int, filled: bool) -> None:
    before = _charge(JANUARY, MARCH)
    after = _charge(MARCH + days * DAY, date(2024, 6, 1), contract_id="K2")
    found = bridged(_company(allowed_gap_days=10), [before, after])
    assert found[0].ends_on == (after.starts_on if filled else MARCH)
    assert found[0].is_continued == filled
    assert found[1] == after


def test_a_gap_within_another_contract_is_none() -> None:
    before, other = _charge(JANUARY, MARCH), _charge(JANUARY, date(2024, 6, 1), contract_id="K2")
    after = _charge(MARCH + 5 * DAY, date(2024, 4, 1), contract_id="K3")
    assert bridged(_company(allowed_gap_days=10), [before, other, after]) == [before, other, after]


def test_the_segment_of_a_day_decides_which_rule_holds() -> None:
    company = _company(activity_rule="contract", activity_rule_by_segment={"shop": "orders"})
    at = date(2024, 2, 15)
    order = Order("O1", "C1", _at(date(2024, 2, 1)), Decimal(1), "EUR", "shop", "completed", 0)
    segments = [(date.min, at, "shop"), (at, date.max, "firm")]
    spans = ruled_spans(company, [_charge(JANUARY, MARCH)], [judge(order, [])], segments)
    # The order until the segment changes, the contract from then on: one spell.
    assert merged((span.starts_on, span.ends_on) for span in spans) == [(date(2024, 2, 1), MARCH)]


def test_free_contracts_count_where_the_company_says_so() -> None:
    free, always = [_charge(JANUARY, MARCH, "0.00")], [(date.min, date.max, "")]
    assert ruled_spans(_company(), free, [], always) == []
    assert len(ruled_spans(_company(count_free=True), free, [], always)) == 1


def test_term_channel_and_owner_are_places_too() -> None:
    world = World()
    customer = Planter(world).customer("Vevő", 0)
    customer.acquisition_channel, customer.acquisition_offer = "referral", ""
    price = Price(date(2021, 1, 1), "Basic", 12, Decimal("10.00"), "EUR")
    world.contracts.append(Contract("K1", customer.customer_id, price.starts_on, [price]))
    reading = known(world)
    place = reading.people[0].place_in(reading.months[0])
    assert (place.plan, place.term, place.acquisition_channel) == ("Basic", "12", "referral")
    assert place.acquisition_offer == "(none)"


def _at(day: date) -> datetime:
    return datetime.combine(day, time(12))


@pytest.fixture
def empty() -> Known:
    return known(World())


def test_figures_of_a_place_are_told_in_each_of_its_scopes(empty: Known) -> None:
    table, month = Table(empty, (), ("customers",)), empty.months[0]
    hungarian = Place("HU", "Pest", "Trade", "Basic", "1", "fair", "(none)", "Ann")
    table.add(hungarian, month, {"customers": 2})
    table.add(hungarian._replace(country="PL"), month, {"customers": 3})
    told = {scope: row[0] for (scope, _, _), row in table.by_scope().items()}
    assert told[COMPANY] == 5
    assert told["hungary", "audience", "hungary"] == 2
    assert told["hungary", "segment", "Trade"] == 2
    assert told["(all)", "country", "PL"] == 3
    assert ("poland", "country", "HU") not in told
    assert set(told) == {*empty.scopes_of(hungarian), *empty.scopes_of(hungarian._replace(country="PL"))}


def test_what_cannot_be_summed_is_put_and_what_cannot_be_said_is_null(empty: Known) -> None:
    table, month = Table(empty, (), ("customers", "median"), unknown=frozenset({"median"})), empty.months[0]
    items: ByScope[int] = ByScope(empty)
    for value in (1, 5, 9):
        table.add(NOWHERE, month, {"customers": 1})
        items.add(NOWHERE, month, value)
    table.put(COMPANY, month, {"median": sorted(items.found[COMPANY, month, ()])[1]})
    found = {scope: row for (scope, _, _), row in table.by_scope().items()}
    assert found[COMPANY] == [3, 5]
    assert found["board", "audience", "board"] == [3, None]
    assert ("hungary", "audience", "hungary") not in found


def test_cents_and_their_products_are_written_as_amounts() -> None:
    assert [cents_text(cents) for cents in (-1205, 5, None)] == ["-12.05", "0.05", ""]
    assert square_text(144) == "0.0144"
