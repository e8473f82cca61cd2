"""The sensors: thin edges around decisions made elsewhere. All are stopped until somebody starts them.

- `completeness` asks for due months that nobody asked for (orchestration/automation/completeness.py).
- `arrivals` extracts what has come into the sources' folders, and asks again for months that waited for it
  (freshness.py, completeness.py).
- `messages` sends what waits for another attempt or was approved (completeness.py, approvals.py).
- `alarms` tells the owners what needs a hand (alarms/causes.py, alarms/book.py).

Keep out: rules. A sensor reads, asks a rule, and starts a run.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

import dagster as dg

from orchestration.alarms.look import look_and_tell
from orchestration.automation.calendar_rules import RUN_HOUR
from orchestration.automation.completeness import (
    Ask,
    months_to_ask,
    months_to_ask_again,
    months_to_send,
)
from orchestration.automation.freshness import Arrival, folder_listing, is_watched, look_at, newest_load
from orchestration.automation.standing import Standing, standing
from orchestration.configuration.source_files import FilesSource
from orchestration.defs.automation.jobs import DELIVER, EXTRACT, MONTHLY_REPORT, jobs, schedules
from orchestration.defs.automation.runs import failed_runs, month_runs, months_at_work
from orchestration.defs.delivery.assets import ASKED_TAG, BY_SENSOR
from orchestration.delivery.ledger import open_ledger
from orchestration.delivery.store import Clock, utc_now
from orchestration.settings import Settings

LOOK_SECONDS = 60
STOPPED = dg.DefaultSensorStatus.STOPPED


def request(job: str, ask: Ask) -> dg.RunRequest:
    """The run of a month that a sensor asks for; it may send, and is nobody's impatience."""
    return dg.RunRequest(run_key=ask.key, job_name=job, partition_key=ask.month, tags={ASKED_TAG: BY_SENSOR})


def stand(settings: Settings, clock: Clock) -> Standing:
    """What is on record now."""
    with closing(open_ledger(settings)) as ledger:
        return standing(settings, ledger, clock())


def to_ask(instance: dg.DagsterInstance, found: Standing) -> list[Ask]:
    """Due months that nobody asked for."""
    runs = month_runs(instance, found.open_months, found.due_since)
    return months_to_ask(found.open_months, runs, found.due_since, found.now)


def to_ask_again(settings: Settings, instance: dg.DagsterInstance, found: Standing) -> list[Ask]:
    """Months that ran in vain and have data since."""
    waiting = found.waiting_for_data
    runs = month_runs(instance, waiting, found.due_since)
    late = {month: [source.source for source in sources] for month, sources in found.late.items()}
    return months_to_ask_again(waiting, runs, late, newest_load(settings))


def to_send(instance: dg.DagsterInstance, found: Standing) -> list[Ask]:
    """Months with a message whose time has come, or with an approval nobody has acted on."""
    busy = months_at_work(instance)
    is_green = found.snapshot is not None
    return months_to_send(found.waiting, found.approved, found.now, is_green=is_green, busy=busy)


def read_cursor(text: str | None) -> dict[str, Arrival]:
    """Source → what is known of its folder."""
    return {name: Arrival(*known) for name, known in json.loads(text or "{}").items()}


def write_cursor(known: dict[str, Arrival]) -> str:
    """What read_cursor reads."""
    return json.dumps({name: [arrival.handled, arrival.seen] for name, arrival in known.items()}, sort_keys=True)


def arrived(settings: Settings, known: dict[str, Arrival]) -> tuple[list[str], dict[str, Arrival]]:
    """The sources whose folders hold something new that has come to rest, and what to remember."""
    ready, after = [], {}
    for source in settings.sources:
        if isinstance(source, FilesSource) and is_watched(source):
            listing = folder_listing(settings, source)
            seen = hashlib.sha256(listing.encode()).hexdigest()[:16] if listing else ""
            is_ready, after[source.name] = look_at(known.get(source.name), seen)
            ready += [f"{source.name} {seen}"] if is_ready else []
    return ready, after


def to_fetch(settings: Settings, found: Standing) -> list[str]:
    """Once a day, from the run's hour on: the late sources that can only be asked."""
    local = found.now.astimezone(settings.zone)
    unseen = {source.name for source in settings.sources if not is_watched(source)}
    late = sorted({item.source for sources in found.late.values() for item in sources} & unseen)
    return [f"{name} {local.date()}" for name in late] if local.hour >= RUN_HOUR else []


def automation(settings: Settings) -> dict[str, Any]:
    """Jobs, schedules and sensors, as Definitions takes them."""
    made = jobs()
    return {"jobs": made, "schedules": schedules(settings), "sensors": sensors(settings, made)}


def sensors(settings: Settings, made: Sequence[Any], clock: Clock = utc_now) -> list[dg.SensorDefinition]:
    """The four sensors. made: the jobs of the code location."""
    by_name = {job.name: job for job in made}
    report, extract, deliver = by_name[MONTHLY_REPORT], by_name[EXTRACT], by_name[DELIVER]

    @dg.sensor(job=report, minimum_interval_seconds=LOOK_SECONDS, default_status=STOPPED)
    def completeness(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Asks, once, for every due month since the go-live that nothing has run for."""
        yield from _answer(
            MONTHLY_REPORT, to_ask(context.instance, stand(settings, clock)), "every due month was asked for"
        )

    @dg.sensor(jobs=[extract, report], minimum_interval_seconds=LOOK_SECONDS, default_status=STOPPED)
    def arrivals(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """Lands what has arrived, and asks again for months that waited for it."""
        found = stand(settings, clock)
        ready, after = arrived(settings, read_cursor(context.cursor))
        landing = [dg.RunRequest(run_key=key, job_name=EXTRACT) for key in (*ready, *to_fetch(settings, found))]
        again = [request(MONTHLY_REPORT, ask) for ask in to_ask_again(settings, context.instance, found)]
        return dg.SensorResult(run_requests=[*landing, *again], cursor=write_cursor(after))

    @dg.sensor(job=deliver, minimum_interval_seconds=LOOK_SECONDS, default_status=STOPPED)
    def messages(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Sends what waits for another attempt, and what was approved."""
        yield from _answer(DELIVER, to_send(context.instance, stand(settings, clock)), "no message is due")

    @dg.sensor(minimum_interval_seconds=LOOK_SECONDS, default_status=STOPPED)
    def alarms(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """Tells the owners what needs a hand, once per cause, and once when it ends."""
        found = stand(settings, clock)
        coming = {ask.month for ask in to_ask_again(settings, context.instance, found)}
        busy = months_at_work(context.instance) | coming
        book = look_and_tell(settings, found, failed_runs(context.instance), busy, os.environ)
        return dg.SkipReason(f"{len(book.open)} alarms are open")

    return [completeness, arrivals, messages, alarms]


def _answer(job: str, asks: Iterable[Ask], otherwise: str) -> Iterator[dg.RunRequest | dg.SkipReason]:
    requests = [request(job, ask) for ask in asks]
    yield from requests
    if not requests:
        yield dg.SkipReason(otherwise)
