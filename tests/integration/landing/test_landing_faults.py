"""Landing after a crash: run again, it holds every row exactly once, wherever the first run died."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dlt.destinations.impl.filesystem.filesystem import FilesystemClient
from dlt.extract.extract import Extract
from dlt.normalize.normalize import Normalize

from orchestration.landing import load
from orchestration.landing.landed import committed_loads
from orchestration.landing.load import LandingError
from orchestration.settings import PROJECT_ROOT, EntityFiles
from tests.landing_world import World

ORDERS = "order_id,customer_id,amount\nO1,C1,10.00\nO2,C2,20.00\n"
REFUNDS = "refund_id,order_id,amount\nR1,O1,1.00\n"
MORE = "order_id,customer_id,amount\nO3,C3,30.00\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, {"orders": EntityFiles(files="orders_*.csv"), "refunds": EntityFiles(files="refunds_*.csv")})
    made.put("orders_2024-10.csv", ORDERS)
    made.put("refunds_2024-10.csv", REFUNDS)
    return made


def landed(world: World) -> tuple[list[Any], list[Any]]:
    orders = world.rows("select order_id from raw_crm.orders order by 1")
    return orders, world.rows("select refund_id from raw_crm.refunds order by 1")


class CrashError(RuntimeError):
    """The simulated death of a process."""


def dying(step: Callable[..., Any], after: bool) -> Callable[..., Any]:
    def die(*arguments: Any, **named: Any) -> Any:
        if after:
            step(*arguments, **named)
        raise CrashError

    return die


STEPS = [
    (Extract, "extract"),
    (Normalize, "run"),
    (FilesystemClient, "initialize_storage"),
    (FilesystemClient, "update_stored_schema"),
    (FilesystemClient, "create_load_job"),
    (FilesystemClient, "complete_load"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_run_that_died_is_run_again_and_lands_exactly(owner: type, name: str, after: bool, world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, dying(getattr(owner, name), after))
        with pytest.raises(Exception, match=r"Crash|exception|failed"):
            world.extract()
    world.put("orders_2024-11.csv", MORE)
    world.extract()
    assert landed(world) == ([("O1",), ("O2",), ("O3",)], [("R1",)])


def test_a_pending_package_does_not_swallow_new_data(world: World) -> None:
    """Without the wipe of dlt's folder, the second run would load the package left behind and skip the new data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FilesystemClient, "initialize_storage", dying(FilesystemClient.initialize_storage, False))
        with pytest.raises(Exception, match="Crash"):
            world.extract()
    world.put("orders_2024-11.csv", MORE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load.shutil, "rmtree", lambda *arguments, **named: None)
        with pytest.raises(LandingError, match=r"rows of the|new load was expected"):
            world.extract()


def test_files_of_a_load_that_was_not_committed_are_never_opened(world: World) -> None:
    world.extract()
    folder = world.root / "data" / "landing" / "crm"
    (folder / "orders" / "1999999999.5.abc.parquet").write_bytes(b"PAR1 cut off")
    (folder / "_dlt_loads" / "files__1999999999.5.jsonl").write_text('{"load_id": "1999999999.5", "sta')
    (folder / "_dlt_loads" / "files__1999999998.5.jsonl").write_text('{"load_id": "1999999998.5", "status": 1}')
    assert len(committed_loads(world.root / "data" / "landing", "crm")) == 1
    assert landed(world) == ([("O1",), ("O2",)], [("R1",)])
    assert world.extract().landed_files == 0


def test_a_clock_behind_the_newest_load_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.extract()
    world.put("orders_2024-11.csv", MORE)
    behind = time.time() - 3600
    monkeypatch.setattr(load.time, "time", lambda: behind)
    with pytest.raises(LandingError, match="set the clock right"):
        world.extract()


def test_rows_that_did_not_arrive_are_noticed_and_land_again(world: World) -> None:
    real = load._run_pipeline

    def lose_a_table(landing: Path, *arguments: Any) -> None:
        real(landing, *arguments)
        for file in (landing / "crm" / "refunds").glob("*.parquet"):
            file.unlink()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "_run_pipeline", lose_a_table)
        with pytest.raises(LandingError, match=r"refunds: load .* holds 0 rows of the 1"):
            world.extract()
    assert landed(world) == ([], [])
    world.extract()
    assert landed(world) == ([("O1",), ("O2",)], [("R1",)])


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from tests.landing_world import World
from orchestration.settings import EntityFiles
from dlt.destinations.impl.filesystem import filesystem
real, left = filesystem.FilesystemLoadJob.run, [{runs}]
def run(self):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), 9)
    real(self)
filesystem.FilesystemLoadJob.run = run
World(Path({root!r}), {{
    "orders": EntityFiles(files="orders_*.csv"), "refunds": EntityFiles(files="refunds_*.csv")}}).extract()
"""


@pytest.mark.parametrize("runs", [0, 1, 2])
def test_f04_killed_at_the_nth_file_of_a_load(runs: int, world: World) -> None:
    script = KILLED.format(tests=str(PROJECT_ROOT / "tests"), runs=runs, root=str(world.root))
    died = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, check=False)
    assert died.returncode == -9, died.stderr.decode()
    assert landed(world) == ([], [])
    world.put("orders_2024-11.csv", MORE)
    world.extract()
    assert landed(world) == ([("O1",), ("O2",), ("O3",)], [("R1",)])
