"""`holdfast approve` and `holdfast alarms` as a person types them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.alarms.book import one_look
from orchestration.alarms.look import book_path
from orchestration.alarms.rules import Cause
from orchestration.alarms.settings import AlarmSettings, Owner, Webhook
from orchestration.automation.approvals import approvals
from orchestration.cli import app
from orchestration.commands import clock
from orchestration.delivery.ledger import open_ledger
from orchestration.settings import Settings
from tests.delivery_world import MONTH, make_settings, ready

RUNNER = CliRunner()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Both audiences ask for approval; one owner and one webhook without an address."""
    found = make_settings(tmp_path)
    alarms = AlarmSettings(
        owners=(Owner(name="Anna Ops", address="anna.ops@fernhill.example"),),
        webhooks=(Webhook(shape="slack", url_env="NO_SUCH_ALARM_URL"),),
    )
    changed = found.model_copy(
        update={
            "company": found.company.model_copy(update={"alarms": alarms}),
            "audiences": tuple(audience.model_copy(update={"approval": True}) for audience in found.audiences),
        }
    )
    monkeypatch.setattr(clock, "settings_or_end", lambda: changed)
    return changed


def test_a_month_is_approved_by_name(settings: Settings) -> None:
    ready(settings)
    done = RUNNER.invoke(app, ["approve", "--month", MONTH, "--who", "anna", "--audience", "hungary"])
    assert (done.exit_code, done.output.startswith("hungary: approved ")) == (0, True)
    assert done.output.rstrip().endswith(f"reports/{MONTH}/hungary.pdf")
    assert [(word.audience, word.who) for word in approvals(open_ledger(settings), "retention")] == [
        ("hungary", "anna")
    ]


def test_what_cannot_be_approved_is_refused(settings: Settings) -> None:
    ready(settings)
    done = RUNNER.invoke(app, ["approve", "--month", MONTH, "--who", "anna", "--audience", "nobody"])
    assert done.exit_code == 1
    assert 'audience "nobody" asks for no approval' in done.output
    assert approvals(open_ledger(settings), "retention") == ()


def test_open_alarms_are_shown_with_what_to_do(settings: Settings) -> None:
    assert RUNNER.invoke(app, ["alarms"]).output == "no alarm is open\n"
    now = datetime(2025, 1, 6, 6, 0, tzinfo=UTC)
    cause = Cause("late source", "crm 2024-12", "source crm has not delivered [2024-12]", now, "ask for it")
    one_look(book_path(settings), [cause], [], now)
    assert RUNNER.invoke(app, ["alarms"]).output == (
        "late source: source crm has not delivered [2024-12]\n  since 2025-01-06 06:00 UTC; ask for it\n"
    )


def test_every_way_to_the_owners_is_tried(settings: Settings) -> None:
    done = RUNNER.invoke(app, ["alarms", "--test"])
    assert done.exit_code == 1
    assert "mail anna.ops@fernhill.example: told" in done.output
    assert "environment variable NO_SUCH_ALARM_URL holds no address" in done.output
    (mail,) = settings.outbox_dir.rglob("*.eml")
    assert "this is a test: nothing is wrong" in mail.read_text(encoding="utf-8")
    assert not book_path(settings).exists()


def test_nobody_to_tell_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = settings.model_copy(update={"company": settings.company.model_copy(update={"alarms": AlarmSettings()})})
    monkeypatch.setattr(clock, "settings_or_end", lambda: alone)
    done = RUNNER.invoke(app, ["alarms", "--test"])
    assert (done.exit_code, "nobody is named under alarms" in done.output) == (1, True)
