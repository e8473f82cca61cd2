"""The published marts: the checked tables as one read-only file that analysts and reports read."""

from typing import Any

import dagster as dg

from orchestration.build import publish_build
from orchestration.defs.resources import HeldLock
from orchestration.progress import stage
from orchestration.publish import PUBLISHED_NAMES, PUBLISHED_PREFIXES
from orchestration.settings import Settings

PUBLISHED_MARTS = dg.AssetKey("published_marts")


def _is_published(key: dg.AssetKey) -> bool:
    name = key.path[-1]
    return name.startswith(PUBLISHED_PREFIXES) or name in PUBLISHED_NAMES


def publish_assets(marts: dg.AssetsDefinition, partitions: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    """The snapshot, downstream of every model that it holds."""

    @dg.asset(
        key=PUBLISHED_MARTS,
        group_name="publish",
        kinds={"duckdb"},
        deps=sorted(key for key in marts.keys if _is_published(key)),
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        description="published/marts.duckdb: rpt_*, dim_*, fct_*, customer_360 of the last build whose checks passed.",
    )
    def published_marts(
        settings: dg.ResourceParam[Settings], run_lock: dg.ResourceParam[HeldLock]
    ) -> dg.MaterializeResult[Any]:
        with stage("publish") as current:
            result = publish_build(settings)
            snapshot = result.snapshot
            current.rows = snapshot.rows
            current.note = f"{snapshot.path.name}{'' if snapshot.is_new else ' (unchanged)'}"
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(snapshot.path)),
                "snapshot_hash": snapshot.hash,
                "as_of": result.checks.as_of,
                "data_through": result.checks.data_through,
                "checks": len(result.checks.checks),
                "dagster/row_count": snapshot.rows,
                "rows": dg.MetadataValue.json(snapshot.tables),
            }
        )

    return published_marts
