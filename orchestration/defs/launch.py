"""Runs a job of the code location in this process: what `holdfast run` and its parts do. The UI runs the same job.

The run is recorded in the Dagster instance like any other. Keep out: printing (cli.py).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterExecutionStepExecutionError

from orchestration.build import target_dir
from orchestration.definitions import build_definitions
from orchestration.defs.delivery.assets import ASKED_TAG, BY_PERSON, DELIVERY, NO_DELIVERY_TAG, RELEASE
from orchestration.defs.extract.assets import LANDING
from orchestration.defs.reporting.assets import REPORTS
from orchestration.prepare import prepare_instance
from orchestration.settings import Settings


@contextmanager
def _quiet(settings: Settings) -> Iterator[None]:
    """Dagster's events belong to its UI and dbt's lines to a file; the command line prints the stages."""
    logger = logging.getLogger("dagster")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    output = target_dir(settings) / "output.txt"
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        with output.open("w", encoding="utf-8") as file, redirect_stdout(file):
            yield
    finally:
        logger.setLevel(before)


def _op_config(selected: Iterable[dg.AssetKey], audiences: tuple[str, ...], new_edition: bool) -> dict[str, Any]:
    named = {"audiences": list(audiences)}
    wanted = {
        REPORTS: named,
        RELEASE: {**named, "new_edition": new_edition},
        DELIVERY: {**named, "new_edition": new_edition},
    }
    return {key.path[-1]: {"config": wanted[key]} for key in selected if key in wanted}


def run_job(
    settings: Settings,
    job: str,
    month: str | None,
    *,
    audiences: tuple[str, ...] = (),
    delivery: bool = True,
    asked: bool = False,
    new_edition: bool = False,
    full: bool = False,
) -> None:
    """Runs a job to its end.

    Raises:
        the error of the step that failed, as that step raised it.
    """
    prepare_instance(settings)
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    # Events are stored by the hundred, not one commit each: 6 s of the demo's 28 s build. In the UI they appear singly.
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "100")
    definitions = build_definitions(settings)
    resolved = definitions.resolve_job_def(job)
    selection = None
    if not delivery:
        selection = [key for key in resolved.asset_layer.executable_asset_keys if key not in (RELEASE, DELIVERY)]
    config: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    config["ops"] = _op_config(selection or resolved.asset_layer.executable_asset_keys, audiences, new_edition)
    if full:
        config["ops"][LANDING] = {"config": {"full": True}}
    with _quiet(settings), dg.DagsterInstance.get() as instance:
        try:
            resolved.execute_in_process(
                run_config=config,
                partition_key=month,
                instance=instance,
                asset_selection=selection,
                tags={**({ASKED_TAG: BY_PERSON} if asked else {}), **({} if delivery else {NO_DELIVERY_TAG: "true"})},
                raise_on_error=True,
            )
        except DagsterExecutionStepExecutionError as error:
            raise (error.__cause__ or error) from None
