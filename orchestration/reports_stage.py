"""The report stage: renders a month's reports from the published snapshot and writes their manifest.

Add here: what decides whether a month can be reported. Keep out: rendering (reporting.py) and sending (delivery/).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.checks import ChecksReport, failure_text, read_checks
from orchestration.delivery.ledger import open_ledger
from orchestration.delivery.manifest import AudienceEntry, Manifest, manifest_path, merge_manifest
from orchestration.delivery.release import next_edition, snapshot_path
from orchestration.encryption import PasswordError, password_of, protect
from orchestration.reporting import RenderFailure, product_version, render_reports, report_run
from orchestration.restatements import restatements
from orchestration.settings import Audience, Settings
from reports.run import ReportRun


class ReportsRefused(RuntimeError):
    """This month cannot be reported from what is published; the message says why and what to do."""


@dataclass(frozen=True)
class MonthReports:
    """What the stage made of one month."""

    month: str
    path: Path
    manifest: Manifest
    failures: tuple[RenderFailure, ...]


def require_reportable(settings: Settings, month: str) -> ChecksReport:
    """The checks of the published snapshot, if the month can be reported from it.

    Raises:
        ReportsRefused: the last build failed, nothing is published, or the month is not closed in the data.
    """
    checks = read_checks(settings.checks_path)
    if checks.snapshot_hash is None or not checks.passed:
        raise ReportsRefused(f"the last build failed, so nothing is reported:\n{failure_text(checks.failed)}")
    snapshot = snapshot_path(settings, checks.snapshot_hash)
    if not snapshot.exists():
        raise ReportsRefused(f"{snapshot} is missing; run `holdfast build` first")
    if month > checks.data_through:
        raise ReportsRefused(
            f"{month} is not closed in the data: the newest delivery is of {checks.as_of}, so {checks.data_through} is "
            "the newest closed month; extract the missing deliveries and build again"
        )
    return checks


def report_runs(settings: Settings, month: str, audiences: tuple[str, ...], checks: ChecksReport) -> list[ReportRun]:
    """One run per audience (all of them when none is named), with the edition its figures make it."""
    names = audiences or tuple(audience.name for audience in settings.audiences)
    ledger = open_ledger(settings)
    runs = []
    for name in names:
        audience = settings.audience(name)
        edition = next_edition(settings, ledger, month, name, checks.snapshot_hash or "")
        changed = restatements(settings, ledger, name, month, edition, checks.snapshot_hash or "")
        runs.append(report_run(settings, audience, month, edition, checks, changed))
    return runs


def make_reports(
    settings: Settings,
    month: str,
    audiences: tuple[str, ...] = (),
    environment: Mapping[str, str] = os.environ,
) -> MonthReports:
    """Renders the month's reports and writes the manifest; an audience that fails does not stop the others.

    environment holds the passwords of audiences that have one; without its password no report is made of such an
    audience, not even a plain one.

    Raises:
        ReportsRefused: see require_reportable.
    """
    checks = require_reportable(settings, month)
    due = report_runs(settings, month, audiences, checks)
    passwords, locked = read_passwords([settings.audience(run.audience) for run in due], environment)
    runs = [run for run in due if run.audience in passwords]
    path = manifest_path(settings.reports_dir, month)
    answers, failed = render_reports(runs, snapshot_path(settings, checks.snapshot_hash or ""), path.parent)
    for name, answer in answers.items():
        if password := passwords[name]:
            answers[name] = protect(path.parent, answer, password)
    failures = (*locked, *failed)
    editions = {run.audience: run.edition for run in due}
    entries = {name: _entry(answer, editions[name]) for name, answer in answers.items()}
    manifest = Manifest(
        report=settings.company.report,
        month=month,
        snapshot_hash=checks.snapshot_hash or "",
        as_of=due[0].as_of,
        version=product_version(),
        audiences=entries,
    )
    return MonthReports(month, path, merge_manifest(path, manifest), failures)


def read_passwords(
    audiences: Iterable[Audience], environment: Mapping[str, str]
) -> tuple[dict[str, str | None], tuple[RenderFailure, ...]]:
    """The password of each audience, None for one without; and the audiences whose password is not there."""
    found: dict[str, str | None] = {}
    failures = []
    for audience in audiences:
        try:
            found[audience.name] = password_of(audience, environment)
        except PasswordError as error:
            failures.append(RenderFailure(audience.name, str(error)))
    return found, tuple(failures)


def _entry(answer: dict[str, object], edition: int) -> AudienceEntry:
    known = set(AudienceEntry.model_fields)
    return AudienceEntry.model_validate({**{k: v for k, v in answer.items() if k in known}, "edition": edition})
