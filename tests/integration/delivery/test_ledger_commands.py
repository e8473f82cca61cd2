"""What a person may decide from the shell: look at a delivery, resend it, settle it, accept a ledger."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from orchestration.cli import app
from orchestration.delivery.release import release
from orchestration.delivery.send import deliver
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from tests.delivery_world import MONTH, make_ledger, ready


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The demo's configuration with a released month; of delivery 1 the sender died, delivery 2 is sent."""
    environment = {"HOLDFAST_CONFIG": str(PROJECT_ROOT / "config"), "HOLDFAST_DATA": str(tmp_path)}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(environment)
    ledger = make_ledger(settings)
    release(settings, MONTH, ready(settings), ledger)
    ledger.claim(ledger.delivery(1))
    deliver(settings, MONTH, ledger)
    return settings


def holdfast(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "300"}).invoke(app, list(arguments))


def test_status_shows_the_year_and_lists_only_what_needs_a_hand(settings: Settings) -> None:
    shown = holdfast("status").stdout
    assert shown.startswith("1 unknown; ")
    grid, _, listed = shown.partition("└")
    assert [line.count("✓") for line in grid.splitlines() if MONTH in line] == [len(settings.audiences) - 1]
    assert len([line for line in listed.splitlines() if MONTH in line and "unknown" in line]) == 1


def test_status_of_a_month_lists_every_delivery_with_its_id(settings: Settings) -> None:
    listed = holdfast("status", "--month", MONTH).stdout.partition("└")[2]
    lines = [line for line in listed.splitlines() if MONTH in line]
    assert len(lines) == sum(len(audience.recipients) for audience in settings.audiences)
    assert sum("unknown" in line for line in lines) == 1


def test_status_before_the_first_release_says_so_and_makes_no_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_CONFIG", str(PROJECT_ROOT / "config"))
    monkeypatch.setenv("HOLDFAST_DATA", str(tmp_path / "empty"))
    shown = holdfast("status").stdout
    assert shown.startswith("Nothing was released yet. The first month, 2024-12, was due on 2025-01-")
    assert "! not released" in shown
    assert not (tmp_path / "empty").exists()


def test_a_delivery_is_shown_with_its_message_id_and_history(settings: Settings) -> None:
    shown = holdfast("ledger", "show", "1").stdout
    assert make_ledger(settings).delivery(1).message_id in shown
    assert [word for word in ("planned:", "claimed:", "unknown:") if word in shown] == [
        "planned:",
        "claimed:",
        "unknown:",
    ]


def test_an_unknown_delivery_is_resent_once(settings: Settings) -> None:
    before = len(list(settings.outbox_dir.rglob("*.eml")))
    assert ": sent (" in holdfast("ledger", "resend", "1", "--who", "anna").stdout
    assert len(list(settings.outbox_dir.rglob("*.eml"))) == before + 1
    again = holdfast("ledger", "resend", "1", "--who", "anna")
    assert again.exit_code == 1
    assert "is sent and cannot become planned" in again.stderr


def test_an_unknown_delivery_that_was_seen_is_settled_without_sending(settings: Settings) -> None:
    before = len(list(settings.outbox_dir.rglob("*.eml")))
    assert holdfast("ledger", "seen", "1", "--who", "anna").exit_code == 0
    assert make_ledger(settings).delivery(1).state == "sent"
    assert len(list(settings.outbox_dir.rglob("*.eml"))) == before


def test_a_delivery_that_is_not_there_is_named(settings: Settings) -> None:
    done = holdfast("ledger", "show", "99")
    assert done.exit_code == 1
    assert "there is no delivery 99; `holdfast status` lists them" in done.stderr


def test_an_older_ledger_goes_on_after_a_person_accepts_it(settings: Settings) -> None:
    for file in settings.data_dir.glob("ledger.sqlite*"):
        file.unlink()
    refused = holdfast("ledger", "resend", "1", "--who", "anna")
    assert refused.exit_code == 1
    assert "accept this one with `holdfast ledger accept --who NAME`" in refused.stderr
    assert holdfast("ledger", "accept", "--who", "anna").exit_code == 0
    make_ledger(settings).guard()
