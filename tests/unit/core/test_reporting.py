"""Rendering in two processes: a crash or a hang costs one audience its report and nobody else theirs."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from orchestration.reporting import render_reports
from reports.exchange import run_from_json, run_to_json
from reports.run import CheckLine, Logo, ReportRun, Restatement

FAKE_WORKER = """
import json, os, sys, time
for line in sys.stdin:
    audience = json.loads(line)["run"]["audience"]
    if audience == "crash":
        os._exit(9)
    if audience == "hang":
        time.sleep(60)
    print(json.dumps({"audience": audience, "pid": os.getpid()}), flush=True)
"""


def make_run(audience: str) -> ReportRun:
    return ReportRun(
        company_name="Őri Kft.",
        report="retention",
        audience=audience,
        title="All",
        language="en",
        filter={"country": ("HU", "PL")},
        pages=("cover", "data"),
        accent=None,
        month="2024-12",
        edition=1,
        as_of=date(2024, 12, 31),
        snapshot_hash="abc",
        version="0.1.0",
        base_currency="EUR",
        time_zone="Europe/Budapest",
        activity_rule="either",
        order_window_days=90,
        min_group_size=5,
        checks=(CheckLine("t", "m", "pass", 0, ""),),
        restatements=(Restatement("orders", "company", "2024-11", "10", "11", None),),
        logo=Logo(b"\x89PNG\x00\xff", "image/png", 120, 40),
        attach_xlsx=True,
    )


def render(tmp_path: Path, *audiences: str, deadline: float = 30) -> tuple[list[str], dict[str, str]]:
    runs = [make_run(audience) for audience in audiences]
    command = (sys.executable, "-c", FAKE_WORKER)
    answers, failures = render_reports(runs, tmp_path / "marts", tmp_path, deadline, command)
    return list(answers), {failure.audience: failure.reason for failure in failures}


def test_a_run_survives_its_way_to_the_worker() -> None:
    run = make_run("board")
    assert run_from_json(run_to_json(run)) == run


def test_all_audiences_are_answered_in_order(tmp_path: Path) -> None:
    assert render(tmp_path, "a", "b", "c", "d", "e") == (["a", "b", "c", "d", "e"], {})


def test_a_crash_costs_one_report(tmp_path: Path) -> None:
    rendered, failed = render(tmp_path, "crash", "a", "b", "c", "d")
    assert rendered == ["a", "b", "c", "d"]
    assert failed == {"crash": "the render process ended with code 9; its log says why"}


def test_a_hang_costs_one_report_and_ends_at_the_deadline(tmp_path: Path) -> None:
    rendered, failed = render(tmp_path, "hang", "a", "b", deadline=2)
    assert rendered == ["a", "b"]
    assert failed == {"hang": "rendering took more than 2 s and was ended"}
