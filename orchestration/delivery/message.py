"""One mail: headers that nothing can be injected into, two bodies, the PDF; and the same mail as a notice without it.

Pure: from a released report and a delivery to bytes. The Date header is the moment of release as the ledger has it,
so that a retry or a resend is the same bytes as the first attempt.

Add here: a header or a part. Keep out: wording that depends on figures (the report stage writes the bodies).
"""

from __future__ import annotations

import email.policy
import re
import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from orchestration.delivery.content import ReportContent
from orchestration.delivery.records import Delivery, Release
from orchestration.settings import MailSettings

# 7bit: any server takes it, also one without 8BITMIME.
_POLICY = email.policy.SMTP.clone(cte_type="7bit")
PICTURE_ID = "picture"
_XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LINE_BREAKS = "\u2028\u2029"

_NOTICE = {
    "en": "The report is too large to be mailed ({size} MB). Please ask {sender} for the file {name}.",
    "hu": "A jelentés túl nagy ahhoz, hogy e-mailben elküldjük ({size} MB). Kérje a(z) {name} fájlt itt: {sender}.",
    "pl": "Raport jest zbyt duży, aby wysłać go pocztą ({size} MB). O plik {name} prosimy zwrócić się do: {sender}.",
}


class MessageError(ValueError):
    """A value must not reach a header; the message names header and value."""


def check_header(name: str, value: str) -> str:
    """The value, if it may stand in a header.

    Refused are control characters and line breaks of any script, lone surrogates, and `=?`: the standard library
    decodes an encoded word inside a value, and with it a line break can come in.

    Raises:
        MessageError: naming header and value.
    """
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs") or character in _LINE_BREAKS:
            raise MessageError(f"{name} {value!r} holds {character!r}, which may not stand in a mail header; remove it")
    if "=?" in value:
        raise MessageError(f"{name} {value!r} holds '=?', which starts an encoded word in a mail header; remove it")
    return value


@dataclass(frozen=True)
class Letter:
    """One message, ready to be handed over: `full` with the PDF, `notice` without, for a server that takes less."""

    message_id: str
    sender: str
    recipient: str
    full: bytes
    notice: bytes
    max_bytes: int

    def choose(self, server_limit: int | None = None) -> tuple[bytes, bool]:
        """(bytes to send, whether they are the notice) under our cap and the server's SIZE (None or 0: no limit)."""
        limit = min(self.max_bytes, server_limit or self.max_bytes)
        return (self.full, False) if len(self.full) <= limit else (self.notice, True)


def _address(header: str, name: str, address: str) -> Address:
    check_header(header, name)
    check_header(header, address)
    try:
        return Address(display_name=name, addr_spec=address)
    except ValueError as error:
        raise MessageError(f"{header} {address!r} is not a mail address ({error})") from error


def attachment_name(release: Release, ending: str = ".pdf") -> str:
    """`retention-2024-12-board.pdf`, with the edition from the second on."""
    edition = "" if release.edition == 1 else f"-edition-{release.edition}"
    return f"{release.report}-{release.period}-{release.audience}{edition}{ending}"


def _headers(mail: MailSettings, release: Release, delivery: Delivery) -> EmailMessage:
    unsubscribe = mail.unsubscribe_address or mail.sender_address
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address("From", mail.sender_name, mail.sender_address)
    message["To"] = _address("To", delivery.name, delivery.address)
    message["Subject"] = check_header("Subject", release.subject)
    message["Date"] = format_datetime(release.created_at.replace(microsecond=0))
    message["Message-ID"] = check_header("Message-ID", delivery.message_id)
    message["List-Unsubscribe"] = f"<mailto:{check_header('List-Unsubscribe', unsubscribe)}?subject=unsubscribe>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = check_header("Content-Language", release.language)
    return message


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    # The library draws boundaries at random; ours follow from the Message-ID, so that equal mails are equal bytes.
    root = message_id.strip("<>").partition("@")[0]
    for index, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"={root}={index}=")


def _full(mail: MailSettings, release: Release, delivery: Delivery, content: ReportContent) -> bytes:
    message = _headers(mail, release, delivery)
    message.set_content(content.text)
    message.add_alternative(content.html, subtype="html")
    if content.picture is not None and f"cid:{PICTURE_ID}" in content.html:
        html = list(message.iter_parts())[1]
        assert isinstance(html, EmailMessage)
        html.add_related(content.picture, "image", "png", cid=f"<{PICTURE_ID}>", disposition="inline")
    message.add_attachment(content.pdf, maintype="application", subtype="pdf", filename=attachment_name(release))
    if content.workbook is not None:
        name = attachment_name(release, "-customers-at-risk.xlsx")
        message.add_attachment(content.workbook, maintype="application", subtype=_XLSX, filename=name)
    _fix_boundaries(message, delivery.message_id)
    return message.as_bytes()


def _notice(mail: MailSettings, release: Release, delivery: Delivery, content: ReportContent) -> bytes:
    size = f"{len(content.pdf) / 1_000_000:.1f}"
    sentence = _NOTICE.get(release.language, _NOTICE["en"]).format(
        size=size if release.language == "en" else size.replace(".", ","),
        sender=mail.sender_address,
        name=attachment_name(release),
    )
    # The mail's own paragraph on the attached PDF would contradict the notice; it says PDF in every language.
    paragraphs = [part for part in re.split(r"\n{2,}", content.text.strip()) if "PDF" not in part]
    message = _headers(mail, release, delivery)
    message.set_content("\n\n".join([sentence, *paragraphs]) + "\n")
    return message.as_bytes()


def compose(mail: MailSettings, release: Release, delivery: Delivery, content: ReportContent) -> Letter:
    """The letter of a delivery. The same ledger rows and files always give the same bytes.

    Raises:
        MessageError: a name, an address or the subject must not reach a header.
    """
    return Letter(
        message_id=delivery.message_id,
        sender=mail.sender_address,
        recipient=delivery.address,
        full=_full(mail, release, delivery, content),
        notice=_notice(mail, release, delivery, content),
        max_bytes=mail.max_message_bytes,
    )
