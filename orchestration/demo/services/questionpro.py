"""A small real HTTP server that answers as QuestionPro's API v2 does, checks what is asked, misbehaves on demand.

Add here: behaviour that the service documents. Keep out: the account's content (questionpro_data.py).
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from orchestration.demo.services.questionpro_data import (
    PACIFIC,
    FakeResponse,
    FakeSurvey,
    question_json,
    response_json,
    survey_json,
)

Fault = Literal["500", "reset", "timeout", "cut", "401", "403", "429", "quota", "error in 200", "page of html", "moved"]
API_KEY = "f2a1c7d0-fake-4c7e-9a52-questionpro"
USER_ID, WORKSPACE_ID = "9587462", "33333"
BASE = "/a/api/v2"
_ERRORS = {"401": 1007, "403": 1013, "429": 1013, "500": 1000}


class _RefusedError(Exception):
    """The request is answered with an error."""

    def __init__(self, status: int, message: str, error_id: int = 1001, retry_after: str = "") -> None:
        self.status, self.message, self.error_id, self.retry_after = status, message, error_id, retry_after
        super().__init__(message)


@dataclass
class FakeQuestionPro:
    """An account at a moment (`now`; None is after everything). Use it in a `with`.

    faults: what to do with the n-th request (from 1). shape: how pages are told. calls_per_minute: beyond it 429.
    `problems` lists what a client did that the service would not take, or would take wrongly.
    """

    surveys: Sequence[FakeSurvey] = ()
    responses: Sequence[FakeResponse] = ()
    now: datetime | None = None
    shape: Literal["total", "totalItems", "none"] = "totalItems"
    faults: Mapping[int, Fault] = field(default_factory=dict)
    calls_per_minute: int = 300
    largest_page: int = 1000
    requests: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._times: list[float] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": self}))
        self._server.daemon_threads = True
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{BASE}"

    def __enter__(self) -> FakeQuestionPro:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def number(self, line: str) -> int:
        """Counts a request; its number from 1."""
        with self._lock:
            self.requests.append(line)
            now = time.monotonic()
            self._times = [at for at in self._times if at > now - 60] + [now]
            if len(self._times) > self.calls_per_minute:
                raise _RefusedError(429, "Too many requests", 1013, "1")
            return len(self.requests)

    def stall(self) -> None:
        """Says nothing until the server is stopped."""
        self._stopped.wait(30)

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """The JSON that answers a request; _RefusedError where the service refuses."""
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if headers.get("api-key") != API_KEY:
            raise _RefusedError(401, "Invalid API key", 1007)
        if "apiKey" in query:
            self.problems.append("the key stands in the URL")
        path = parts.path.removeprefix(BASE).strip("/").split("/")
        rows = self._rows(method, path, _sent(body))
        return self._page(rows, parts.path, query)

    def _rows(self, method: str, path: list[str], body: dict[str, Any]) -> list[dict[str, Any]]:
        match (method, *path):
            case ("GET", "users", user, "surveys") if user == USER_ID:
                return self._survey_list()
            case ("GET", "cx", "feedbacks", workspace, "surveys") if workspace == WORKSPACE_ID:
                return self._survey_list()
            case ("GET", "surveys", survey_id, "questions"):
                return [question_json(question) for question in self._survey(survey_id).questions]
            case ("POST", "surveys", survey_id, "responses", "filter"):
                survey = self._survey(survey_id)
                start, end = self._filter(body)
                return self._found(start, end, survey.survey_id)
            case ("POST", "cx", "responses"):
                self.bodies.append(body)
                start = datetime.strptime(body["transactionStartDate"], "%m/%d/%Y").replace(tzinfo=PACIFIC)
                end = datetime.strptime(body["transactionEndDate"], "%m/%d/%Y").replace(tzinfo=PACIFIC)
                return self._found(start, end + timedelta(days=1), None)
        raise _RefusedError(404, f"Resource {'/'.join(path)} is not found")

    def _survey_list(self) -> list[dict[str, Any]]:
        return [
            survey_json(survey, sum(response.survey_id == survey.survey_id for response in self.responses))
            for survey in self.surveys
        ]

    def _survey(self, survey_id: str) -> FakeSurvey:
        for survey in self.surveys:
            if str(survey.survey_id) == survey_id:
                return survey
        raise _RefusedError(404, f"Survey {survey_id} is not found")

    def _filter(self, body: dict[str, Any]) -> tuple[datetime, datetime]:
        """The bounds asked for; without a zone they are US Pacific, which is hardly ever what was meant."""
        self.bodies.append(body)
        zone = body.get("timeZone")
        if zone is None:
            self.problems.append("no timeZone was sent: the dates are read as US Pacific")
        try:
            start, end = (datetime.fromisoformat(body[name]) for name in ("startDate", "endDate"))
        except (KeyError, ValueError) as error:
            raise _RefusedError(400, f"startDate and endDate are needed ({error})") from None
        at = PACIFIC if zone is None else _zone(str(zone))
        return start.replace(tzinfo=at), end.replace(tzinfo=at)

    def _found(self, start: datetime, end: datetime, survey_id: int | None) -> list[dict[str, Any]]:
        surveys = {survey.survey_id: survey for survey in self.surveys}
        return [
            response_json(response, surveys[response.survey_id])
            for response in self.responses
            if survey_id in (None, response.survey_id) and start <= response.at <= end and response.is_shown(self.now)
        ]

    def _page(self, rows: list[dict[str, Any]], path: str, query: Mapping[str, str]) -> dict[str, Any]:
        page, size = _counted(query, "page"), _counted(query, "perPage")
        if size > self.largest_page:
            size = self.largest_page
        pages = max(1, -(-len(rows) // size))
        at = f"{self.base_url.removesuffix(BASE)}{path}?perPage={size}&page="
        links = {"self": f"{at}{page}", "next": f"{at}{page + 1}" if page < pages else None, "last": f"{at}{pages}"}
        told: dict[str, Any] = {"perPage": size, "links": links}
        if self.shape == "total":
            told |= {"page": page, "total": len(rows)}
        elif self.shape == "totalItems":
            told |= {"currentPage": page, "totalItems": len(rows), "totalPages": pages}
        found: dict[str, Any] = {"response": rows[(page - 1) * size : page * size], "requestID": "4012fedc"}
        return found if self.shape == "none" else {**found, "pagination": told}


def _sent(body: bytes) -> dict[str, Any]:
    return dict(json.loads(body)) if body else {}


def _zone(text: str) -> timezone:
    """`GMT-07:00`; what the service does not understand is UTC to it."""
    sign, hours = (1, text[4:]) if text[3:4] == "+" else (-1, text[4:])
    if not text.startswith("GMT") or ":" not in hours:
        return UTC
    hour, minute = hours.split(":")
    return timezone(sign * timedelta(hours=int(hour), minutes=int(minute)))


def _counted(query: Mapping[str, str], name: str) -> int:
    value = query.get(name, "")
    if not value.isdigit() or int(value) < 1:
        raise _RefusedError(400, f"{name} is no number")
    return int(value)


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, lets the service answer it, or does what its fault says."""

    service: FakeQuestionPro
    protocol_version = "HTTP/1.1"
    # Headers and body go out as two writes; without this the second waits 40 ms for the first one's receipt.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            fault = self.service.faults.get(self.service.number(f"{self.command} {self.path}"))
            if fault in ("reset", "timeout"):
                self._break_off(fault)
                return
            if fault is not None and fault not in ("cut", "error in 200", "page of html", "moved"):
                raise _refusal(fault)
            found = self.service.answer(self.command, self.path, dict(self.headers), body)
        except _RefusedError as refused:
            self._send(refused.status, _error(refused, self.path), refused.retry_after)
            return
        self._send_spoilt(fault, json.dumps(found).encode())

    def _send_spoilt(self, fault: Fault | None, data: bytes) -> None:
        if fault == "cut":
            self._send(200, data[: len(data) // 2], length=len(data))
            self.close_connection = True
        elif fault == "error in 200":
            self._send(200, _error(_RefusedError(500, "Internal error", 1000), self.path))
        elif fault == "page of html":
            self._send(200, b"<html>We will be back soon</html>")
        elif fault == "moved":
            self._send(302, b"", location="https://elsewhere.example/a/api/v2")
        else:
            self._send(200, data)

    def _break_off(self, fault: Fault) -> None:
        self.close_connection = True
        if fault == "timeout":
            self.service.stall()
            return
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.connection.close()

    def _send(
        self, status: int, data: bytes, retry_after: str = "", length: int | None = None, location: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in (("Retry-After", retry_after), ("Location", location)):
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def _refusal(fault: Fault) -> _RefusedError:
    if fault == "quota":
        text = "API call limit exceeded. Please contact your account representative to extend the limits."
        return _RefusedError(429, text, 1013)
    if fault == "429":
        return _RefusedError(429, "Too many requests", 1013, "7")
    return _RefusedError(int(fault), f"Fault {fault}", _ERRORS[fault])


def _error(refused: _RefusedError, target: str) -> bytes:
    error = {
        "docs": "https://www.questionpro.com/api/v2/#error-codes",
        "message": refused.message,
        "id": refused.error_id,
        "name": "",
        "httpStatusCode": refused.status,
        "resourceUrl": target,
    }
    return json.dumps({"response": {"error": error}}).encode()
