"""What is drawn around the customers' business is there, says what the story says, and holds the planted edges."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from orchestration.demo import people, story
from orchestration.demo.generate import SEED, build_world
from orchestration.demo.months import LAST_DAY, MONTHS, month_index
from orchestration.demo.planted_contact import CASES as CONTACT_CASES
from orchestration.demo.planted_service import CASES as SERVICE_CASES
from orchestration.demo.world import EXIT_QUESTION, Case, Response, World
from orchestration.settings import load_settings
from tests.unit.demo.small_world import planted

LISTS = (
    "reviews",
    "interactions",
    "quotes",
    "offers",
    "points",
    "referrals",
    "touches",
    "costs",
    "invitations",
    "ratings",
)


def _bad(moment: datetime) -> bool:
    return month_index(moment.date()) in story.BAD_SERVICE


@pytest.mark.parametrize("name", LISTS)
def test_the_same_seed_draws_the_same_and_nothing_lies_after_the_last_day(demo_world: World, name: str) -> None:
    events = getattr(demo_world, name)
    assert len(events) > 100
    for event in events:
        moments = [getattr(event, field) for field in event.__dataclass_fields__ if field.endswith("_at")]
        assert all(moment is None or moment.date() <= LAST_DAY for moment in moments), event


def test_a_second_drawing_is_equal(demo_world: World) -> None:
    again = build_world(SEED)
    assert all(getattr(again, name) == getattr(demo_world, name) for name in LISTS)
    assert (again.cases, again.requests) == (demo_world.cases, demo_world.requests)


def test_keys_are_unique(demo_world: World) -> None:
    for name in LISTS:
        events = getattr(demo_world, name)
        if name not in ("reviews", "costs", "invitations"):
            first = next(iter(events[0].__dataclass_fields__))
            assert max(Counter(getattr(event, first) for event in events).values()) == 1, name
    assert max(Counter((r.review_id, r.category) for r in demo_world.reviews).values()) == 1
    assert max(Counter((c.month, c.kind, c.channel_or_programme) for c in demo_world.costs).values()) == 1
    assert max(Counter((i.survey_id, i.month, i.customer_id) for i in demo_world.invitations).values()) == 1


def _minutes(case: Case) -> float:
    assert case.first_response_at is not None
    return (case.first_response_at - case.opened_at).total_seconds() / 60


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def test_the_bad_quarter_answers_slowly_and_its_cases_come_back(demo_world: World) -> None:
    answered = [case for case in demo_world.cases if case.first_response_at is not None and case.agent]
    bad = [_minutes(case) for case in answered if _bad(case.opened_at)]
    usual = [_minutes(case) for case in answered if not _bad(case.opened_at)]
    assert _median(bad) > 2 * _median(usual)
    back = {
        state: sum(case.reopened_at is not None for case in answered if _bad(case.opened_at) is state)
        for state in (True, False)
    }
    assert back[True] / len(bad) > 2 * back[False] / len(usual)


def test_onboarding_helps_and_one_handler_is_better(demo_world: World) -> None:
    onboarded = {i.customer_id for i in demo_world.interactions if i.kind in ("onboarding", "training") and i.completed}
    left: dict[bool, list[bool]] = defaultdict(list)
    firsts: dict[str, tuple[datetime, bool]] = {}
    for contract in demo_world.contracts:
        if contract.starts_on >= MONTHS[0].first and contract.customer_id not in firsts:
            gone = contract.ends_on is not None and contract.ends_on - contract.starts_on <= timedelta(days=90)
            firsts[contract.customer_id] = (datetime.min, gone)
    for customer_id, (_, gone) in firsts.items():
        left[customer_id in onboarded].append(gone)
    share = {state: sum(found) / len(found) for state, found in left.items()}
    assert share[True] < 0.7 * share[False]
    saved: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for request in demo_world.requests:
        saved[request.handled_by == people.AGENTS[2]][request.outcome] += 1
    rate = {state: found["saved"] / (found["saved"] + found["lost"]) for state, found in saved.items()}
    assert rate[True] > rate[False] + 0.15


def _pairs(responses: list[Response], driver: str) -> list[tuple[int, int]]:
    found = [(response.score, response.answers.get(driver)) for response in responses]
    return [(score, value) for score, value in found if score is not None and value is not None]


def _lift(pairs: list[tuple[int, int]]) -> float:
    """Mean answer of promoters less that of detractors."""
    high = [value for score, value in pairs if score >= 9]
    low = [value for score, value in pairs if score <= 6]
    return sum(high) / len(high) - sum(low) / len(low)


def test_delivery_drives_the_score_and_price_does_not(demo_world: World) -> None:
    answers = [response for response in demo_world.responses if response.answers]
    assert _lift(_pairs(answers, "delivery")) > 1.2
    assert abs(_lift(_pairs(answers, "price"))) < 0.15
    assert any(None in response.answers.values() for response in answers)


def test_campaigns_hold_some_out_and_accepted_offers_have_their_cost(demo_world: World) -> None:
    by_arm = Counter((offer.campaign, offer.is_holdout) for offer in demo_world.offers)
    assert by_arm["winter_2024", True] > 100 and by_arm["spring_2024", True] > 50
    assert not by_arm["anniversary_2024", True] and not by_arm["save_desk", True]
    assert not any(offer.accepted_at or offer.cost for offer in demo_world.offers if offer.is_holdout)
    offered = {offer.offer_id for offer in demo_world.offers}
    named = {request.offer_id for request in demo_world.requests if request.offer_id}
    assert named and named <= offered


def test_tiers_rise_and_fall(demo_world: World) -> None:
    moves: Counter[tuple[str, str]] = Counter()
    for customer in demo_world.customers:
        tiers = [customer.versions[index].loyalty_tier for index in sorted(customer.versions)]
        moves.update((before, now) for before, now in pairwise(tiers) if before != now)
    for move in (("", "bronze"), ("bronze", "silver"), ("silver", "gold"), ("gold", "silver"), ("silver", "bronze")):
        assert moves[move] > 10, move


def test_response_rates_are_sensible(demo_world: World) -> None:
    invited: Counter[str] = Counter()
    for invitation in demo_world.invitations:
        invited[invitation.survey_id] += invitation.delivered
    answered = Counter(response.survey_id for response in demo_world.responses)
    rates = {survey: answered[survey] / invited[survey] for survey in invited}
    assert 0.2 < rates["relationship"] < 0.5 and 0.05 < rates["web"] < 0.2
    assert set(rates) == {"relationship", "service", "effort", "web", "exit"}


def test_every_edge_says_what_it_plants_and_plants_something() -> None:
    for case in (*SERVICE_CASES, *CONTACT_CASES):
        assert case.__doc__ and case.__doc__.strip().endswith(".")
        if case.__name__ != "referred_by_a_merged_customer":
            world = planted(case)
            assert world.customers or world.ratings or world.invitations, case.__name__


def test_the_edges_stand_in_the_demo(demo_world: World) -> None:
    waits = {case.first_response_at - case.opened_at for case in demo_world.cases if case.first_response_at}
    assert timedelta(hours=1) in waits and timedelta(hours=1, seconds=1) in waits
    assert datetime(2024, 3, 31, 23, 30) in {case.opened_at for case in demo_world.cases}
    assert {case.status for case in demo_world.cases} == {"open", "resolved", "cancelled", "merged"}
    ids = {case.case_id for case in demo_world.cases}
    assert all(case.merged_into in ids for case in demo_world.cases if case.status == "merged")
    waited = {quote.answered_at - quote.requested_at for quote in demo_world.quotes if quote.answered_at}
    assert timedelta(days=14) in waited and timedelta(days=15) in waited
    assert {rating.customer_id for rating in demo_world.ratings} >= {"", "FS-84001"}


def test_every_entity_of_the_contract_is_delivered(demo_files: Path) -> None:
    delivered = {
        path.name.rsplit("_", 1)[0]
        for system in ("crm", "finance", "survey")
        for path in (demo_files / system).iterdir()
    }
    configured = {entity for source in load_settings({}).sources for entity in source.entities}
    assert delivered == configured and len(configured) == 23


def test_a_quarter_shows_only_what_was_known_by_its_end(demo_files: Path) -> None:
    lines = (demo_files / "crm" / "retention_offers_2024-03.jsonl").read_text(encoding="utf-8").splitlines()
    offers = [json.loads(line) for line in lines]
    assert all(offer["accepted_at"] is None or offer["accepted_at"] < "2024-04-01" for offer in offers)
    assert {offer["offered_at"][-6:] for offer in offers} == {"+01:00", "+02:00"}
    book = openpyxl.load_workbook(demo_files / "crm" / "referrals_2023-12.xlsx")
    converted = [row[4] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert all(not value or str(value) < "2024" for value in converted)
    table = pq.read_table(demo_files / "crm" / "cases_2023-10.parquet").to_pylist()
    assert all(row["reopened_at"] is None or row["reopened_at"] < datetime(2023, 11, 1) for row in table)


def test_the_exit_question_is_the_configured_one(demo_world: World) -> None:
    assert load_settings({}).company.exit_question == EXIT_QUESTION
    assert sum(1 for response in demo_world.responses if response.reason) > 100
