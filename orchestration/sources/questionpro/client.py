"""Makes one call to QuestionPro: the key in its header, tries again what may pass, gives up what will not.

Outcomes are told apart by httpStatusCode, never by the error's id: 1013 is both "forbidden" and "too many requests".
A redirect is refused, because the key would follow it to another host.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from orchestration.sources.fetched import SourceFailedError, SpentQuotaError, redacted

# The service allows 300 calls in 60 seconds for a key.
CALLS, WINDOW_SECONDS = 300, 60.0
# 1 + 2 + 4 + 8 + 16 seconds of backing off pass over a restart of the service; a minute's window is over after 7 tries.
TRIES, BACKOFF_SECONDS = 8, 1.0
# A service that asks for more patience than this is down for the run; the next run goes on from its state.
LONGEST_WAIT_SECONDS = 600.0
# As many tables as there are.
CONNECTIONS = 4
CONNECT_SECONDS, READ_SECONDS = 10.0, 120.0
_SPENT = "api call limit exceeded"


@dataclass(frozen=True)
class Call:
    """What is asked: `path` below the base URL, the page, and a JSON body for a POST."""

    method: str
    path: str
    page: int
    page_size: int
    body: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}, page {self.page}"


class UnreachableError(SourceFailedError):
    """No whole answer came, or none but that the service is in trouble, however often it was asked."""


class RefusedError(SourceFailedError):
    """The service answered that it will not; `status` says how."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class _PassingError(Exception):
    """A fault that may be gone at the next try; after_seconds is the service's own wish, if it told one."""

    def __init__(self, reason: str, after_seconds: float | None = None) -> None:
        self.after_seconds = after_seconds
        super().__init__(reason)


class Pace:
    """Keeps calls under the service's limit: waits until the 300th last call is a minute old."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock, self._sleep = clock, sleep
        self._made: deque[float] = deque(maxlen=CALLS)

    def wait(self) -> None:
        if len(self._made) == CALLS:
            left = self._made[0] + WINDOW_SECONDS - self._clock()
            if left > 0:
                self._sleep(left)
        self._made.append(self._clock())


class Client:
    """Calls one account's API. `clock` and `sleep` are the tests' to replace, and so is the time a read may take."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        key_name: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._base_url, self._api_key, self._key_name = base_url, api_key, key_name
        self._sleep = sleep
        self._pace = Pace(clock, sleep)
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds)
        self._pool = _pool(base_url, timeout)
        self._tries = TRIES
        self.calls = 0

    def asking_once(self) -> Client:
        """The same client for a person who waits: a fault is told instead of waited out."""
        other = copy(self)
        other._tries = 1
        return other

    def close(self) -> None:
        """Closes the kept connections."""
        self._pool.clear()

    def get(self, call: Call) -> dict[str, Any]:
        """The JSON object that answers a call; all numbers in it are text as written.

        Raises:
            SpentQuotaError: the account has no calls left.
            RefusedError: the service will not.
            UnreachableError: still failing after all tries.
        """
        for attempt in range(self._tries):
            self._pace.wait()
            self.calls += 1
            try:
                return self._once(call)
            except _PassingError as error:
                reason, wait = str(error), error.after_seconds
            if attempt == self._tries - 1:
                break
            self._sleep(min(BACKOFF_SECONDS * 2**attempt, WINDOW_SECONDS) if wait is None else wait)
        often = f", {self._tries} times" if self._tries > 1 else ""
        raise UnreachableError(f"{call}: {reason}{often}; look at the service's status and run extract again")

    def _once(self, call: Call) -> dict[str, Any]:
        try:
            answer = self._pool.request(
                call.method,
                f"{self._base_url}{call.path}?page={call.page}&perPage={call.page_size}",
                body=None if call.body is None else json.dumps(call.body),
                headers={"api-key": self._api_key, "Content-Type": "application/json", "Accept": "application/json"},
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise _PassingError(f"no whole answer ({redacted(_without_objects(error))})") from None
        found = _parsed(answer.data)
        problem = _error_of(found)
        status = _status(answer.status, problem)
        if status == 200 and found is not None:
            return found
        self._refuse(call, status, str(problem.get("message") or ""), answer.headers.get("Retry-After"))

    def _refuse(self, call: Call, status: int, message: str, retry_after: str | None) -> NoReturn:
        said = f'HTTP {status} "{redacted(message)}"' if message else f"HTTP {status}"
        if status == 429 and _SPENT in message.lower():
            raise SpentQuotaError(
                f"{call}: the account's API calls are spent ({said}); ask QuestionPro for more, then run extract again"
            )
        if status == 429:
            raise _PassingError(said, _seconds(call, retry_after))
        if status in (408, 425) or status >= 500 or status == 200:
            raise _PassingError(said if status != 200 else "the answer is no whole JSON object", _seconds(call, None))
        raise RefusedError(f"{call}: {said}; {_fix(status, self._key_name)}", status)


def _pool(base_url: str, timeout: urllib3.Timeout) -> urllib3.PoolManager:
    """Through the proxy that the environment names, as every program on the machine."""
    parts = urlsplit(base_url)
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy, timeout=timeout, maxsize=CONNECTIONS)
    return urllib3.PoolManager(timeout=timeout, maxsize=CONNECTIONS)


def _without_objects(error: Exception) -> str:
    """The kind of fault and its words, without the connection object that urllib3 puts before them."""
    return f"{type(error).__name__}: {str(error).split('): ')[-1]}"


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body, parse_int=str, parse_float=str)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _error_of(found: Mapping[str, Any] | None) -> Mapping[str, Any]:
    response = (found or {}).get("response")
    problem = response.get("error") if isinstance(response, dict) else None
    return problem if isinstance(problem, dict) else {}


def _status(status: int, problem: Mapping[str, Any]) -> int:
    """The error's own httpStatusCode where there is one: the service may wrap an error in a 200."""
    told = str(problem.get("httpStatusCode") or "")
    if told.isdigit():
        return int(told)
    return 500 if problem and status == 200 else status


def _seconds(call: Call, retry_after: str | None) -> float | None:
    """Retry-After as seconds from now; None if the service did not say."""
    if not retry_after:
        return None
    try:
        wait = float(retry_after)
    except ValueError:
        try:
            wait = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return None
    if wait > LONGEST_WAIT_SECONDS:
        raise SourceFailedError(f"{call}: the service asks to come back in {wait:.0f} s; run extract again then")
    return max(0.0, wait)


def _fix(status: int, key_name: str) -> str:
    if 300 <= status < 400:
        return "it points to another address, and the key is not sent there; correct environment or base_url"
    if status in (401, 403):
        return f"correct the key in {key_name}, or have this survey shared with the key's user"
    if status == 404:
        return "correct user_id, workspace_id or the survey's id in config/sources.yml"
    return "report it with this line"
