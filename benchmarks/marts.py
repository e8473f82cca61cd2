"""How long all marts take for a large company, and how that compares.

    ./run python benchmarks/marts.py [--customers 1000000] [--folder DIR] [--twice] [--skip-twin] [--skip-reference]

Lands a scaled company (benchmarks/scaled_company.py), then in one run, on two cores, DuckDB within 6 GB,
one model at a time:

- `dbt build` of everything with data tests; seconds by model, and of the retention and cohort part;
- publishing: the content hash and the new file, which no other figure contains;
- benchmarks/reference.sql, one hand-written script from the same admitted tables to the same rows, held row by row
  against fct_retention and fct_cohorts;
- benchmarks/pandas_twin.py, the ledger and cohorts of the company alone in pandas, against the same models without
  audiences and breakdowns; the models read the tables themselves, so it is told with and without what pandas needs to
  read them.

Prints a table and the ratios; writes results/marts.json. The landing of a folder is kept for the next run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.scaled_company import land  # noqa: E402
from orchestration.build import build_arguments, prepare_build, target_dir  # noqa: E402
from orchestration.dbt_project import DBT_DIR, dbt_vars  # noqa: E402
from orchestration.publish import publish, published_tables, table_digest  # noqa: E402
from orchestration.settings import Settings, load_settings  # noqa: E402
from orchestration.working_file import open_working_file  # noqa: E402

MEMORY = "6GB"
THREADS = 2
COMPANY = """
name: Scaled Company
time_zone: Europe/Budapest
base_currency: EUR
activity_rule: either
first_month: 2020-03
last_month: 2024-12
first_report_month: 2024-12
gross_margin: 0.4
mail: {transport: outbox, sender_name: Reports, sender_address: reports@scaled.example}
"""
AUDIENCES = """
audiences:
  - {name: board, title: All, language: en}
  - {name: hungary, title: HU, language: hu, filter: {country: [HU]}}
  - {name: large, title: Large, language: en, filter: {segment: [large]}}
"""
SOURCES = {
    "crm": ("customers", "orders", "refunds", "contracts", "interactions", "cases"),
    "finance": ("exchange_rates",),
    "survey": ("surveys", "survey_questions", "survey_responses", "survey_answers"),
}
# What only the customer ledger and the cohorts need, from the admitted tables on.
PART = ("fct_retention", "rpt_retention", "fct_cohorts", "rpt_cohorts")
BELOW = ("int_customers_admitted", "int_contracts_admitted", "int_orders_admitted", "int_refunds_admitted")


def settings_of(folder: Path) -> Settings:
    """The scaled company's configuration, written into the folder."""
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "company.yml").write_text(COMPANY, encoding="utf-8")
    (config / "audiences.yml").write_text(AUDIENCES, encoding="utf-8")
    lines = ["sources:"]
    for system, entities in SOURCES.items():
        lines += [
            f"  - name: {system}",
            "    kind: files",
            f"    system: {system}",
            '    path: "{data}"',
            "    entities:",
        ]
        lines += [f'      {entity}: {{files: "{entity}_*.csv"}}' for entity in entities]
    (config / "sources.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(folder)})


def dbt(settings: Settings, *arguments: str) -> float:
    """One dbt command in a process of its own, within the memory; wall seconds."""
    place = ["--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR), "--target-path", str(target_dir(settings))]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *arguments, *place, "--log-level-file", "none"],
        env={
            **os.environ,
            "HOLDFAST_DATA": str(settings.data_dir),
            "HOLDFAST_MEMORY_LIMIT": MEMORY,
            "HOLDFAST_MODELS_AT_ONCE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"dbt {arguments[0]} failed:\n{done.stdout[-5000:]}")
    return time.monotonic() - started


def build(settings: Settings) -> tuple[float, dict[str, float], dict[str, Any]]:
    """One `dbt build` of everything: wall seconds, seconds by node, the manifest's nodes."""
    shutil.rmtree(settings.work_dir, ignore_errors=True)
    prepare_build(settings)
    seconds = dbt(settings, *build_arguments(settings))
    target = target_dir(settings)
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    return seconds, {str(r["unique_id"]): float(r["execution_time"]) for r in results}, nodes


def published(settings: Settings) -> float:
    """Seconds of publishing the marts as a new file."""
    shutil.rmtree(settings.published_dir, ignore_errors=True)
    started = time.monotonic()
    with open_working_file(settings.work_database) as connection:
        connection.execute(f"set memory_limit = '{MEMORY}'")
        publish(connection, settings.published_dir)
    return time.monotonic() - started


def digests(settings: Settings) -> dict[str, tuple[int, str]]:
    """Rows and content hash of every mart, as publishing would take them."""
    with duckdb.connect(str(settings.work_database), read_only=True) as connection:
        return {table: table_digest(connection, table) for table in published_tables(connection)}


def part_of(nodes: Mapping[str, Any]) -> set[str]:
    """Unique ids of the retention and cohort models and of everything between them and the admitted tables."""
    by_name = {str(node["name"]): key for key, node in nodes.items() if node["resource_type"] == "model"}
    below: set[str] = set()
    _collect([by_name[name] for name in BELOW], nodes, below)
    found: set[str] = set()
    _collect([by_name[name] for name in PART], nodes, found)
    return {
        key
        for key in found - below
        if nodes[key]["resource_type"] == "model" and not {"staging", "admitted"} & set(Path(nodes[key]["path"]).parts)
    }


def _collect(keys: list[str], nodes: Mapping[str, Any], into: set[str]) -> None:
    for key in keys:
        if key in nodes and key not in into:
            into.add(key)
            _collect(list(nodes[key]["depends_on"]["nodes"]), nodes, into)


def reference(settings: Settings) -> tuple[float, dict[str, int]]:
    """Seconds of reference.sql, and how many rows differ from the marts (0 everywhere, or it is no reference)."""
    with duckdb.connect(
        config={"threads": THREADS, "memory_limit": MEMORY, "temp_directory": str(settings.work_dir / "spill")}
    ) as connection:
        connection.execute(f"attach '{settings.work_database}' as work (read_only)")
        started = time.monotonic()
        connection.execute((ROOT / "benchmarks" / "reference.sql").read_text(encoding="utf-8"))
        seconds = time.monotonic() - started
        wrong = {}
        for mine, theirs in (("ledger", "fct_retention"), ("triangle", "fct_cohorts")):
            names = ", ".join(row[0] for row in connection.execute(f"describe {mine}").fetchall())
            wrong[theirs] = _differ(
                connection, f"select {names} from {mine}", f"select {names} from work.main.{theirs}"
            )
    return seconds, wrong


def company_only(settings: Settings, part: set[str], nodes: Mapping[str, Any]) -> float:
    """Seconds of the same models for the company alone: no audience, no breakdown. They replace the wide ones."""
    target = target_dir(settings)
    names = [str(nodes[key]["name"]) for key in part]
    small = json.dumps({**dbt_vars(settings), "audiences": [], "scope_types": []})
    dbt(settings, "run", "--vars", small, "--select", *names)
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return sum(float(result["execution_time"]) for result in results)


def twin(settings: Settings, folder: Path) -> dict[str, Any]:
    """The pandas twin in a process of its own: seconds, peak memory, and rows that differ from the company's."""
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "benchmarks" / "pandas_twin.py"),
            str(settings.work_database),
            "--out",
            str(folder),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"pandas_twin.py failed:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    ledger = (
        "period_type, period_start, customers_start, customers_end, retained_customers, lost_customers, new_customers, "
        "reactivated_customers, in_period_joiners_lost"
    )
    triangle = "cohort_month, period_start, cohort_basis, active_customers"
    company = "scope_type = 'company'"
    with duckdb.connect(str(settings.work_database), read_only=True) as connection:
        found["rows_that_differ"] = {
            "fct_retention": _differ(
                connection,
                f"select {ledger} from '{folder / 'ledger.parquet'}'",
                f"select {ledger} from fct_retention where {company}",
            ),
            "fct_cohorts": _differ(
                connection,
                f"select {triangle} from '{folder / 'triangle.parquet'}'",
                f"select {triangle} from fct_cohorts where {company} and active_customers > 0",
            ),
        }
    return found


def _differ(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    """Rows that only one of two queries gives."""
    sides = ((one, other), (other, one))
    return sum(connection.execute(f"select count(*) from (({a}) except ({b}))").fetchall()[0][0] for a, b in sides)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keeps the landing for the next run; default: a temporary folder")
    parser.add_argument("--skip-twin", action="store_true", help="without the pandas twin")
    parser.add_argument("--skip-reference", action="store_true", help="without reference.sql")
    parser.add_argument("--twice", action="store_true", help="build twice and compare every mart, row for row")
    parser.add_argument("--results", type=Path, default=ROOT / "results" / "marts.json")
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # Builds, script and pandas: on as many cores, whatever the machine has.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
    with tempfile.TemporaryDirectory(prefix="holdfast-marts-") as temporary:
        settings = settings_of((chosen.folder or Path(temporary)).resolve())
        rows = land(settings.landing_dir, chosen.customers)
        seconds, times, nodes = build(settings)
        part = part_of(nodes)
        if chosen.twice:
            first = digests(settings)
            build(settings)
            second = digests(settings)
            differ = [name for name in first if first[name] != second.get(name)]
            sys.stdout.write(f"built twice: {len(first)} marts, {len(differ)} differ {' '.join(differ)}\n")
        result: dict[str, Any] = {
            "rows": rows,
            "build_seconds": round(seconds, 1),
            "publish_seconds": round(published(settings), 1),
            "part_seconds": round(sum(times[key] for key in part), 1),
            "slowest": {
                key.split(".")[-1]: round(times[key], 1) for key in sorted(times, key=lambda k: -times[k])[:25]
            },
            "part": {key.split(".")[-1]: round(times[key], 1) for key in sorted(part, key=lambda k: -times[k])},
        }
        if not chosen.skip_reference:
            result["reference_seconds"], result["rows_that_differ"] = reference(settings)
            result["part_to_reference"] = round(result["part_seconds"] / result["reference_seconds"], 2)
        if not chosen.skip_twin:
            result["company_seconds"] = round(company_only(settings, part, nodes), 2)
            result["pandas"] = twin(settings, Path(temporary))
            result["pandas_to_company"] = round(result["pandas"]["seconds"] / result["company_seconds"], 2)
            from_tables = result["pandas"]["read_seconds"] + result["pandas"]["seconds"]
            result["pandas_with_reading_to_company"] = round(from_tables / result["company_seconds"], 2)
    chosen.results.parent.mkdir(parents=True, exist_ok=True)
    chosen.results.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
