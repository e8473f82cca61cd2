"""Kills extracts of a fetched source with signal 9, at counted points of every dlt phase, and looks at what landed.

Run by test_fetch_kills.py as a process of its own: it forks a child per run, and starts no thread itself.
Prints one JSON object: phase → the trials that were exact, and what the others had landed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dlt.extract.extractors
import dlt.normalize.normalize
from dlt.destinations.impl.filesystem.filesystem import FilesystemClient, FilesystemLoadJob
from dlt.extract.extract import Extract
from dlt.normalize.normalize import Normalize

import orchestration.sources.files.source  # noqa: F401 - loaded before the forks, not in each
from orchestration.sources.fetched import Ended, Page, Report, Row
from tests.fetched_world import CUSTOMERS, ORDERS, FetchedWorld, Service, account

TRIALS = 10
# What each phase of dlt does, call by call; a run is killed before or after the Nth of them.
PHASES: dict[str, list[tuple[Any, str]]] = {
    "extract": [
        (dlt.extract.extractors.ArrowExtractor, "write_items"),
        (Extract, "_extract_single_source"),
        (Extract, "commit_packages"),
    ],
    "normalise": [(Normalize, "run"), (Normalize, "spool_schema_files"), (Normalize, "spool_files")],
    "load": [
        (FilesystemClient, "initialize_storage"),
        (FilesystemClient, "update_stored_schema"),
        (FilesystemLoadJob, "run"),
        (FilesystemClient, "complete_load"),
    ],
}


class ChangingService(Service):
    """Customers with a change log, asked for what is new since a version; orders, always given whole."""

    version = 1

    def fetch(
        self, table: str, fields: Sequence[str], state: Mapping[str, str] | None, report: Report
    ) -> Iterator[Page | Ended]:
        if table == "sales":
            orders: list[Row] = [{"id": f"O{n}", "buyer": "C2", "total": "5"} for n in range(1, 3 + self.version)]
            yield Page(tuple(orders))
            yield Ended("snapshot", {}, expected_rows=len(orders))
            return
        since = int(state["version"]) if state else 0
        log: dict[int, Page] = {
            1: Page((account(1), account(2))),
            2: Page((account(3),), deleted=("C1",)),
            3: Page((account(4),)),
        }
        for version in range(since + 1, self.version + 1):
            yield log[version]
        yield Ended("increment" if state else "snapshot", {"version": str(self.version)})


def world_in(folder: Path, version: int) -> FetchedWorld:
    service = ChangingService()
    service.version = version
    return FetchedWorld(folder, {"customers": CUSTOMERS, "orders": ORDERS}, service)


def counted(functions: list[tuple[Any, str]], at: int, calls: list[int]) -> None:
    """Replaces functions by ones that count their beginnings and ends, and die at the given count (0: never)."""

    def step() -> None:
        calls[0] += 1
        if calls[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrapped(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            step()
            result = real(*arguments, **named)
            step()
            return result

        return run

    for owner, name in functions:
        setattr(owner, name, wrapped(getattr(owner, name)))


def in_child(work: Callable[[], Any], answer: Path) -> int:
    """Runs work in a fork, its result as JSON in a file; the child's status."""
    child = os.fork()
    if child == 0:
        try:
            answer.write_text(json.dumps(work()))
            os._exit(0)
        finally:
            # Whatever else happened: told on stderr by the interpreter, and as a status.
            if sys.exc_info()[1] is not None:
                sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
            os._exit(1)
    return os.waitpid(child, 0)[1]


def killed(folder: Path, phase: str, at: int) -> int:
    """An extract of version 2 that dies at the given point; the number of points passed."""
    calls = [0]
    counted(PHASES[phase], at, calls)
    world_in(folder, 2).extract_again()
    return calls[0]


def exact(folder: Path) -> str:
    """Extracts version 3 after the crash; what is wrong with landing then, or nothing."""
    world = world_in(folder, 3)
    world.extract_again()
    customers = world.rows("select customer_id, _deleted from raw_crm.customers order by _load_id, _record")
    expected = sorted([("C1", ""), ("C2", ""), ("C3", ""), ("C1", "true"), ("C4", "")])
    found = sorted((key, mark or "") for key, mark in customers)
    newest = "select max(_load_id) from raw_crm.orders"
    orders = world.rows(f"select order_id from raw_crm.orders where _load_id = ({newest}) order by 1")
    whole = [(f"O{n}",) for n in range(1, 6)]
    receipts = world.rows("select entity, sum(rows)::int from raw_crm.delivered_files group by 1 order by 1")
    sums = [("customers", len(customers)), ("orders", world.rows("select count(*) from raw_crm.orders")[0][0])]
    return "" if (found, orders, receipts) == (expected, whole, sums) else repr((found, orders, receipts))


def trial(base: Path, phase: str, at: int) -> str:
    with tempfile.TemporaryDirectory() as made:
        folder, answer = Path(made) / "world", Path(made) / "answer"
        shutil.copytree(base, folder)
        status = in_child(lambda: killed(folder, phase, at), answer)
        if status != signal.SIGKILL:
            return f"was not killed at {at}: status {status}"
        if in_child(lambda: exact(folder), answer) != 0:
            return f"the run after the one killed at {at} failed"
        wrong: str = json.loads(answer.read_text())
        return f"killed at {at}: {wrong}" if wrong else ""


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        base, answer = Path(made) / "base", Path(made) / "answer"
        assert in_child(lambda: world_in(base, 1).extract_again(), answer) == 0
        results: dict[str, dict[str, Any]] = {}
        for phase in PHASES:
            copy = Path(made) / phase
            shutil.copytree(base, copy)
            assert in_child(lambda copy=copy, phase=phase: killed(copy, phase, 0), answer) == 0  # type: ignore[misc]
            points = json.loads(answer.read_text())
            # Spread over all points; every point where there are fewer than trials, then again from the first.
            chosen = [1 + (n * points // TRIALS if points > TRIALS else n % points) for n in range(TRIALS)]
            wrong = [text for at in chosen if (text := trial(base, phase, at))]
            results[phase] = {"points": points, "exact": TRIALS - len(wrong), "wrong": wrong}
        sys.stdout.write(json.dumps(results) + "\n")


if __name__ == "__main__":
    main()
