"""Backup and restore: everything comes back, nothing half, and nothing is sent twice because of it."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.backup.create import BackupError, back_up, backups_in, read_backup
from orchestration.backup.restore import restore
from orchestration.cli import app
from orchestration.delivery.ledger import Ledger, open_ledger
from orchestration.delivery.overview import year_at_a_glance
from orchestration.delivery.release import release
from orchestration.delivery.send import deliver
from orchestration.delivery.status import status_rows
from orchestration.delivery.tables import LedgerError
from orchestration.erasure.register import Register
from orchestration.run_lock import RunLockError, run_lock
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from tests.databases import postgres
from tests.delivery_world import MONTH, Clock, make_ledger, ready

Copy = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A company with landed files, an erasure, a released month, and mail sent."""
    config = tmp_path / "company"
    shutil.copytree(PROJECT_ROOT / "config", config)
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path / "data")})
    landed = settings.landing_dir / "crm" / "customers" / "1.parquet"
    landed.parent.mkdir(parents=True)
    landed.write_bytes(os.urandom(5000))
    Register(settings).begin(["C1"], "anna")
    for name in ("work/holdfast.duckdb", "dagster/history/runs.db", "run.lock", ".part"):
        (settings.data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.data_dir / name).write_bytes(b"not kept")
    ledger = make_ledger(settings)
    release(settings, MONTH, ready(settings), ledger)
    deliver(settings, MONTH, ledger)
    return settings


def kept(data: Path) -> dict[str, bytes]:
    """Path → content of all that a backup promises to keep, the ledger apart."""
    files = [*data.glob("erasures.*"), *(data / "landing").rglob("*"), *data.glob("reports/*/released/**/*")]
    return {str(file.relative_to(data)): file.read_bytes() for file in files if file.is_file()}


def elsewhere(folder: Path) -> dict[str, str]:
    return {"HOLDFAST_DATA": str(folder / "data"), "HOLDFAST_CONFIG": str(folder / "config")}


def rows(ledger: Ledger) -> list[object]:
    return [(row.delivery_id, row.state, row.since, row.message_id) for row in status_rows(ledger, "retention")]


def test_what_cannot_be_made_again_comes_back_byte_by_byte(settings: Settings, tmp_path: Path) -> None:
    path = back_up(settings, tmp_path / "backups", clock=Clock())
    assert path.name == "holdfast-2025-01-06T060000Z.tar"
    assert path.stat().st_mode & 0o077 == 0
    done = restore(path, elsewhere(tmp_path / "new"))
    assert kept(done.data_dir) == kept(settings.data_dir) != {}
    assert {file.name for file in done.data_dir.iterdir()} == {
        "landing", "reports", "ledger.sqlite", "ledger.mark", "erasures.jsonl", "erasures.key",
    }  # fmt: skip
    assert {file.name: file.read_bytes() for file in done.config_dir.iterdir() if file.is_file()} == {
        file.name: file.read_bytes() for file in settings.config_dir.iterdir() if file.is_file()
    }
    again = load_settings(elsewhere(tmp_path / "new"))
    assert rows(make_ledger(again)) == rows(make_ledger(settings))
    old, new = make_ledger(settings), make_ledger(again)
    assert new.published("retention") == old.published("retention") != []
    assert Register(again).pseudonym_of("C1") == Register(settings).pseudonym_of("C1")


def test_a_restored_ledger_sends_nothing_until_a_person_accepts_it(settings: Settings, tmp_path: Path) -> None:
    ledger = make_ledger(settings)
    ledger.claim(ledger.move(ledger.move(unsent(settings, ledger), "held", "because"), "planned", None))
    path = back_up(settings, tmp_path / "backups", clock=Clock())
    restore(path, elsewhere(tmp_path / "new"))
    again = load_settings(elsewhere(tmp_path / "new"))
    restored = make_ledger(again)
    assert "an older copy was restored" in (year_at_a_glance(again, restored.clock()).refusal or "")
    with pytest.raises(LedgerError, match="an older copy was restored"):
        deliver(again, MONTH, restored)
    assert not again.outbox_dir.exists()
    restored.accept("anna")
    assert year_at_a_glance(again, restored.clock()).refusal is None
    assert {line.outcome for line in deliver(again, MONTH, restored).lines} == {"already delivered", "unknown"}
    assert not again.outbox_dir.exists()


def unsent(settings: Settings, ledger: Ledger):  # type: ignore[no-untyped-def]
    """A delivery that is planned: of a recipient added later."""
    found = ledger.last_release("retention", "board", MONTH)
    assert found is not None
    added = settings.audiences[0].recipients[0].model_copy(update={"address": "new@fernhill.example"})
    ledger.plan(found, [added], "fernhill.example")
    return ledger.deliveries_of(found)[-1]


def test_what_was_planned_in_an_accepted_ledger_is_asked_of_a_person(settings: Settings, tmp_path: Path) -> None:
    unsent(settings, make_ledger(settings))
    restore(back_up(settings, tmp_path / "backups", clock=Clock()), elsewhere(tmp_path / "new"))
    again = load_settings(elsewhere(tmp_path / "new"))
    doubtful = make_ledger(again).accept("anna")
    assert [delivery.address for delivery in doubtful] == ["new@fernhill.example"]
    assert "unknown" in {line.outcome for line in deliver(again, MONTH, make_ledger(again)).lines}
    assert not again.outbox_dir.exists()


def test_a_ledger_moves_between_sqlite_and_postgresql(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = settings.config_dir / "company.yml"
    path = back_up(settings, tmp_path / "backups", clock=Clock())
    with postgres() as url:
        target = tmp_path / "new" / "config"
        shutil.copytree(settings.config_dir, target)
        (target / "company.yml").write_text(file.read_text() + "\nledger: {url_env: LEDGER_URL}\n")
        environment = elsewhere(tmp_path / "new") | {"LEDGER_URL": url}
        monkeypatch.setenv("LEDGER_URL", url)
        done = restore(path, environment)
        assert "canary" not in (done.ledger or "")
        there = load_settings(environment)
        ledger = open_ledger(there)
        assert rows(ledger) == rows(make_ledger(settings))
        ledger.accept("anna")
        # Rows came with their numbers; new ones must not meet them.
        known = {row.delivery_id for row in status_rows(ledger, "retention")}
        new = unsent(there, ledger).id
        assert new not in known
        with pytest.raises(LedgerError, match="this ledger has entries"):
            restore(path, environment | {"HOLDFAST_DATA": str(tmp_path / "third")})
        assert not (tmp_path / "third" / "landing").exists()
        kept_there = restore(path, environment | {"HOLDFAST_DATA": str(tmp_path / "third")}, keep_ledger=True)
        assert (kept_there.ledger, ledger.delivery(new).address) == (None, "new@fernhill.example")
        back = back_up(there, tmp_path / "backups", clock=Clock(Clock().now + timedelta(days=1)))
    restore(back, elsewhere(tmp_path / "fourth") | {"HOLDFAST_CONFIG": str(settings.config_dir)})
    home = load_settings(elsewhere(tmp_path / "fourth") | {"HOLDFAST_CONFIG": str(settings.config_dir)})
    assert {row.state for row in status_rows(make_ledger(home), "retention")} == {"sent", "planned"}


def damaged(path: Path, how: str) -> Path:
    content = path.read_bytes()
    target = path.with_name("damaged.tar")
    if how == "cut":
        target.write_bytes(content[: len(content) // 2])
    elif how == "one byte":
        at = content.index(b"time_zone")
        target.write_bytes(content[:at] + b"X" + content[at + 1 :])
    elif how == "no backup":
        target.write_bytes(b"hello")
    else:
        with tarfile.open(path) as source, tarfile.open(target, "w") as copy:
            for entry in source:
                if entry.name == "contents.json" and how == "no contents":
                    continue
                if how == "leads out" and entry.name == "config/company.yml":
                    entry.name = "../../company.yml"
                copy.addfile(entry, source.extractfile(entry))
    return target


@pytest.mark.parametrize("how", ["cut", "one byte", "no backup", "no contents", "leads out"])
def test_a_damaged_backup_restores_nothing(settings: Settings, tmp_path: Path, how: str) -> None:
    path = damaged(back_up(settings, tmp_path / "backups", clock=Clock()), how)
    with pytest.raises(BackupError, match=r"damaged\.tar: "):
        restore(path, elsewhere(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("there", ["landing", "ledger.sqlite", "published"])
def test_a_folder_in_use_is_not_restored_over(settings: Settings, tmp_path: Path, there: str) -> None:
    path = back_up(settings, tmp_path / "backups", clock=Clock())
    (tmp_path / "new" / "data" / there).mkdir(parents=True)
    with pytest.raises(BackupError, match=f"holds {there} already; move it away"):
        restore(path, elsewhere(tmp_path / "new"))
    assert [file.name for file in (tmp_path / "new" / "data").iterdir()] == [there]


def test_a_configuration_that_is_there_stays_and_the_backups_lies_beside(settings: Settings, tmp_path: Path) -> None:
    path = back_up(settings, tmp_path / "backups", clock=Clock())
    file = settings.config_dir / "company.yml"
    file.write_text(file.read_text().replace("Fernhill Supply\n", "Other\n", 1))
    done = restore(path, {"HOLDFAST_DATA": str(tmp_path / "new"), "HOLDFAST_CONFIG": str(settings.config_dir)})
    assert done.config_dir == tmp_path / "new" / "config-from-backup"
    assert "name: Fernhill Supply" in (done.config_dir / "company.yml").read_text()
    assert "name: Other" in file.read_text()


def test_old_backups_go_when_asked_and_only_then(settings: Settings, tmp_path: Path) -> None:
    folder, clock = tmp_path / "backups", Clock()
    for _ in range(3):
        back_up(settings, folder, clock=clock)
        clock.forward(days=1)
    assert len(backups_in(folder)) == 3
    newest = back_up(settings, folder, keep=2, clock=clock)
    assert [path.name for path in backups_in(folder)] == ["holdfast-2025-01-08T060000Z.tar", newest.name]


def test_a_run_is_waited_for(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.run_lock.time.sleep", lambda _: None)
    monkeypatch.setattr("orchestration.backup.create.run_lock", lambda path: run_lock(path, wait_seconds=0.0))
    with run_lock(settings.lock_path), pytest.raises(RunLockError):
        back_up(settings, tmp_path / "backups", clock=Clock())
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_within_itself_is_refused(settings: Settings) -> None:
    with pytest.raises(BackupError, match="which is backed up; choose a folder on another disk"):
        back_up(settings, settings.landing_dir / "backups", clock=Clock())


def test_an_older_ledger_is_not_backed_up_as_the_newest(settings: Settings, tmp_path: Path) -> None:
    mark = settings.data_dir / "ledger.mark"
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "events": 10_000}))
    with pytest.raises(LedgerError, match="an older copy was restored"):
        back_up(settings, tmp_path / "backups", clock=Clock())
    assert backups_in(tmp_path / "backups") == []


def test_before_the_first_release_there_is_no_ledger_to_keep(tmp_path: Path) -> None:
    config = tmp_path / "company"
    shutil.copytree(PROJECT_ROOT / "config", config)
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path / "data")})
    settings.data_dir.mkdir()
    contents = read_backup(back_up(settings, tmp_path / "backups", clock=Clock()))
    assert {name.partition("/")[0] for name in contents.files} == {"config"}
    assert not settings.ledger_path.exists()
    assert restore(backups_in(tmp_path / "backups")[0], elsewhere(tmp_path / "new")).ledger is None


def test_both_from_the_command_line(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_CONFIG", str(settings.config_dir))
    monkeypatch.setenv("HOLDFAST_DATA", str(settings.data_dir))
    runner = CliRunner(env={"COLUMNS": "300"})
    made = runner.invoke(app, ["backup", str(tmp_path / "backups"), "--keep", "3"])
    assert made.exit_code == 0, made.output
    (path,) = backups_in(tmp_path / "backups")
    assert path.name in made.stdout
    refused = runner.invoke(app, ["restore", str(path)])
    assert refused.exit_code == 1
    assert "move it away, or set HOLDFAST_DATA to an empty folder" in refused.stderr
    monkeypatch.setenv("HOLDFAST_DATA", str(tmp_path / "new"))
    done = runner.invoke(app, ["restore", str(path)])
    assert done.exit_code == 0, done.output
    assert "Nothing is sent until you have compared" in done.stdout
