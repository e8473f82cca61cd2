"""The mailbox that bounces arrive in, read by IMAP: unseen mail of the last weeks, each fetched without marking it.

Only what was recorded as a bounce is marked as seen, so a mailbox that people write to as well stays as they left it.
The password or the token leaves over verified TLS only, except to this machine. Keep out: what a mail says
(bounces.py).
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from orchestration.configuration.mail import BounceSettings
from orchestration.delivery.bounces import BounceLine, read_notification, record
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.login import Login, TokenError, login_of
from orchestration.delivery.release import one_sender
from orchestration.delivery.smtp import is_loopback, verified_tls
from orchestration.delivery.transport import TransportError
from orchestration.settings import Settings

# Mail systems give up after five days; a month is long enough for a run that was away.
LOOK_BACK = timedelta(days=31)
MAX_MAILS = 500
# A notification may carry the whole report; what it says stands before that.
MAX_BYTES = 2_000_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxError(RuntimeError):
    """The bounce mailbox cannot be read; the message names the server and what it said. What was sent stays sent."""


@dataclass(frozen=True)
class BounceResult:
    """How many unseen mails were read, and what the notifications among them did."""

    read: int
    lines: tuple[BounceLine, ...]


def collect_bounces(
    settings: Settings,
    ledger: Ledger,
    environment: Mapping[str, str] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
) -> BounceResult | None:
    """Reads the mailbox and puts bounces on record; None where none is configured. Safe to repeat.

    Raises:
        MailboxError: the server cannot be reached or refuses. TransportError: a variable is not set.
        LedgerError: the ledger is older than what was done with it.
    """
    server = settings.company.mail.bounces
    if server is None:
        return None
    login = login_of(server, os.environ if environment is None else environment, "mail.bounces")
    if server.security == "none" and not is_loopback(server.host):
        raise TransportError(f"mail.bounces.security is none for {server.host}; choose tls or starttls")
    since = (ledger.clock() - LOOK_BACK).date()
    lines: list[BounceLine] = []
    read = 0
    try:
        with _session(server, login, tls or verified_tls()) as session, one_sender(settings, ledger):
            ledger.guard()
            for number in _unseen(session, since):
                read += 1
                bounces = read_notification(_fetch(session, number))
                lines += record(ledger, bounces)
                if any(ledger.by_message_id(bounce.message_id) for bounce in bounces):
                    _expect(session.uid("STORE", number, "+FLAGS", r"(\Seen)"))
    except (imaplib.IMAP4.error, OSError, TokenError) as error:
        raise MailboxError(f"{server.host}: the bounce mailbox cannot be read ({_words(error)})") from error
    return BounceResult(read, tuple(lines))


def _words(error: Exception) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in str(error))[:300]


def _expect(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the server answered {status}")
    return data


@contextlib.contextmanager
def _session(server: BounceSettings, login: Login | None, tls: ssl.SSLContext) -> Iterator[imaplib.IMAP4]:
    session: imaplib.IMAP4
    if server.security == "tls":
        session = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=tls, timeout=server.timeout_seconds)
    else:
        session = imaplib.IMAP4(server.host, server.port, timeout=server.timeout_seconds)
    try:
        if server.security == "starttls":
            session.starttls(tls)
        if login is not None:
            _log_in(session, login)
        _expect(session.select(f'"{server.folder}"'))
        yield session
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            session.logout()


def _log_in(session: imaplib.IMAP4, login: Login) -> None:
    first = login.xoauth2().encode() if login.token is not None else b""
    try:
        if login.token is not None:
            session.authenticate("XOAUTH2", lambda challenge: first if not challenge else b"")
        else:
            session.login(login.username, login.password or "")
    except imaplib.IMAP4.error:
        # The server's words may repeat what it was given.
        raise imaplib.IMAP4.error("the server refused the login") from None


def _unseen(session: imaplib.IMAP4, since: date) -> list[str]:
    day = f"{since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}"
    (found, *_) = _expect(session.uid("SEARCH", "UNSEEN", "SINCE", day)) or [b""]
    numbers = [number for number in (found or b"").decode().split() if number.isdigit()]
    # The newest: where more wait, an older one is read at the next look.
    return numbers[-MAX_MAILS:]


def _fetch(session: imaplib.IMAP4, number: str) -> bytes:
    data = _expect(session.uid("FETCH", number, f"(BODY.PEEK[]<0.{MAX_BYTES}>)"))
    return b"".join(part[1] for part in data if isinstance(part, tuple) and re.search(rb"BODY\[\]", part[0]))
