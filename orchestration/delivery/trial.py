"""A trial: a month's report mailed to one address, before anybody on the list gets it.

It goes the way real mail goes and says so in its subject. It is on record as a trial and never as a delivery: nobody is
told by it, nothing is released, and nothing that is due is sent. Keep out: release and delivery.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from orchestration.delivery.content import ContentError, ReportContent, read_rendered
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.manifest import manifest_path, read_manifest
from orchestration.delivery.message import compose
from orchestration.delivery.records import Delivery, Release, message_id
from orchestration.delivery.send import file_name, transport_for
from orchestration.delivery.transport import Outcome, Transport
from orchestration.settings import Recipient, Settings

MARK = "[Test] "
KIND = "trial"


@dataclass(frozen=True)
class Trial:
    """What became of a trial, and its Message-ID."""

    outcome: Outcome
    message_id: str


def send_trial(
    settings: Settings, month: str, audience: str, to: Recipient, ledger: Ledger, *, transport: Transport | None = None
) -> Trial:
    """Mails the rendered report of an audience's month to one address. Each trial is a new message.

    Raises:
        ManifestError, ContentError: the month is not rendered, or its files were changed since.
        SettingsError: an audience that is not configured. TransportError: mail cannot be handed over as configured.
        MessageError: something in it must not reach a header.
    """
    settings.audience(audience)
    manifest = read_manifest(manifest_path(settings.reports_dir, month))
    entry = manifest.audiences.get(audience)
    if entry is None:
        raise ContentError(f"{month} has no report for {audience}; run `holdfast report --month {month}`")
    content = read_rendered(manifest_path(settings.reports_dir, month).parent, entry)
    content = replace(content, subject=MARK + content.subject)
    hand_over = transport or transport_for(settings)
    number = ledger.count(KIND) + 1
    key = (settings.company.report, audience, month)
    release, delivery = _pretended(settings, key, manifest.snapshot_hash, content, to, ledger.clock(), number)
    letter = compose(settings.company.mail, release, delivery, content)
    outcome = hand_over.send(letter, f"trials/{file_name(delivery)}")
    with ledger.writing() as connection:
        ledger.log(connection, KIND, key, f"to {to.address}: {outcome.state} ({outcome.detail}) {delivery.message_id}")
    hand_over.close()
    return Trial(outcome, delivery.message_id)


def _pretended(
    settings: Settings,
    key: tuple[str, str, str],
    snapshot: str,
    content: ReportContent,
    to: Recipient,
    now: datetime,
    number: int,
) -> tuple[Release, Delivery]:
    """A release and a delivery as compose() takes them, which are on no record."""
    domain = settings.company.mail.sender_address.partition("@")[2]
    report, audience, month = key
    made = message_id(f"{report} trial {number} {snapshot}", audience, month, 1, to.address, domain)
    release = Release(
        report=report, audience=audience, period=month, edition=1, language=content.language, subject=content.subject,
        folder="", snapshot_hash=snapshot, pdf_sha256="", mail_sha256="", checks_sha256="", as_of=now.date(),
        version="", id=0, figures_sha256="", created_at=now.astimezone(UTC),
    )  # fmt: skip
    delivery = Delivery(
        id=0, release_id=0, report=report, audience=audience, period=month, edition=1, recipient=to.address.lower(),
        address=to.address, name=to.name, message_id=made, state="planned", attempts=0, reason=None, is_notice=False,
        planned_at=now, not_before=None, claimed_at=None, claimed_by=None, settled_at=None,
    )  # fmt: skip
    return release, delivery
