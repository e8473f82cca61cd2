"""Sending: each planned delivery of a released month, at most once, and what became of every recipient.

A claim is committed before a socket opens and its outcome recorded before anything else is done. A delivery whose
outcome is unknown is never tried again by itself; a person resends it, with the same Message-ID.

Add here: an outcome of a delivery. Keep out: how a message is made (message.py) or handed over (transports).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from orchestration.delivery.content import ContentError, ReportContent, read_released
from orchestration.delivery.failpoints import FailPoint, pass_by
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.login import login_of
from orchestration.delivery.message import Letter, MessageError, compose
from orchestration.delivery.outbox import Outbox
from orchestration.delivery.records import Delivery, Release
from orchestration.delivery.release import one_sender
from orchestration.delivery.smtp import SmtpTransport
from orchestration.delivery.transport import Outcome, Transport
from orchestration.graceful import unbroken
from orchestration.settings import Settings

# After trouble: 1, 2, 4 … minutes, at most an hour apart, given up three days after the delivery was planned.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)

DeliveryOutcome = Literal["sent", "already delivered", "held", "failed", "unknown", "planned again"]


@dataclass(frozen=True)
class DeliveryLine:
    """What became of one recipient. `detail` is the file written, the server's reply, or what stands against it."""

    audience: str
    edition: int
    recipient: str
    name: str
    outcome: DeliveryOutcome
    detail: str
    message_id: str | None = None
    delivery_id: int | None = None


@dataclass(frozen=True)
class DeliveryResult:
    """One line per recipient of every audience asked for."""

    month: str
    lines: tuple[DeliveryLine, ...]

    @property
    def alarms(self) -> tuple[DeliveryLine, ...]:
        """Everything that is neither sent now nor delivered before."""
        return tuple(line for line in self.lines if line.outcome not in ("sent", "already delivered"))

    @property
    def sent(self) -> tuple[DeliveryLine, ...]:
        """What was sent now."""
        return tuple(line for line in self.lines if line.outcome == "sent")


def transport_for(
    settings: Settings, environment: Mapping[str, str] | None = None, *, reach: FailPoint = pass_by
) -> Transport:
    """The transport config/company.yml names. The environment (default: the process's) holds the secrets.

    Raises:
        TransportError: a secret is missing, or TLS is switched off for another machine.
    """
    mail = settings.company.mail
    if mail.transport == "outbox" or mail.smtp is None:
        return Outbox(settings.outbox_dir, reach=reach)
    login = login_of(mail.smtp, os.environ if environment is None else environment)
    domain = mail.sender_address.partition("@")[2]
    return SmtpTransport(mail.smtp, ehlo_name=domain, login=login, reach=reach)


def next_attempt(now: datetime, attempts: int) -> datetime:
    """When a delivery may be tried again after its n-th attempt (n ≥ 1)."""
    doublings = min(attempts - 1, 10)
    return now + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def file_name(delivery: Delivery) -> str:
    """The outbox name of a delivery: `2024-12/board-eleanor-marsh-fernhill-example-1a2b3c4d.eml`."""
    slug = re.sub(r"[^a-z0-9]+", "-", delivery.recipient).strip("-")[:80]
    digest = hashlib.sha256(delivery.message_id.encode()).hexdigest()[:8]
    edition = "" if delivery.edition == 1 else f"-edition-{delivery.edition}"
    return f"{delivery.period}/{delivery.audience}{edition}-{slug}-{digest}.eml"


def _line(delivery: Delivery, outcome: DeliveryOutcome, detail: str) -> DeliveryLine:
    return DeliveryLine(
        delivery.audience,
        delivery.edition,
        delivery.address,
        delivery.name,
        outcome,
        detail,
        delivery.message_id,
        delivery.id,
    )


class Sender:
    """Sends the deliveries of one run, under the delivery lock. Make it with deliver() or resend()."""

    def __init__(
        self, settings: Settings, ledger: Ledger, transport: Transport, *, asked: bool, reach: FailPoint
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._transport = transport
        self._asked = asked
        self._reach = reach
        self._session_trouble: str | None = None

    def release_lines(self, release: Release) -> list[DeliveryLine]:
        """Every delivery of a release, sent where it is due."""
        try:
            content: ReportContent | ContentError = read_released(self._settings.reports_dir, release)
        except ContentError as error:
            content = error
        return [self.settle(release, delivery, content) for delivery in self._ledger.deliveries_of(release)]

    def settle(self, release: Release, delivery: Delivery, content: ReportContent | ContentError) -> DeliveryLine:
        """One delivery: sent if it is due and nothing stands against it."""
        match delivery.state:
            case "sent":
                return _line(delivery, "already delivered", f"on {delivery.settled_at:%Y-%m-%d %H:%M} UTC")
            case "failed" | "unknown":
                return _line(delivery, delivery.state, delivery.reason or "")
            case "claimed":
                return _line(delivery, "planned again", f"another sender is at work ({delivery.claimed_by})")
        obstacle = self._obstacle(delivery, content)
        if obstacle is not None:
            return self._hold(delivery, obstacle)
        if delivery.state == "held":
            delivery = self._ledger.move(delivery, "planned", None, kind="freed")
        waits = self._waits(delivery)
        if waits is not None:
            return waits
        assert isinstance(content, ReportContent)
        return self._send(release, delivery, content)

    def _obstacle(self, delivery: Delivery, content: ReportContent | ContentError) -> str | None:
        if isinstance(content, ContentError):
            return str(content)
        audience = next((found for found in self._settings.audiences if found.name == delivery.audience), None)
        addresses = {recipient.address.lower() for recipient in audience.recipients} if audience else set()
        if delivery.recipient not in addresses:
            return f"{delivery.address} is no recipient of {delivery.audience} any more (config/audiences.yml)"
        return None

    def _hold(self, delivery: Delivery, reason: str) -> DeliveryLine:
        if delivery.state == "planned":
            self._ledger.move(delivery, "held", reason)
        return _line(delivery, "held", reason)

    def _waits(self, delivery: Delivery) -> DeliveryLine | None:
        now = self._ledger.clock()
        if delivery.attempts and now >= delivery.planned_at + GIVE_UP_AFTER and not self._asked:
            reason = f"given up after {delivery.attempts} attempts: {delivery.reason}"
            self._ledger.move(delivery, "failed", reason)
            return _line(delivery, "failed", reason)
        if self._session_trouble is not None:
            return _line(delivery, "planned again", f"not tried: {self._session_trouble}")
        if delivery.not_before is not None and now < delivery.not_before and not self._asked:
            detail = f"next attempt from {delivery.not_before:%Y-%m-%d %H:%M} UTC: {delivery.reason}"
            return _line(delivery, "planned again", detail)
        return None

    def _send(self, release: Release, delivery: Delivery, content: ReportContent) -> DeliveryLine:
        try:
            letter = compose(self._settings.company.mail, release, delivery, content)
        except MessageError as error:
            return self._hold(delivery, str(error))
        # A stop that comes now waits: a message whose sender is gone half-way is unknown, and costs a person's time.
        with unbroken():
            recorded = self._attempt(delivery, letter)
        self._transport.close()
        return recorded

    def _attempt(self, delivery: Delivery, letter: Letter) -> DeliveryLine:
        self._reach("send.before_claim")
        claimed = self._ledger.claim(delivery)
        if claimed is None:
            return _line(delivery, "planned again", "another sender has claimed it")
        self._reach("send.after_claim")
        outcome = self._transport.send(letter, file_name(delivery))
        self._reach("send.before_record")
        recorded = self._record(claimed, outcome)
        self._reach("send.after_record")
        return recorded

    def _record(self, delivery: Delivery, outcome: Outcome) -> DeliveryLine:
        not_before = None
        if outcome.state == "planned":
            not_before = next_attempt(self._ledger.clock(), delivery.attempts)
        self._ledger.move(delivery, outcome.state, outcome.detail, not_before=not_before, is_notice=outcome.is_notice)
        if outcome.is_session_trouble:
            self._session_trouble = outcome.detail
        said: DeliveryOutcome = "planned again" if outcome.state == "planned" else outcome.state
        return _line(delivery, said, outcome.detail)


def _unreleased(settings: Settings, month: str, audience: str, ledger: Ledger) -> list[DeliveryLine]:
    why = ledger.hold_reason(settings.company.report, audience, month) or "this month is not released"
    recipients = settings.audience(audience).recipients
    return [DeliveryLine(audience, 0, item.address, item.name, "held", why) for item in recipients]


def deliver(
    settings: Settings,
    month: str,
    ledger: Ledger,
    *,
    transport: Transport | None = None,
    audiences: Sequence[str] | None = None,
    asked: bool = False,
    reach: FailPoint = pass_by,
) -> DeliveryResult:
    """Sends what is released and planned for a month; safe to repeat, and safe to run twice at once.

    asked: a person asked for it; back-off and deadline of planned deliveries are passed over.

    Raises:
        TransportError: mail cannot be handed over as configured. Nothing is claimed then.
        LedgerError: the ledger is older than what was done with it.
        SettingsError: an audience that is not configured.
    """
    names = list(audiences) if audiences is not None else [audience.name for audience in settings.audiences]
    hand_over = transport or transport_for(settings, reach=reach)
    lines: list[DeliveryLine] = []
    with one_sender(settings, ledger):
        ledger.guard()
        ledger.recover()
        sender = Sender(settings, ledger, hand_over, asked=asked, reach=reach)
        for name in names:
            release = ledger.last_release(settings.company.report, name, month)
            if release is None:
                lines += _unreleased(settings, month, name, ledger)
            else:
                lines += sender.release_lines(release)
    return DeliveryResult(month, tuple(lines))


def resend(
    settings: Settings,
    delivery_id: int,
    ledger: Ledger,
    *,
    who: str,
    transport: Transport | None = None,
    reach: FailPoint = pass_by,
) -> DeliveryLine:
    """A person sends an unknown or failed delivery once more, with the same Message-ID and the same bytes.

    who: the person, for the log. Raises LedgerError if the delivery is neither unknown nor failed.
    """
    hand_over = transport or transport_for(settings, reach=reach)
    with one_sender(settings, ledger):
        ledger.guard()
        ledger.recover()
        delivery = ledger.delivery(delivery_id)
        release = ledger.release(delivery.release_id)
        content = read_released(settings.reports_dir, release)
        planned = ledger.move(delivery, "planned", f"resend asked for by {who}", kind="resend")
        sender = Sender(settings, ledger, hand_over, asked=True, reach=reach)
        return sender.settle(release, planned, content)


def confirm_sent(settings: Settings, delivery_id: int, ledger: Ledger, *, who: str) -> Delivery:
    """A person has seen an unknown message at its recipient: it is sent. Raises LedgerError if it is not unknown."""
    with one_sender(settings, ledger):
        ledger.guard()
        return ledger.move(ledger.delivery(delivery_id), "sent", f"seen by {who}", kind="confirmed")
