"""Release and delivery as assets: the release row of a month, and its messages.

No retry policy here: what may be tried again is the ledger's to say.
"""

from collections import Counter
from typing import Any

import dagster as dg
from pydantic import Field

from orchestration.defs.delivery.approval import approval_asset
from orchestration.defs.delivery.watching import shown_in_the_ui, watch_assets
from orchestration.defs.reporting.assets import REPORTS
from orchestration.delivery.release import ReleaseResult
from orchestration.delivery.send import DeliveryResult
from orchestration.delivery_stage import Asked, deliver_month, release_month
from orchestration.progress import stage
from orchestration.settings import Settings

RELEASE = dg.AssetKey("release")
DELIVERY = dg.AssetKey("delivery")
# Who asked for a month's mail: a person, or a sensor that found it missing.
ASKED_TAG = "holdfast/asked"
BY_PERSON, BY_SENSOR = "person", "sensor"
# A run that ends with the PDFs: it counts as nobody's attempt to send.
NO_DELIVERY_TAG = "holdfast/no-delivery"
BACKFILL_TAG = "dagster/backfill"


class DeliveryConfig(dg.Config):
    """Which audiences (empty: all), and whether a person releases changed figures as a new edition."""

    audiences: list[str] = Field(default_factory=list)
    new_edition: bool = False


def asked_by(context: dg.AssetExecutionContext, new_edition: bool) -> Asked:
    """Who wants this run to send, from the run's tags."""
    tags = context.run.tags
    by = tags.get(ASKED_TAG)
    return Asked(
        is_backfill=BACKFILL_TAG in tags, asked=by is not None, by_person=by == BY_PERSON, new_edition=new_edition
    )


def delivery_assets(partitions: dg.PartitionsDefinition[str]) -> list[dg.AssetsDefinition]:
    """The `approval`, `release` and `delivery` assets, and those that watch them."""

    @dg.asset(
        key=RELEASE,
        group_name="delivery",
        deps=[REPORTS],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        description="The row that allows a month's mail to leave.",
    )
    def release(
        context: dg.AssetExecutionContext, config: DeliveryConfig, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult[Any]:
        outcomes: Counter[str] = Counter()
        with shown_in_the_ui(context, settings), stage("release") as current:
            for month in context.partition_keys:
                result = release_month(settings, month, asked_by(context, config.new_edition), tuple(config.audiences))
                outcomes.update(_outcomes(result))
            current.note = _counts(outcomes)
        return dg.MaterializeResult(metadata=dict(outcomes))

    @dg.asset(
        key=DELIVERY,
        group_name="delivery",
        deps=[RELEASE],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        description="One message per recipient, never twice.",
    )
    def delivery(
        context: dg.AssetExecutionContext, config: DeliveryConfig, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult[Any]:
        outcomes: Counter[str] = Counter()
        with shown_in_the_ui(context, settings), stage("deliver") as current:
            for month in context.partition_keys:
                result = deliver_month(settings, month, asked_by(context, config.new_edition), tuple(config.audiences))
                outcomes.update(_outcomes(result))
            current.note = _counts(outcomes)
        return dg.MaterializeResult(metadata=dict(outcomes))

    return [approval_asset(partitions), release, delivery, *watch_assets()]


def _outcomes(result: ReleaseResult | DeliveryResult | None) -> list[str]:
    return ["not asked"] if result is None else [str(line.outcome) for line in result.lines]


def _counts(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
