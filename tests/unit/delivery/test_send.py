"""Sending through the outbox and through transports that misbehave: one outcome per recipient, never twice."""

from __future__ import annotations

import email
import email.policy
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from orchestration.delivery.ledger import Ledger
from orchestration.delivery.message import Letter
from orchestration.delivery.release import release
from orchestration.delivery.send import confirm_sent, deliver, next_attempt, resend, transport_for
from orchestration.delivery.status import delivery_history, status_rows
from orchestration.delivery.tables import LedgerError
from orchestration.delivery.transport import Outcome, TransportError
from orchestration.settings import Settings, SmtpSettings
from tests.delivery_world import MONTH, Clock, make_ledger, make_settings, people, ready, with_recipients


@dataclass
class Scripted:
    """A transport that answers as told and counts the letters it saw; the last answer is repeated."""

    answers: list[Outcome]
    letters: list[Letter] = field(default_factory=list)
    closed: int = 0
    name: str = "scripted"

    def send(self, letter: Letter, file_name: str) -> Outcome:
        self.letters.append(letter)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def close(self) -> None:
        self.closed += 1


SENT = Outcome("sent", "dot", "250 taken")
UNKNOWN = Outcome("unknown", "dot", "dot: connection lost")
FAILED = Outcome("failed", "rcpt", "rcpt: 550 no such user")
BUSY = Outcome("planned", "rcpt", "rcpt: 451 later")
DOWN = Outcome("planned", "connect", "connect: refused")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(settings: Settings, clock: Clock) -> Ledger:
    ledger = make_ledger(settings, clock)
    release(settings, MONTH, ready(settings), ledger)
    return ledger


def states(ledger: Ledger) -> list[str]:
    return [row.state for row in status_rows(ledger, "retention")]


def test_the_outbox_holds_one_whole_mail_per_recipient(settings: Settings, ledger: Ledger) -> None:
    result = deliver(settings, MONTH, ledger)
    assert [line.outcome for line in result.lines] == ["sent"] * 3
    assert result.alarms == ()
    files = sorted(settings.outbox_dir.rglob("*"))
    assert [file.suffix for file in files if file.is_file()] == [".eml"] * 3
    mail = email.message_from_bytes(files[1].read_bytes(), policy=email.policy.default)
    assert mail["To"].addresses[0].addr_spec == "david.osei@fernhill.example"
    assert mail["Message-ID"] == result.lines[1].message_id
    attachment = next(mail.iter_attachments())
    assert attachment.get_filename() == "retention-2024-12-board.pdf"
    assert attachment.get_content() == (settings.reports_dir / MONTH / "board.pdf").read_bytes()


def test_ten_reruns_change_nothing(settings: Settings, ledger: Ledger) -> None:
    deliver(settings, MONTH, ledger)
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in settings.outbox_dir.rglob("*.eml")}
    for _ in range(10):
        assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"already delivered"}
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in settings.outbox_dir.rglob("*.eml")} == before


def test_unknown_is_never_sent_again_by_itself(settings: Settings, ledger: Ledger, clock: Clock) -> None:
    transport = Scripted([UNKNOWN])
    assert [line.outcome for line in deliver(settings, MONTH, ledger, transport=transport).lines] == ["unknown"] * 3
    for _ in range(10):
        clock.forward(days=1)
        result = deliver(settings, MONTH, ledger, transport=transport, asked=True)
        assert len(result.alarms) == 3
        assert all(line.message_id for line in result.alarms)
    assert len(transport.letters) == 3


def test_a_person_resends_the_same_bytes_under_the_same_message_id(settings: Settings, ledger: Ledger) -> None:
    transport = Scripted([UNKNOWN, SENT])
    first = deliver(settings, MONTH, ledger, transport=transport).lines[0]
    assert first.delivery_id is not None
    again = resend(settings, first.delivery_id, ledger, who="anna", transport=transport)
    assert (again.outcome, again.message_id) == ("sent", first.message_id)
    assert transport.letters[0] == transport.letters[-1]
    kinds = [event.kind for event in delivery_history(ledger, first.delivery_id)]
    assert kinds == ["planned", "claimed", "unknown", "resend", "claimed", "sent"]
    assert "anna" in delivery_history(ledger, first.delivery_id)[3].detail
    with pytest.raises(LedgerError, match="is sent and cannot become planned"):
        resend(settings, first.delivery_id, ledger, who="anna", transport=transport)


def test_a_person_who_has_seen_the_message_settles_it(settings: Settings, ledger: Ledger) -> None:
    line = deliver(settings, MONTH, ledger, transport=Scripted([UNKNOWN])).lines[0]
    assert line.delivery_id is not None
    assert confirm_sent(settings, line.delivery_id, ledger, who="anna").state == "sent"
    assert deliver(settings, MONTH, ledger).lines[0].outcome == "already delivered"


def test_failed_stays_failed_until_a_person_resends(settings: Settings, ledger: Ledger) -> None:
    transport = Scripted([FAILED, SENT])
    line = deliver(settings, MONTH, ledger, transport=transport).lines[0]
    assert deliver(settings, MONTH, ledger, transport=transport).lines[0].outcome == "failed"
    assert len(transport.letters) == 3
    assert resend(settings, line.delivery_id or 0, ledger, who="anna", transport=transport).outcome == "sent"


def test_trouble_is_tried_again_after_a_growing_wait(settings: Settings, ledger: Ledger, clock: Clock) -> None:
    transport = Scripted([BUSY])
    lines = deliver(settings, MONTH, ledger, transport=transport).lines
    assert {line.outcome for line in lines} == {"planned again"}
    deliver(settings, MONTH, ledger, transport=transport)
    assert len(transport.letters) == 3
    clock.forward(minutes=1)
    deliver(settings, MONTH, ledger, transport=transport)
    assert len(transport.letters) == 6
    clock.forward(minutes=1)
    waiting = deliver(settings, MONTH, ledger, transport=transport).lines
    assert "next attempt from 2025-01-06 06:03 UTC: rcpt: 451 later" in waiting[0].detail
    assert len(transport.letters) == 6
    deliver(settings, MONTH, ledger, transport=Scripted([SENT]), asked=True)
    assert states(ledger) == ["sent"] * 3


def test_waits_double_up_to_an_hour(clock: Clock) -> None:
    waits = [int((next_attempt(clock(), attempt) - clock()).total_seconds() / 60) for attempt in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert next_attempt(clock(), 10_000) == next_attempt(clock(), 7)


def test_after_three_days_of_trouble_the_delivery_is_failed(settings: Settings, ledger: Ledger, clock: Clock) -> None:
    transport = Scripted([BUSY])
    deliver(settings, MONTH, ledger, transport=transport)
    clock.forward(days=3)
    lines = deliver(settings, MONTH, ledger, transport=transport).lines
    assert {line.outcome for line in lines} == {"failed"}
    assert "given up after 1 attempts: rcpt: 451 later" in lines[0].detail
    assert len(transport.letters) == 3


def test_a_late_first_attempt_is_still_made(settings: Settings, ledger: Ledger, clock: Clock) -> None:
    clock.forward(days=30)
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"sent"}


def test_a_server_that_is_down_is_asked_once_a_run(settings: Settings, ledger: Ledger) -> None:
    transport = Scripted([DOWN])
    lines = deliver(settings, MONTH, ledger, transport=transport).lines
    assert [line.outcome for line in lines] == ["planned again"] * 3
    assert lines[1].detail == "not tried: connect: refused"
    assert len(transport.letters) == 1


def test_a_claim_left_by_a_dead_sender_is_unknown_and_not_sent(settings: Settings, ledger: Ledger) -> None:
    planned = ledger.last_release("retention", "board", MONTH)
    assert planned is not None
    ledger.claim(ledger.deliveries_of(planned)[0])
    transport = Scripted([SENT])
    lines = deliver(settings, MONTH, ledger, transport=transport).lines
    assert [line.outcome for line in lines] == ["unknown", "sent", "sent"]
    assert f":{os.getpid()} at 2025-01-06 06:00:00 UTC, which ended before it recorded" in lines[0].detail
    assert len(transport.letters) == 2


def test_a_transport_that_breaks_leaves_unknown_not_planned(settings: Settings, ledger: Ledger) -> None:
    class Broken(Scripted):
        def send(self, letter: Letter, file_name: str) -> Outcome:
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        deliver(settings, MONTH, ledger, transport=Broken([SENT]))
    lines = deliver(settings, MONTH, ledger, transport=Scripted([SENT])).lines
    assert [line.outcome for line in lines] == ["unknown", "sent", "sent"]


def test_the_outcome_is_on_record_before_goodbye_is_said(settings: Settings, ledger: Ledger) -> None:
    class Watching(Scripted):
        def close(self) -> None:
            assert "claimed" not in states(ledger)
            super().close()

    transport = Watching([SENT])
    deliver(settings, MONTH, ledger, transport=transport)
    assert transport.closed == 3


def test_the_claim_is_on_record_before_the_letter_is_handed_over(settings: Settings, ledger: Ledger) -> None:
    class Watching(Scripted):
        def send(self, letter: Letter, file_name: str) -> Outcome:
            assert states(ledger).count("claimed") == 1
            return super().send(letter, file_name)

    assert len(deliver(settings, MONTH, ledger, transport=Watching([SENT])).sent) == 3


def test_who_is_no_recipient_any_more_gets_nothing(settings: Settings, ledger: Ledger) -> None:
    changed = with_recipients(settings, board=people(("Eleanor Marsh", "eleanor.marsh@fernhill.example")))
    lines = deliver(changed, MONTH, ledger).lines
    assert [line.outcome for line in lines] == ["sent", "held", "sent"]
    assert "david.osei@fernhill.example is no recipient of board any more" in lines[1].detail
    assert [line.outcome for line in deliver(settings, MONTH, ledger).lines] == [
        "already delivered",
        "sent",
        "already delivered",
    ]


def test_a_released_file_that_was_changed_holds_its_audience(settings: Settings, ledger: Ledger) -> None:
    pdf = next((settings.reports_dir / MONTH / "released").glob("board-*/report.pdf"))
    original = pdf.read_bytes()
    pdf.write_bytes(original + b" ")
    lines = deliver(settings, MONTH, ledger).lines
    assert [line.outcome for line in lines] == ["held", "held", "sent"]
    assert "is not what was released as edition 1" in lines[0].detail
    pdf.write_bytes(original)
    assert len(deliver(settings, MONTH, ledger).sent) == 2


def test_what_was_released_is_sent_although_the_month_was_rendered_again(settings: Settings, ledger: Ledger) -> None:
    (settings.reports_dir / MONTH / "board.pdf").write_bytes(b"%PDF-1.7 something else")
    deliver(settings, MONTH, ledger)
    for file in settings.outbox_dir.rglob("board-*.eml"):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert next(mail.iter_attachments()).get_content() == b"%PDF-1.7 one\nboard"


def test_a_full_disk_leaves_no_mail_and_another_attempt(settings: Settings, ledger: Ledger) -> None:
    settings.outbox_dir.parent.mkdir(exist_ok=True)
    settings.outbox_dir.write_text("a file where the folder should be")
    lines = deliver(settings, MONTH, ledger).lines
    assert {line.outcome for line in lines} == {"planned again"}
    settings.outbox_dir.unlink()
    assert len(deliver(settings, MONTH, ledger, asked=True).sent) == 3


def test_a_password_that_is_not_set_is_named_before_anything_is_claimed(tmp_path: Path) -> None:
    smtp = SmtpSettings(host="mail.fernhill.example", username="reports", password_env="HOLDFAST_SMTP_PASSWORD")
    with pytest.raises(TransportError, match="environment variable HOLDFAST_SMTP_PASSWORD is empty"):
        transport_for(make_settings(tmp_path, smtp), {})
    assert transport_for(make_settings(tmp_path, smtp), {"HOLDFAST_SMTP_PASSWORD": "x"}).name == "smtp"


def test_mail_in_the_clear_to_another_machine_is_refused(tmp_path: Path) -> None:
    smtp = SmtpSettings(host="mail.fernhill.example", security="none")
    with pytest.raises(TransportError, match="choose starttls or tls"):
        transport_for(make_settings(tmp_path, smtp), {})
