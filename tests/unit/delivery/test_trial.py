"""A test mail: the real report by the real way to one address, on no record as a delivery."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.delivery.content import ContentError
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.manifest import ManifestError
from orchestration.delivery.release import release
from orchestration.delivery.send import deliver
from orchestration.delivery.status import status_rows
from orchestration.delivery.transport import Outcome
from orchestration.delivery.trial import send_trial
from orchestration.settings import PROJECT_ROOT, Recipient, Settings, SettingsError
from tests.delivery_world import MONTH, make_ledger, make_settings, ready

ME = Recipient(name="anna", address="Anna@fernhill.example")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = make_settings(tmp_path)
    ready(settings)
    return settings


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    return make_ledger(settings)


def mails(settings: Settings) -> list[email.message.EmailMessage]:
    return [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)  # type: ignore[misc]
        for file in sorted(settings.outbox_dir.rglob("*.eml"))
    ]


def test_one_mail_goes_to_one_address_and_says_what_it_is(settings: Settings, ledger: Ledger) -> None:
    done = send_trial(settings, MONTH, "board", ME, ledger)
    (mail,) = mails(settings)
    assert done.outcome.state == "sent"
    assert (mail["To"], mail["Message-ID"]) == ("anna <Anna@fernhill.example>", done.message_id)
    assert mail["Subject"] == f"[Test] All customers {MONTH}: fewer customers left"
    assert [part.get_filename() for part in mail.iter_attachments()] == [f"retention-{MONTH}-board.pdf"]


def test_it_is_no_delivery_and_stands_in_nobodys_way(settings: Settings, ledger: Ledger) -> None:
    send_trial(settings, MONTH, "board", ME, ledger)
    assert status_rows(ledger, "retention") == ()
    assert ledger.last_release("retention", "board", MONTH) is None
    release(settings, MONTH, ready(settings), ledger)
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"sent"}
    assert ledger.count("trial") == 1


def test_each_trial_is_a_message_of_its_own(settings: Settings, ledger: Ledger) -> None:
    sent = {send_trial(settings, MONTH, "board", ME, ledger).message_id for _ in range(3)}
    assert len(sent) == len(mails(settings)) == 3
    release(settings, MONTH, ready(settings), ledger)
    found = ledger.last_release("retention", "board", MONTH)
    assert found is not None
    assert not sent & {delivery.message_id for delivery in ledger.deliveries_of(found)}


def test_trouble_is_told_and_on_record(settings: Settings, ledger: Ledger) -> None:
    class Refusing:
        name = "smtp"

        def send(self, letter: object, file_name: str) -> Outcome:
            return Outcome("failed", "rcpt", "550 no such user")

        def close(self) -> None:
            """Nothing is open."""

    assert send_trial(settings, MONTH, "board", ME, ledger, transport=Refusing()).outcome.state == "failed"
    with ledger.reading() as connection:
        detail = connection.exec_driver_sql("select detail from events where kind = 'trial'").scalar()
    assert "failed (550 no such user)" in str(detail)


def test_what_is_not_there_is_named(settings: Settings, ledger: Ledger) -> None:
    with pytest.raises(ManifestError, match="there is no manifest; run `holdfast report`"):
        send_trial(settings, "2024-11", "board", ME, ledger)
    with pytest.raises(SettingsError, match='audience "nobody" is not in'):
        send_trial(settings, MONTH, "nobody", ME, ledger)
    (settings.reports_dir / MONTH / "board.pdf").write_bytes(b"%PDF other")
    with pytest.raises(ContentError, match="the file was changed after it was rendered"):
        send_trial(settings, MONTH, "board", ME, ledger)
    assert mails(settings) == []


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nBcc: c@d.example", "=?utf-8?q?x?=@b.example"])
def test_the_command_refuses_what_is_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HOLDFAST_CONFIG", str(PROJECT_ROOT / "config"))
    monkeypatch.setenv("HOLDFAST_DATA", str(tmp_path / "data"))
    done = CliRunner().invoke(app, ["test-mail", "--month", MONTH, "--audience", "board", "--to", address])
    assert done.exit_code == 1
    assert not (tmp_path / "data").exists()
