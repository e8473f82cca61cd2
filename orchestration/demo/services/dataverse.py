"""A fake Dataverse: the Web API of one environment on loopback, as its documentation describes it.

It serves full tables and changes in pages, refuses what the service refuses, and keeps in `complaints` what a client
did that would go wrong with the real one: an altered link, a page too large, no $select, $filter with change tracking.
Keep out: tables (dataverse_tables.py), what is asked and answered (dataverse_answers.py), signing in (entra.py).
"""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from orchestration.demo.services.dataverse_answers import JSON, Answers, RefusedRequest
from orchestration.demo.services.dataverse_tables import Tables
from orchestration.demo.services.faults import Fault, answer, misbehave

# Per user: requests in a sliding window of 300 seconds, and requests at once.
WINDOW_SECONDS, WINDOW_REQUESTS, AT_ONCE = 300.0, 6000, 52


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]


@dataclass
class FakeDataverse:
    """A context manager: the server runs between enter and exit, on a port of its own.

    faults: by number of the request (from 1, over all threads). as_of: the service's today, by which delta tokens age.
    page_size: a limit of the service's own below what a client asks for.
    """

    tables: Tables
    as_of: date = date(2024, 12, 31)
    token_days: int = 7
    page_size: int = 5000
    faults: dict[int, Fault] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    bearers: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _closing: Event = field(default_factory=Event)
    _recent: deque[float] = field(default_factory=deque)
    most_at_once: int = 0
    _running: int = 0

    def __enter__(self) -> FakeDataverse:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.answers = Answers(self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The environment's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def issue(self) -> str:
        """A bearer token that is accepted until it is taken out of `bearers`."""
        token = secrets.token_urlsafe(24)
        self.bearers.add(token)
        return token

    def complain(self, what: str) -> None:
        """Notes a mistake of the client's."""
        with self._lock:
            self.complaints.append(what)

    def number(self, seen: Seen) -> int:
        """Counts a request."""
        with self._lock:
            self.seen.append(seen)
            self._recent.append(monotonic())
            return len(self.seen)

    def throttled(self, begin: int) -> tuple[int, str] | None:
        """Counts a request in (+1) or out (-1): seconds to wait and the service's code, where it is one too many."""
        with self._lock:
            self._running += begin
            self.most_at_once = max(self.most_at_once, self._running)
            while self._recent and self._recent[0] < monotonic() - WINDOW_SECONDS:
                self._recent.popleft()
            if self._running > AT_ONCE:
                return 1, "0x80072326"
            if len(self._recent) > WINDOW_REQUESTS:
                return int(self._recent[0] + WINDOW_SECONDS - monotonic()) + 1, "0x80072322"
            return None


def error_body(code: str, message: str) -> str:
    """An error as the service writes it."""
    return json.dumps({"error": {"code": code, "message": message}})


def throttle(retry_after: str, code: str = "0x80072322") -> Fault:
    """429 as the service sends it."""
    message = "Number of requests exceeded the limit of 6000 over the time window of 300 seconds."
    return Fault("status", 429, {"Retry-After": retry_after}, error_body(code, message))


def _handler(fake: FakeDataverse) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number = fake.number(Seen(self.path, dict(self.headers)))
            over = fake.throttled(+1)
            try:
                fault, body, headers = self._answer(number, over)
            finally:
                # Before a byte leaves: a client that has its answer may ask again at once.
                fake.throttled(-1)
            if fault is not None:
                misbehave(self, fault, body, fake._closing)
            else:
                answer(self, 200, body, JSON, **headers)

        def _answer(self, number: int, over: tuple[int, str] | None) -> tuple[Fault | None, bytes, Mapping[str, str]]:
            fault = fake.faults.get(number)
            if fault is None and over is not None:
                fault = throttle(str(over[0]), over[1])
            try:
                body, headers = fake.answers.to(self.path, dict(self.headers))
            except RefusedRequest as refused:
                refusal = Fault("status", refused.status, {}, error_body(refused.code, str(refused)))
                return fault or refusal, b"{}", {}
            return fault, body, headers

        def log_message(self, format: str, *arguments: Any) -> None:
            """Says nothing."""

    return Handler
