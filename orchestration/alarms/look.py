"""One look at everything on record: the causes found, the owners told, the heartbeat sent.

The sensor and `holdfast alarms` both come here. Keep out: what an alarm is, and Dagster.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from orchestration.alarms.book import AlarmBook, one_look
from orchestration.alarms.causes import FailedRun, Seen, find_causes
from orchestration.alarms.channels import ChannelError, call, channels_of
from orchestration.alarms.rules import Alarm, Cause, News
from orchestration.automation.standing import Standing
from orchestration.settings import Settings


def book_path(settings: Settings) -> Path:
    """Where the alarms are remembered."""
    return settings.data_dir / "alarms.json"


def seen_of(settings: Settings, found: Standing, failed: Sequence[FailedRun], busy: Collection[str]) -> Seen:
    """What the rules of causes.py are given."""
    return Seen(
        now=found.now,
        calendar=settings.calendar,
        rows=found.rows,
        open_months=found.open_months,
        late=found.late,
        failed_runs=failed,
        busy=busy,
    )


def tell_test(settings: Settings, environment: Mapping[str, str]) -> dict[str, str | None]:
    """Tells every owner and channel a test alarm; channel → what went wrong, None where it was told."""
    now = datetime.now(UTC)
    cause = Cause("test", "alarm", "this is a test: nothing is wrong", now, "nothing; you get alarms of this company")
    answers: dict[str, str | None] = {}
    for channel in channels_of(settings, environment):
        try:
            channel.tell(News((Alarm(cause, now),), ()), now)
        except ChannelError as error:
            answers[channel.name] = str(error)
        else:
            answers[channel.name] = None
    return answers


def look_and_tell(
    settings: Settings,
    found: Standing,
    failed: Sequence[FailedRun],
    busy: Collection[str],
    environment: Mapping[str, str],
) -> AlarmBook:
    """Finds what needs a hand, tells what is new, and calls the heartbeat's address, if there is one.

    Raises:
        ChannelError: the heartbeat's address does not answer. The alarms have been told by then.
    """
    causes = find_causes(seen_of(settings, found, failed, busy))
    book = one_look(book_path(settings), causes, channels_of(settings, environment), found.now)
    variable = settings.company.alarms.heartbeat_url_env
    if variable:
        call("heartbeat", variable, environment, None)
    return book
