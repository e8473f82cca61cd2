"""Alarms: one per cause, one when it ends, to the owners and nobody else."""

from __future__ import annotations

import email
import email.policy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from orchestration.alarms.book import AlarmBook, one_look, read_book
from orchestration.alarms.channels import Channel, ChannelError, call, channels_of, payload
from orchestration.alarms.look import book_path, look_and_tell
from orchestration.alarms.rules import Alarm, Cause, News, look, news_for, subject, text, told
from orchestration.alarms.settings import AlarmSettings, Owner, Webhook
from orchestration.automation.standing import standing
from orchestration.delivery.release import release
from orchestration.delivery.send import deliver
from orchestration.settings import Settings, SmtpSettings
from tests.delivery_world import MONTH, Clock, make_ledger, make_settings, ready
from tests.smtp_servers import SmtpServer

NOW = datetime(2025, 1, 6, 6, 0, tzinfo=UTC)
LATE = Cause("late source", "crm 2024-12", "source crm has not delivered 2024-12", NOW, "ask whoever delivers it")
LOST = Cause("unknown", "7", "2024-12 board to a@b.example: nobody knows\nsecond line", NOW, "look for <id@x.example>")


def after(**by: int) -> datetime:
    return NOW + timedelta(**by)


class Listener:
    """A channel that keeps what it is told, and can be deaf."""

    def __init__(self, name: str = "anna") -> None:
        self.heard: list[News] = []
        self.is_deaf = False
        self.asked = 0
        self.channel = Channel(name, self._tell)

    def _tell(self, news: News, _: datetime) -> None:
        self.asked += 1
        if self.is_deaf:
            raise ChannelError(f"{self.channel.name}: does not hear")
        self.heard.append(news)

    def keys(self) -> list[str]:
        return [
            f"{word} {alarm.cause.key}"
            for news in self.heard
            for word, alarms in (("+", news.raised), ("-", news.ended))
            for alarm in alarms
        ]


def test_a_cause_is_told_once_and_its_end_once(tmp_path: Path) -> None:
    anna = Listener()
    for minute, causes in enumerate([[LATE], [LATE], [LATE, LOST], [LOST], [LOST], [], []]):
        one_look(tmp_path / "alarms.json", causes, [anna.channel], after(minutes=minute))
    assert anna.keys() == [
        "+ late source crm 2024-12",
        "+ unknown 7",
        "- late source crm 2024-12",
        "- unknown 7",
    ]
    assert read_book(tmp_path / "alarms.json").alarms == {}


def test_each_channel_is_told_for_itself_and_a_deaf_one_later(tmp_path: Path) -> None:
    anna, béla = Listener("anna"), Listener("béla")
    béla.is_deaf = True
    for minute in range(6):
        one_look(tmp_path / "alarms.json", [LATE], [béla.channel, anna.channel], after(minutes=minute))
    # 0, then after 1, then after 2 more minutes: what does not answer is not hammered.
    assert (len(anna.heard), béla.asked) == (1, 3)
    assert "does not hear" in read_book(tmp_path / "alarms.json").troubles["béla"].said
    béla.is_deaf = False
    book = one_look(tmp_path / "alarms.json", [LATE], [béla.channel, anna.channel], after(minutes=30))
    assert (anna.keys(), béla.keys()) == (["+ late source crm 2024-12"], ["+ late source crm 2024-12"])
    assert book.troubles == {}


def test_whoever_never_heard_of_an_alarm_does_not_hear_of_its_end(tmp_path: Path) -> None:
    anna = Listener()
    anna.is_deaf = True
    one_look(tmp_path / "alarms.json", [LATE], [anna.channel], NOW)
    anna.is_deaf = False
    book = one_look(tmp_path / "alarms.json", [], [anna.channel], after(hours=1))
    assert (anna.heard, book.alarms) == ([], {})


def test_a_cause_that_comes_back_is_a_new_alarm() -> None:
    book = told(look({}, [LATE], NOW), "anna", News(tuple(look({}, [LATE], NOW).values()), ()))
    gone = look(book, [], after(hours=1))
    assert [alarm.cause.key for alarm in news_for(gone, "anna").ended] == [LATE.key]
    # Back before anybody heard of its end: nothing has happened.
    assert not news_for(look(gone, [LATE], after(hours=2)), "anna")
    back = look(told(gone, "anna", news_for(gone, "anna")), [LATE], after(hours=2))
    assert [alarm.raised_at for alarm in news_for(back, "anna").raised] == [after(hours=2)]


def test_a_lost_or_damaged_book_tells_once_more(tmp_path: Path) -> None:
    path, anna = tmp_path / "alarms.json", Listener()
    one_look(path, [LATE], [anna.channel], NOW)
    path.write_text('{"alarms": [{"key"')
    one_look(path, [LATE], [anna.channel], after(minutes=1))
    assert anna.keys() == ["+ late source crm 2024-12"] * 2
    assert [alarm.cause for alarm in read_book(path).open] == [LATE]


def news(*raised: Cause, ended: tuple[Cause, ...] = ()) -> News:
    return News(
        tuple(Alarm(cause, NOW) for cause in raised), tuple(Alarm(cause, NOW, after(hours=3)) for cause in ended)
    )


def test_the_words_say_what_since_when_and_what_to_do() -> None:
    assert (
        subject("Fernhill", news(LOST, LATE))
        == "[Fernhill] ALARM: 2024-12 board to a@b.example: nobody knows and 1 more"
    )
    assert subject("Fernhill", news(ended=(LATE,))) == "[Fernhill] ended: 1 alarm"
    assert text(news(LATE, ended=(LOST,))) == (
        "ALARM  source crm has not delivered 2024-12\n"
        "kind   late source\n"
        "since  2025-01-06 06:00 UTC\n"
        "to do  ask whoever delivers it\n"
        "\n"
        "ENDED  2024-12 board to a@b.example: nobody knows\nsecond line\n"
        "since  2025-01-06 06:00 UTC, until 2025-01-06 09:00 UTC\n"
    )


def test_each_shape_is_what_its_service_takes() -> None:
    hostile = Cause("held", "x", "a <script> & `b`", NOW, "c")
    slack = payload("slack", "Fernhill", news(hostile))
    assert slack["text"].startswith("[Fernhill] ALARM")
    assert "&lt;script&gt; &amp;" in slack["blocks"][0]["text"]["text"]
    teams = payload("teams", "Fernhill", news(LATE))
    card = teams["attachments"][0]
    assert (teams["type"], card["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert card["content"]["type"] == "AdaptiveCard"
    assert "ask whoever delivers it" in card["content"]["body"][1]["text"]
    plain = payload("json", "Fernhill", news(LATE, ended=(LOST,)))
    assert [(alarm["key"], alarm["ended_at"]) for alarm in plain["alarms"]] == [
        (LATE.key, None),
        (LOST.key, "2025-01-06T09:00:00+00:00"),
    ]


@contextmanager
def web_server(status: int = 200) -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    """A server on loopback: its address, and the calls it got (verb, path, JSON)."""
    calls: list[tuple[str, str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            calls.append((self.command, self.path, json.loads(body) if body else None))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.headers["Content-Length"] = "0"
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", calls
    finally:
        server.shutdown()
        server.server_close()


def with_alarms(settings: Settings, **alarms: Any) -> Settings:
    company = settings.company.model_copy(update={"alarms": AlarmSettings(**alarms)})
    return settings.model_copy(update={"company": company})


OWNER = Owner(name="Anna Ops", address="anna.ops@fernhill.example")


def test_a_webhook_is_posted_to_the_address_in_the_environment(tmp_path: Path) -> None:
    settings = with_alarms(make_settings(tmp_path), webhooks=(Webhook(shape="slack", url_env="ALARM_URL"),))
    with web_server() as (address, calls):
        one_look(tmp_path / "a.json", [LATE], channels_of(settings, {"ALARM_URL": f"{address}/T0/secret"}), NOW)
    assert [(verb, path) for verb, path, _ in calls] == [("POST", "/T0/secret")]
    assert "source crm has not delivered" in calls[0][2]["text"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "environment variable ALARM_URL holds no address"),
        ("http://hooks.example.org/secret-path", "the address in ALARM_URL is not https"),
        ("file:///etc/passwd", "holds no address"),
        ("ftp://127.0.0.1/secret-path", "is not https"),
        ("http://127.0.0.1:9/secret-path", "cannot be reached"),
    ],
)
def test_a_bad_address_is_told_without_the_address(address: str, says: str) -> None:
    with pytest.raises(ChannelError, match=says) as caught:
        call("slack ALARM_URL", "ALARM_URL", {"ALARM_URL": address}, {})
    assert "secret-path" not in str(caught.value)


@pytest.mark.parametrize("status", [301, 307, 403, 500])
def test_redirects_are_not_followed_and_refusals_are_trouble(status: int) -> None:
    with web_server(status) as (address, calls), pytest.raises(ChannelError, match=f"answered {status}"):
        call("slack X", "X", {"X": address}, {"text": "hello"})
    assert len(calls) == 1


def test_an_owner_gets_a_mail_and_no_reader_does(tmp_path: Path) -> None:
    smtp = SmtpSettings(host="127.0.0.1", port=1, security="none", timeout_seconds=5)
    with SmtpServer() as server:
        settings = with_alarms(make_settings(tmp_path, smtp.model_copy(update={"port": server.port})), owners=(OWNER,))
        for minute in range(3):
            one_look(tmp_path / "a.json", [LOST], channels_of(settings, {}), after(minutes=minute))
    (content,) = server.accepted
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail["To"] == "Anna Ops <anna.ops@fernhill.example>"
    assert mail["Subject"] == "[Fernhill Supply] ALARM: 2024-12 board to a@b.example: nobody knows"
    assert "to do  look for <id@x.example>" in mail.get_content()
    readers = [item.address.encode() for audience in settings.audiences for item in audience.recipients]
    assert not any(reader in server.received + content for reader in readers)


def test_a_mail_server_that_is_down_leaves_the_alarm_to_be_told(tmp_path: Path) -> None:
    smtp = SmtpSettings(host="127.0.0.1", port=9, security="none", timeout_seconds=1)
    settings = with_alarms(make_settings(tmp_path, smtp), owners=(OWNER,))
    book = one_look(tmp_path / "a.json", [LOST], channels_of(settings, {}), NOW)
    (alarm,) = book.open
    assert alarm.told == frozenset()
    assert list(book.troubles) == ["mail anna.ops@fernhill.example"]


def test_hostile_words_cannot_break_a_header(tmp_path: Path) -> None:
    settings = with_alarms(make_settings(tmp_path), owners=(OWNER,))
    hostile = Cause("held", "x", "file \r\nBcc: evil@x.example =?utf-8?q?=0ABcc:_e?= \x00\u2028", NOW, "rename it")
    one_look(tmp_path / "a.json", [hostile], channels_of(settings, {}), NOW)
    (file,) = settings.outbox_dir.rglob("*.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["Bcc"] is None
    assert [to.addr_spec for to in mail["To"].addresses] == ["anna.ops@fernhill.example"]


def test_a_look_finds_what_the_ledger_says_and_calls_the_heartbeat(tmp_path: Path) -> None:
    company = make_settings(tmp_path, first_report_month=MONTH)
    settings = with_alarms(company, owners=(OWNER,), heartbeat_url_env="BEAT")
    clock = Clock()
    ledger = make_ledger(settings, clock)
    release(settings, MONTH, ready(settings), ledger)
    first = ledger.last_release("retention", "board", MONTH)
    assert first is not None
    ledger.claim(ledger.deliveries_of(first)[0])
    deliver(settings, MONTH, ledger)  # the claim was left behind: unknown; the others are sent
    with web_server() as (address, calls):
        found = standing(settings, ledger, clock.now)
        book = look_and_tell(settings, found, [], (), {"BEAT": f"{address}/beat"})
    assert [alarm.cause.key for alarm in book.open] == ["unknown 1"]
    assert "Message-ID <" in book.open[0].cause.do
    assert [(verb, path) for verb, path, _ in calls] == [("GET", "/beat")]
    assert read_book(book_path(settings)).open == book.open
    with pytest.raises(ChannelError, match="heartbeat: environment variable BEAT holds no address"):
        look_and_tell(settings, found, [], (), {})


def test_an_empty_book_is_empty(tmp_path: Path) -> None:
    assert read_book(tmp_path / "none.json") == AlarmBook()
