"""Loads what was read into landing/<system>/, one dlt pipeline per system, and proves that it is there.

dlt is imported when something is loaded (2 s), not before. Its working folder is wiped before each load: a package left
by a crash would otherwise be loaded in place of the new data, and everything in it is read again from the files anyway.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.landing.landed import committed_files, committed_loads
from orchestration.sources.files.model import RECEIPTS_TABLE, ReadFile

# dlt reads these from the environment; no dlt configuration file is needed or looked at.
_DLT_ENVIRONMENT = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "true",
    "RESTORE_FROM_DESTINATION": "false",
}
_LAYOUT = "{table_name}/{load_id}.{file_id}.{ext}"


class LandingError(RuntimeError):
    """Landing does not hold what was just loaded, or cannot be written in order; the message names place and fix."""


def load(landing: Path, work_dir: Path, system: str, files: Sequence[ReadFile]) -> str:
    """Lands files of one system in one load and returns its id.

    Raises:
        LandingError: the clock stands before the newest load, or the rows that landed are not the rows that were read.
        dlt.pipeline.exceptions.PipelineStepFailed: dlt could not write; nothing of this load counts then.
    """
    _refuse_clock_behind(landing, system)
    before = set(committed_loads(landing, system))
    _run_pipeline(landing, work_dir, system, files)
    new = [load_id for load_id in committed_loads(landing, system) if load_id not in before]
    if len(new) != 1:
        raise LandingError(f"{landing / system}: one new load was expected and {len(new)} are there; run extract again")
    _check_rows(landing, system, new[0], files)
    return new[0]


def _run_pipeline(landing: Path, work_dir: Path, system: str, files: Sequence[ReadFile]) -> None:
    pipelines_dir = work_dir / "dlt"
    shutil.rmtree(pipelines_dir / system, ignore_errors=True)
    pipelines_dir.mkdir(parents=True, exist_ok=True)
    os.environ.update(_DLT_ENVIRONMENT, DLT_DATA_DIR=str(pipelines_dir))

    import dlt

    from orchestration.sources.files.source import files_source

    pipeline = dlt.pipeline(
        pipeline_name=system,
        pipelines_dir=str(pipelines_dir),
        destination=dlt.destinations.filesystem(bucket_url=str(landing), layout=_LAYOUT),
        dataset_name=system,
    )
    pipeline.run(files_source(files), loader_file_format="parquet")


def _refuse_clock_behind(landing: Path, system: str) -> None:
    """Load ids are clock times and say which of two files of one name is the newer: they must not go back."""
    loads = committed_loads(landing, system)
    if loads and float(loads[-1]) >= time.time():
        raise LandingError(
            f"{landing / system}: the newest load ({loads[-1]}) lies after this machine's time ({time.time():.0f}); "
            "set the clock right and run extract again"
        )


def _check_rows(landing: Path, system: str, load_id: str, files: Sequence[ReadFile]) -> None:
    expected: dict[str, int] = {RECEIPTS_TABLE: sum(len(file.parts) for file in files)}
    for part in (part for file in files for part in file.parts):
        expected[part.entity] = expected.get(part.entity, 0) + part.rows
    for table, rows in expected.items():
        landed = sum(pq.read_metadata(file).num_rows for file in committed_files(landing, system, table, [load_id]))
        if landed != rows:
            _set_aside(landing, system, load_id)
            raise LandingError(
                f"{landing / system / table}: load {load_id} holds {landed} rows of the {rows} that were read; "
                "it was set aside and does not count: run extract again"
            )


def _set_aside(landing: Path, system: str, load_id: str) -> None:
    """Takes back a load's commit; its files stay and are never read."""
    for record in (landing / system / "_dlt_loads").glob(f"*{load_id}.jsonl"):
        record.rename(record.with_suffix(".refused"))
