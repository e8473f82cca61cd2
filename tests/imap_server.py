"""A small IMAP server on loopback with one mailbox: enough to look for unseen mail, read it, and mark it as seen."""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
import threading
from dataclasses import dataclass, field


@dataclass
class ImapServer:
    """mails: number → content; seen: what was marked. refuse: commands that get NO. Use it in a `with`."""

    mails: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    refuse: tuple[str, ...] = ()
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = True
    logins: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def __enter__(self) -> ImapServer:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError, ConnectionError):
            if self.tls is not None and self.implicit_tls:
                line = self.tls.wrap_socket(line, server_side=True)
            _Conversation(self, line).run()
        line.close()


class _Conversation:
    def __init__(self, server: ImapServer, line: socket.socket) -> None:
        self.server, self.line = server, line
        self.reader = line.makefile("rb")

    def say(self, text: str) -> None:
        self.line.sendall(text.encode() + b"\r\n")

    def run(self) -> None:
        self.say("* OK ready")
        while words := self.reader.readline().decode().strip():
            tag, _, command = words.partition(" ")
            verb = command.split(" ")[0].upper()
            verb = command.split(" ")[1].upper() if verb == "UID" else verb
            self.server.commands.append(verb)
            if verb in self.server.refuse:
                self.say(f"{tag} NO not now")
                continue
            self.answer(verb, command, tag)
            if verb == "LOGOUT":
                return

    def answer(self, verb: str, command: str, tag: str) -> None:
        match verb:
            case "CAPABILITY":
                offers = "" if self.server.implicit_tls or self.server.tls is None else " STARTTLS"
                self.say(f"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2{offers}")
            case "LOGIN":
                self.server.logins.append(command.partition(" ")[2])
            case "AUTHENTICATE":
                self.say("+ ")
                self.server.logins.append(base64.b64decode(self.reader.readline()).decode())
            case "STARTTLS":
                self.say(f"{tag} OK begin")
                assert self.server.tls is not None
                self.line = self.server.tls.wrap_socket(self.line, server_side=True)
                self.reader = self.line.makefile("rb")
                return
            case "SELECT":
                self.say(f"* {len(self.server.mails)} EXISTS")
            case "SEARCH":
                unseen = [str(n) for n in range(1, len(self.server.mails) + 1) if n not in self.server.seen]
                self.say(f"* SEARCH {' '.join(unseen)}".rstrip())
            case "FETCH":
                self.fetch(command)
            case "STORE":
                self.server.seen.add(int(command.split()[2]))
        self.say(f"{tag} OK done")

    def fetch(self, command: str) -> None:
        number = int(command.split()[2])
        limit = re.search(r"<0\.(\d+)>", command)
        content = self.server.mails[number - 1][: int(limit.group(1)) if limit else None]
        head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(content)}}}\r\n".encode()
        self.line.sendall(head + content + b")\r\n")
