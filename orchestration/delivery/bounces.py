"""Bounces: what a mail system says, after taking a message, about not having delivered it.

A notification names our Message-ID and the recipient; both must be of one delivery in the ledger. A final failure makes
that delivery failed: an alarm, and nothing is sent again but by a person. A delay is put on record. Each notification
counts once, however often its mailbox is read.

Add here: another form of notification. Keep out: how the mailbox is read (mailbox.py).
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from typing import Literal

from orchestration.delivery.ledger import Ledger
from orchestration.delivery.status import delivery_history

Action = Literal["failed", "delayed", "told"]
MAX_DETAIL = 400
_MESSAGE_ID = re.compile(r"^\s*message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Bounce:
    """What a notification says of one recipient. status: the enhanced code, such as 5.1.1. told: no trouble."""

    message_id: str
    recipient: str
    action: Action
    status: str
    words: str
    notification: str

    @property
    def detail(self) -> str:
        """One line for the ledger, ending in the notification's own id."""
        told = " ".join(part for part in (self.status, self.words) if part)[:MAX_DETAIL]
        return f"bounced: {told} (notification {self.notification})"


@dataclass(frozen=True)
class BounceLine:
    """What a notification did to a delivery; message: what was said, for a person."""

    delivery_id: int
    address: str
    action: Action
    message: str


def read_notification(raw: bytes) -> tuple[Bounce, ...]:
    """The recipients a notification speaks of; empty for any other mail. Never raises, whatever arrives."""
    # The old parser: it keeps what it cannot make sense of instead of raising.
    message = email.message_from_bytes(raw)
    name = hashlib.sha256(raw).hexdigest()[:16]
    if message.get_content_type() == "multipart/report":
        return _standard(message, name)
    failed = _header(message, "X-Failed-Recipients")
    return _exim(message, failed, name) if failed else ()


def _header(part: Message, name: str) -> str:
    # From the raw lines: a header that cannot be parsed must not stop the rest.
    for key, value in part.raw_items():
        if key.lower() == name.lower():
            return " ".join(str(value).split())
    return ""


def _standard(message: Message, name: str) -> tuple[Bounce, ...]:
    # RFC 3464: a block about the message, then one per recipient; the message or its headers come after.
    blocks: list[Message] = []
    original = ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status" and isinstance(part.get_payload(), list):
            blocks += [block for block in part.get_payload() if isinstance(block, Message)]
        elif kind == "message/rfc822" and isinstance(part.get_payload(), list):
            inner = [found for found in part.get_payload() if isinstance(found, Message)]
            original = original or (_header(inner[0], "Message-ID") if inner else "")
        elif kind == "text/rfc822-headers":
            found = _MESSAGE_ID.search(_text(part))
            original = original or (found.group(1) if found else "")
    told = [_of_block(block, original, name) for block in blocks]
    return tuple(bounce for bounce in told if bounce is not None)


def _of_block(block: Message, original: str, name: str) -> Bounce | None:
    address = _header(block, "Original-Recipient") or _header(block, "Final-Recipient")
    if not address or not original:
        return None
    action: Action = "told"
    match _header(block, "Action").lower():
        case "failed":
            action = "failed"
        case "delayed":
            action = "delayed"
    recipient = address.rpartition(";")[2].strip().strip("<>").lower()
    words = _header(block, "Diagnostic-Code").partition(";")[2].strip()
    return Bounce(original, recipient, action, _header(block, "Status"), _printable(words), name)


def _exim(message: Message, failed: str, name: str) -> tuple[Bounce, ...]:
    found = [_MESSAGE_ID.search(_text(part)) for part in message.walk() if part.get_content_maintype() == "text"]
    ids = [match.group(1) for match in found if match]
    if not ids:
        return ()
    addresses = [address.strip().lower() for address in failed.split(",") if address.strip()]
    return tuple(Bounce(ids[-1], address, "failed", "", "returned by the mail system", name) for address in addresses)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _printable(words: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in words).strip()


def record(ledger: Ledger, bounces: Iterable[Bounce]) -> tuple[BounceLine, ...]:
    """Puts notifications on record; returns what is new. Those of mail that is not ours are passed over.

    Call it under the sender's turn: a delivery on its way is then at rest.
    """
    lines = []
    for bounce in bounces:
        delivery = ledger.by_message_id(bounce.message_id)
        if delivery is None or delivery.recipient != bounce.recipient:
            continue
        if any(event.detail == bounce.detail for event in delivery_history(ledger, delivery.id)):
            continue
        if bounce.action == "failed" and delivery.state in ("sent", "unknown"):
            ledger.move(delivery, "failed", bounce.detail, kind="bounced")
        else:
            ledger.note(delivery, "bounced" if bounce.action == "failed" else bounce.action, bounce.detail)
        lines.append(BounceLine(delivery.id, delivery.address, bounce.action, bounce.detail))
    return tuple(lines)
