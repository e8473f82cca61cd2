"""A person's approval as an asset: materialise `approval` for a month, and its reports may be sent for the first time.

No job and no sensor materialises it; what it allows is then sent by the messages sensor. Keep out: what an approval
means (orchestration/automation/approvals.py).
"""

from typing import Any

import dagster as dg
from pydantic import Field

from orchestration.defs.reporting.assets import REPORTS
from orchestration.delivery_stage import approve_month
from orchestration.settings import Settings

APPROVAL = dg.AssetKey("approval")


class ApprovalConfig(dg.Config):
    """Who approves, and which audiences (empty: all that ask for approval)."""

    who: str = "somebody in the Dagster UI"
    audiences: list[str] = Field(default_factory=list)


def approval_asset(partitions: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    """The `approval` asset."""

    @dg.asset(
        key=APPROVAL,
        group_name="delivery",
        deps=[REPORTS],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        description=(
            "A person's word: look at the month's PDFs, then materialise this. Audiences with `approval: true` are "
            "not sent before."
        ),
    )
    def approval(
        context: dg.AssetExecutionContext, config: ApprovalConfig, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult[Any]:
        done: dict[str, Any] = {"who": config.who}
        for month in context.partition_keys:
            for name, pdf in approve_month(settings, month, config.who, tuple(config.audiences)).items():
                done[f"{month}/{name}"] = dg.MetadataValue.path(str(pdf))
        return dg.MaterializeResult(metadata=done)

    return approval
