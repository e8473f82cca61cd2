"""A stop waits for what has begun, and is obeyed then."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from orchestration.delivery.message import Letter
from orchestration.delivery.release import release
from orchestration.delivery.send import deliver
from orchestration.delivery.status import status_rows
from orchestration.delivery.transport import Outcome
from orchestration.graceful import unbroken
from tests.delivery_world import MONTH, make_ledger, make_settings, ready


class StoppedError(Exception):
    """What this test's handler makes of a stop."""


@pytest.fixture(autouse=True)
def _handler(monkeypatch: pytest.MonkeyPatch) -> object:
    def stop(*_: object) -> None:
        raise StoppedError

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    yield  # type: ignore[misc]
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_is_put_off_and_obeyed_once(number: signal.Signals) -> None:
    done = []
    with pytest.raises(StoppedError), unbroken():
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        done.append("the work")
    assert done == ["the work"]
    with pytest.raises(StoppedError):
        os.kill(os.getpid(), number)


def test_without_a_stop_nothing_happens() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with unbroken():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def test_in_another_thread_nothing_is_changed() -> None:
    seen = []

    def work() -> None:
        with unbroken():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]


class StoppedTransport:
    """The stop comes while the first message is under way."""

    name = "stopped"

    def send(self, letter: Letter, file_name: str) -> Outcome:
        os.kill(os.getpid(), signal.SIGTERM)
        return Outcome("sent", "dot", "250 taken")

    def close(self) -> None:
        """Nothing is open."""


def test_a_stop_during_a_delivery_leaves_no_message_unknown(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    ledger = make_ledger(settings)
    release(settings, MONTH, ready(settings), ledger)
    with pytest.raises(StoppedError):
        deliver(settings, MONTH, ledger, transport=StoppedTransport())
    assert [row.state for row in status_rows(ledger, "retention")] == ["planned", "sent", "planned"]
    result = deliver(settings, MONTH, ledger)
    assert sorted(line.outcome for line in result.lines) == ["already delivered", "sent", "sent"]
