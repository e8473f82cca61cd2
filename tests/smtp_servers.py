"""A small SMTP server on loopback that answers, drops, stalls, resets or lies at a chosen step, and remembers all.

It counts a message as accepted the moment the final dot has come: what a client believes of it is the test's matter.
"""

from __future__ import annotations

import base64
import contextlib
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

Step = Literal["banner", "ehlo", "starttls", "handshake", "auth", "mail", "rcpt", "data", "body", "dot", "quit"]
DROP, STALL, RESET, DRIP = "<drop>", "<stall>", "<reset>", "<drip>"
REPLIES: dict[Step, str] = {
    "banner": "220 test.example ready",
    "starttls": "220 go ahead",
    "auth": "235 welcome",
    "mail": "250 ok",
    "rcpt": "250 ok",
    "data": "354 go ahead",
    "dot": "250 queued",
    "quit": "221 bye",
}


class _EndError(Exception):
    """The conversation is over."""


@dataclass
class SmtpServer:
    """answers: step → a reply line instead of the usual one, or DROP, STALL, RESET, DRIP. Use it in a `with`."""

    answers: dict[Step, str] = field(default_factory=dict)
    features: tuple[str, ...] = ("SIZE 10000000", "AUTH PLAIN LOGIN")
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    accepted: list[bytes] = field(default_factory=list)
    received: bytes = b""
    logins: list[str] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._stop = threading.Event()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> SmtpServer:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._open:
            with contextlib.suppress(OSError):
                line.close()

    def message_ids(self) -> list[str]:
        """The Message-IDs accepted, in order."""
        return [
            next(line for line in message.decode().splitlines() if line.lower().startswith("message-id:"))
            .partition(":")[2]
            .strip()
            for message in self.accepted
        ]

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(line)
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with contextlib.suppress(_EndError, OSError):
            _Conversation(self, line).run()
        with contextlib.suppress(OSError):
            line.close()


class _Conversation:
    def __init__(self, server: SmtpServer, line: socket.socket) -> None:
        self.server = server
        self.line = line
        self.rest = b""
        self.is_secure = False

    def run(self) -> None:
        if self.server.implicit_tls:
            self._secure()
        self._answer("banner")
        while True:
            words = self._read_line().decode("ascii", "replace")
            self._command(words.split(" ")[0].strip().upper(), words)

    def _command(self, verb: str, words: str) -> None:
        match verb:
            case "EHLO":
                self._greet()
            case "STARTTLS":
                self._answer("starttls")
                self._secure()
            case "AUTH":
                self._log_in(words)
            case "MAIL":
                self._answer("mail")
            case "RCPT":
                self._answer("rcpt")
            case "DATA":
                self._take_message()
            case "QUIT":
                self._answer("quit")
                raise _EndError
            case _:
                self._say("500 what?")

    def _greet(self) -> None:
        if "ehlo" in self.server.answers:
            self._answer("ehlo")
            return
        offers = ["test.example", *self.server.features]
        if self.server.tls is not None and not self.is_secure and not self.server.implicit_tls:
            offers.append("STARTTLS")
        lines = [f"250-{offer}" for offer in offers[:-1]] + [f"250 {offers[-1]}"]
        self._say("\r\n".join(lines))

    def _log_in(self, words: str) -> None:
        parts = words.split()
        if parts[1].upper() in ("PLAIN", "XOAUTH2") and len(parts) > 2:
            self.server.logins.append(base64.b64decode(parts[2]).decode())
        self._answer("auth")
        if self.server.answers.get("auth", "").startswith("334"):
            # A token that is refused: the reason as a challenge, an empty answer to it, and only then the refusal.
            self.server.logins.append(self._read_line().decode().strip())
            self._say("535 5.7.3 Authentication unsuccessful")

    def _take_message(self) -> None:
        self._answer("data")
        if "body" in self.server.answers:
            self._read_line()
            self._answer("body")
        lines = []
        while (text := self._read_line()) != b".\r\n":
            lines.append(text.removeprefix(b".") if text.startswith(b"..") else text)
        self.server.accepted.append(b"".join(lines))
        self._answer("dot")

    def _secure(self) -> None:
        if "handshake" in self.server.answers:
            self._answer("handshake")
        assert self.server.tls is not None
        self.line = self.server.tls.wrap_socket(self.line, server_side=True)
        self.is_secure = True
        self.server._open.append(self.line)

    def _read_line(self) -> bytes:
        while b"\n" not in self.rest:
            more = self.line.recv(65536)
            if not more:
                raise _EndError
            self.server.received += more
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        return line + b"\n"

    def _say(self, text: str) -> None:
        self.line.sendall(text.encode("latin-1") + b"\r\n")

    def _answer(self, step: Step) -> None:
        answer = self.server.answers.get(step, REPLIES.get(step, "250 ok"))
        if answer == DROP:
            raise _EndError
        if answer == RESET:
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise _EndError
        if answer == STALL:
            while self.line.recv(65536):
                pass
            raise _EndError
        if answer == DRIP:
            while not self.server._stop.wait(0.05):
                self.line.sendall(b"2")
            raise _EndError
        self._say(answer)


@dataclass(frozen=True)
class Certificates:
    """A test authority and the certificates it signed; each is a file with key and certificate."""

    authority: Path
    good: Path
    wrong_host: Path
    expired: Path
    self_signed: Path

    def serve(self, which: Path) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(which)
        return context

    def trust(self) -> ssl.SSLContext:
        """A client's context that knows this authority, otherwise as strict as the product's own."""
        from orchestration.delivery.smtp import verified_tls

        context = verified_tls()
        context.load_verify_locations(self.authority)
        return context


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def _sign(folder: Path, name: str, host: str, *, start: str, end: str) -> Path:
    _openssl(
        folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
        "-keyout", f"{name}.key", "-out", f"{name}.csr",
    )  # fmt: skip
    (folder / f"{name}.ext").write_text(f"subjectAltName={host}\nbasicConstraints=CA:FALSE\n")
    _openssl(
        folder, "ca", "-batch", "-config", "ca.cnf", "-in", f"{name}.csr", "-out", f"{name}.crt", "-notext",
        "-startdate", start, "-enddate", end, "-extfile", f"{name}.ext",
    )  # fmt: skip
    both = folder / f"{name}.pem"
    both.write_text((folder / f"{name}.key").read_text() + (folder / f"{name}.crt").read_text())
    return both


_CONFIG = """
[ca]
default_ca = test
[test]
dir = .
database = index.txt
serial = serial
new_certs_dir = .
certificate = ca.crt
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
"""


def make_certificates(folder: Path) -> Certificates:
    """Makes an authority and its certificates with the openssl command; fails where there is none."""
    if shutil.which("openssl") is None:
        pytest.fail("the TLS tests make their certificates with openssl; install it (apt-get install openssl)")
    (folder / "ca.cnf").write_text(_CONFIG)
    (folder / "index.txt").touch()
    (folder / "serial").write_text("01\n")
    for name in ("ca", "self"):
        _openssl(
            folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
            "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", f"{name}.key", "-out", f"{name}.crt",
        )  # fmt: skip
    alone = folder / "self.pem"
    alone.write_text((folder / "self.key").read_text() + (folder / "self.crt").read_text())
    always = {"start": "20200101000000Z", "end": "20990101000000Z"}
    return Certificates(
        authority=folder / "ca.crt",
        good=_sign(folder, "good", "IP:127.0.0.1", **always),
        wrong_host=_sign(folder, "wrong", "DNS:mail.other.example", **always),
        expired=_sign(folder, "expired", "IP:127.0.0.1", start="20200101000000Z", end="20210101000000Z"),
        self_signed=alone,
    )
