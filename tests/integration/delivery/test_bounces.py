"""Bounces from a mailbox: each told once, of the right delivery, and never a reason to send again by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.configuration.mail import BounceSettings
from orchestration.delivery.bounces import read_notification
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.mailbox import BounceResult, MailboxError, collect_bounces
from orchestration.delivery.records import Delivery
from orchestration.delivery.release import release
from orchestration.delivery.send import deliver, resend
from orchestration.delivery.status import delivery_history
from orchestration.delivery.transport import TransportError
from orchestration.settings import Settings
from tests.delivery_world import MONTH, Clock, make_ledger, make_settings, ready
from tests.imap_server import ImapServer
from tests.smtp_servers import Certificates, make_certificates

SECRET = "canary-7f3"
ENVIRONMENT = {"BOUNCES": SECRET, "TOKEN": SECRET}
HUMAN = b"From: anna@fernhill.example\r\nSubject: Thank you\r\nMessage-ID: <1@fernhill.example>\r\n\r\nGood report.\r\n"


def notification(
    delivery: Delivery, *, action: str = "failed", status: str = "5.1.1", address: str = "", whole: bool = True
) -> bytes:
    """A delivery status notification as RFC 3464 describes it, with the message or only its headers."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    lines = [
        "From: MAILER-DAEMON@mail.fernhill.example",
        "To: reports@fernhill.example",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <{action}-{status}@mail.fernhill.example>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "I'm sorry to have to inform you …",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.fernhill.example",
        "",
        f"Final-Recipient: rfc822; {address or delivery.address}",
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 5.1.1 no such user \x1b[2J",
        "",
        "--b",
        f"Content-Type: {kind}",
        "",
        "Subject: The report",
        f"Message-ID: {delivery.message_id}",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


class Post:
    """A month that is sent, and the mailbox its bounces arrive in."""

    def __init__(self, data: Path, server: ImapServer, certificates: Certificates) -> None:
        self.server, self.certificates = server, certificates
        self.settings = self.with_mailbox(make_settings(data), username="reports", password_env="BOUNCES")
        self.ledger: Ledger = make_ledger(self.settings, Clock())
        release(self.settings, MONTH, ready(self.settings), self.ledger)
        deliver(self.settings, MONTH, self.ledger)

    def with_mailbox(self, settings: Settings, **values: object) -> Settings:
        values = {"host": "127.0.0.1", "port": self.server.port, "timeout_seconds": 20, **values}
        mail = settings.company.mail.model_copy(update={"bounces": BounceSettings.model_validate(values)})
        return settings.model_copy(update={"company": settings.company.model_copy(update={"mail": mail})})

    def look(self) -> BounceResult:
        found = collect_bounces(self.settings, self.ledger, ENVIRONMENT, tls=self.certificates.trust())
        assert found is not None
        return found

    def mails_sent(self) -> int:
        return len(list(self.settings.outbox_dir.rglob("*.eml")))


@pytest.fixture
def post(tmp_path: Path, certificates: Certificates) -> Iterator[Post]:
    with ImapServer(tls=certificates.serve(certificates.good)) as server:
        yield Post(tmp_path, server, certificates)


@pytest.mark.parametrize("whole", [True, False])
def test_a_bounce_makes_the_delivery_failed_and_is_told_once(post: Post, whole: bool) -> None:
    post.server.mails.append(notification(post.ledger.delivery(1), whole=whole))
    (line,) = post.look().lines
    assert (line.delivery_id, line.action) == (1, "failed")
    failed = post.ledger.delivery(1)
    assert failed.state == "failed"
    assert (failed.reason or "").startswith("bounced: 5.1.1 550 5.1.1 no such user")
    assert "\x1b" not in (failed.reason or "")
    assert [event.kind for event in delivery_history(post.ledger, 1)][-1] == "bounced"
    assert post.server.seen == {1}
    post.server.seen.clear()
    assert post.look().lines == ()
    assert len([event for event in delivery_history(post.ledger, 1) if event.kind == "bounced"]) == 1


def test_nothing_is_sent_again_by_itself_and_a_resend_is_not_undone_by_the_old_bounce(post: Post) -> None:
    post.server.mails.append(notification(post.ledger.delivery(1)))
    post.look()
    before = post.mails_sent()
    for _ in range(10):
        post.ledger.clock.forward(days=1)  # type: ignore[attr-defined]
        assert deliver(post.settings, MONTH, post.ledger).lines[0].outcome == "failed"
    assert post.mails_sent() == before
    assert resend(post.settings, 1, post.ledger, who="anna").outcome == "sent"
    post.server.seen.clear()
    assert post.look().lines == ()
    assert post.ledger.delivery(1).state == "sent"


def test_a_delay_changes_nothing_and_is_on_record(post: Post) -> None:
    post.server.mails.append(notification(post.ledger.delivery(1), action="delayed", status="4.4.1"))
    assert [line.action for line in post.look().lines] == ["delayed"]
    assert post.ledger.delivery(1).state == "sent"
    assert delivery_history(post.ledger, 1)[-1].kind == "delayed"


def test_an_unknown_delivery_that_bounced_is_known_to_have_failed(post: Post) -> None:
    with post.ledger.writing() as connection:
        connection.exec_driver_sql("update deliveries set state = 'unknown' where id = 1")
    post.server.mails.append(notification(post.ledger.delivery(1)))
    post.look()
    assert post.ledger.delivery(1).state == "failed"


def test_a_letter_of_a_person_stays_unread(post: Post) -> None:
    post.server.mails += [HUMAN, notification(post.ledger.delivery(1))]
    found = post.look()
    assert (found.read, len(found.lines), post.server.seen) == (2, 1, {2})


def test_a_notification_of_anothers_mail_or_recipient_is_passed_over(post: Post) -> None:
    delivery = post.ledger.delivery(1)
    post.server.mails.append(notification(delivery, address="somebody@else.example"))
    post.server.mails.append(notification(delivery).replace(delivery.message_id.encode(), b"<other@else.example>"))
    assert post.look().lines == ()
    assert post.ledger.delivery(1).state == "sent"


def test_the_form_without_a_standard_is_read_too(post: Post) -> None:
    delivery = post.ledger.delivery(1)
    post.server.mails.append(
        f"Subject: Mail delivery failed\r\nX-Failed-Recipients: {delivery.address}\r\n\r\nThis message was created "
        f"automatically.\r\n\r\n------ This is a copy of it ------\r\nMessage-ID: {delivery.message_id}\r\n\r\n"
        "Hello\r\n".encode()
    )
    assert [line.action for line in post.look().lines] == ["failed"]


@pytest.mark.parametrize("cut", [0, 10, 200, 400, 600])
def test_whatever_arrives_is_read_without_a_fall(post: Post, cut: int) -> None:
    whole = notification(post.ledger.delivery(1))
    for raw in (whole[:cut], b"\xff\x00" * 50 + whole, whole.replace(b"rfc822;", b"\xff\xfe;"), whole[::-1]):
        assert isinstance(read_notification(raw), tuple)


@pytest.mark.parametrize("which", ["self_signed", "expired", "wrong_host"])
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_without_verified_tls_no_password_leaves(
    tmp_path: Path, certificates: Certificates, which: str, security: str
) -> None:
    context = certificates.serve(getattr(certificates, which))
    with ImapServer(tls=context, implicit_tls=security == "tls") as server:
        post = Post(tmp_path, server, certificates)
        post.settings = post.with_mailbox(post.settings, username="reports", password_env="BOUNCES", security=security)
        with pytest.raises(MailboxError, match=r"127\.0\.0\.1: the bounce mailbox cannot be read"):
            post.look()
        assert server.logins == []


def test_starttls_and_a_token_log_in(tmp_path: Path, certificates: Certificates) -> None:
    with ImapServer(tls=certificates.serve(certificates.good), implicit_tls=False) as server:
        post = Post(tmp_path, server, certificates)
        oauth = {"token_env": "TOKEN"}
        post.settings = post.with_mailbox(post.settings, username="reports", oauth=oauth, security="starttls")
        assert post.look().read == 0
        assert server.logins == [f"user=reports\x01auth=Bearer {SECRET}\x01\x01"]


@pytest.mark.parametrize("refused", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_server_that_refuses_is_named_and_what_was_sent_stays_sent(post: Post, refused: str) -> None:
    post.server.mails.append(notification(post.ledger.delivery(2), action="delayed"))
    post.server.refuse = (refused,)
    with pytest.raises(MailboxError, match="cannot be read") as caught:
        post.look()
    assert SECRET not in str(caught.value)
    assert {delivery.state for delivery in (post.ledger.delivery(1), post.ledger.delivery(2))} == {"sent"}
    post.server.refuse = ()
    post.look()
    assert [event.kind for event in delivery_history(post.ledger, 2)].count("delayed") == 1


def test_without_tls_only_this_machine_is_asked(post: Post) -> None:
    far = post.with_mailbox(
        post.settings, host="mail.fernhill.example", security="none", username="u", password_env="BOUNCES"
    )
    with pytest.raises(TransportError, match="choose tls or starttls"):
        collect_bounces(far, post.ledger, ENVIRONMENT)


def test_a_missing_password_is_named(post: Post) -> None:
    with pytest.raises(TransportError, match="environment variable BOUNCES is empty"):
        collect_bounces(post.settings, post.ledger, {})


def test_no_mailbox_no_bounces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = make_settings(tmp_path)
    assert collect_bounces(settings, make_ledger(settings), {}) is None
    monkeypatch.setenv("HOLDFAST_DATA", str(tmp_path))
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["ledger", "bounces"])
    assert (done.exit_code, done.stdout.strip()) == (0, "no mailbox for bounces is configured (mail.bounces)")
