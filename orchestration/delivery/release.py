"""Release: the row that must exist before anything is sent, and that exists only if every check passed.

A release is one audience's edition of a month. It is written together with the planned deliveries and the published
figures, or not at all. The same figures again are the same edition; other figures wait for a person.

Add here: a condition of release. Keep out: sending (send.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from orchestration.checks import ChecksError, read_checks
from orchestration.delivery.content import ContentError, ReportContent, keep_released, read_rendered
from orchestration.delivery.failpoints import FailPoint, pass_by
from orchestration.delivery.figures import FigureChange, Figures, changes, collect_figures
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.manifest import AudienceEntry, Manifest, manifest_path
from orchestration.delivery.message import MessageError, check_header
from orchestration.delivery.records import NewRelease, Release
from orchestration.run_lock import run_lock
from orchestration.settings import Audience, Settings

MAX_CHECKS_NAMED = 12
ReleaseOutcome = Literal["released", "already released", "held"]


class ReleaseRefused(RuntimeError):
    """Nothing of this month may be released; `reasons` says everything that stands against it."""

    def __init__(self, month: str, reasons: Sequence[str]) -> None:
        self.month = month
        self.reasons = tuple(reasons)
        super().__init__(f"{month} is not released:\n" + "\n".join(f"  {reason}" for reason in self.reasons))


@dataclass(frozen=True)
class ReleaseLine:
    """What became of one audience. `changes` is filled where figures differ from the last edition."""

    audience: str
    outcome: ReleaseOutcome
    edition: int
    detail: str
    changes: tuple[FigureChange, ...] = ()


@dataclass(frozen=True)
class ReleaseResult:
    """One line per audience asked for."""

    month: str
    lines: tuple[ReleaseLine, ...]

    @property
    def held(self) -> tuple[ReleaseLine, ...]:
        """The audiences that wait for something."""
        return tuple(line for line in self.lines if line.outcome == "held")


def snapshot_path(settings: Settings, snapshot_hash: str) -> Path:
    """The published file of a snapshot."""
    return settings.published_dir / f"marts-{snapshot_hash}.duckdb"


def delivery_lock(settings: Settings) -> Path:
    """The lock that release and delivery of a data folder take in turn."""
    return settings.data_dir / "delivery.lock"


@contextmanager
def one_sender(settings: Settings, ledger: Ledger) -> Iterator[None]:
    """The right to release and to send: one process of this data folder, and one of all that share the ledger.

    Raises:
        RunLockError, LedgerError: another one did not end in time.
    """
    with run_lock(delivery_lock(settings)), ledger.turn():
        yield


def _snapshot_reasons(settings: Settings, manifest: Manifest) -> list[str]:
    path = settings.checks_path
    try:
        checks = read_checks(path)
    except ChecksError as error:
        return [str(error)]
    # What was merely skipped because of these would bury them.
    broken = [check for check in checks.failed if check.status != "skipped"] or list(checks.failed)
    reasons = [
        f"{path}: check {check.name} on {check.model}: {check.status}, {check.failures} rows"
        for check in broken[:MAX_CHECKS_NAMED]
    ]
    if len(broken) > MAX_CHECKS_NAMED:
        reasons.append(f"{path}: {len(broken) - MAX_CHECKS_NAMED} more checks failed")
    if not checks.passed and not reasons:
        reasons.append(f"{path}: the last build ran no check; run `holdfast build`")
    if checks.snapshot_hash != manifest.snapshot_hash:
        reasons.append(
            f"{path}: the last build's checks are of snapshot {checks.snapshot_hash or '(none)'}, the reports were "
            f"made from {manifest.snapshot_hash}; run `holdfast report` on the newest snapshot"
        )
    if not snapshot_path(settings, manifest.snapshot_hash).is_file():
        reasons.append(f"{snapshot_path(settings, manifest.snapshot_hash)}: this snapshot is not published")
    return reasons


def _month_reasons(settings: Settings, month: str, manifest: Manifest) -> list[str]:
    first = settings.company.first_report_month
    reasons = []
    if month < first:
        reasons.append(f"{month} is before the first report month {first} (config/company.yml)")
    if (manifest.report, manifest.month) != (settings.company.report, month):
        reasons.append(
            f"the manifest is of {manifest.report} {manifest.month}, asked for was {settings.company.report} {month}"
        )
    return reasons


def _contents(
    settings: Settings, month: str, manifest: Manifest, audiences: Sequence[Audience], reasons: list[str]
) -> dict[str, ReportContent]:
    folder = manifest_path(settings.reports_dir, month).parent
    contents: dict[str, ReportContent] = {}
    for audience in audiences:
        entry = manifest.audiences.get(audience.name)
        if entry is None:
            continue
        try:
            check_header("subject", entry.subject)
            contents[audience.name] = read_rendered(folder, entry)
        except (ContentError, MessageError) as error:
            reasons.append(f"{audience.name}: {error}")
    return contents


def compare(
    settings: Settings, ledger: Ledger, month: str, audience: str, snapshot_hash: str
) -> tuple[Release | None, Figures, tuple[FigureChange, ...]]:
    """The last edition on record, the figures of this snapshot, and in which of them the two differ.

    Raises:
        FiguresError: the snapshot's file is missing or cannot be opened.
    """
    now = collect_figures(snapshot_path(settings, snapshot_hash), audience, month)
    last = ledger.last_release(settings.company.report, audience, month)
    return last, now, () if last is None else changes(ledger.figures(last), now)


def next_edition(settings: Settings, ledger: Ledger, month: str, audience: str, snapshot_hash: str) -> int:
    """The edition a report made from this snapshot prints: the last one's, or one more if a figure has changed."""
    last, _, changed = compare(settings, ledger, month, audience, snapshot_hash)
    if last is None:
        return 1
    return last.edition + 1 if changed else last.edition


def _hold(ledger: Ledger, settings: Settings, month: str, line: ReleaseLine) -> ReleaseLine:
    ledger.note_held(settings.company.report, line.audience, month, line.detail)
    return line


def _release_one(
    settings: Settings,
    ledger: Ledger,
    manifest: Manifest,
    audience: Audience,
    content: ReportContent,
    *,
    explicit: bool,
    reach: FailPoint,
) -> ReleaseLine:
    month, entry = manifest.month, manifest.audiences[audience.name]
    domain = settings.company.mail.sender_address.partition("@")[2]
    last, figures, changed = compare(settings, ledger, month, audience.name, manifest.snapshot_hash)
    if last is not None and not changed:
        added = ledger.plan(last, audience.recipients, domain)
        ledger.clear_hold(manifest.report, audience.name, month)
        detail = f"{added} recipients added" if added else "the figures are the same"
        return ReleaseLine(audience.name, "already released", last.edition, detail)
    edition = 1 if last is None else last.edition + 1
    if last is not None and not explicit:
        detail = (
            f"{len(changed)} figures changed since edition {last.edition}; release edition {edition} explicitly "
            f"(holdfast deliver --month {month} --new-edition)"
        )
        return _hold(ledger, settings, month, ReleaseLine(audience.name, "held", last.edition, detail, changed))
    if entry.edition != edition:
        detail = f"the PDF prints edition {entry.edition}, this would be edition {edition}; run `holdfast report` again"
        return _hold(ledger, settings, month, ReleaseLine(audience.name, "held", edition, detail, changed))
    folder = keep_released(settings.reports_dir, month, audience.name, edition, content)
    reach("release.files_copied")
    new = _new_release(settings, manifest, audience.name, entry, edition, folder, content)
    ledger.add_release(new, figures, audience.recipients, domain, reach=reach)
    return ReleaseLine(audience.name, "released", edition, f"{len(audience.recipients)} recipients planned", changed)


def _new_release(
    settings: Settings,
    manifest: Manifest,
    audience: str,
    entry: AudienceEntry,
    edition: int,
    folder: str,
    content: ReportContent,
) -> NewRelease:
    return NewRelease(
        report=manifest.report,
        audience=audience,
        period=manifest.month,
        edition=edition,
        language=entry.language,
        subject=entry.subject,
        folder=folder,
        snapshot_hash=manifest.snapshot_hash,
        pdf_sha256=content.pdf_sha256,
        mail_sha256=content.mail_sha256,
        checks_sha256=hashlib.sha256(settings.checks_path.read_bytes()).hexdigest(),
        as_of=manifest.as_of,
        version=manifest.version,
    )


def release(
    settings: Settings,
    month: str,
    manifest: Manifest,
    ledger: Ledger,
    *,
    audiences: Sequence[str] | None = None,
    explicit: bool = False,
    reach: FailPoint = pass_by,
) -> ReleaseResult:
    """Releases the month's reports, or says why not; safe to repeat.

    audiences: names, None for all configured. explicit: a person releases a new edition where figures have changed.
    Whether this run may send at all is permission.may_send(), asked by the caller before.

    Raises:
        ReleaseRefused: a check failed, the snapshot is another one or not published, a PDF is not the rendered one,
            or the month is before the go-live. Nothing is written then but the note that it is held.
        SettingsError: an audience that is not configured.
    """
    wanted = [settings.audience(name) for name in audiences] if audiences is not None else list(settings.audiences)
    with one_sender(settings, ledger):
        ledger.guard()
        reasons = [*_month_reasons(settings, month, manifest), *_snapshot_reasons(settings, manifest)]
        contents = _contents(settings, month, manifest, wanted, reasons)
        if reasons:
            for audience in wanted:
                ledger.note_held(settings.company.report, audience.name, month, "refused: " + "; ".join(reasons))
            raise ReleaseRefused(month, reasons)
        lines = []
        for audience in wanted:
            if audience.name in contents:
                content = contents[audience.name]
                line = _release_one(settings, ledger, manifest, audience, content, explicit=explicit, reach=reach)
            else:
                missing = ReleaseLine(audience.name, "held", 0, "the manifest has no report for this audience")
                line = _hold(ledger, settings, month, missing)
            lines.append(line)
    return ReleaseResult(month, tuple(lines))
