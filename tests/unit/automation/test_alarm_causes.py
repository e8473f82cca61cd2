"""What needs a hand, and what does not; every kind of alarm stands in the docs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orchestration.alarms.causes import KINDS, MAX_REASON, FailedRun, Seen, find_causes
from orchestration.automation.calendar_rules import CompanyCalendar
from orchestration.automation.freshness import LateSource
from orchestration.delivery.status import StatusRow

CALENDAR = CompanyCalendar(ZoneInfo("Europe/Budapest"), ("HU",), close_lag=3, deadline=5)
# The deadline of 2024-12 is 8 January 2025, 05:00 UTC.
DEADLINE = datetime(2025, 1, 8, 5, 0, tzinfo=UTC)
BEFORE = DEADLINE - timedelta(minutes=1)


def row(state: str, recipient: str | None = "a@b.example", **changed: Any) -> StatusRow:
    values: dict[str, Any] = {
        "month": "2024-12",
        "audience": "board",
        "edition": 1,
        "recipient": recipient,
        "state": state,
        "since": DEADLINE - timedelta(days=1),
        "reason": "as it is",
        "message_id": "<id@x.example>",
        "delivery_id": 7,
    }
    return StatusRow(**{**values, **changed})


def keys(now: datetime = DEADLINE, **seen: Any) -> list[str]:
    return [cause.key for cause in find_causes(Seen(now=now, calendar=CALENDAR, **seen))]


@pytest.mark.parametrize(
    ("found", "before", "past"),
    [
        (row("sent"), [], []),
        (row("unknown"), ["unknown 7"], ["unknown 7"]),
        (row("failed"), ["failed 7"], ["failed 7"]),
        (row("held"), ["held 7"], ["held 7"]),
        (row("planned"), [], ["not sent 7"]),
        (row("claimed"), ["stuck 7"], ["stuck 7"]),
        (row("claimed", since=BEFORE - timedelta(minutes=1)), [], []),
    ],
    ids=["sent", "unknown", "failed", "held", "planned", "left claimed", "at work"],
)
def test_each_state_of_a_message(found: StatusRow, before: list[str], past: list[str]) -> None:
    assert (keys(BEFORE, rows=[found]), keys(DEADLINE, rows=[found])) == (before, past)


def test_an_unknown_message_is_told_with_its_id_and_the_two_ways_out() -> None:
    (cause,) = find_causes(Seen(now=DEADLINE, calendar=CALENDAR, rows=[row("unknown")]))
    assert cause.what == "2024-12 board to a@b.example: nobody knows whether it was sent (as it is)"
    for word in ("<id@x.example>", "ledger seen 7 --who", "ledger resend 7 --who"):
        assert word in cause.do


def test_one_reason_is_one_alarm_however_many_audiences_it_holds() -> None:
    rows = [row("held", None, audience=name, delivery_id=None) for name in ("board", "hungary", "poland")]
    (cause,) = find_causes(Seen(now=BEFORE, calendar=CALENDAR, rows=rows))
    assert cause.what == "2024-12 board, hungary, poland: held (as it is)"
    other = [*rows[:2], row("held", None, audience="poland", delivery_id=None, reason="another")]
    assert len(keys(BEFORE, rows=other)) == 2
    assert keys(BEFORE, rows=other, busy={"2024-12"}) == []


def test_what_waited_of_an_older_edition_is_no_alarm() -> None:
    rows = [row("planned"), row("held", delivery_id=8), row("unknown", delivery_id=9), row("sent", edition=2)]
    assert keys(rows=rows) == ["unknown 9"]
    assert keys(rows=rows[:3]) == ["not sent 7", "held 8", "unknown 9"]


def late(due: datetime) -> dict[str, tuple[LateSource, ...]]:
    return {"2024-12": (LateSource("survey", "2024-12", {"survey_responses": date(2024, 11, 30)}, due),)}


HELD = row("held", None, delivery_id=None, reason="source survey has not delivered 2024-12")
OPEN = {"2024-12": ("board",)}


def test_a_late_source_is_one_alarm_from_its_own_deadline_on() -> None:
    due = DEADLINE - timedelta(days=2)
    for now, expected in (
        (due - timedelta(seconds=1), []),
        (due, ["late source survey 2024-12"]),
        (DEADLINE, ["late source survey 2024-12"]),
    ):
        assert keys(now, rows=[HELD], late=late(due), open_months=OPEN) == expected


def test_a_source_that_is_due_after_the_deadline_does_not_make_it_silent() -> None:
    after = late(DEADLINE + timedelta(days=3))
    assert keys(BEFORE, rows=[HELD], late=after, open_months=OPEN) == []
    (key,) = keys(DEADLINE, rows=[HELD], late=after, open_months=OPEN)
    assert key.startswith("held 2024-12")
    assert keys(DEADLINE, late=after, open_months=OPEN) == ["not released 2024-12"]


def test_a_month_nobody_released_is_told_at_its_deadline() -> None:
    months = {"2024-12": ("board", "hungary")}
    assert keys(BEFORE, open_months=months) == []
    (cause,) = find_causes(Seen(now=DEADLINE, calendar=CALENDAR, open_months=months))
    assert (cause.key, cause.what) == ("not released 2024-12", "2024-12 board, hungary: not released by the deadline")
    # What is held has its own alarm; the other audience is still told.
    both = find_causes(Seen(now=DEADLINE, calendar=CALENDAR, open_months=months, rows=[row("held", None)]))
    assert [cause.what.partition(":")[0] for cause in both] == ["2024-12 board", "2024-12 hungary"]


def failed(error: str = "BuildFailed", month: str | None = "2024-12", job: str = "monthly_report") -> FailedRun:
    return FailedRun(job, month, "0123456789abcdef", BEFORE, error, "x" * 2000)


def test_a_failed_run_is_told_unless_something_else_tells_it() -> None:
    assert keys(failed_runs=[failed()], open_months=OPEN) == ["run failed monthly_report 2024-12"]
    assert keys(failed_runs=[failed("ExtractError", None, "extract")]) == ["run failed extract"]
    for error in ("DeliveryIncomplete", "ReleaseRefused"):
        assert keys(BEFORE, failed_runs=[failed(error)]) == []
    assert keys(BEFORE, failed_runs=[failed("ReportsRefused")]) == ["run failed monthly_report 2024-12"]
    assert keys(BEFORE, failed_runs=[failed("ReportsRefused")], late=late(DEADLINE)) == []


def test_long_reasons_are_cut() -> None:
    (cause,) = find_causes(Seen(now=BEFORE, calendar=CALENDAR, failed_runs=[failed()]))
    assert len(cause.what) < MAX_REASON + 100
    assert cause.what.endswith("…")
    assert "run 01234567 in Dagster" in cause.do


def test_a_failure_that_the_ledger_tells_does_not_hide_the_deadline() -> None:
    assert keys(failed_runs=[failed("DeliveryIncomplete")], open_months=OPEN) == ["not released 2024-12"]


def test_every_cause_is_of_a_kind_that_the_docs_list() -> None:
    rows = [row(state) for state in ("unknown", "failed", "held", "claimed", "planned")]
    months = {"2024-12": ("board",), "2024-11": ("board",)}
    seen = Seen(
        now=DEADLINE,
        calendar=CALENDAR,
        rows=rows,
        open_months=months,
        late=late(DEADLINE),
        failed_runs=[failed(job="extract", month=None)],
    )
    assert {cause.kind for cause in find_causes(seen)} == set(KINDS)
