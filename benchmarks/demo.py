"""How long the main job takes and how much memory: `./run demo` twice in an empty data folder, after set-up.

    ./run python benchmarks/demo.py [--runs N]

Prints, and writes to results/demo.json: wall seconds and peak memory of the first and of the second run (the largest
sum of resident memory over all processes of the run, sampled 20 times a second), and the seconds of each stage.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_SECONDS = 0.05
STAGE = re.compile(r"^(demo|extract|raw|build|publish|report|release|deliver) +([\d.]+) s", re.MULTILINE)


def tree_memory(process: psutil.Process) -> int:
    """Resident bytes of a process and all below it; one that ends meanwhile counts 0."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def measure(data: Path) -> dict[str, object]:
    """One `./run demo`: seconds, peak bytes, seconds of each stage."""
    log = data.parent / "demo.log"
    started = time.monotonic()
    with (
        log.open("w") as output,
        subprocess.Popen(
            [ROOT / "run", "demo"],
            cwd=ROOT,
            env={**os.environ, "HOLDFAST_DATA": str(data)},
            stdout=output,
            stderr=output,
        ) as process,
    ):
        watched, peak = psutil.Process(process.pid), 0
        while process.poll() is None:
            peak = max(peak, tree_memory(watched))
            time.sleep(SAMPLE_SECONDS)
    seconds = time.monotonic() - started
    if process.returncode != 0:
        raise SystemExit(f"./run demo failed:\n{log.read_text()[-3000:]}")
    stages = {name: float(value) for name, value in STAGE.findall(log.read_text())}
    return {"seconds": round(seconds, 1), "peak_mb": round(peak / 1e6), "stages": stages}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1, help="measurements; the median is printed")
    runs = parser.parse_args().runs
    subprocess.run([ROOT / "run", "setup"], cwd=ROOT, check=True)
    first, second = [], []
    for _ in range(runs):
        folder = Path(tempfile.mkdtemp(prefix="holdfast-benchmark-"))
        # Set-up parses the dbt project; the benchmark's own data folder needs the same.
        environment = {**os.environ, "HOLDFAST_DATA": str(folder / "data")}
        subprocess.run([ROOT / "run", "setup"], cwd=ROOT, env=environment, check=True)
        first.append(measure(folder / "data"))
        second.append(measure(folder / "data"))
        shutil.rmtree(folder)
    result = {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "first": first, "second": second}
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "demo.json").write_text(json.dumps(result, indent=1) + "\n")
    for name, measured in (("first run", first), ("second run", second)):
        seconds = median(float(str(one["seconds"])) for one in measured)
        peak = median(float(str(one["peak_mb"])) for one in measured)
        print(f"{name}: {seconds:.1f} s wall, peak {peak:.0f} MB ({runs} measured, median) {measured[-1]['stages']}")


if __name__ == "__main__":
    main()
