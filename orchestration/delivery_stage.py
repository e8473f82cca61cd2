"""The last two stages: release what may leave, then send what is due. Thin: the rules are in orchestration/delivery/.

Add here: what a run must decide before it releases. Keep out: ledger states and transports.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.checks import read_checks
from orchestration.delivery.ledger import open_ledger
from orchestration.delivery.manifest import manifest_path, read_manifest
from orchestration.delivery.permission import Permission, may_send
from orchestration.delivery.release import ReleaseResult, release
from orchestration.delivery.send import DeliveryResult, deliver
from orchestration.progress import say
from orchestration.settings import Settings


class DeliveryIncomplete(RuntimeError):
    """Something that is due was not sent; the message names each recipient or audience and what to do."""


@dataclass(frozen=True)
class Asked:
    """Who wants the month sent: a backfill never, a person or the completeness sensor for any month."""

    is_backfill: bool = False
    asked: bool = False
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
    result = release(
        settings, month, manifest, open_ledger(settings), audiences=audiences or None, explicit=asked.new_edition
    )
    for line in result.lines:
        say(f"{line.audience}: {line.outcome}, edition {line.edition} ({line.detail})")
    return result


def deliver_month(
    settings: Settings, month: str, asked: Asked, audiences: tuple[str, ...] = ()
) -> DeliveryResult | None:
    """Sends what is released and due; None when this run may not send.

    Raises:
        DeliveryIncomplete: at least one due message is held, failed, unknown or waits for another attempt.
    """
    if not permission_to_send(settings, month, asked):
        return None
    result = deliver(settings, month, open_ledger(settings), audiences=audiences or None, asked=asked.asked)
    for line in result.lines:
        say(f"{line.audience}: {line.name} <{line.recipient}>: {line.outcome} ({line.detail})")
    if result.alarms:
        raise DeliveryIncomplete(
            f"{len(result.alarms)} of {len(result.lines)} deliveries of {month} are not sent:\n"
            + "\n".join(f"  {line.audience} {line.recipient}: {line.outcome}: {line.detail}" for line in result.alarms)
        )
    return result
