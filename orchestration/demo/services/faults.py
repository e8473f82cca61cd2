"""What a fake service can be told to do wrong, by the number of the request that it happens to."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Literal

Kind = Literal["status", "reset", "timeout", "cut", "cut_unnoticed", "body"]


@dataclass(frozen=True)
class Fault:
    """status: an error with `headers` and `body`. reset: the connection breaks. timeout: no answer until the end.

    cut: half of the right body under its whole length. cut_unnoticed: half of it under the half's length.
    body: `body` in the place of the right one, with status 200 and `content_type`.
    """

    kind: Kind
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    content_type: str = "application/json; odata.metadata=minimal"


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, content_type: str, **headers: str) -> None:
    """A whole answer."""
    handler.send_response(status)
    handler.send_header("Content-Type", content_type)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def misbehave(handler: BaseHTTPRequestHandler, fault: Fault, right: bytes, closing: Event) -> None:
    """Carries the fault out. `right` is the body of the right answer; `closing` ends a wait for ever."""
    if fault.kind in ("status", "body"):
        answer(handler, fault.status, fault.body.encode(), fault.content_type, **fault.headers)
    elif fault.kind == "cut_unnoticed":
        answer(handler, 200, right[: len(right) // 2], fault.content_type)
    elif fault.kind == "cut":
        handler.send_response(200)
        handler.send_header("Content-Type", fault.content_type)
        handler.send_header("Content-Length", str(len(right)))
        handler.end_headers()
        handler.wfile.write(right[: len(right) // 2])
        handler.close_connection = True
    elif fault.kind == "timeout":
        closing.wait()
        handler.close_connection = True
    else:
        # Lingering for no time makes the kernel send a reset instead of a polite end.
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        handler.connection.close()
