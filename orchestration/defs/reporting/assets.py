"""The reports: one PDF per audience and month, rendered from the published snapshot, with manifest.json beside them."""

import base64
from typing import Any

import dagster as dg
from pydantic import Field

from orchestration.defs.publish.assets import PUBLISHED_MARTS
from orchestration.defs.resources import HeldLock
from orchestration.progress import stage
from orchestration.reports_stage import MonthReports, make_reports
from orchestration.settings import Settings

REPORTS = dg.AssetKey("reports")


class ReportsConfig(dg.Config):
    """Which audiences to render; empty means all."""

    audiences: list[str] = Field(default_factory=list)


def reporting_assets(partitions: dg.PartitionsDefinition[str]) -> list[dg.AssetsDefinition]:
    """The `reports` asset."""

    @dg.asset(
        key=REPORTS,
        group_name="reporting",
        kinds={"pdf"},
        deps=[PUBLISHED_MARTS],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        description="reports/YYYY-MM/AUDIENCE.pdf with mail texts, and manifest.json.",
    )
    def reports(
        context: dg.AssetExecutionContext,
        config: ReportsConfig,
        settings: dg.ResourceParam[Settings],
        run_lock: dg.ResourceParam[HeldLock],
    ) -> dg.MaterializeResult[Any]:
        done = []
        for month in context.partition_keys:
            with stage("report") as current:
                made = make_reports(settings, month, tuple(config.audiences))
                done.append(made)
                current.note = _note(made)
        return dg.MaterializeResult(metadata=_metadata(done[-1]))

    return [reports]


def _note(made: MonthReports) -> str:
    pages = ", ".join(f"{name} {entry.page_count} pages" for name, entry in sorted(made.manifest.audiences.items()))
    failed = "".join(f"; {failure.audience} FAILED: {failure.reason}" for failure in made.failures)
    return f"{made.month}: {pages or 'no report'}{failed}"


def _metadata(made: MonthReports) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "month": made.month,
        "snapshot_hash": made.manifest.snapshot_hash,
        "manifest": dg.MetadataValue.path(str(made.path)),
    }
    for name, entry in sorted(made.manifest.audiences.items()):
        metadata[f"{name}/pdf"] = dg.MetadataValue.path(str(made.path.parent / entry.pdf))
        metadata[f"{name}/headline"] = entry.headline
        figures = [f"| {figure.name} | {figure.text} |" for figure in entry.key_figures]
        metadata[f"{name}/figures"] = dg.MetadataValue.md("\n".join(["| figure | value |", "|---|---|", *figures]))
        if entry.picture is not None:
            picture = base64.b64encode((made.path.parent / entry.picture).read_bytes()).decode("ascii")
            metadata[f"{name}/page_1"] = dg.MetadataValue.md(f"![page 1 of {name}](data:image/png;base64,{picture})")
    for failure in made.failures:
        metadata[f"{failure.audience}/failed"] = failure.reason
    return metadata
