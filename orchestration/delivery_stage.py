"""The last two stages: release what may leave, then send what is due. Thin: the rules are in orchestration/delivery/.

Add here: what a run must decide before it releases. Keep out: ledger states and transports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.automation.approvals import approval_obstacle, approvals, approve
from orchestration.automation.freshness import LateSource, late_now
from orchestration.checks import read_checks
from orchestration.delivery.failpoints import FailPoint, pass_by
from orchestration.delivery.ledger import Ledger, open_ledger
from orchestration.delivery.manifest import Manifest, manifest_path, read_manifest
from orchestration.delivery.permission import Permission, may_send
from orchestration.delivery.release import ReleaseLine, ReleaseResult, release
from orchestration.delivery.send import DeliveryResult, deliver
from orchestration.progress import say
from orchestration.reports_stage import require_reportable
from orchestration.settings import Settings


class DeliveryIncomplete(RuntimeError):
    """Something that is due was not sent; the message names each recipient or audience and what to do."""


@dataclass(frozen=True)
class Asked:
    """Who wants the month sent: a backfill never, a person or the completeness sensor for any month.

    by_person: a person waits for it, so that back-off and deadline of planned messages are passed over.
    """

    is_backfill: bool = False
    asked: bool = False
    by_person: bool = False
    new_edition: bool = False


def permission_to_send(settings: Settings, month: str, asked: Asked) -> Permission:
    """Whether this run may release and send the month. Raises ChecksError when nothing was built yet."""
    newest = read_checks(settings.checks_path).data_through
    if not newest:
        # The last build failed. Release refuses with that build's failed checks, which say more than a month could.
        newest = month
    return may_send(
        month,
        first_report_month=settings.company.first_report_month,
        newest_closed_month=newest,
        is_backfill=asked.is_backfill,
        asked=asked.asked,
    )


def release_month(
    settings: Settings, month: str, asked: Asked, audiences: tuple[str, ...] = ()
) -> ReleaseResult | None:
    """Releases the month's reports; None when this run may not send.

    Raises:
        ReleaseRefused: a check failed, or what is on disk is not what was checked and rendered.
    """
    permission = permission_to_send(settings, month, asked)
    if not permission:
        say(f"no release: {permission.reason}")
        return None
    manifest = read_manifest(manifest_path(settings.reports_dir, month))
    late = late_now(settings, [month]).get(month, ())
    result = release_free(
        settings, manifest, open_ledger(settings), audiences=audiences, late=late, explicit=asked.new_edition
    )
    for line in result.lines:
        say(f"{line.audience}: {line.outcome}, edition {line.edition} ({line.detail})")
    return result


def obstacles(
    settings: Settings, manifest: Manifest, ledger: Ledger, audiences: Sequence[str], late: Sequence[LateSource]
) -> dict[str, str]:
    """Audience → why its first edition must wait: for the data of a late source, or for a person's approval."""
    report, month = settings.company.report, manifest.month
    first = [name for name in audiences if ledger.last_release(report, name, month) is None]
    if late:
        return dict.fromkeys(first, "; ".join(source.reason for source in late))
    given = approvals(ledger, report)
    found = {name: approval_obstacle(settings.audience(name), manifest, given) for name in first}
    return {name: reason for name, reason in found.items() if reason}


def released_before(
    settings: Settings, manifest: Manifest, ledger: Ledger, audiences: Sequence[str]
) -> ReleaseResult | None:
    """The releases of these audiences, if all have one and a green build has made newer marts since; else None.

    Such a month has nothing to release: its reports are of older marts. What still waits of its mail is sent, for that
    was released when its own checks had passed. After a failed build nothing goes: release() refuses.
    """
    checks = read_checks(settings.checks_path)
    releases = [ledger.last_release(manifest.report, name, manifest.month) for name in audiences]
    if not checks.passed or checks.snapshot_hash == manifest.snapshot_hash or not audiences or None in releases:
        return None
    lines = (
        ReleaseLine(found.audience, "already released", found.edition, "the marts are newer than its report")
        for found in releases
        if found is not None
    )
    return ReleaseResult(manifest.month, tuple(lines))


def release_free(
    settings: Settings,
    manifest: Manifest,
    ledger: Ledger,
    *,
    audiences: Sequence[str] = (),
    late: Sequence[LateSource] = (),
    explicit: bool = False,
    reach: FailPoint = pass_by,
) -> ReleaseResult:
    """Releases the audiences that nothing holds back (audiences empty: all), and notes why the others wait.

    late: the awaited sources without the month's data.

    Raises:
        ReleaseRefused: as release(), also when every audience waits: a failed check is worth more than a late source.
    """
    wanted = audiences or tuple(audience.name for audience in settings.audiences)
    waiting = obstacles(settings, manifest, ledger, wanted, late)
    held = []
    for name, reason in waiting.items():
        ledger.note_held(manifest.report, name, manifest.month, reason)
        held.append(ReleaseLine(name, "held", 0, reason))
    free = [name for name in wanted if name not in waiting]
    done = None if explicit else released_before(settings, manifest, ledger, free)
    if done is None:
        done = release(settings, manifest.month, manifest, ledger, audiences=free, explicit=explicit, reach=reach)
    order = {name: place for place, name in enumerate(wanted)}
    return ReleaseResult(done.month, tuple(sorted((*done.lines, *held), key=lambda line: order[line.audience])))


def approve_month(settings: Settings, month: str, who: str, audiences: tuple[str, ...] = ()) -> dict[str, Path]:
    """A person approves a month's reports (audiences empty: all that ask for approval); audience → the PDF approved.

    Raises:
        ReportsRefused: the last build failed: what is not checked cannot be approved.
        ApprovalError: nothing to approve.
    """
    require_reportable(settings, month)
    path = manifest_path(settings.reports_dir, month)
    manifest = read_manifest(path)
    given = approve(open_ledger(settings), manifest, settings.audiences, who, audiences)
    return {name: path.parent / manifest.audiences[name].pdf for name in given}


def deliver_month(
    settings: Settings, month: str, asked: Asked, audiences: tuple[str, ...] = ()
) -> DeliveryResult | None:
    """Sends what is released and due; None when this run may not send.

    Raises:
        DeliveryIncomplete: at least one due message is held, failed, unknown or waits for another attempt.
    """
    if not permission_to_send(settings, month, asked):
        return None
    result = deliver(settings, month, open_ledger(settings), audiences=audiences or None, asked=asked.by_person)
    for line in result.lines:
        say(f"{line.audience}: {line.name} <{line.recipient}>: {line.outcome} ({line.detail})")
    if result.alarms:
        raise DeliveryIncomplete(
            f"{len(result.alarms)} of {len(result.lines)} deliveries of {month} are not sent:\n"
            + "\n".join(f"  {line.audience} {line.recipient}: {line.outcome}: {line.detail}" for line in result.alarms)
        )
    return result
