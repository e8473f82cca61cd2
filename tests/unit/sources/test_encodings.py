"""Detected encodings: told by what only one of them can hold, refused where two would read as letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.sources.files.encodings import detect_encoding
from orchestration.sources.files.model import FileRejectedError
from tests.landing_world import read

HEADER = "order_id,customer_id,amount\n"
POLISH = "Żółć, gęślą jaźń; Łódź"
HUNGARIAN = "árvíztűrő tükörfúrógép"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (POLISH, "utf-8", "utf-8"),
        (POLISH, "utf-8-sig", "utf-8"),
        (POLISH, "utf-16", "utf-16"),
        (POLISH, "utf-16-le", "utf-16"),
        (POLISH, "cp1250", "cp1250"),
        (POLISH, "iso-8859-2", "iso-8859-2"),
        ("zażółć gęślą jaźń", "cp1250", "cp1250"),
        ("zażółć gęślą jaźń", "iso-8859-2", "iso-8859-2"),
        ("Příliš žluťoučký kůň", "cp1250", "cp1250"),
        ("Příliš žluťoučký kůň", "iso-8859-2", "iso-8859-2"),
        (HUNGARIAN, "cp1250", "cp1250"),
        ("plain", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found(text: str, written: str, found: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((HEADER + text + "\n").encode(written))
    assert detect_encoding(path) == found


def test_a_byte_that_is_a_letter_in_both_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((HEADER + "dobr\u0105\n").encode("cp1250"))
    with pytest.raises(FileRejectedError, match="cp1250 as well as iso-8859-2; declare one"):
        detect_encoding(path)


@pytest.mark.parametrize("encoding", ["cp1250", "iso-8859-2", "utf-16"])
def test_a_detected_file_is_read_and_the_encoding_reported(encoding: str, tmp_path: Path) -> None:
    reading = read(tmp_path, (HEADER + f'O1,"{POLISH}",1\n').encode(encoding), encoding="detect")
    assert reading.values("customer_id") == [(POLISH,)]
    assert reading.notes == (f"encoding {encoding} was detected",)


def test_an_undeclared_encoding_is_named_by_the_refusal(tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match=r"line 2 .* declare its encoding .most likely iso-8859-2"):
        read(tmp_path, (HEADER + f'O1,"{POLISH}",1\n').encode("iso-8859-2"))
