"""The state table against a real server on loopback: one test per row and per step."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.delivery import smtp as smtp_module
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.login import Login
from orchestration.delivery.release import release
from orchestration.delivery.send import DeliveryResult, deliver, resend, transport_for
from orchestration.delivery.smtp import SmtpTransport
from orchestration.settings import Settings, SmtpSettings
from tests.delivery_world import MONTH, Clock, make_ledger, make_settings, ready
from tests.smtp_servers import DRIP, DROP, RESET, STALL, SmtpServer, Step

# A server that stalls is given up soon; any other is waited for, however busy the machine is.
SOON, PATIENT = 0.5, 20.0


# A reply that promises a second line, which never comes.
HALF = "250-queued"


def patience(answer: str) -> float:
    return SOON if answer in (STALL, DRIP, HALF) else PATIENT


class Company:
    """One audience with one recipient, its mail going to a server on loopback."""

    def __init__(self, data: Path, server: SmtpServer, *, timeout: float = PATIENT, **smtp: object) -> None:
        values = {"host": "127.0.0.1", "port": server.port, "security": "none", "timeout_seconds": timeout, **smtp}
        self.smtp = SmtpSettings.model_validate(values)
        self.settings: Settings = make_settings(data, self.smtp)
        self.settings = self.settings.model_copy(update={"audiences": self.settings.audiences[1:]})
        self.clock = Clock()
        self.ledger: Ledger = make_ledger(self.settings, self.clock)
        release(self.settings, MONTH, ready(self.settings), self.ledger)

    def deliver(self, **options: object) -> DeliveryResult:
        return deliver(self.settings, MONTH, self.ledger, **options)  # type: ignore[arg-type]

    def patient(self) -> SmtpTransport:
        """A transport that waits, for a server that has come to its senses."""
        smtp = self.smtp.model_copy(update={"timeout_seconds": PATIENT})
        login = Login("reports", "secret") if smtp.username else None
        return SmtpTransport(smtp, ehlo_name="fernhill.example", login=login)

    def outcome(self) -> tuple[str, str]:
        line = self.deliver().lines[0]
        return line.outcome, line.detail


PLANNED: list[tuple[Step, str]] = [
    ("banner", DROP),
    ("banner", STALL),
    ("banner", RESET),
    ("banner", "421 too busy"),
    ("banner", "554 go away"),
    ("banner", "hello"),
    ("banner", DRIP),
    ("ehlo", DROP),
    ("ehlo", STALL),
    ("ehlo", RESET),
    ("ehlo", HALF),
    ("ehlo", "451 later"),
    ("ehlo", "502 what?"),
    ("auth", DROP),
    ("auth", STALL),
    ("auth", RESET),
    ("auth", "454 later"),
    ("auth", "535 wrong password"),
    ("mail", DROP),
    ("mail", STALL),
    ("mail", RESET),
    ("mail", "451 later"),
    ("mail", "hello"),
    ("rcpt", DROP),
    ("rcpt", STALL),
    ("rcpt", RESET),
    ("rcpt", "450 mailbox busy"),
    ("rcpt", "452 too many"),
    ("rcpt", "hello"),
    ("data", "451 later"),
    ("data", "421 closing"),
    ("dot", "451 later"),
    ("dot", "421 closing"),
    ("dot", "452 disk full"),
]


@pytest.mark.parametrize(("step", "answer"), PLANNED)
def test_trouble_before_data_and_any_4xx_is_planned_again(
    tmp_path: Path, step: Step, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_module, "SESSION_TIMEOUTS", 2)
    with SmtpServer({step: answer}) as server:
        company = Company(tmp_path, server, timeout=patience(answer), username="reports", password_env="PASSWORD")
        transport = transport_for(company.settings, {"PASSWORD": "secret"})
        assert company.deliver(transport=transport).lines[0].outcome == "planned again"
        assert len(server.accepted) == (1 if step == "dot" else 0)
        server.answers.clear()
        server.accepted.clear()
        company.clock.forward(minutes=1)
        assert company.deliver(transport=company.patient()).lines[0].outcome == "sent"
        assert len(server.accepted) == 1


FAILED: list[tuple[Step, str]] = [
    ("mail", "550 no"),
    ("mail", "552 too large"),
    ("rcpt", "550 no such user"),
    ("rcpt", "553 not here"),
    ("data", "554 no valid recipients"),
    ("dot", "550 content refused"),
    ("dot", "552 too large"),
]


@pytest.mark.parametrize(("step", "answer"), FAILED)
def test_5xx_is_failed_and_not_tried_again(tmp_path: Path, step: Step, answer: str) -> None:
    with SmtpServer({step: answer}) as server:
        company = Company(tmp_path, server)
        outcome, detail = company.outcome()
        assert outcome == "failed"
        assert answer in detail
        server.answers.clear()
        company.clock.forward(days=1)
        assert company.deliver(asked=True).lines[0].outcome == "failed"
        assert server.connections == 1


@pytest.mark.parametrize("answer", [DROP, STALL, RESET, "500 what?", "451 later", "garbage"])
def test_250_to_the_dot_is_sent_whatever_quit_does(tmp_path: Path, answer: str) -> None:
    with SmtpServer({"quit": answer}) as server:
        company = Company(tmp_path, server, timeout=2 if answer == STALL else PATIENT)
        assert company.outcome() == ("sent", "250 queued")
        assert company.outcome()[0] == "already delivered"
        assert len(server.accepted) == 1
        assert server.connections == 1


UNKNOWN: list[tuple[Step, str]] = [
    ("data", DROP),
    ("data", STALL),
    ("data", RESET),
    ("data", "250 what data?"),
    ("body", DROP),
    ("body", STALL),
    ("body", RESET),
    ("dot", DROP),
    ("dot", STALL),
    ("dot", RESET),
    ("dot", DRIP),
    ("dot", HALF),
    ("dot", "hello"),
    ("dot", "354 more?"),
    ("dot", "251 somewhere else"),
    ("dot", "999 what?"),
]


@pytest.mark.parametrize(("step", "answer"), UNKNOWN)
def test_no_legible_reply_once_data_began_is_unknown_for_ever(
    tmp_path: Path, step: Step, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_module, "SESSION_TIMEOUTS", 2)
    with SmtpServer({step: answer}) as server:
        company = Company(tmp_path, server, timeout=patience(answer))
        line = company.deliver().lines[0]
        assert (line.outcome, line.message_id) == ("unknown", company.deliver().alarms[0].message_id)
        accepted = len(server.accepted)
        assert accepted == (1 if step == "dot" else 0)
        server.answers.clear()
        for _ in range(10):
            company.clock.forward(days=1)
            assert company.deliver(asked=True).lines[0].outcome == "unknown"
        assert len(server.accepted) == accepted
        assert server.connections == 1


def test_a_person_resends_with_the_same_message_id(tmp_path: Path) -> None:
    with SmtpServer({"dot": DROP}) as server:
        company = Company(tmp_path, server)
        line = company.deliver().lines[0]
        server.answers.clear()
        assert resend(company.settings, line.delivery_id or 0, company.ledger, who="anna").outcome == "sent"
        assert server.message_ids() == [line.message_id] * 2
        assert server.accepted[0] == server.accepted[1]


def test_a_server_that_drips_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_module, "SESSION_TIMEOUTS", 2)
    with SmtpServer({"mail": DRIP}) as server:
        assert Company(tmp_path, server, timeout=SOON).outcome()[0] == "planned again"


def test_nobody_listens(tmp_path: Path) -> None:
    server = SmtpServer()
    company = Company(tmp_path, server)
    server.__exit__()
    outcome, detail = company.outcome()
    assert outcome == "planned again"
    assert detail.startswith("connect: ")


def test_dots_at_line_starts_arrive_as_they_were(tmp_path: Path) -> None:
    with SmtpServer() as server:
        company = Company(tmp_path, server)
        sent: list[bytes] = []

        class Noting(SmtpTransport):
            def send(self, letter, file_name):  # type: ignore[no-untyped-def]
                sent.append(letter.full)
                return super().send(letter, file_name)

        company.deliver(transport=Noting(company.smtp, ehlo_name="fernhill.example"))
        assert b"\r\n.\r\n" in sent[0]
        assert server.accepted == sent


def test_a_server_that_takes_less_gets_a_notice(tmp_path: Path) -> None:
    with SmtpServer(features=("SIZE 1200",)) as server:
        company = Company(tmp_path, server)
        assert company.outcome()[0] == "sent"
        assert b"application/pdf" not in server.accepted[0]
        assert len(server.accepted[0]) <= 1200
        assert b"SIZE=" in server.received
        delivery = company.ledger.delivery(1)
        assert delivery.is_notice


def test_a_server_without_features_is_good_enough(tmp_path: Path) -> None:
    with SmtpServer(features=()) as server:
        assert Company(tmp_path, server).outcome()[0] == "sent"
        assert b"SIZE=" not in server.received
        assert b"application/pdf" in server.accepted[0]


def test_what_a_server_says_cannot_move_a_cursor(tmp_path: Path) -> None:
    with SmtpServer({"rcpt": "550 \x1b[2J no\x07"}) as server:
        assert Company(tmp_path, server).outcome()[1] == "rcpt: the server answered 550 [2J no"
