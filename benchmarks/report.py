"""How long a report takes, beside a bare rendering of the same HTML, a browser printing it, and Typst.

    ./run python benchmarks/report.py --data DIR [--rounds N] [--audiences N]

DIR is a data folder in which the demo has run. Prints, and writes to results/report.json: seconds of processor and wall
for the board's report (all pages) warm and fresh, the steps of a warm one, peak memory, bytes, sheets; the ratio to the
bare rendering (one layout and one file by WeasyPrint with the same options, style sheet and fonts, nothing else);
so many audiences on two processes; and the two anchors. Processor time is what compares on a busy machine.
Add here: another way of rendering the same pages. Keep out: asserting (tests do).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.report_anchors import chromium_seconds, typst_seconds
from orchestration.checks import read_checks
from orchestration.reporting import PROCESSES, _render_share, report_run
from orchestration.settings import load_settings
from reports import render
from reports.build import _ALWAYS_CLOSE, build_report, document_html, load_pages
from reports.exchange import run_to_json
from reports.marts import open_marts
from reports.run import PAGES, ReportRun
from reports.text import text_for

ROOT = Path(__file__).resolve().parent.parent
MONTH = "2024-12"
WORKER = (sys.executable, "-m", "reports.worker")


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of processor and of wall that a call takes in this process, without the collector as in a worker."""
    gc.collect()
    gc.disable()
    wall, processor = time.perf_counter(), time.process_time()
    work()
    spent = time.process_time() - processor, time.perf_counter() - wall
    gc.enable()
    return spent


def spread(rounds: list[tuple[float, float]]) -> dict[str, float]:
    """Medians of processor and wall seconds."""
    processor, wall = zip(*rounds, strict=True)
    return {"processor_s": round(median(processor), 2), "wall_s": round(median(wall), 2)}


def board_run(data: Path) -> tuple[ReportRun, Path]:
    """The board's run with every page, and the published marts of a finished demo."""
    settings = load_settings({"HOLDFAST_DATA": str(data)})
    checks = read_checks(settings.checks_path)
    run = report_run(settings, settings.audience("board"), MONTH, 1, checks)
    return replace(run, pages=PAGES), settings.published_marts.resolve()


def bare_rendering(run: ReportRun, marts: Path) -> Callable[[], bytes]:
    """WeasyPrint and nothing else: the finished report's HTML and charts, the same options, style sheet and fonts."""
    html, charts = final_html(run, marts)
    weasyprint = render.load_weasyprint()
    style, fonts = render._style()
    pictures = {f"chart:{name}": (svg.encode(), "image/svg+xml") for name, svg in charts.items()}

    def rendered() -> bytes:
        fetcher = render._fetcher(pictures)
        document = weasyprint.HTML(string=html, base_url="page:", url_fetcher=fetcher)
        content: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, **render._OPTIONS)
        return content

    return rendered


def final_html(run: ReportRun, marts: Path) -> tuple[str, dict[str, str]]:
    """The HTML of a report of which no section runs over, and its charts as SVG by name."""
    text = text_for(run.language, run.base_currency)
    with open_marts(marts, run) as opened:
        pages = load_pages(opened, run, text)
    charts = {f"{page.page_id}/{name}": chart.svg for page in pages for name, chart in page.charts.items()}
    return document_html(run, text, pages, _ALWAYS_CLOSE), charts


def fresh(run: ReportRun, marts: Path, out: Path) -> dict[str, float]:
    """One report in a process of its own, from its start to its end: seconds, and the most memory it held."""
    request = json.dumps({"run": run_to_json(run), "marts": str(marts), "out_dir": str(out)})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(WORKER, input=request + "\n", text=True, check=True, cwd=ROOT, capture_output=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"processor_s": round(processor, 2), "wall_s": round(wall, 2), "peak_mb": round(after.ru_maxrss / 1024, 1)}


def many(run: ReportRun, marts: Path, out: Path, count: int) -> dict[str, float]:
    """So many audiences on the two processes that a month's reports have."""
    requests = [
        {"run": run_to_json(run), "marts": str(marts), "out_dir": str(out / str(number))} for number in range(count)
    ]
    started = time.perf_counter()
    with ThreadPoolExecutor(PROCESSES) as pool:
        shares = pool.map(lambda share: _render_share(share, WORKER, 600.0), [requests[at::2] for at in range(2)])
        answers = [answer for share in shares for answer in share]
    wall = time.perf_counter() - started
    assert not [answer for answer in answers if "error" in answer]
    return {"audiences": count, "wall_s": round(wall, 1), "wall_s_each": round(wall / count, 2)}


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description="How long a report takes.")
    parser.add_argument("--data", type=Path, required=True, help="a data folder in which the demo has run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--audiences", type=int, default=100)
    asked = parser.parse_args()
    run, marts = board_run(asked.data.resolve())
    with tempfile.TemporaryDirectory() as folder:
        result = measured(run, marts, Path(folder), asked.rounds, asked.audiences)
    target = ROOT / "results" / "report.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def measured(run: ReportRun, marts: Path, out: Path, rounds: int, audiences: int) -> dict[str, Any]:
    """Every figure; what is compared is measured in turns, so that a busy minute falls on both."""
    built = build_report(run, marts, out)
    bare = bare_rendering(run, marts)
    bare()
    steps, warm_rounds, bare_rounds = [], [], []
    for _ in range(rounds):
        warm_rounds.append(timed(lambda: steps.append(build_report(run, marts, out).seconds)))
        bare_rounds.append(timed(bare))
    warm_part, bare_part = spread(warm_rounds), spread(bare_rounds)
    html, charts = final_html(run, marts)
    return {
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]},
        "report": {
            "pages": len(built.pages),
            "sheets": built.page_count,
            "kb": round(len(built.pdf.read_bytes()) / 1e3),
        },
        "warm": warm_part,
        "steps_wall_s": {name: round(median(lap[name] for lap in steps), 2) for name in steps[0]},
        "bare": {**bare_part, "kb": round(len(bare()) / 1e3)},
        "ratio": round(warm_part["processor_s"] / bare_part["processor_s"], 2),
        "fresh": fresh(run, marts, out / "fresh"),
        "two_processes": many(run, marts, out / "many", audiences),
        "chromium": chromium_seconds(html, charts, out / "chromium", rounds),
        "typst": typst_seconds(html, charts, out / "typst", rounds),
    }


if __name__ == "__main__":
    main()
