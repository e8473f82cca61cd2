"""Runs release and delivery in processes that die at a counted fail point. A program of its own, started by the tests.

    delivery_runner.py <folder> <transport> [guard removed] [first N] [last N]

transport: `outbox` or the port of an SMTP server on loopback. For N = 1, 2, … a forked process releases and delivers a
month in a data folder of its own and is killed at the N-th fail point it reaches; then it is run again twice
without dying, a day later each time. Ends with the first N that is never reached. Writes one JSON line per N:
point, states before and after the reruns, and (outbox) the files there. Each N has a report name of its own, so that
its Message-IDs are its own.

This process opens no database and starts no thread: a fork of it is safe.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from orchestration.delivery.ledger import Ledger
from orchestration.delivery.manifest import read_manifest
from orchestration.delivery.release import release
from orchestration.delivery.send import deliver, transport_for
from orchestration.delivery.status import status_rows
from orchestration.settings import Settings, SmtpSettings
from tests.delivery_world import MONTH, Clock, make_ledger, make_settings, ready

RERUNS = 2


class Countdown:
    """Kills this process at the n-th point reached and leaves the point's name behind."""

    def __init__(self, die_at: int, note: Path) -> None:
        self.left = die_at
        self.note = note

    def __call__(self, point: str) -> None:
        self.left -= 1
        if self.left == 0:
            self.note.write_text(point)
            os.kill(os.getpid(), signal.SIGKILL)


def world(folder: Path, transport: str, name: str) -> Settings:
    """One audience, two recipients."""
    smtp = None
    if transport != "outbox":
        smtp = SmtpSettings(host="127.0.0.1", port=int(transport), security="none", timeout_seconds=5)
    settings = make_settings(folder, smtp, report=name)
    return settings.model_copy(update={"audiences": settings.audiences[:1]})


def run_once(settings: Settings, clock: Clock, countdown: Countdown) -> None:
    """What a run does after its reports are rendered."""
    ledger = make_ledger(settings, clock)
    manifest = read_manifest(settings.reports_dir / MONTH / "manifest.json")
    release(settings, MONTH, manifest, ledger, reach=countdown)
    deliver(settings, MONTH, ledger, transport=transport_for(settings, {}, reach=countdown), reach=countdown)


def states(settings: Settings) -> dict[str, str]:
    """Message-ID → state."""
    rows = status_rows(make_ledger(settings), settings.company.report)
    return {str(row.message_id): row.state for row in rows if row.recipient}


def in_a_process(work) -> int:  # type: ignore[no-untyped-def]
    """Forks, works, and gives the child's exit status (negative: killed by that signal)."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 (a child must never return into its parent's code)
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def remove_guard(name: str) -> None:
    """Takes one guard away, to show that the trials notice."""
    if name == "claim before sending":
        Ledger.claim = lambda self, delivery: delivery  # type: ignore[method-assign]
        Ledger.move = lambda self, delivery, *_, **__: delivery  # type: ignore[method-assign]
    elif name == "claimed is unknown":

        def plan_again(self: Ledger) -> tuple[()]:
            with self.writing() as connection:
                connection.exec_driver_sql("update deliveries set state = 'planned' where state = 'claimed'")
            return ()

        Ledger.recover = plan_again  # type: ignore[method-assign,assignment]


def trial(folder: Path, transport: str, number: int) -> dict[str, object] | None:
    """One N; None when its process ended before it reached that many points."""
    settings = world(folder, transport, f"r{number}")
    note = folder.with_suffix(".point")
    result = folder.with_suffix(".states")

    def first() -> None:
        ready(settings)
        run_once(settings, Clock(), Countdown(number, note))

    def look() -> None:
        result.write_text(json.dumps(states(settings)))

    def rerun(days: int) -> None:
        clock = Clock()
        clock.forward(days=days)
        run_once(settings, clock, Countdown(0, note))
        look()

    status = in_a_process(first)
    if status == 0:
        return None
    if status != -signal.SIGKILL:
        raise SystemExit(f"trial {number} ended with {status}")
    if in_a_process(look) != 0:
        raise SystemExit(f"trial {number}: the ledger cannot be read")
    before = json.loads(result.read_text())
    for days in range(1, RERUNS + 1):
        if in_a_process(lambda days=days: rerun(days)) != 0:
            raise SystemExit(f"trial {number}: rerun {days} failed")
    files = sorted(str(path.name) for path in settings.outbox_dir.rglob("*") if path.is_file())
    return {"point": note.read_text(), "before": before, "after": json.loads(result.read_text()), "files": files}


def main(folder: Path, transport: str, guard: str = "", first: str = "1", last: str = "1000") -> None:
    remove_guard(guard)
    for number in range(int(first), int(last) + 1):
        found = trial(folder / str(number), transport, number)
        if found is None:
            return
        sys.stdout.write(json.dumps({"number": number, **found}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
