"""Report and delivery as jobs of their own: nothing leaves after a failed check, and the year at a glance says why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.build import ensure_manifest
from orchestration.definitions import build_definitions
from orchestration.defs.delivery.watching import BOUNCES, DELIVERY_STATUS, WATCH
from orchestration.defs.launch import run_job
from orchestration.delivery.release import ReleaseRefused
from orchestration.reports_stage import ReportsRefused
from orchestration.settings import Settings, load_settings
from tests.delivery_world import MONTH, make_ledger, pass_checks, ready


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    found = load_settings({"HOLDFAST_DATA": str(tmp_path_factory.mktemp("jobs"))})
    ensure_manifest(found)
    return found


@pytest.fixture
def settings(parsed: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A month rendered from checked marts; the project is parsed once for all tests."""
    monkeypatch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
    for name in ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.mark"):
        (parsed.data_dir / name).unlink(missing_ok=True)
    ready(parsed)
    yield parsed
    for mail in parsed.outbox_dir.rglob("*.eml"):
        mail.unlink()


def mails(settings: Settings) -> list[Path]:
    return list(settings.outbox_dir.rglob("*.eml"))


def shown(settings: Settings) -> str:
    """The table of the newest materialisation of delivery_status."""
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        event = instance.get_latest_materialization_event(DELIVERY_STATUS)
    assert event is not None
    assert event.asset_materialization is not None
    return str(event.asset_materialization.metadata["year"].value)


@pytest.mark.parametrize("status", ["fail", "error"])
def test_after_a_failed_check_report_and_delivery_alone_send_nothing(settings: Settings, status: str) -> None:
    pass_checks(settings, snapshot=None, status=status, failures=3)
    with pytest.raises(ReportsRefused, match="ledger_closes"):
        run_job(settings, "report", MONTH)
    for _ in range(2):
        with pytest.raises(ReleaseRefused, match=f"ledger_closes on fct_retention: {status}, 3 rows"):
            run_job(settings, "deliver", MONTH, asked=True)
    assert mails(settings) == []
    assert make_ledger(settings).last_release("retention", "board", MONTH) is None
    assert "‖ held" in shown(settings)


def test_delivery_alone_sends_a_checked_month_once_and_shows_it(settings: Settings) -> None:
    people = sum(len(audience.recipients) for audience in settings.audiences)
    for _ in range(2):
        run_job(settings, "deliver", MONTH, asked=True)
        assert len(mails(settings)) == people
    assert "Everything due is sent" in shown(settings)
    assert "✓ 2 sent" in shown(settings)


def test_the_watch_job_says_so_when_nothing_was_released_and_makes_no_ledger(settings: Settings) -> None:
    run_job(settings, WATCH, None)
    assert "Nothing was released yet" in shown(settings)
    assert not settings.ledger_path.exists()


def test_what_is_watched_is_no_part_of_the_main_job(parsed: Settings) -> None:
    definitions = build_definitions(parsed)
    watched = {DELIVERY_STATUS, BOUNCES}
    assert set(definitions.resolve_job_def(WATCH).asset_layer.executable_asset_keys) == watched
    for job in ("monthly_report", "build", "report", "deliver", "extract"):
        assert not watched & set(definitions.resolve_job_def(job).asset_layer.executable_asset_keys)
    schedule = definitions.resolve_schedule_def("watch_schedule")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
