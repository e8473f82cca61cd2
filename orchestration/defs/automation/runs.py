"""What Dagster remembers of runs, as the decisions need it: who ran a month, what is at work, what failed and why.

Keep out: decisions (orchestration/automation/completeness.py, alarms/causes.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import dagster as dg

from orchestration.alarms.causes import FailedRun
from orchestration.automation.completeness import MonthRun
from orchestration.defs.automation.jobs import DELIVER, EXTRACT, MONTHLY_REPORT
from orchestration.defs.delivery.assets import ASKED_TAG, BACKFILL_TAG, NO_DELIVERY_TAG

PARTITION_TAG = "dagster/partition"
# A run of one of these tags was nobody's hand.
AUTOMATIC_TAGS = ("dagster/schedule_name", "dagster/sensor_name", ASKED_TAG)
OPEN = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.MANAGED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
LOOKED_AT = 200


def _ended_at(record: dg.RunRecord) -> datetime | None:
    if record.dagster_run.status in OPEN:
        return None
    return datetime.fromtimestamp(record.end_time, UTC) if record.end_time else _created(record)


def _created(record: dg.RunRecord) -> datetime:
    return record.create_timestamp.astimezone(UTC)


def month_runs(
    instance: dg.DagsterInstance, months: Iterable[str], due_since: Mapping[str, datetime]
) -> dict[str, MonthRun]:
    """Month → its newest run that was to send it and started after it was due; months without one are left out."""
    found = {}
    for month in months:
        only = dg.RunsFilter(job_name=MONTHLY_REPORT, tags={PARTITION_TAG: month}, created_after=due_since[month])
        for record in instance.get_run_records(only, limit=20):
            if not {BACKFILL_TAG, NO_DELIVERY_TAG} & set(record.dagster_run.tags):
                found[month] = MonthRun(month, _ended_at(record))
                break
    return found


def months_at_work(instance: dg.DagsterInstance) -> set[str]:
    """The months of all runs that wait or work."""
    records = instance.get_run_records(dg.RunsFilter(statuses=OPEN), limit=LOOKED_AT)
    return {record.dagster_run.tags[PARTITION_TAG] for record in records if PARTITION_TAG in record.dagster_run.tags}


def failed_runs(instance: dg.DagsterInstance) -> list[FailedRun]:
    """The newest ended run of each job and month, where it failed and nobody's hand had started it."""
    newest: dict[tuple[str, str | None], dg.RunRecord] = {}
    for record in instance.get_run_records(limit=LOOKED_AT):
        run = record.dagster_run
        if run.job_name in (MONTHLY_REPORT, EXTRACT, DELIVER) and run.status not in OPEN:
            newest.setdefault((run.job_name, run.tags.get(PARTITION_TAG)), record)
    return [
        _failed(instance, record, month)
        for (_, month), record in newest.items()
        if record.dagster_run.status == dg.DagsterRunStatus.FAILURE
        and BACKFILL_TAG not in record.dagster_run.tags
        and set(AUTOMATIC_TAGS) & set(record.dagster_run.tags)
    ]


def _failed(instance: dg.DagsterInstance, record: dg.RunRecord, month: str | None) -> FailedRun:
    run = record.dagster_run
    name, message = "RunCrashed", "the run ended without saying why; it was killed, or its machine was restarted"
    found = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE, limit=1).records
    for event in found:
        dagster_event = event.event_log_entry.dagster_event
        error = dagster_event.step_failure_data.error if dagster_event else None
        if error is not None:
            root = error.cause or error
            name, message = root.cls_name or "Error", root.message.partition(": ")[2] or root.message
    return FailedRun(run.job_name, month, run.run_id, _ended_at(record) or _created(record), name, message)
