"""Says which encoding a text file is in, for sources that declare `encoding: detect`, and for the advice of an error.

UTF-8 and UTF-16 show themselves. cp1250 and iso-8859-2 share most letters; the bytes in which they differ are letters
in the right one and mostly signs in the other. Where both read as letters (š and ą are one byte) nothing is guessed.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from orchestration.sources.files.model import FileRejectedError

Encoding = Literal["utf-8", "cp1250", "iso-8859-2", "utf-16"]
_CHUNK = 4 * 1024 * 1024
_C1 = frozenset(range(0x80, 0xA0))


def detect_encoding(path: Path) -> Encoding:
    """The encoding of a whole file.

    Raises:
        FileRejectedError: it may be cp1250 as well as iso-8859-2; the message asks for a declaration.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if is_utf16(start):
        return "utf-16"
    if start.startswith(codecs.BOM_UTF8) or _is_utf8(path):
        return "utf-8"
    found = likely_single_byte(path)
    if found is None:
        raise FileRejectedError(
            "its encoding cannot be told: it may be cp1250 as well as iso-8859-2; declare one in config/sources.yml"
        )
    return found


def is_utf16(start: bytes) -> bool:
    """Whether a file that begins so is UTF-16: by its mark, or by NULs in every other byte."""
    return start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or start.count(0) > len(start) // 4


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def likely_single_byte(path: Path) -> Literal["cp1250", "iso-8859-2"] | None:
    """Which of the two Central European encodings a file is in; None if both read as letters."""
    used: set[int] = set()
    for chunk in _chunks(path):
        used |= set(chunk.translate(None, bytes(range(0x80))))
    # iso-8859-2 has control characters there, cp1250 quotes, dashes, the euro sign and Ś Ť Ź ś ť ź.
    if used & _C1:
        return "cp1250"
    cp1250, latin2 = (_letters(used, encoding) for encoding in ("cp1250", "iso-8859-2"))
    if cp1250 == latin2:
        return "cp1250" if _reads_alike(used) else None
    return "cp1250" if cp1250 > latin2 else "iso-8859-2"


def _letters(used: set[int], encoding: str) -> int:
    return sum(bytes([byte]).decode(encoding, "replace").isalpha() for byte in used)


def _reads_alike(used: set[int]) -> bool:
    data = bytes(sorted(used))
    return data.decode("cp1250", "replace") == data.decode("iso-8859-2", "replace")
