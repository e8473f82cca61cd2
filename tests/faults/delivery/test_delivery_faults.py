"""F08, F24, F25: kill -9 at every fail point, two senders at once: never two accepted messages, never silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from orchestration.delivery.failpoints import OUTBOX_POINTS, RELEASE_POINTS, SEND_POINTS, SMTP_POINTS
from orchestration.delivery.release import release
from orchestration.delivery.status import status_rows
from orchestration.settings import PROJECT_ROOT, SmtpSettings
from tests.delivery_world import MONTH, Clock, make_ledger, make_settings, ready
from tests.smtp_servers import SmtpServer

HERE = Path(__file__).parent


def python(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def trials(folder: Path, transport: str, *guard: str) -> list[dict[str, Any]]:
    """One result per fail point at which the sender was killed."""
    process = python(str(HERE / "delivery_runner.py"), str(folder), transport, *guard)
    output, errors = process.communicate()
    assert process.returncode == 0, errors[-3000:]
    return [json.loads(line) for line in output.splitlines()]


def check_never_twice_never_silent(found: list[dict[str, Any]], accepted: Counter[str]) -> None:
    for trial in found:
        assert len(trial["after"]) == 2, trial
        for message_id, state in trial["after"].items():
            # Two outcomes only: it is sent and went once, or a person is asked, and it went at most once.
            assert state in ("sent", "unknown"), trial
            assert accepted[message_id] <= 1, trial
            assert state == "unknown" or accepted[message_id] == 1, trial
        left_claimed = {message_id for message_id, state in trial["before"].items() if state == "claimed"}
        now_unknown = {message_id for message_id, state in trial["after"].items() if state == "unknown"}
        assert left_claimed == now_unknown, trial


def test_killed_at_every_point_smtp(tmp_path: Path) -> None:
    with SmtpServer() as server:
        found = trials(tmp_path, str(server.port))
        check_never_twice_never_silent(found, Counter(server.message_ids()))
    reached = {trial["point"] for trial in found}
    assert reached == {*RELEASE_POINTS, *SEND_POINTS, *SMTP_POINTS} - {"smtp.login"}
    assert len(found) == len(RELEASE_POINTS) + 2 * (len(SEND_POINTS) + len(SMTP_POINTS) - 1)


def test_killed_at_every_point_outbox(tmp_path: Path) -> None:
    found = trials(tmp_path, "outbox")
    check_never_twice_never_silent(found, outbox_counts(tmp_path))
    assert {trial["point"] for trial in found} == {*RELEASE_POINTS, *SEND_POINTS, *OUTBOX_POINTS}
    for trial in found:
        assert len([name for name in trial["files"] if name.endswith(".eml")]) <= 2


def outbox_counts(folder: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for file in folder.rglob("*.eml"):
        lines = file.read_text().splitlines()
        counts[next(line for line in lines if line.lower().startswith("message-id:")).partition(":")[2].strip()] += 1
    return counts


@pytest.mark.parametrize("guard", ["claimed is unknown", "claim before sending"])
def test_without_the_guard_mail_goes_twice_and_the_trials_see_it(tmp_path: Path, guard: str) -> None:
    with SmtpServer() as server:
        # The points between the dot and the record: where a message is out and the ledger does not say so yet.
        found = trials(tmp_path, str(server.port), guard, "13", "14")
        accepted = Counter(server.message_ids())
    assert {trial["point"] for trial in found} == {"smtp.replied", "send.before_record"}
    assert max(accepted.values()) > 1
    with pytest.raises(AssertionError):
        check_never_twice_never_silent(found, accepted)


def test_two_senders_at_once_send_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.delivery_world import Clock;"
        "from tests.faults.delivery import delivery_runner as r;"
        "s = r.world(Path(sys.argv[1]), sys.argv[2], 'retention');"
        "sys.stdin.readline(); r.run_once(s, Clock(), r.Countdown(0, Path('unused')))"
    )
    with SmtpServer() as server:
        smtp = SmtpSettings(host="127.0.0.1", port=server.port, security="none", timeout_seconds=5)
        settings = make_settings(tmp_path, smtp)
        settings = settings.model_copy(update={"audiences": settings.audiences[:1]})
        release(settings, MONTH, ready(settings), make_ledger(settings, Clock()))
        senders = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(tmp_path), str(server.port)],
                env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        for sender in senders:
            assert sender.stdin is not None
            sender.stdin.write("go\n")
            sender.stdin.flush()
        errors = [sender.communicate()[1] for sender in senders]
        assert [sender.returncode for sender in senders] == [0] * 4, errors
        assert sorted(Counter(server.message_ids()).values()) == [1, 1]
    assert {row.state for row in status_rows(make_ledger(settings), "retention")} == {"sent"}
