"""dbt's models and data tests as assets and asset checks: one invocation a run, all months at once.

Add here: how Dagster names and groups what dbt builds. Keep out: SQL, and the verdict over the results (build.py).
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets

from orchestration.build import build_arguments, judge_build, prepare_build, target_dir
from orchestration.defs.extract.assets import landing_key
from orchestration.defs.resources import HeldLock
from orchestration.progress import stage
from orchestration.settings import Settings


class HoldfastTranslator(DagsterDbtTranslator):
    """Sources are the landed entities; a model's group is the folder it stands in."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return landing_key(dbt_resource_props["source_name"], dbt_resource_props["name"])
        return super().get_asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] == "source":
            return "extract"
        folders = dbt_resource_props["fqn"][1:-1]
        return "_".join(folders[:2]) or dbt_resource_props["resource_type"]


def transform_assets(manifest: Path, partitions: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    """Every model of the parsed project; `manifest` is its manifest.json."""

    @dbt_assets(
        manifest=manifest,
        name="marts",
        partitions_def=partitions,
        dagster_dbt_translator=HoldfastTranslator(),
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def marts(
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        settings: dg.ResourceParam[Settings],
        run_lock: dg.ResourceParam[HeldLock],
    ) -> Iterator[Any]:
        with stage("raw") as current:
            current.rows = sum(prepare_build(settings).values())
        # dbt's profile finds the working file by it, also where the data folder is the default.
        os.environ["HOLDFAST_DATA"] = str(settings.data_dir)
        with stage("build") as current:
            invocation = dbt.cli(
                build_arguments(settings), context=context, raise_on_error=False, target_path=target_dir(settings)
            )
            yield from invocation.stream()
            current.note = f"{len(judge_build(settings))} checks passed"

    return marts
