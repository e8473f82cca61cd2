"""The main job as a person meets it: a second run, a missing column, bad rows, a foreign program, the release gate."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.pipeline import DemoRun, holdfast

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]
MONTH = "2024-12"
HOLD = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def state(settings: Settings) -> dict[str, tuple[str, int]]:
    """Every published mart, PDF and mail with its hash and modification time."""
    files = [
        *settings.published_dir.glob("marts-*.duckdb"),
        *settings.reports_dir.rglob("*.pdf"),
        *settings.outbox_dir.rglob("*.eml"),
    ]
    return {
        str(file.relative_to(settings.data_dir)): (
            hashlib.sha256(file.read_bytes()).hexdigest(),
            file.stat().st_mtime_ns,
        )
        for file in files
    }


def hashes(settings: Settings) -> dict[str, str]:
    return {name: digest for name, (digest, _) in state(settings).items()}


def newest(settings: Settings, pattern: str) -> Path:
    files = sorted((settings.data_dir / "demo").rglob(pattern))
    assert files
    return files[-1]


def test_the_first_run_names_each_stage_and_every_place(demo_run: DemoRun) -> None:
    lines = demo_run.output.splitlines()
    for name in ("extract", "raw", "build", "publish", "report", "release", "deliver"):
        assert any(line.startswith(name) and " s " in line for line in lines), name
    assert sum(1 for line in lines if ": sent (" in line) == 5
    assert len(list(demo_run.settings.outbox_dir.rglob("*.eml"))) == 5
    assert len(list((demo_run.settings.reports_dir / MONTH).glob("*.pdf"))) == 4


def test_a_second_run_sends_nothing_and_changes_nothing(demo_run: DemoRun, tmp_path: Path) -> None:
    settings = demo_run.copy(tmp_path / "data")
    before = state(settings)
    done = holdfast(settings.data_dir, "demo")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": already delivered (") == 5
    assert ": sent (" not in done.stdout
    after = state(settings)
    marts = [name for name in before if name.startswith("published/")]
    assert {name: after[name] for name in marts} == {name: before[name] for name in marts}
    assert {name: digest for name, (digest, _) in after.items()} == {name: d for name, (d, _) in before.items()}


def test_a_missing_column_stops_before_publish_and_is_named(demo_run: DemoRun, tmp_path: Path) -> None:
    settings = demo_run.copy(tmp_path / "data")
    file = newest(settings, "customers_*.csv")
    text = file.read_text(encoding="utf-8")
    header = text.split("\n", 1)[0]
    file.write_text(text.replace("customer_id", "customer_no", 1), encoding="utf-8")
    before = state(settings)
    done = holdfast(settings.data_dir, "run", "--month", MONTH)
    assert done.returncode == 1
    assert "customer_id" in header
    for part in (file.name, "customer_id", "customer_no"):
        assert part in done.stderr
    assert state(settings) == before


def break_rows(file: Path, share: float) -> int:
    """Gives that share of a CSV file's rows (at least one) an impossible date; returns how many."""
    lines = file.read_bytes().split(b"\n")
    rows = [number for number in range(1, len(lines)) if re.search(rb"20\d\d-", lines[number])]
    broken = rows[: max(1, round(len(rows) * share))]
    for number in broken:
        lines[number] = re.sub(rb"(20\d\d)-", rb"\1-99-", lines[number])
    file.write_bytes(b"\n".join(lines))
    return len(broken)


def test_one_bad_row_is_set_aside_and_the_run_goes_on(demo_run: DemoRun, tmp_path: Path) -> None:
    settings = demo_run.copy(tmp_path / "data")
    file = newest(settings, "refunds_*.csv")
    before = holdfast(settings.data_dir, "quarantine", "--entity", "refunds", "--limit", "1000")
    assert break_rows(file, 0.0) == 1
    done = holdfast(settings.data_dir, "run", "--month", MONTH, "--no-delivery")
    assert done.returncode == 0, done.stderr
    after = holdfast(settings.data_dir, "quarantine", "--entity", "refunds", "--limit", "1000")
    assert after.stdout.count(file.stem) == before.stdout.count(file.stem) + 1


def test_five_per_cent_bad_rows_stop_the_run(demo_run: DemoRun, tmp_path: Path) -> None:
    settings = demo_run.copy(tmp_path / "data")
    for file in (settings.data_dir / "demo").rglob("refunds_*.csv"):
        break_rows(file, 0.05)
    before = state(settings)
    done = holdfast(settings.data_dir, "run", "--month", MONTH)
    assert done.returncode == 1
    assert "refunds" in done.stderr and "the build stopped before publishing" in done.stderr
    assert state(settings) == before
    refused = holdfast(settings.data_dir, "report", "--month", MONTH)
    assert refused.returncode == 1 and "the last build failed" in refused.stderr
    refused = holdfast(settings.data_dir, "deliver", "--month", MONTH)
    assert refused.returncode == 1 and "is not released" in refused.stderr
    assert hashes(settings) == {name: digest for name, (digest, _) in before.items()}


def test_report_and_delivery_alone_after_a_failed_check_send_nothing(demo_run: DemoRun, tmp_path: Path) -> None:
    settings = demo_run.copy(tmp_path / "data")
    for file in settings.outbox_dir.rglob("*.eml"):
        file.unlink()
    settings.ledger_path.unlink()
    (settings.data_dir / "ledger.mark").unlink()
    checks = settings.published_dir / "checks.json"
    content = json.loads(checks.read_text())
    content["checks"][0].update(status="fail", failures=1)
    content["passed"] = False
    checks.write_text(json.dumps(content))
    for command in ("report", "deliver"):
        done = holdfast(settings.data_dir, command, "--month", MONTH)
        assert done.returncode == 1
        assert content["checks"][0]["name"] in done.stderr
    assert list(settings.outbox_dir.rglob("*.eml")) == []


def test_a_foreign_program_that_holds_the_working_file_is_named(demo_run: DemoRun, tmp_path: Path) -> None:
    from orchestration.build import prepare_build
    from orchestration.working_file import WorkingFileHeld

    settings = demo_run.copy(tmp_path / "data")
    command = [sys.executable, "-c", HOLD, str(settings.work_database)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
        pytest.MonkeyPatch.context() as patch,
    ):
        assert process.stdout is not None
        process.stdout.readline()
        patch.setattr("orchestration.build.HELD_WAIT_SECONDS", 0.3)
        with pytest.raises(WorkingFileHeld, match=f"PID {process.pid}"):
            prepare_build(settings)
        process.communicate(b"")
