"""Which runs ought to start: by what is due, on record, and has run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestration.automation.calendar_rules import CompanyCalendar, months_between
from orchestration.automation.completeness import (
    GRACE,
    STALE_CLAIM,
    MonthRun,
    Waiting,
    approved_to_send,
    messages_to_send,
    months_to_ask,
    months_to_ask_again,
    months_to_send,
    unreleased,
)

NOW = datetime(2025, 4, 10, 12, 0, tzinfo=UTC)
CALENDAR = CompanyCalendar(ZoneInfo("Europe/Budapest"), (), close_lag=3, deadline=5)


def asked(first: str, released: dict[str, set[str]], runs: dict[str, MonthRun], now: datetime = NOW) -> list[str]:
    """The months asked for by a company with one audience."""
    due = CALENDAR.due_months(first, None, now)
    since = {month: CALENDAR.due_at(month) for month in due}
    return [ask.month for ask in months_to_ask(unreleased(due, ["board"], released), runs, since, now)]


def test_switched_on_over_36_months_of_history_it_asks_for_one() -> None:
    # The go-live is the newest closed month; the marts have three years.
    assert asked("2025-03", {}, {}) == ["2025-03"]


def test_after_three_month_ends_without_a_daemon_three_are_asked_for_each_once() -> None:
    released = {"board": {"2024-12"}}
    assert asked("2024-12", released, {}) == ["2025-01", "2025-02", "2025-03"]
    runs = {month: MonthRun(month, None) for month in ("2025-01", "2025-02", "2025-03")}
    assert asked("2024-12", released, runs) == []


def test_the_schedule_is_given_an_hour_before_the_sensor_asks() -> None:
    due = CALENDAR.due_at("2025-03")
    before, after = due + GRACE - timedelta(seconds=1), due + GRACE
    assert asked("2025-03", {}, {}, before) == []
    assert asked("2025-03", {}, {}, after) == ["2025-03"]


def test_a_month_is_open_until_every_audience_has_a_release() -> None:
    released = {"board": {"2025-01", "2025-02"}, "hungary": {"2025-01"}}
    assert unreleased(["2025-01", "2025-02", "2025-03"], ["board", "hungary"], released) == {
        "2025-02": ("hungary",),
        "2025-03": ("board", "hungary"),
    }


def test_the_same_ask_has_the_same_key() -> None:
    since = {"2025-03": CALENDAR.due_at("2025-03")}
    first, again = (months_to_ask(["2025-03"], {}, since, NOW + timedelta(days=day)) for day in (0, 3))
    assert [ask.key for ask in first] == [ask.key for ask in again] == ["2025-03"]
    assert "was due at 2025-04-03 06:00 CEST" in first[0].why


LOADED = ("1744280000.5", NOW)


@pytest.mark.parametrize(
    ("ended", "late", "load", "asks"),
    [
        (NOW - timedelta(hours=1), (), LOADED, 1),
        (NOW + timedelta(hours=1), (), LOADED, 0),
        (None, (), LOADED, 0),
        (NOW - timedelta(hours=1), ("survey",), LOADED, 0),
        (NOW - timedelta(hours=1), (), None, 0),
    ],
    ids=["data since", "no data since", "still at work", "another source is late", "nothing landed"],
)
def test_a_month_is_asked_again_when_its_data_is_there(
    ended: datetime | None, late: tuple[str, ...], load: tuple[str, datetime] | None, asks: int
) -> None:
    runs = {"2025-03": MonthRun("2025-03", ended)}
    found = months_to_ask_again(["2025-03"], runs, {"2025-03": late}, load)
    assert [(ask.month, ask.key) for ask in found] == [("2025-03", "2025-03 after 1744280000.5")] * asks


def test_a_month_that_never_ran_is_not_asked_again() -> None:
    assert months_to_ask_again(["2025-03"], {}, {}, LOADED) == []


def waiting(
    number: int = 7, attempts: int = 1, not_before: datetime | None = NOW, is_claimed: bool = False, age: int = 0
) -> Waiting:
    return Waiting(number, "2025-03", attempts, is_claimed, NOW - timedelta(minutes=age), not_before)


@pytest.mark.parametrize(
    ("message", "key"),
    [
        (waiting(), "2025-03 message 7 attempt 1 2025-04-10T12Z"),
        (waiting(not_before=NOW + timedelta(seconds=1)), None),
        (waiting(attempts=0, not_before=None, age=59), None),
        (waiting(attempts=0, not_before=None, age=60), "2025-03 message 7 attempt 0 2025-04-10T12Z"),
        (waiting(is_claimed=True, not_before=None, age=59), None),
        (waiting(is_claimed=True, not_before=None, age=60), "2025-03 message 7 attempt 1 2025-04-10T12Z"),
    ],
    ids=["due", "backs off", "just planned", "left planned", "just claimed", "left claimed"],
)
def test_messages_are_sent_when_their_time_has_come(message: Waiting, key: str | None) -> None:
    assert [ask.key for ask in messages_to_send([message], NOW)] == ([key] if key else [])


def test_a_month_is_sent_once_however_many_messages_wait() -> None:
    found = messages_to_send([waiting(number) for number in range(50)], NOW)
    assert [ask.key for ask in found] == ["2025-03 message 0 attempt 1 2025-04-10T12Z"]
    assert timedelta(0) < STALE_CLAIM <= timedelta(hours=1)


def test_an_approval_is_acted_on_and_again_an_hour_later_if_nothing_came_of_it() -> None:
    keys = [approved_to_send({"2025-03": 41}, NOW + timedelta(minutes=minute))[0].key for minute in (0, 59, 60)]
    assert keys == [f"2025-03 approval 41 2025-04-10T{hour}Z" for hour in (12, 12, 13)]
    assert approved_to_send({}, NOW) == []


def test_nothing_is_sent_while_the_last_build_failed_or_beside_a_run_of_the_month() -> None:
    def months(is_green: bool = True, busy: tuple[str, ...] = ()) -> list[str]:
        found = months_to_send([waiting()], {"2025-02": 41, "2025-03": 42}, NOW, is_green=is_green, busy=busy)
        return [ask.month for ask in found]

    assert months() == ["2025-03", "2025-02"]
    assert months(busy=("2025-03",)) == ["2025-02"]
    assert months(is_green=False) == []


def test_every_month_of_a_year_is_asked_for_exactly_once_by_its_sensor() -> None:
    runs: dict[str, MonthRun] = {}
    asks: list[str] = []
    now = datetime(2025, 1, 1, tzinfo=UTC)
    while now < datetime(2026, 1, 20, tzinfo=UTC):
        for month in asked("2024-12", {}, runs, now):
            asks.append(month)
            runs[month] = MonthRun(month, now)
        now += timedelta(hours=7)
    assert asks == list(months_between("2024-12", "2025-12"))
