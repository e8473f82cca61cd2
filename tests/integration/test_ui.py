"""A data engineer launches the monthly report from the page, in a real browser, and sees it end green."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import PROJECT_ROOT, Settings
from tests.pipeline import DemoRun, holdfast, need

pytestmark = [pytest.mark.pipeline, pytest.mark.browser, pytest.mark.timeout(900)]
BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
RUNS = "{runsOrError(limit:1){... on Runs{results{runId jobName status tags{key value}}}}}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def dagster_ui(settings: Settings) -> Iterator[str]:
    """`./run ui` without its set-up: webserver and daemon on the loopback, ended with the test."""
    assert holdfast(settings.data_dir, "prepare").returncode == 0
    port = free_port()
    environment = {
        **os.environ,
        "HOLDFAST_DATA": str(settings.data_dir),
        "DAGSTER_HOME": str(settings.dagster_home),
        "PYTHONPATH": str(PROJECT_ROOT),
    }
    program = Path(sys.executable).with_name("dagster")
    command = [program, "dev", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port)]
    log = settings.data_dir / "ui.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        ) as process,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/server_info", log)
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(60)
            # Where this test was started without an ear for interrupts (a shell's background), so are its children.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(address: str, log: Path, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"the UI did not start:\n{log.read_text()[-3000:]}")


def newest_run(address: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{address}/graphql", json.dumps({"query": RUNS}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return dict(json.load(answer)["data"]["runsOrError"]["results"][0])


def wait_for_end(address: str, seconds: float = 500) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        run = newest_run(address)
        if run["status"] in ("SUCCESS", "FAILURE", "CANCELED"):
            return run
        time.sleep(1)
    return newest_run(address)


def test_the_monthly_report_is_launched_from_the_page_and_ends_green(demo_run: DemoRun, tmp_path: Path) -> None:
    chromium = need("chromium", "sudo apt-get install -y chromium")
    from playwright.sync_api import expect, sync_playwright

    settings = demo_run.copy(tmp_path / "data")
    with dagster_ui(settings) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1500, "height": 950})
        page.set_default_timeout(90_000)
        page.goto(f"{address}/locations/holdfast/jobs/monthly_report")
        page.get_by_role("button", name="Materialize all").first.click()
        months = page.get_by_placeholder("2022-01", exact=False)
        months.fill("2024-12")
        months.press("Enter")
        before = newest_run(address)["runId"]
        page.get_by_role("button", name="Launch 1 run").click()
        deadline = time.monotonic() + 120
        while newest_run(address)["runId"] == before and time.monotonic() < deadline:
            time.sleep(0.5)
        run = wait_for_end(address)
        tags = {tag["key"]: tag["value"] for tag in run["tags"]}
        assert (run["runId"] != before, run["jobName"], run["status"]) == (True, "monthly_report", "SUCCESS")
        assert tags["dagster/partition"] == "2024-12" and "dagster/backfill" not in tags
        page.goto(f"{address}/runs/{run['runId']}")
        expect(page.get_by_text("Success", exact=True).first).to_be_visible()
        expect(page.get_by_text("5 already delivered").first).to_be_visible()
        browser.close()
