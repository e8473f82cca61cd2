"""The Dagster code location: build_definitions(settings, **overrides), and `defs` for the servers that load it.

Add here: nothing but the list of parts. Each part is made in orchestration/defs/<concern>/.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.build import require_manifest
from orchestration.defs.automation.sensors import automation
from orchestration.defs.delivery.assets import delivery_assets
from orchestration.defs.extract.assets import landing_assets
from orchestration.defs.partitions import monthly_partitions
from orchestration.defs.publish.assets import publish_assets
from orchestration.defs.reporting.assets import reporting_assets
from orchestration.defs.resources import resources
from orchestration.defs.transform.assets import transform_assets
from orchestration.settings import Settings, load_settings


def build_definitions(settings: Settings, manifest: Path | None = None, **overrides: Any) -> dg.Definitions:
    """Everything wired as in production; `overrides` replaces resources by name (the seam for tests)."""
    # Backfill policies are marked beta; a warning for each of the many assets that have one tells a user nothing.
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    partitions = monthly_partitions(settings)
    return dg.Definitions(
        assets=[
            landing_assets(),
            transformed := transform_assets(manifest or require_manifest(settings), partitions),
            publish_assets(transformed, partitions),
            *reporting_assets(partitions),
            *delivery_assets(partitions),
        ],
        **automation(settings),
        resources={**resources(settings), **overrides},
        # Importing this location takes seconds; a process per step would pay that at every step.
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Made when a Dagster server asks for it: importing this module does no work."""
    return build_definitions(load_settings())
