"""Sends one request until it is answered or given up: waits, new tokens, and answers that are no answer.

What is retried: no connection, a timeout, a body cut off, 5xx and 429, each at most ATTEMPTS times in a row; 401 once
with a new token. Everything else is told at once, by the service's own code and message. Redirects are not followed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from threading import BoundedSemaphore, Lock
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from orchestration.sources.dynamics365.tokens import Tokens
from orchestration.sources.fetched import SourceFailedError

ATTEMPTS = 6
# The service asks for up to the rest of its five-minute window; more than this in one wait is a mistake or an outage.
LONGEST_WAIT = 900.0
# All waits of one request together: a service that throttles for ever stops the run in bounded time.
LONGEST_PATIENCE = 1800.0
# Connecting, and the pause between two parts of an answer, in seconds. The service itself gives up after 120.
TIMEOUT = (10.0, 150.0)
_RETRIED = frozenset({429, 500, 502, 503, 504, 520, 522, 524})
_NETWORK = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


@dataclass(frozen=True)
class Clock:
    """Time as the connector sees it, so that tests need not wait."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    seconds: Callable[[], float] = monotonic
    sleep: Callable[[float], None] = sleep


class RefusedError(SourceFailedError):
    """The service answered with an error that another attempt does not cure: `status`, its `code` and its message."""

    def __init__(self, message: str, status: int, code: str, said: str) -> None:
        super().__init__(message)
        self.status, self.code, self.said = status, code, said


@dataclass
class Gate:
    """What all threads of one source share: how many requests run at once, and until when none may start."""

    at_once: int
    _slots: BoundedSemaphore = field(init=False)
    _lock: Lock = field(init=False, default_factory=Lock)
    _closed_until: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._slots = BoundedSemaphore(self.at_once)

    def close_for(self, seconds: float, clock: Clock) -> None:
        """The service counts per user, not per request: one thread's 429 holds all of them."""
        with self._lock:
            self._closed_until = max(self._closed_until, clock.seconds() + seconds)

    def send(self, request: Callable[[], requests.Response], clock: Clock) -> requests.Response:
        """Waits until the gate is open and a slot is free, then sends."""
        with self._slots:
            wait = self._closed_until - clock.seconds()
            if wait > 0:
                clock.sleep(wait)
            return request()


class TextNumbers(requests.Response):
    """An answer whose numbers stay the text they came as: 10.10 does not become 10.1, nor 1e400 infinity."""

    def json(self, **_options: Any) -> Any:
        """The body, read once.

        Raises:
            ValueError: no JSON, or NaN and Infinity, which are none.
        """
        if "_parsed" not in self.__dict__:
            text = self.content.decode("utf-8-sig")
            self.__dict__["_parsed"] = json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_constant)
        return self.__dict__["_parsed"]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


class _Adapter(HTTPAdapter):
    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        response = super().build_response(req, resp)
        response.__class__ = TextNumbers
        return response


class DataverseSession(requests.Session):
    """A session for dlt's REST client that gives only answers which are whole and JSON."""

    def __init__(
        self, tokens: Tokens, gate: Gate, clock: Clock, timeout: tuple[float, float], ca_file: Path | None = None
    ) -> None:
        super().__init__()
        self._tokens, self._gate, self._clock, self._timeout = tokens, gate, clock, timeout
        if ca_file is not None:
            self.verify = str(ca_file)
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter())

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The answer with status 200 and a JSON object.

        Raises:
            RefusedError: the service said no; SourceFailedError: no whole answer in ATTEMPTS attempts.
        """
        options.update(allow_redirects=False, timeout=self._timeout, stream=False)
        place = place_of(request.url or "")
        waited, renewed, problem = 0.0, False, ""
        for attempt in range(ATTEMPTS):
            answer, problem = self._once(request, options)
            if answer is not None:
                if answer.status_code == 401 and not renewed:
                    self._tokens.renew(str(request.headers["Authorization"]).removeprefix("Bearer "))
                    renewed, problem = True, "HTTP 401"
                    continue
                if answer.status_code not in _RETRIED:
                    return _accepted(answer, place)
                problem = f"HTTP {answer.status_code}: {_said(answer)[1]}"
            pause = self._pause(answer, attempt)
            if waited + pause > LONGEST_PATIENCE or attempt == ATTEMPTS - 1:
                break
            waited += pause
            self._wait(answer, pause)
        raise SourceFailedError(
            f"{place}: no answer after {attempt + 1} attempts and {waited:.0f} s of waiting: {problem}; "
            "run again later; if it stays, look at the service's health page"
        )

    def _once(self, request: requests.PreparedRequest, options: dict[str, Any]) -> tuple[requests.Response | None, str]:
        request.headers["Authorization"] = f"Bearer {self._tokens.current()}"
        try:
            answer = self._gate.send(lambda: super(DataverseSession, self).send(request, **options), self._clock)
            if answer.status_code == 200 and _is_json(answer):
                answer.json()
        except requests.exceptions.SSLError as error:
            raise SourceFailedError(
                f"{place_of(request.url or '')}: the service's certificate is not trusted; "
                "if a proxy opens TLS here, name its certificate authority as ca_file"
            ) from error
        except _NETWORK as error:
            return None, type(error).__name__
        except ValueError as error:
            return None, f"the body is cut off or no JSON ({str(error)[:80]})"
        return answer, ""

    def _pause(self, answer: requests.Response | None, attempt: int) -> float:
        asked = None if answer is None else retry_after(answer.headers.get("Retry-After"), self._clock.now())
        return min(asked if asked is not None else 2.0**attempt, LONGEST_WAIT)

    def _wait(self, answer: requests.Response | None, pause: float) -> None:
        if answer is not None and answer.status_code == 429:
            self._gate.close_for(pause, self._clock)
        else:
            self._clock.sleep(pause)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait, from a Retry-After header in seconds or as an HTTP date; None if there is none that says so."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header.strip())
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (TypeError, ValueError):
        return None


def place_of(url: str) -> str:
    """A URL's path, for a message: parameters hold delta tokens, so they stay out."""
    return urlsplit(url).path or "/"


def _is_json(answer: requests.Response) -> bool:
    return "json" in answer.headers.get("Content-Type", "").lower()


def _said(answer: requests.Response) -> tuple[str, str]:
    """The service's code and message, where the body is its error object."""
    try:
        error = answer.json()["error"]
        return str(error["code"]), str(error["message"]).strip().splitlines()[0][:300]
    except (ValueError, KeyError, TypeError, IndexError):
        return "", answer.reason or "no message"


def _accepted(answer: requests.Response, place: str) -> requests.Response:
    status = answer.status_code
    if status == 200:
        if not _is_json(answer):
            kind = answer.headers.get("Content-Type", "no type").split(";")[0]
            raise SourceFailedError(
                f"{place}: the answer is {kind}, not JSON; something between here and the service answered "
                "in its place (a proxy, a sign-in page): check url in sources.yml and the network"
            )
        if not isinstance(answer.json(), dict):
            raise SourceFailedError(f"{place}: $ is {_kind(answer.json())}, an object was expected; check url")
        return answer
    code, message = _said(answer)
    told = f"{place}: HTTP {status} {code}".rstrip() + f": {message}; {_fix(status)}"
    raise RefusedError(told, status, code, message)


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "a boolean", type(None): "null", dict: "an object"}
    return names.get(type(value), "a number")


def _fix(status: int) -> str:
    if status == 401:
        return "the token was refused twice: register the app as an application user of this environment"
    if status == 403:
        return "give the application user a security role that may read this table in the whole organization"
    if status == 404:
        return "check the table's name (the plural EntitySet name) and url"
    if 300 <= status < 400:
        return "the service sends elsewhere and redirects are not followed: write the final address as url"
    return "check table and fields in sources.yml"
