"""What a transport is, and what its answer means: the state table of the ledger as one pure function.

Add here: what every transport shares. Keep out: sockets (smtp.py) and files (outbox.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from orchestration.delivery.message import Letter

Step = Literal["connect", "hello", "tls", "login", "mail", "rcpt", "data", "body", "dot"]
# Steps that are about the session and no message yet: whatever goes wrong there may go right next time.
SESSION_STEPS: tuple[Step, ...] = ("connect", "hello", "tls", "login")
_BEFORE_DATA: tuple[Step, ...] = (*SESSION_STEPS, "mail", "rcpt")

Settled = Literal["planned", "sent", "failed", "unknown"]


class TransportError(RuntimeError):
    """Mail cannot be handed over as configured; the message names the setting and the fix. Nothing was claimed."""


@dataclass(frozen=True)
class Outcome:
    """What became of a letter: its state, the step that decided it, and the reply or the trouble in words."""

    state: Settled
    step: Step
    detail: str
    is_notice: bool = False

    @property
    def is_session_trouble(self) -> bool:
        """Whether the next letter would meet the same trouble now."""
        return self.state == "planned" and self.step in SESSION_STEPS


class Transport(Protocol):
    """Hands one letter over. The outcome is returned before any goodbye; close() says goodbye."""

    @property
    def name(self) -> str:
        """outbox or smtp."""

    def send(self, letter: Letter, file_name: str) -> Outcome:
        """Hands the letter over, once. file_name: a name of this delivery, the same at every attempt."""

    def close(self) -> None:
        """Ends what send() left open; never raises for what the other side does."""


def classify(step: Step, code: int | None) -> Settled:
    """The state after trouble or the final reply at a step; code None is a disconnect, a timeout or no legible reply.

    - 4xx anywhere, also to the dot: planned again.
    - Session steps (connect, EHLO, TLS, AUTH): planned again, whatever the reply; they say nothing of the message.
    - 5xx to MAIL, RCPT, DATA or the dot: failed.
    - 250 to the dot: sent.
    - No reply at MAIL or RCPT: planned again, for nothing was handed over.
    - Everything else once DATA was said: unknown.
    """
    if code is not None and 400 <= code <= 499:
        return "planned"
    if step in SESSION_STEPS:
        return "planned"
    if code is not None and 500 <= code <= 599:
        return "failed"
    if step in _BEFORE_DATA:
        return "planned"
    return "sent" if step == "dot" and code == 250 else "unknown"
