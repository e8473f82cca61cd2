"""The jobs a person or a schedule starts, and the monthly schedule."""

from typing import Any

import dagster as dg

from orchestration.automation.calendar_rules import RUN_HOUR, due_month
from orchestration.defs.delivery.approval import APPROVAL
from orchestration.defs.delivery.assets import ASKED_TAG, BY_SENSOR, DELIVERY, RELEASE
from orchestration.defs.delivery.watching import WATCH, watch_schedule
from orchestration.defs.partitions import monthly_partitions
from orchestration.defs.reporting.assets import REPORTS
from orchestration.settings import Settings

MONTHLY_REPORT, EXTRACT, DELIVER = "monthly_report", "extract", "deliver"


def jobs() -> list[Any]:
    """monthly_report does everything; the others are its parts."""
    # Approval is a person's, never a job's.
    watched = dg.AssetSelection.groups(WATCH)
    everything = dg.AssetSelection.all() - dg.AssetSelection.assets(APPROVAL) - watched
    reports = dg.AssetSelection.assets(REPORTS)
    delivery = dg.AssetSelection.assets(RELEASE, DELIVERY)
    landing = dg.AssetSelection.groups("extract")
    build = everything - landing - reports - delivery
    return [
        dg.define_asset_job(
            MONTHLY_REPORT,
            everything,
            description=("Extract, build, check, publish, render, release and deliver one month."),
        ),
        dg.define_asset_job(EXTRACT, landing, description="Land what is new from every source."),
        dg.define_asset_job(
            "build",
            build,
            description=("Build all marts from what is landed, check them, publish them."),
        ),
        dg.define_asset_job(
            "report",
            reports,
            description=("Render a month's reports from the published snapshot."),
        ),
        dg.define_asset_job(
            DELIVER,
            delivery,
            description=("Release a month's reports if every check of their snapshot passed, and send what is due."),
        ),
        dg.define_asset_job(WATCH, watched, description="Read bounces, and show the year at a glance."),
    ]


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """The month that ended, on the close-lag day at 06:00 in the company's zone. Stopped until somebody starts it."""
    company = settings.company

    @dg.schedule(
        job_name=MONTHLY_REPORT,
        cron_schedule=f"0 {RUN_HOUR} * * *",
        execution_timezone=company.time_zone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description=f"On business day {company.close_lag_business_days} of a month: the report of the month before.",
    )
    def monthly_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        day = context.scheduled_execution_time.astimezone(settings.zone).date()
        month = due_month(day, company.close_lag_business_days, company.holiday_countries)
        if month is None:
            return dg.SkipReason(f"{day} is not business day {company.close_lag_business_days} of its month")
        known = monthly_partitions(settings)
        if month not in known.get_partition_keys(current_time=context.scheduled_execution_time):
            return dg.SkipReason(f"{month} is outside the configured months (first_month, last_month)")
        return dg.RunRequest(run_key=month, partition_key=month, tags={ASKED_TAG: BY_SENSOR})

    return [monthly_schedule, watch_schedule()]
