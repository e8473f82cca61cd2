"""The build around dbt: raw views before it, the verdict and the published snapshot after it.

dbt itself is called by whoever orchestrates (defs/transform); its arguments are made here.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.checks import (
    BuildFailed,
    Check,
    ChecksReport,
    failing_queries,
    failure_text,
    read_run_results,
    write_checks,
)
from orchestration.contract import load_contract
from orchestration.dbt_project import DBT_DIR, dbt_vars
from orchestration.progress import say
from orchestration.publish import Snapshot, forget_old_snapshots, publish
from orchestration.published_figures import create_published_view, land_published_figures
from orchestration.raw_views import create_raw_views
from orchestration.settings import Settings
from orchestration.working_file import open_working_file

MANIFEST_STAMP = "manifest.sha256"
RUN_RESULTS = "run_results.json"
SHOWN_ROWS = 3
# A colleague looking into the working file for a minute does not fail the run; one who forgot to close it does.
HELD_WAIT_SECONDS = 75.0
_INPUTS = ("*.sql", "*.yml", "*.csv", "*.md")


class ManifestError(RuntimeError):
    """The parsed dbt project is missing, stale or cannot be made; the message says what to run."""


@dataclass(frozen=True)
class BuildResult:
    """A green build: what was published, and the checks that allowed it."""

    snapshot: Snapshot
    checks: ChecksReport


def target_dir(settings: Settings) -> Path:
    """dbt's own output: parsed project, compiled SQL, run results."""
    return settings.work_dir / "dbt"


def dbt_arguments(settings: Settings, *command: str) -> list[str]:
    """`dbt <command>` with this company's vars; the same settings give the same arguments."""
    return [*command, "--vars", json.dumps(dbt_vars(settings), sort_keys=True)]


def build_arguments(settings: Settings) -> list[str]:
    """One invocation builds seeds, models and data tests. Unit tests are the test suite's; exposures are no work."""
    return dbt_arguments(
        settings, "build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"
    )


def manifest_stamp(settings: Settings) -> str:
    """A hash over the dbt project's files and this company's vars: what the parsed project was made from."""
    digest = hashlib.sha256(json.dumps(dbt_vars(settings), sort_keys=True).encode())
    files = {file for pattern in _INPUTS for file in DBT_DIR.rglob(pattern)}
    for file in sorted(files):
        digest.update(str(file.relative_to(DBT_DIR)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def require_manifest(settings: Settings) -> Path:
    """The parsed project; ManifestError when it is missing or older than the models."""
    manifest = target_dir(settings) / "manifest.json"
    stamp = target_dir(settings) / MANIFEST_STAMP
    if not manifest.exists() or not stamp.exists():
        raise ManifestError(f"{manifest}: the dbt project is not parsed yet; run ./run holdfast prepare")
    if stamp.read_text(encoding="utf-8").strip() != manifest_stamp(settings):
        raise ManifestError(f"{manifest}: older than the models or the configuration; run ./run holdfast prepare")
    return manifest


def ensure_manifest(settings: Settings) -> Path:
    """Parses the dbt project unless the parsed one is current."""
    try:
        return require_manifest(settings)
    except ManifestError:
        say("parsing the dbt project")
    wanted = manifest_stamp(settings)
    done = run_dbt(settings, "parse")
    if done.returncode != 0:
        raise ManifestError(f"dbt parse failed:\n{done.stdout[-4000:]}")
    (target_dir(settings) / MANIFEST_STAMP).write_text(wanted + "\n", encoding="utf-8")
    return target_dir(settings) / "manifest.json"


def run_dbt(settings: Settings, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs dbt beside the product's own builds (parse, unit tests); output is captured."""
    target_dir(settings).mkdir(parents=True, exist_ok=True)
    place = ["--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR), "--target-path", str(target_dir(settings))]
    log = ["--log-path", str(target_dir(settings) / "logs"), "--log-level-file", "none"]
    program = "from dbt.cli.main import cli; cli()"
    return subprocess.run(
        [sys.executable, "-c", program, *dbt_arguments(settings, *command), *place, *log],
        env={**os.environ, "HOLDFAST_DATA": str(settings.data_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def prepare_build(settings: Settings) -> dict[str, int]:
    """Opens the working file (waiting for a foreign holder) and makes the raw views; rows landed per entity.

    The results of an earlier build go: a build that dies half-way must not be judged by them.
    """
    (target_dir(settings) / RUN_RESULTS).unlink(missing_ok=True)
    land_published_figures(settings)
    with open_working_file(settings.work_database, HELD_WAIT_SECONDS) as connection:
        create_published_view(settings, connection)
        return create_raw_views(settings, connection, load_contract())


def _as_of(connection: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    row = connection.execute(
        "select strftime(as_of, '%Y-%m-%d'), strftime(data_through, '%Y-%m') from int_as_of"
    ).fetchone()
    return (str(row[0]), str(row[1])) if row and row[0] is not None else ("", "")


def record_failure(settings: Settings, failed: tuple[Check, ...]) -> None:
    """Notes a failed build: from now on nothing is released until a build is green."""
    write_checks(settings.checks_path, ChecksReport(None, "", "", failed))


def _with_rows(settings: Settings, failed: tuple[Check, ...]) -> tuple[Check, ...]:
    """The failed checks with the first rows that break them in their message, column by column."""
    queries = failing_queries(target_dir(settings)) if any(check.status == "fail" for check in failed) else {}
    if not queries:
        return failed
    with open_working_file(settings.work_database) as connection:
        return tuple(
            replace(check, message=_first_rows(connection, queries[check.name])) if check.name in queries else check
            for check in failed
        )


def _first_rows(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    found = connection.execute(f"select * from ({query}) limit {SHOWN_ROWS}")
    names = [column[0] for column in found.description or []]
    rows = found.fetchall()
    return "; ".join(", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True)) for row in rows)


def judge_build(settings: Settings) -> tuple[Check, ...]:
    """The checks of the last dbt invocation.

    Raises:
        BuildFailed: dbt did not end, or names every failed check; checks.json notes it, published marts stay.
    """
    if not (target_dir(settings) / RUN_RESULTS).exists():
        unfinished = (Check("dbt build", "dbt", "error", 0, "dbt ended without results; its log says why"),)
        record_failure(settings, unfinished)
        raise BuildFailed("dbt ended without results; nothing is published. Its log in this run says why")
    checks = read_run_results(target_dir(settings))
    failed = _with_rows(settings, tuple(check for check in checks if check.status not in ("pass", "warn")))
    if failed:
        record_failure(settings, failed)
        raise BuildFailed(f"the build stopped before publishing; older marts and reports stay:\n{failure_text(failed)}")
    return checks


def publish_build(settings: Settings) -> BuildResult:
    """Publishes the marts of the last build, if all its checks passed, and writes checks.json with their hash.

    Raises:
        BuildFailed: as judge_build.
    """
    checks = judge_build(settings)
    with open_working_file(settings.work_database) as connection:
        as_of, data_through = _as_of(connection)
        snapshot = publish(connection, settings.published_dir)
    report = ChecksReport(snapshot.hash, as_of, data_through, checks)
    write_checks(settings.checks_path, report)
    forget_old_snapshots(settings.published_dir, settings.company.keep_snapshots)
    return BuildResult(snapshot, report)
