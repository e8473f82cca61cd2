"""One mail: what stands in it, that nothing can be injected, and that equal inputs are equal bytes."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import re
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.delivery.content import ReportContent
from orchestration.delivery.message import MessageError, check_header, compose
from orchestration.delivery.records import Delivery, Release, message_id
from orchestration.settings import PROJECT_ROOT
from tests.delivery_world import company

MAIL = company().mail
WHEN = datetime(2025, 1, 6, 6, 0, 30, 123456, tzinfo=UTC)
RELEASE = Release(
    report="retention",
    audience="hungary",
    period="2024-12",
    edition=1,
    language="hu",
    subject="2024. december: az ügyfelek 91,2 %-a maradt",
    folder="",
    snapshot_hash="aa",
    pdf_sha256="",
    mail_sha256="",
    checks_sha256="",
    as_of=date(2025, 1, 3),
    version="0.1.0",
    id=1,
    figures_sha256="",
    created_at=WHEN,
)
DELIVERY = Delivery(
    id=1,
    release_id=1,
    report="retention",
    audience="hungary",
    period="2024-12",
    edition=1,
    recipient="gergo.ory@fernhill.example",
    address="gergo.ory@fernhill.example",
    name="Őry Gergő",
    message_id=message_id("retention", "hungary", "2024-12", 1, "gergo.ory@fernhill.example", "fernhill.example"),
    state="planned",
    attempts=0,
    reason=None,
    is_notice=False,
    planned_at=WHEN,
    not_before=None,
    claimed_at=None,
    claimed_by=None,
    settled_at=None,
)
CONTENT = ReportContent(
    subject=RELEASE.subject,
    language="hu",
    pdf=b"%PDF-1.7 \xff\x00 body",
    html="<p>Az ügyfelek 91,2 %-a maradt</p>",
    text="Az ügyfelek 91,2 %-a maradt.\n.\nVége\n",
    picture=b"\x89PNG",
)


def parsed(content: ReportContent = CONTENT, delivery: Delivery = DELIVERY, release: Release = RELEASE) -> EmailMessage:
    message = email.message_from_bytes(compose(MAIL, release, delivery, content).full, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_headers_say_who_what_and_when() -> None:
    message = parsed()
    assert message["From"].addresses[0].addr_spec == "reports@fernhill.example"
    assert message["From"].addresses[0].display_name == "Fernhill Supply Reports"
    assert message["To"].addresses[0].display_name == "Őry Gergő"
    assert message["Subject"] == RELEASE.subject
    assert message["Date"].datetime == WHEN.replace(microsecond=0)
    assert message["Message-ID"] == DELIVERY.message_id
    assert message["List-Unsubscribe"] == "<mailto:reports@fernhill.example?subject=unsubscribe>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.defects == []


def test_the_body_stands_in_text_and_html_with_the_pdf_beside_it() -> None:
    message = parsed()
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and html is not None
    assert plain.get_content().replace("\r\n", "\n") == CONTENT.text
    assert html.get_content().strip() == CONTENT.html
    attachment = next(message.iter_attachments())
    assert attachment.get_filename() == "retention-2024-12-hungary.pdf"
    assert attachment.get_content() == CONTENT.pdf


def test_a_workbook_is_the_second_file() -> None:
    message = parsed(dataclasses.replace(CONTENT, workbook=b"PK rows"), release=dataclasses.replace(RELEASE, edition=2))
    files = list(message.iter_attachments())
    assert [file.get_filename() for file in files] == [
        "retention-2024-12-hungary-edition-2.pdf",
        "retention-2024-12-hungary-edition-2-customers-at-risk.xlsx",
    ]
    assert files[1].get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert files[1].get_content() == b"PK rows"


def test_the_picture_comes_along_where_the_html_shows_it() -> None:
    message = parsed(dataclasses.replace(CONTENT, html='<p><img src="cid:picture" alt="Page 1"></p>'))
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<picture>"
    assert picture.get_content_disposition() == "inline"
    assert [part.get_filename() for part in message.iter_attachments()] == ["retention-2024-12-hungary.pdf"]


def test_any_server_can_take_it() -> None:
    for content in (compose(MAIL, RELEASE, DELIVERY, CONTENT).full, compose(MAIL, RELEASE, DELIVERY, CONTENT).notice):
        content.decode("ascii")
        assert max(len(line) for line in content.split(b"\r\n")) <= 998
        assert b"\n" not in content.replace(b"\r\n", b"")


def test_equal_inputs_are_equal_bytes() -> None:
    assert compose(MAIL, RELEASE, DELIVERY, CONTENT) == compose(MAIL, RELEASE, DELIVERY, CONTENT)


def test_the_second_edition_says_so_in_the_name_of_the_file() -> None:
    second = parsed(release=dataclasses.replace(RELEASE, edition=2))
    assert next(second.iter_attachments()).get_filename() == "retention-2024-12-hungary-edition-2.pdf"


def test_over_the_limit_a_notice_goes_without_the_file() -> None:
    letter = compose(MAIL, RELEASE, DELIVERY, dataclasses.replace(CONTENT, pdf=b"x" * 7_000_001))
    chosen, is_notice = letter.choose()
    assert is_notice
    notice = email.message_from_bytes(chosen, policy=email.policy.default)
    assert isinstance(notice, EmailMessage)
    assert list(notice.iter_attachments()) == []
    text = notice.get_content().replace("\r\n", "\n")
    assert text.startswith("A jelentés túl nagy ahhoz, hogy e-mailben elküldjük (7,0 MB).")
    assert "retention-2024-12-hungary.pdf" in text
    assert CONTENT.text.strip() in text
    assert notice["Message-ID"] == DELIVERY.message_id
    assert notice["Subject"] == RELEASE.subject


@pytest.mark.parametrize("language", ["hu", "pl"])
def test_a_notice_does_not_say_that_the_file_is_attached(language: str) -> None:
    catalogue = (PROJECT_ROOT / f"reports/locales/{language}/LC_MESSAGES/holdfast.po").read_text(encoding="utf-8")
    attached = re.search(r'msgid "The whole report is attached as a PDF\."\nmsgstr "(.+)"', catalogue)
    assert attached is not None
    text = f"First paragraph.\n\n{attached[1]}\nIt covers: this.\n\nLast paragraph.\n"
    letter = compose(MAIL, RELEASE, DELIVERY, dataclasses.replace(CONTENT, text=text))
    notice = email.message_from_bytes(letter.notice, policy=email.policy.default)
    assert isinstance(notice, EmailMessage)
    paragraphs = notice.get_content().replace("\r\n", "\n").split("\n\n")
    assert [paragraph.strip() for paragraph in paragraphs[1:]] == ["First paragraph.", "Last paragraph."]


def test_a_server_that_takes_less_gets_the_notice_and_one_without_limit_the_file() -> None:
    letter = compose(MAIL, RELEASE, DELIVERY, CONTENT)
    size = len(letter.full)
    assert letter.choose(size) == (letter.full, False)
    assert letter.choose(size - 1) == (letter.notice, True)
    assert letter.choose(0) == (letter.full, False)
    assert letter.choose(None) == (letter.full, False)


PAYLOADS = [
    "December\r\nBcc: all@fernhill.example",
    "December\nBcc: all@fernhill.example",
    "December\rBcc: all@fernhill.example",
    "December\0",
    "=?utf-8?q?December=0D=0ABcc:_all@fernhill.example?=",
    "=?us-ascii?b?DQpCY2M6IGFsbEBmZXJuaGlsbC5leGFtcGxl?=",
    "December =? 2024",
    "December\x0bBcc: x",
    "December\x85Bcc: x",
    "December\u2028Bcc: x",
    "December\ud800",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_is_injected_by_a_subject_or_a_name(payload: str) -> None:
    with pytest.raises(MessageError, match=r"may not stand in a mail header|encoded word"):
        compose(MAIL, dataclasses.replace(RELEASE, subject=payload), DELIVERY, CONTENT)
    with pytest.raises(MessageError, match="To "):
        compose(MAIL, RELEASE, dataclasses.replace(DELIVERY, name=payload), CONTENT)


@pytest.mark.parametrize(
    "address",
    ["a@b.example\r\nBcc: c@d.example", "=?utf-8?q?a?=@b.example", "not an address", "a@b.example, c@d.example"],
)
def test_nothing_is_injected_by_an_address(address: str) -> None:
    with pytest.raises(MessageError, match="To "):
        compose(MAIL, RELEASE, dataclasses.replace(DELIVERY, address=address), CONTENT)


def clean(value: str) -> bool:
    try:
        check_header("value", value)
    except MessageError:
        return False
    return True


@given(st.text(min_size=1, max_size=120).map(str.strip).filter(bool))
def test_any_subject_and_name_is_refused_or_arrives_as_it_was(value: str) -> None:
    release, delivery = dataclasses.replace(RELEASE, subject=value), dataclasses.replace(DELIVERY, name=value)
    if not clean(value):
        with pytest.raises(MessageError):
            compose(MAIL, release, delivery, CONTENT)
        return
    message = parsed(release=release, delivery=delivery)
    assert " ".join(str(message["Subject"]).split()) == " ".join(value.split())
    assert [address.addr_spec for address in message["To"].addresses] == [DELIVERY.address]
    assert sorted(message.keys()) == sorted(parsed().keys())


@given(st.text(max_size=200), st.text(max_size=200), st.binary(max_size=200))
def test_bodies_and_file_arrive_as_they_were(text: str, html: str, pdf: bytes) -> None:
    try:
        (text + html).encode()
    except UnicodeEncodeError:
        return
    message = parsed(dataclasses.replace(CONTENT, text=text, html=html, pdf=pdf))
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().split() == text.split()
    assert next(message.iter_attachments()).get_content() == pdf
