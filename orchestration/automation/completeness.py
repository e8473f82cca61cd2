"""What ought to run now: months nobody asked for, months whose data came late, messages that wait. Pure decisions.

Every rule is a function of what is due, what is on record and what has run; a sensor asks it at each look
(defs/automation/sensors.py). Asking once more than needed is harmless, since the ledger sends nothing twice; asking too
little would be silence. Add here: a reason for a run. Keep out: Dagster, the clock and the ledger's tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# The schedule asks on time; what catches up waits so long, so that the two do not ask for one month together.
GRACE = timedelta(hours=1)
# A claim lives for seconds; one of that age was left by a sender that died.
STALE_CLAIM = timedelta(hours=1)


@dataclass(frozen=True)
class Ask:
    """A run that ought to start. `key` is the same whenever it is asked for the same cause: one run per key."""

    month: str
    key: str
    why: str


@dataclass(frozen=True)
class MonthRun:
    """The newest run that was to send a month; ended_at is None while it waits or works."""

    month: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Waiting:
    """A planned or claimed message: since when it stands so, when it may be tried, and how often it was."""

    delivery_id: int
    month: str
    attempts: int
    is_claimed: bool
    since: datetime
    not_before: datetime | None


def unreleased(
    due: Iterable[str], audiences: Collection[str], released: Mapping[str, Collection[str]]
) -> dict[str, tuple[str, ...]]:
    """Due month → the audiences without a release of it, oldest month first; complete months are left out.

    released: audience → the months it has a release of.
    """
    open_ = {month: tuple(name for name in audiences if month not in released.get(name, ())) for month in due}
    return {month: names for month, names in open_.items() if names}


def months_to_ask(
    open_months: Collection[str], runs: Mapping[str, MonthRun], due_since: Mapping[str, datetime], now: datetime
) -> list[Ask]:
    """Every due month without a release that nothing has run for since it was due; each is asked for once.

    runs: the newest sending run of a month that started after the month was due.
    """
    return [
        Ask(month, month, f"{month} was due at {due_since[month]:%Y-%m-%d %H:%M %Z} and was never asked for")
        for month in sorted(open_months)
        if month not in runs and now >= due_since[month] + GRACE
    ]


def months_to_ask_again(
    open_months: Collection[str],
    runs: Mapping[str, MonthRun],
    late: Mapping[str, Sequence[str]],
    newest_load: tuple[str, datetime] | None,
) -> list[Ask]:
    """Months that ran without a release and for which data has landed since, once every awaited source is there.

    late: month → the sources it still waits for. newest_load: the newest load's id and when it was made.
    """
    if newest_load is None:
        return []
    load_id, loaded_at = newest_load
    return [
        Ask(month, f"{month} after {load_id}", f"data landed at {loaded_at:%Y-%m-%d %H:%M} UTC, after {month} last ran")
        for month in sorted(open_months)
        if (run := runs.get(month)) is not None
        and run.ended_at is not None
        and run.ended_at < loaded_at
        and not late.get(month)
    ]


def messages_to_send(waiting: Iterable[Waiting], now: datetime) -> list[Ask]:
    """Months with a message whose next attempt is due, or with a claim whose sender must be dead: one ask a month.

    The key bears the hour: a run that ended before it tried the message is asked for again, an hour later.
    """
    ready: dict[str, Waiting] = {}
    for message in waiting:
        if _is_ready(message, now):
            ready.setdefault(message.month, message)
    return [
        Ask(
            month,
            f"{month} message {message.delivery_id} attempt {message.attempts} {hour_of(now)}",
            f"message {message.delivery_id} of {month} is due",
        )
        for month, message in sorted(ready.items())
    ]


def approved_to_send(approved: Mapping[str, int], now: datetime) -> list[Ask]:
    """Months with an approved report that is not released yet. approved: month → id of the newest approval."""
    return [
        Ask(month, f"{month} approval {word} {hour_of(now)}", f"a report of {month} was approved")
        for month, word in sorted(approved.items())
    ]


def months_to_send(
    waiting: Iterable[Waiting],
    approved: Mapping[str, int],
    now: datetime,
    *,
    is_green: bool,
    busy: Collection[str] = (),
) -> list[Ask]:
    """The months to release and deliver now: one ask each, none beside a run of that month.

    is_green: whether the last build passed its checks; while it did not, nothing may leave.
    """
    if not is_green:
        return []
    asks = {ask.month: ask for ask in [*messages_to_send(waiting, now), *approved_to_send(approved, now)]}
    return [ask for month, ask in asks.items() if month not in busy]


def hour_of(now: datetime) -> str:
    """The hour of a moment, as part of a key."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H}Z"


def _is_ready(message: Waiting, now: datetime) -> bool:
    if message.is_claimed:
        return now >= message.since + STALE_CLAIM
    if message.not_before is not None:
        return now >= message.not_before
    # Released, and its run died before it sent.
    return now >= message.since + GRACE
