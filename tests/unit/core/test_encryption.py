"""A password: only who has it can read the report, its attached files and its title; without it nothing is made."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from orchestration.encryption import PasswordError, encrypted, password_of, protect
from orchestration.reports_stage import read_passwords
from orchestration.settings import Audience

OPEN = Audience(name="open", title="Open", language="en")
BOARD = Audience(name="board", title="Board", language="en", password_env="BOARD_PASSWORD")
PASSWORD = "Őri 2024 – tél"


def plain_pdf() -> bytes:
    content = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = "Retention of Fernhill"
        pdf.attachments["list.csv"] = pikepdf.AttachedFileSpec(pdf, b"customer,C00017")
        pdf.save(content, compress_streams=False)
    return content.getvalue()


def test_the_password_opens_everything_and_nothing_else_does() -> None:
    content = encrypted(plain_pdf(), PASSWORD)
    with pikepdf.open(BytesIO(content), password=PASSWORD) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Retention of Fernhill"
        assert pdf.attachments["list.csv"].get_file().read_bytes() == b"customer,C00017"
        assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)
        assert str(pdf.encryption.stream_method) == "EncryptionMethod.aesv3"
    for wrong in ("", "x", PASSWORD.lower()):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(BytesIO(content), password=wrong)


def test_no_word_of_it_stands_in_the_file() -> None:
    assert b"C00017" in plain_pdf()
    content = encrypted(plain_pdf(), PASSWORD)
    assert [word for word in (b"C00017", b"Fernhill", PASSWORD.encode()) if word in content] == []


def test_an_audience_without_a_password_needs_none() -> None:
    assert password_of(OPEN, {}) is None
    assert password_of(BOARD, {"BOARD_PASSWORD": PASSWORD}) == PASSWORD


@pytest.mark.parametrize("environment", [{}, {"BOARD_PASSWORD": ""}])
def test_an_empty_variable_is_named_with_the_fix(environment: dict[str, str]) -> None:
    with pytest.raises(PasswordError, match='BOARD_PASSWORD is empty; set it to the password of audience "board"'):
        password_of(BOARD, environment)


def test_a_password_that_would_be_cut_is_refused_and_not_told() -> None:
    with pytest.raises(PasswordError, match="longer than 127 bytes") as caught:
        password_of(BOARD, {"BOARD_PASSWORD": "ő" * 64})
    assert "ő" not in str(caught.value)


def test_who_lacks_its_password_fails_alone() -> None:
    passwords, failures = read_passwords([OPEN, BOARD], {})
    assert passwords == {"open": None}
    assert [(failure.audience, "BOARD_PASSWORD" in failure.reason) for failure in failures] == [("board", True)]


def test_the_file_is_encrypted_in_place_and_its_picture_goes(tmp_path: Path) -> None:
    (tmp_path / "board.pdf").write_bytes(plain_pdf())
    (tmp_path / "board.png").write_bytes(b"\x89PNG")
    told = protect(tmp_path, {"pdf": "board.pdf", "picture": "board.png", "pdf_sha256": "0", "subject": "s"}, PASSWORD)
    assert [file.name for file in tmp_path.iterdir()] == ["board.pdf"]
    assert (told["picture"], told["subject"], len(told["pdf_sha256"])) == (None, "s", 64)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(tmp_path / "board.pdf")
