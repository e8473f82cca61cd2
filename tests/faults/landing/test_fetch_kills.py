"""Kill -9 at every dlt phase of a fetch, ten times each: after one more run landing is exact."""

from __future__ import annotations

import json
import subprocess
import sys

from orchestration.settings import PROJECT_ROOT

PROGRAM = PROJECT_ROOT / "tests" / "faults" / "landing" / "fetch_killer.py"


def test_f04_a_fetch_killed_in_any_phase_of_dlt_lands_exactly_in_the_next_run() -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        cwd=PROJECT_ROOT,
        env={"PYTHONPATH": str(PROJECT_ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    results = json.loads(done.stdout.splitlines()[-1])
    assert {phase: found["wrong"] for phase, found in results.items()} == {"extract": [], "normalise": [], "load": []}
    assert {phase: found["exact"] for phase, found in results.items()} == {"extract": 10, "normalise": 10, "load": 10}
    assert all(found["points"] >= 2 for found in results.values())
