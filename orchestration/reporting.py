"""Which reports are due for a month, and having them rendered: two processes, a deadline each, one failure one report.

Add here: what a report run is made from. Keep out: what a page says (reports/), and who gets it (delivery/).
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

from orchestration.checks import ChecksReport
from orchestration.configuration.brand import load_logo
from orchestration.settings import PROJECT_ROOT, Audience, Settings
from reports.exchange import run_to_json
from reports.run import CheckLine, ReportRun, Restatement

PROCESSES = 2
DEADLINE_SECONDS = 120.0


@dataclass(frozen=True)
class RenderFailure:
    """An audience whose report could not be made, and why."""

    audience: str
    reason: str


def product_version() -> str:
    """The version printed in every report: the installed package's, else the source tree's."""
    try:
        return version("holdfast")
    except PackageNotFoundError:
        import tomllib

        return str(tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def report_run(
    settings: Settings,
    audience: Audience,
    month: str,
    edition: int,
    checks: ChecksReport,
    restatements: tuple[Restatement, ...] = (),
) -> ReportRun:
    """Everything one report knows that is not in the marts."""
    company = settings.company
    return ReportRun(
        company_name=company.name,
        report=company.report,
        audience=audience.name,
        title=audience.title,
        language=audience.language,
        filter={key: tuple(values) for key, values in audience.filter.items()},
        pages=tuple(audience.pages),
        accent=audience.brand.accent,
        month=month,
        edition=edition,
        as_of=date.fromisoformat(checks.as_of),
        snapshot_hash=checks.snapshot_hash or "",
        version=product_version(),
        base_currency=company.base_currency,
        time_zone=company.time_zone,
        activity_rule=company.activity_rule,
        order_window_days=company.order_window_days,
        min_group_size=company.min_group_size,
        checks=tuple(CheckLine(c.name, c.model, c.status, c.failures, c.message) for c in checks.checks),
        restatements=restatements,
        logo=load_logo(settings.config_dir, audience.brand),
        attach_xlsx=audience.attach_xlsx,
    )


class _Worker:
    """One render process, started when first needed and again after it was lost."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None

    def _start(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self.stop()
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                cwd=PROJECT_ROOT,
                env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
            )
        return self._process

    def ask(self, request: dict[str, Any], deadline_seconds: float) -> dict[str, Any]:
        """Sends a request and waits for its answer; a process that hangs or dies is an answer with `error`."""
        audience = request["run"]["audience"]
        process = self._start()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = _read_line(process.stdout, deadline_seconds)
        except BrokenPipeError:
            line = ""
        except TimeoutError:
            self.stop(kill=True)
            return {"audience": audience, "error": f"rendering took more than {deadline_seconds:.0f} s and was ended"}
        if not line:
            code = process.wait()
            return {"audience": audience, "error": f"the render process ended with code {code}; its log says why"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self, kill: bool = False) -> None:
        """Ends the process: by the end of its input, or at once."""
        if self._process is None:
            return
        if kill:
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()
        self._process = None


def _read_line(stream: IO[str], deadline_seconds: float) -> str:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        if not selector.select(deadline_seconds):
            raise TimeoutError
    return stream.readline()


def _render_share(
    requests: list[dict[str, Any]], command: tuple[str, ...], deadline_seconds: float
) -> list[dict[str, Any]]:
    worker = _Worker(command)
    try:
        return [worker.ask(request, deadline_seconds) for request in requests]
    finally:
        worker.stop()


def render_reports(
    runs: list[ReportRun],
    marts: Path,
    out_dir: Path,
    deadline_seconds: float = DEADLINE_SECONDS,
    command: tuple[str, ...] = (sys.executable, "-m", "reports.worker"),
) -> tuple[dict[str, dict[str, Any]], tuple[RenderFailure, ...]]:
    """Renders each run; returns the answers by audience and the audiences that failed."""
    out_dir.mkdir(parents=True, exist_ok=True)
    requests = [{"run": run_to_json(run), "marts": str(marts), "out_dir": str(out_dir)} for run in runs]
    shares = [requests[index::PROCESSES] for index in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        done = pool.map(lambda share: _render_share(share, command, deadline_seconds), [s for s in shares if s])
        answers = {answer["audience"]: answer for share in done for answer in share}
    ordered = [answers[run.audience] for run in runs]
    failures = tuple(RenderFailure(a["audience"], a["error"]) for a in ordered if "error" in a)
    return {a["audience"]: a for a in ordered if "error" not in a}, failures
