"""checks.json: what the last build's checks said, and of which snapshot. Release reads it and nothing else.

A failed build writes it too, without a snapshot: after a failed check nothing leaves until a build is green again.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Status = Literal["pass", "warn", "fail", "error", "skipped"]
_STATUS: dict[str, Status] = {
    "pass": "pass",
    "success": "pass",
    "warn": "warn",
    "fail": "fail",
    "error": "error",
    "runtime error": "error",
    "skipped": "skipped",
    # An exposure: dbt lists it among the results and has nothing to do for it.
    "no-op": "pass",
}


@dataclass(frozen=True)
class Check:
    """One data test, or a model that could not be built. `failures` counts the rows that break the rule."""

    name: str
    model: str
    status: Status
    failures: int
    message: str = ""


@dataclass(frozen=True)
class ChecksReport:
    """The checks of one build. `snapshot_hash` is None when they did not all pass: nothing was published."""

    snapshot_hash: str | None
    as_of: str
    data_through: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(check.status in ("pass", "warn") for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.status not in ("pass", "warn"))


class ChecksError(RuntimeError):
    """checks.json is missing or cannot be read; the message names the file and the command that makes it."""


class BuildFailed(RuntimeError):
    """The build stopped before publishing; the message names every failed check. Older marts are untouched."""


def _tested_model(node: dict[str, Any], nodes: dict[str, Any]) -> str:
    attached = node.get("attached_node") or next(iter(node.get("depends_on", {}).get("nodes", [])), "")
    return str(nodes.get(attached, {}).get("name", attached.rsplit(".", 1)[-1]))


def read_run_results(target: Path) -> tuple[Check, ...]:
    """The data tests of dbt's run_results.json, and every model that failed or was skipped."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    checks = []
    for result in results:
        node = manifest.get(result["unique_id"], {})
        status = _STATUS.get(result["status"], "error")
        is_test = node.get("resource_type") == "test"
        if not is_test and status == "pass":
            continue
        name = node.get("name", result["unique_id"])
        model = _tested_model(node, manifest) if is_test else name
        failures = int(result.get("failures") or 0)
        message = "" if status == "pass" else str(result.get("message") or "").strip()
        checks.append(Check(name, model, status, failures, message))
    return tuple(sorted(checks, key=lambda check: (check.model, check.name)))


def failing_queries(target: Path) -> dict[str, str]:
    """Name of each data test that found rows → the query that finds them."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return {
        manifest[result["unique_id"]]["name"]: result["compiled_code"]
        for result in results
        if result["status"] == "fail" and result.get("compiled_code") and result["unique_id"] in manifest
    }


def write_checks(path: Path, report: ChecksReport) -> None:
    """Writes checks.json at once (temporary name, then rename)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {**asdict(report), "passed": report.passed}
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    temporary.replace(path)


def read_checks(path: Path) -> ChecksReport:
    """Raises ChecksError when the file is not there or not whole."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        checks = tuple(Check(**check) for check in content["checks"])
        return ChecksReport(content["snapshot_hash"], content["as_of"], content["data_through"], checks)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ChecksError(f"{path}: no checks of a build to be read ({error}); run `holdfast build` first") from error


def failure_text(failed: tuple[Check, ...], limit: int = 12) -> str:
    """One line a failed check: its name, model, rows and message; what was merely skipped is counted."""
    real = [check for check in failed if check.status != "skipped"]
    lines = [
        f"  {check.name} on {check.model}: {check.status}"
        + (f", {check.failures} rows" if check.failures else "")
        + (f" ({' '.join(check.message.split())[:600]})" if check.message else "")
        for check in real[:limit]
    ]
    if len(real) > limit:
        lines.append(f"  and {len(real) - limit} more")
    skipped = len(failed) - len(real)
    return "\n".join(lines) + (f"\n  {skipped} more were skipped because of these" if skipped else "")
