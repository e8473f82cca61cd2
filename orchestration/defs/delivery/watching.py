"""What people look at between the months: the year at a glance, and bounces read from their mailbox.

Both are outside the months and outside the main job: the `watch` job makes them, hourly, and each release and delivery
brings the table up to date. Keep out: what a state means (orchestration/delivery/).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from orchestration.delivery.ledger import has_ledger, open_ledger
from orchestration.delivery.mailbox import collect_bounces
from orchestration.delivery.overview import year_at_a_glance
from orchestration.delivery.store import utc_now
from orchestration.settings import Settings

WATCH = "watch"
DELIVERY_STATUS = dg.AssetKey("delivery_status")
BOUNCES = dg.AssetKey("bounces")


def _table(settings: Settings) -> dict[str, Any]:
    found = year_at_a_glance(settings, utc_now())
    return {"headline": found.headline, "year": dg.MetadataValue.md(found.markdown())}


@contextmanager
def shown_in_the_ui(context: dg.AssetExecutionContext, settings: Settings) -> Iterator[None]:
    """Brings `delivery_status` up to date whatever becomes of the step: a failed one is when somebody looks."""
    try:
        yield
    finally:
        context.log_event(dg.AssetMaterialization(DELIVERY_STATUS, metadata=_table(settings)))


def watch_assets() -> list[dg.AssetsDefinition]:
    """The `bounces` and `delivery_status` assets."""

    @dg.asset(key=BOUNCES, group_name=WATCH, description="Bounces put on record from their mailbox, if there is one.")
    def bounces(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
        found = collect_bounces(settings, open_ledger(settings)) if has_ledger(settings) else None
        if found is None:
            return dg.MaterializeResult(metadata={"mailbox": "none, or nothing sent yet"})
        told = {f"delivery {line.delivery_id}": line.message for line in found.lines}
        return dg.MaterializeResult(metadata={"unseen_mails": found.read, "new": len(found.lines), **told})

    @dg.asset(
        key=DELIVERY_STATUS,
        group_name=WATCH,
        deps=[BOUNCES],
        description="The year at a glance: months × audiences as sent, held, approved, unknown, failed.",
    )
    def delivery_status(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
        return dg.MaterializeResult(metadata=_table(settings))

    return [bounces, delivery_status]


def watch_schedule() -> dg.ScheduleDefinition:
    """Hourly, at an odd minute: everything else looks at the full hour. Stopped until somebody starts it."""
    return dg.ScheduleDefinition(
        name="watch_schedule",
        job_name=WATCH,
        cron_schedule="17 * * * *",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Once an hour: bounces, and the year at a glance.",
    )
