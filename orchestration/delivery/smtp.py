"""SMTP, driven by hand, so that the code always knows on which side of the final dot it is.

One session per letter: connect, EHLO, STARTTLS or TLS from the start, AUTH, MAIL, RCPT, DATA, body, dot. Without
verified TLS neither a login nor a mail leaves, except to this machine itself (loopback).

Keep out: where passwords and tokens come from (login.py), what an outcome means for the ledger (transport.classify,
send.py).
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
import threading

from orchestration.delivery.failpoints import FailPoint, pass_by
from orchestration.delivery.login import Login, TokenError
from orchestration.delivery.message import Letter
from orchestration.delivery.transport import Outcome, Step, TransportError, classify
from orchestration.settings import SmtpSettings

# A server that drips a byte within every timeout could hold a session for ever; it is cut after so many timeouts.
SESSION_TIMEOUTS = 10
GOODBYE_SECONDS = 5.0
_DOTS = re.compile(rb"^\.", re.MULTILINE)


class _TroubleError(Exception):
    """The session cannot go on; the reply code, or None where there was no legible reply."""

    def __init__(self, code: int | None, text: str) -> None:
        self.code = code
        super().__init__(text)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def verified_tls() -> ssl.SSLContext:
    """TLS 1.2 or later, certificate and host name checked against the system's authorities."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class SmtpTransport:
    """Sends by one SMTP server. ehlo_name: the name we greet with, normally the sender's domain."""

    name = "smtp"

    def __init__(
        self,
        server: SmtpSettings,
        *,
        ehlo_name: str,
        login: Login | None = None,
        tls: ssl.SSLContext | None = None,
        reach: FailPoint = pass_by,
    ) -> None:
        if server.security == "none" and not is_loopback(server.host):
            raise TransportError(
                f"mail.smtp.security is none for {server.host}; choose starttls or tls: without TLS mail goes to "
                "this machine only"
            )
        self._server = server
        self._ehlo_name = ehlo_name
        self._login = login
        self._tls = tls or verified_tls()
        self._reach = reach
        self._session: _Session | None = None

    def send(self, letter: Letter, file_name: str) -> Outcome:
        """One session up to the reply to the dot. QUIT is said by close(), after the outcome is on record."""
        self.close()
        self._session = session = _Session(self._server, self._ehlo_name, self._tls, self._reach)
        limit = threading.Timer(self._server.timeout_seconds * SESSION_TIMEOUTS, session.cut)
        limit.daemon = True
        limit.start()
        try:
            session.open(self._login)
            detail = session.hand_over(letter)
            return Outcome("sent", "dot", detail, session.is_notice)
        except (_TroubleError, OSError, smtplib.SMTPException) as error:
            code = error.code if isinstance(error, _TroubleError) else None
            session.abandon()
            return Outcome(classify(session.step, code), session.step, f"{session.step}: {error}", session.is_notice)
        finally:
            limit.cancel()

    def close(self) -> None:
        """Says QUIT; what the server makes of it changes nothing."""
        if self._session is not None:
            self._session.goodbye()
            self._session = None


class _Session:
    """One conversation; `step` is always the step under way."""

    def __init__(self, server: SmtpSettings, ehlo_name: str, tls: ssl.SSLContext, reach: FailPoint) -> None:
        self.step: Step = "connect"
        self.is_notice = False
        self._server = server
        self._tls = tls
        self._reach = reach
        self._smtp = smtplib.SMTP(local_hostname=ehlo_name, timeout=server.timeout_seconds)

    def _expect(self, reply: tuple[int, bytes], *wanted: int) -> str:
        code, text = reply
        # A server's words go to logs and terminals: nothing in them may move a cursor or start a line.
        words = "".join(letter if letter.isprintable() else " " for letter in text.decode("utf-8", "replace")).strip()
        if code not in wanted:
            raise _TroubleError(code if 200 <= code <= 599 else None, f"the server answered {code} {words}"[:500])
        return f"{code} {words}"[:500]

    def open(self, login: Login | None) -> None:
        """Connects, greets, secures the line and logs in."""
        self._reach("smtp.connect")
        line = socket.create_connection((self._server.host, self._server.port), self._server.timeout_seconds)
        self._smtp.sock = line
        if self._server.security == "none" and not is_loopback(line.getpeername()[0]):
            raise _TroubleError(None, f"{self._server.host} is not this machine; without TLS nothing is sent to it")
        if self._server.security == "tls":
            self._secure()
            self.step = "connect"
        self._expect(self._smtp.getreply(), 220)
        self._hello()
        if self._server.security == "starttls":
            self._start_tls()
        if login is not None:
            self._log_in(login)

    def _hello(self) -> None:
        self.step = "hello"
        self._reach("smtp.hello")
        self._expect(self._smtp.ehlo(), 250)

    def _secure(self) -> None:
        self.step = "tls"
        assert self._smtp.sock is not None
        self._smtp.sock = self._tls.wrap_socket(self._smtp.sock, server_hostname=self._server.host)
        # What was read before the line was secured must not be taken for the server's words after it.
        self._smtp.file = None

    def _start_tls(self) -> None:
        self.step = "tls"
        if not self._smtp.has_extn("starttls"):
            raise _TroubleError(None, f"{self._server.host} offers no STARTTLS; nothing is sent in the clear")
        self._expect(self._smtp.docmd("STARTTLS"), 220)
        self._secure()
        self._hello()

    def _log_in(self, login: Login) -> None:
        self.step = "login"
        self._reach("smtp.login")
        try:
            if login.token is not None:
                self._show_token(login)
            else:
                self._smtp.login(login.username, login.password or "", initial_response_ok=True)
        except smtplib.SMTPResponseException as error:
            raise _TroubleError(error.smtp_code, f"the server refused the login ({error.smtp_code})") from error

    def _show_token(self, login: Login) -> None:
        if "XOAUTH2" not in self._smtp.esmtp_features.get("auth", "").upper().split():
            raise _TroubleError(None, f"{self._server.host} offers no XOAUTH2; use password_env instead of oauth")
        try:
            first = login.xoauth2()
        except TokenError as error:
            raise _TroubleError(None, str(error)) from error
        # A server that refuses a token says why in a challenge and waits for an empty answer before it says 535.
        self._smtp.auth("XOAUTH2", lambda challenge=None: first if challenge is None else "")

    def hand_over(self, letter: Letter) -> str:
        """MAIL, RCPT, DATA, body and dot; returns the server's reply to the dot."""
        content, self.is_notice = letter.choose(self._size_limit())
        self.step = "mail"
        self._reach("smtp.mail")
        size = f" SIZE={len(content)}" if self._smtp.has_extn("size") else ""
        self._expect(self._smtp.docmd("MAIL", f"FROM:<{letter.sender}>{size}"), 250)
        self.step = "rcpt"
        self._reach("smtp.rcpt")
        self._expect(self._smtp.docmd("RCPT", f"TO:<{letter.recipient}>"), 250, 251)
        self.step = "data"
        self._reach("smtp.data")
        self._expect(self._smtp.docmd("DATA"), 354)
        self.step = "body"
        self._reach("smtp.body")
        self._smtp.send(_DOTS.sub(b"..", content if content.endswith(b"\r\n") else content + b"\r\n"))
        self.step = "dot"
        self._reach("smtp.dot")
        self._smtp.send(b".\r\n")
        reply = self._expect(self._smtp.getreply(), 250)
        self._reach("smtp.replied")
        return reply

    def _size_limit(self) -> int | None:
        text = self._smtp.esmtp_features.get("size", "").strip()
        return int(text) if text.isdigit() else None

    def cut(self) -> None:
        """Ends a session that has lasted too long; whoever waits for a reply gets a disconnect."""
        line = self._smtp.sock
        if line is not None:
            with contextlib.suppress(OSError):
                # The plain socket's shutdown: the TLS one would take the TLS layer away under a reader.
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    def goodbye(self) -> None:
        """QUIT, briefly; the mail is settled already."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(min(GOODBYE_SECONDS, self._server.timeout_seconds))
                self._smtp.quit()
        self.abandon()

    def abandon(self) -> None:
        """Closes the line without a word: after trouble nothing more may be said, least of all a dot."""
        self._smtp.close()
