"""How long extract takes: one long file of orders against DuckDB's own COPY of it, and a folder that has not changed.

    ./run python benchmarks/extract.py [--rows N] [--runs N]

Prints, and writes to results/extract.json: for each run wall seconds, CPU seconds and peak memory of extract of a CSV
of N orders (20 M are 1.1 GB), of `COPY` of the same file to Parquet, and their ratio; then the same for extract of a
folder of 36 months in which every file has landed before. Each is a process of its own, Python's start and imports
included, and each extract of the long file starts with an empty landing. Dagster, which `holdfast extract` starts
first, is not measured.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import duckdb
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from orchestration.contract import load_contract  # noqa: E402

SAMPLE_SECONDS = 0.05
MONTHS, ROWS_A_MONTH = 36, 600
ENTITIES = ("customers", "orders", "refunds", "contracts", "cases", "interactions")
ORDERS = (
    "select 10000000 + range as order_id, 'C' || lpad(cast(hash(range) % 1000000 as varchar), 7, '0') as customer_id, "
    "strftime(timestamp '2022-01-01' + to_seconds(cast(range * 4 as bigint)), '%Y-%m-%d %H:%M') as ordered_at, "
    "'completed' as status, cast(range % 90000 / 100.0 as decimal(18,2)) as amount, 'EUR' as currency "
    "from range({rows})"
)
CONFIG = {
    "company.yml": (
        "name: Bench\ntime_zone: Europe/Budapest\nbase_currency: EUR\nfirst_month: 2022-01\n"
        "first_report_month: 2024-12\nmail: {sender_name: Bench, sender_address: bench@example.org}\n"
    ),
    "audiences.yml": "audiences: []\n",
}


EXTRACT = (
    "from orchestration.landing.extract import extract; from orchestration.settings import load_settings; "
    "extract(load_settings(), print)"
)


@dataclass(frozen=True)
class Run:
    """One process: wall and CPU seconds (all its threads), largest resident memory in bytes."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def measure(arguments: list[str], environment: dict[str, str] | None = None) -> Run:
    """Runs a command to its end; raises CalledProcessError with its output if it fails."""
    started = time.monotonic()
    with (
        tempfile.TemporaryFile("w+") as output,
        subprocess.Popen(
            arguments, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=output, stderr=output
        ) as process,
    ):
        watched, peak, cpu = psutil.Process(process.pid), 0, 0.0
        while process.poll() is None:
            try:
                peak = max(peak, watched.memory_info().rss)
                times = watched.cpu_times()
                cpu = times.user + times.system
            except psutil.NoSuchProcess:
                break
            time.sleep(SAMPLE_SECONDS)
        code = process.wait()
        output.seek(0)
        if code:
            raise subprocess.CalledProcessError(code, arguments, output.read())
    return Run(round(time.monotonic() - started, 2), round(cpu, 2), peak)


def company(folder: Path, entities: dict[str, str]) -> dict[str, str]:
    """A company's configuration and the environment that points to it; entities: name → settings of the files."""
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    listed = "".join(f"      {name}: {{{spec}}}\n" for name, spec in entities.items())
    source = "sources:\n  - name: bench\n    kind: files\n    system: crm\n"
    (config / "sources.yml").write_text(f"{source}    path: {folder / 'export'}\n    entities:\n{listed}")
    for name, text in CONFIG.items():
        (config / name).write_text(text)
    return {"HOLDFAST_CONFIG": str(config)}


def extract(environment: dict[str, str], data: Path) -> Run:
    """Extract into a data folder."""
    return measure([sys.executable, "-c", EXTRACT], {**environment, "HOLDFAST_DATA": str(data)})


def long_file(folder: Path, rows: int, runs: int) -> dict[str, object]:
    """The long CSV: extract and COPY in turn, so that both meet the same neighbours on the machine."""
    export = folder / "export"
    export.mkdir(parents=True)
    file, parquet = export / "orders_2024-12.csv", folder / "copy.parquet"
    duckdb.execute(f"copy ({ORDERS.format(rows=rows)}) to '{file}' (header)")
    environment = company(folder, {"orders": 'files: "orders_*.csv"'})
    copy = [sys.executable, "-c", f"import duckdb; duckdb.execute(\"copy (from '{file}') to '{parquet}'\")"]
    copies, extracts = [], []
    for number in range(runs):
        copies.append(measure(copy))
        extracts.append(extract(environment, folder / f"data{number}"))
    seconds = [median(run.seconds for run in made) for made in (extracts, copies)]
    return {
        "rows": rows,
        "bytes": file.stat().st_size,
        "extract": [asdict(run) for run in extracts],
        "copy": [asdict(run) for run in copies],
        "extract_seconds": seconds[0],
        "copy_seconds": seconds[1],
        "ratio": round(seconds[0] / seconds[1], 2),
        "peak_bytes": max(run.peak_bytes for run in extracts),
    }


def unchanged_folder(folder: Path, runs: int) -> dict[str, object]:
    """36 months of files of several entities, landed once, then extracted again."""
    export = folder / "export"
    export.mkdir(parents=True)
    for entity in ENTITIES:
        for month in range(MONTHS):
            name = f"{entity}_{2022 + month // 12}-{month % 12 + 1:02}.csv"
            (export / name).write_text(_monthly(entity, month))
    environment = company(folder, {name: f'files: "{name}_*.csv"' for name in ENTITIES})
    extract(environment, folder / "data")
    again = [extract(environment, folder / "data") for _ in range(runs)]
    return {
        "files": len(list(export.iterdir())),
        "bytes": sum(file.stat().st_size for file in export.iterdir()),
        "again": [asdict(run) for run in again],
        "again_seconds": median(run.seconds for run in again),
    }


def _monthly(entity: str, month: int) -> str:
    """A file of the required columns of an entity, every value different from the other months'."""
    names = load_contract()[entity].required_columns
    rows = (",".join(f"2024-10-01 {name} {month} {row}" for name in names) for row in range(ROWS_A_MONTH))
    return "\n".join((",".join(names), *rows)) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="holdfast-extract-") as folder:
        orders = long_file(Path(folder) / "long", options.rows, options.runs)
        print(
            f"{orders['rows']:,} orders: extract {orders['extract_seconds']} s, COPY {orders['copy_seconds']} s, "
            f"ratio {orders['ratio']}, peak {int(str(orders['peak_bytes'])) / 1e9:.2f} GB"
        )
        folder_again = unchanged_folder(Path(folder) / "months", options.runs)
        print(f"{folder_again['files']} unchanged files: {folder_again['again_seconds']} s")
    machine = {"python": platform.python_version(), "duckdb": duckdb.__version__, "cpus": os.cpu_count()}
    results = ROOT / "results" / "extract.json"
    results.parent.mkdir(exist_ok=True)
    results.write_text(json.dumps({"machine": machine, "orders": orders, "unchanged": folder_again}, indent=2) + "\n")


if __name__ == "__main__":
    main()
