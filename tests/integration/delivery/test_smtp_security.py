"""No login and no mail without verified TLS: wrong certificates, none, old TLS; nothing but the greeting leaves."""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path

import pytest

from orchestration.delivery import smtp as smtp_module
from orchestration.delivery.login import Login
from orchestration.delivery.release import release
from orchestration.delivery.send import DeliveryLine, deliver
from orchestration.delivery.smtp import SmtpTransport, is_loopback, verified_tls
from orchestration.settings import SmtpSettings
from tests.delivery_world import BOARD, MONTH, make_ledger, make_settings, ready
from tests.smtp_servers import DRIP, DROP, RESET, STALL, Certificates, SmtpServer, Step, make_certificates

SECRET = "canary-7f3a-password"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def old_tls(certificates: Certificates) -> ssl.SSLContext:
    context = certificates.serve(certificates.good)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def send_one(data: Path, server: SmtpServer, security: str, trust: ssl.SSLContext, timeout: float = 20) -> DeliveryLine:
    smtp = SmtpSettings.model_validate(
        {
            "host": "127.0.0.1",
            "port": server.port,
            "security": security,
            "username": "reports",
            "password_env": "PASSWORD",
            "timeout_seconds": timeout,
        }
    )
    settings = make_settings(data, smtp)
    ledger = make_ledger(settings)
    release(settings, MONTH, ready(settings), ledger)
    transport = SmtpTransport(smtp, ehlo_name="fernhill.example", login=Login("reports", SECRET), tls=trust)
    return deliver(settings, MONTH, ledger, transport=transport).lines[0]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_with_a_verified_certificate_login_and_mail_go(
    tmp_path: Path, certificates: Certificates, security: str
) -> None:
    context = certificates.serve(certificates.good)
    with SmtpServer(tls=context, implicit_tls=security == "tls") as server:
        line = send_one(tmp_path, server, security, certificates.trust())
        assert (line.outcome, line.detail) == ("sent", "250 queued")
        assert server.logins[0] == f"\0reports\0{SECRET}"
        assert len(server.accepted) == len(BOARD) + 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("which", ["self_signed", "expired", "wrong_host", "unknown_authority", "old_tls"])
def test_without_one_no_byte_of_login_or_mail_leaves(
    tmp_path: Path, certificates: Certificates, security: str, which: str
) -> None:
    if which == "old_tls":
        context = old_tls(certificates)
    else:
        context = certificates.serve(getattr(certificates, "good" if which == "unknown_authority" else which))
    trust = verified_tls() if which == "unknown_authority" else certificates.trust()
    with SmtpServer(tls=context, implicit_tls=security == "tls") as server:
        line = send_one(tmp_path, server, security, trust)
        assert line.outcome == "planned again"
        assert line.detail.startswith("tls: ")
        assert server.received in (b"", b"ehlo fernhill.example\r\nSTARTTLS\r\n")
        assert (server.logins, server.accepted) == ([], [])


def test_a_server_without_starttls_gets_no_login_and_no_mail(tmp_path: Path, certificates: Certificates) -> None:
    with SmtpServer(tls=None) as server:
        line = send_one(tmp_path, server, "starttls", certificates.trust())
        assert line.outcome == "planned again"
        assert "offers no STARTTLS" in line.detail
        assert server.received == b"ehlo fernhill.example\r\n"


@pytest.mark.parametrize("reply", ["454 not now", "500 what?", "250 as you like"])
def test_a_refused_starttls_ends_the_session(tmp_path: Path, certificates: Certificates, reply: str) -> None:
    with SmtpServer({"starttls": reply}, tls=certificates.serve(certificates.good)) as server:
        line = send_one(tmp_path, server, "starttls", certificates.trust())
        assert line.outcome == "planned again"
        assert b"AUTH" not in server.received
        assert b"MAIL" not in server.received


@pytest.mark.parametrize("step", ["starttls", "handshake"])
@pytest.mark.parametrize("answer", [DROP, STALL, RESET, DRIP])
def test_a_line_that_breaks_while_it_is_secured_is_tried_again_later(
    tmp_path: Path, certificates: Certificates, step: Step, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_module, "SESSION_TIMEOUTS", 2)
    timeout = 0.5 if answer in (STALL, DRIP) else 20
    with SmtpServer({step: answer}, tls=certificates.serve(certificates.good)) as server:
        line = send_one(tmp_path, server, "starttls", certificates.trust(), timeout)
        assert (line.outcome, line.detail.partition(":")[0]) == ("planned again", "tls")
        assert (server.logins, server.accepted) == ([], [])


def test_words_slipped_in_before_tls_are_not_believed_after_it(tmp_path: Path, certificates: Certificates) -> None:
    slipped = "220 go ahead\r\n250-evil.example\r\n250 AUTH PLAIN"
    with SmtpServer({"starttls": slipped}, tls=certificates.serve(certificates.good)) as server:
        line = send_one(tmp_path, server, "starttls", certificates.trust())
        assert line.outcome in ("sent", "planned again")
        assert b"AUTH" not in server.received.split(b"STARTTLS\r\n")[0]
        if line.outcome == "sent":
            assert b"evil.example" not in server.received


def test_this_machine_is_told_by_its_address() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"))
    assert not any(is_loopback(host) for host in ("10.0.0.1", "mail.fernhill.example", "0.0.0.0", "localhost.example"))


def test_the_password_is_in_no_outcome_and_no_ledger(tmp_path: Path, certificates: Certificates) -> None:
    with SmtpServer({"auth": f"535 {SECRET} is wrong"}, tls=certificates.serve(certificates.good)) as server:
        line = send_one(tmp_path, server, "starttls", certificates.trust())
        assert line.detail == "login: the server refused the login (535)"
    assert not any(SECRET.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
