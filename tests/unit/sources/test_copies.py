"""Copies: the bytes that were hashed, unpacked, in UTF-8; nothing else is read."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.sources.files import copies
from orchestration.sources.files.copies import as_utf8, take_copy
from orchestration.sources.files.find import sha256_of
from orchestration.sources.files.model import FileRejectedError, FoundFile
from tests.landing_world import LOAD_DAY, read

TEXT = "order_id,customer_id,amount\nO1,C1,Győr\n"


def found(path: Path) -> FoundFile:
    return FoundFile("shop", "crm", "orders", path, path.name, sha256_of(path), LOAD_DAY, "declared")


def test_gzip_is_looked_through(tmp_path: Path) -> None:
    reading = read(tmp_path, gzip.compress(TEXT.encode()), "orders_2024-12.csv.gz")
    assert reading.values("order_id", "amount") == [("O1", "Győr")]


def test_f19_a_file_that_changed_since_it_was_hashed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    item = found(path)
    path.write_text(TEXT + "O2,C2,2\n")
    with pytest.raises(FileRejectedError, match="changed while it was read"):
        take_copy(item, tmp_path / "copy")
    assert take_copy(replace(item, sha256=sha256_of(path)), tmp_path / "copy").read_text().endswith("O2,C2,2\n")


def test_a_cut_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode())[:-6])
    with pytest.raises(FileRejectedError, match="gzip is cut off or damaged"):
        take_copy(found(path), tmp_path / "copy")


def test_a_gzip_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "BOMB_BYTES", 1_000_000)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(bytes(20_000_000)))
    with pytest.raises(FileRejectedError, match="unpacks to more than"):
        take_copy(found(path), tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_size <= 8_000_000


def test_a_packed_empty_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b""))
    with pytest.raises(FileRejectedError, match="0 bytes"):
        take_copy(found(path), tmp_path / "copy")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_letters_over_a_chunk_border_are_no_fault(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "CHUNK", size)
    path = tmp_path / "a"
    path.write_bytes(TEXT.encode())
    assert as_utf8(path, "utf-8").read_text() == TEXT
    path.write_bytes(TEXT.encode("utf-16"))
    assert as_utf8(path, "utf-16").read_text() == TEXT


@pytest.mark.parametrize("size", [3, 4096])
def test_the_line_of_a_foreign_byte_is_named(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "CHUNK", size)
    path = tmp_path / "a"
    path.write_bytes(b"a\nb\nc\xe1d\ne\n")
    with pytest.raises(FileRejectedError, match="line 3 holds byte 0xE1"):
        as_utf8(path, "utf-8")


def test_a_file_cut_inside_a_letter_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(TEXT.encode()[: TEXT.encode().index(b"\x91")])
    with pytest.raises(FileRejectedError, match="cut off in the middle of a letter on line 2"):
        as_utf8(path, "utf-8")


@pytest.mark.parametrize("encoding", ["cp1250", "iso-8859-2"])
def test_central_european_letters_become_utf8(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes("Żółć, Őrség\n".encode(encoding))
    assert as_utf8(path, encoding).read_text() == "Żółć, Őrség\n"


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


def test_zstd_is_looked_through_also_in_two_frames(tmp_path: Path) -> None:
    packed = zstd(TEXT.encode()) + zstd("O2,C2,Łódź\n".encode())
    reading = read(tmp_path, packed, "orders_2024-12.csv.zst")
    assert reading.values("order_id", "amount") == [("O1", "Győr"), ("O2", "Łódź")]


@pytest.mark.parametrize("left", [3, 12, 30])
def test_a_cut_zstd_is_refused(left: int, tmp_path: Path) -> None:
    path = tmp_path / "a.csv.zst"
    path.write_bytes(zstd((TEXT * 50).encode())[:left])
    with pytest.raises(FileRejectedError, match="zstd is cut off or damaged"):
        take_copy(found(path), tmp_path / "copy.csv")


def test_a_zstd_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "BOMB_BYTES", 1_000_000)
    path = tmp_path / "a.csv.zst"
    path.write_bytes(zstd(bytes(20_000_000)))
    with pytest.raises(FileRejectedError, match="unpacks to more than"):
        take_copy(found(path), tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_size <= 8_000_000
