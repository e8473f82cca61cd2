"""Making a data folder ready for Dagster: DAGSTER_HOME with the project's dagster.yaml, and the parsed dbt project."""

from __future__ import annotations

import shutil

from orchestration.build import ensure_manifest
from orchestration.settings import PROJECT_ROOT, Settings


def prepare_instance(settings: Settings) -> None:
    """Quick when nothing has changed. Raises ManifestError when the dbt project cannot be parsed."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT_ROOT / "dagster.yaml", settings.dagster_home / "dagster.yaml")
    ensure_manifest(settings)
