"""Stopping without breaking off: what has begun comes to its end before a stop is obeyed.

Keep out: what is worth protecting (delivery/send.py protects one message, from its claim to its outcome on record).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def unbroken() -> Iterator[None]:
    """Puts off SIGTERM and SIGINT until the block ends; then they have their usual effect.

    Signals come to the main thread only: in any other thread, and where a handler is not Python's, nothing is changed.
    """
    before = {stop: signal.getsignal(stop) for stop in STOPS}
    if threading.current_thread() is not threading.main_thread() or None in before.values():
        yield
        return
    asked: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        asked.append(number)

    for stop in STOPS:
        signal.signal(stop, remember)
    try:
        yield
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)
        for number in dict.fromkeys(asked):
            signal.raise_signal(number)
