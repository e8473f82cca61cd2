"""Takes a copy of a file that is certain to be the one that was hashed, unpacked and in UTF-8.

A file may be replaced or still be growing while it is read; only the copy is read after its hash was compared.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from orchestration.sources.files.encodings import is_utf16, likely_single_byte
from orchestration.sources.files.model import FileRejectedError, FoundFile

CHUNK = 4 * 1024 * 1024
PACKED = {".gz": "gzip", ".zst": "zstd"}
# Text packs 3 to 30 times; a bomb packs 1000 times. Small files may pack as they like.
BOMB_RATIO, BOMB_BYTES = 200, 64 * 1024 * 1024
_C1 = re.compile("[\u0080-\u009f]")


def take_copy(found: FoundFile, target: Path) -> Path:
    """Copies the file to `target`, unpacked if it ends in .gz or .zst; returns `target`.

    Raises:
        FileRejectedError: the content is no longer what was hashed, is empty, is a damaged or an oversized archive.
    """
    packed = found.path.suffix.lower()
    raw = target.with_suffix(packed) if packed in PACKED else target
    digest = hashlib.sha256()
    with found.path.open("rb") as source, raw.open("wb") as copy:
        for chunk in _chunks(source):
            digest.update(chunk)
            copy.write(chunk)
    _refuse_changed(found, digest.hexdigest())
    if packed in PACKED:
        _unpack(raw, target, PACKED[packed])
        raw.unlink()
    _refuse_empty(target)
    return target


def copy_unchecked(found: FoundFile, target: Path) -> Path:
    """A copy whose hash is still to be compared by check_copy(): the system copies faster than Python can hash.

    Raises:
        FileRejectedError: it is empty.
    """
    shutil.copyfile(found.path, target)
    _refuse_empty(target)
    return target


def check_copy(found: FoundFile, copy: Path) -> None:
    """FileRejectedError if the copy is not what was hashed."""
    with copy.open("rb") as file:
        _refuse_changed(found, hashlib.file_digest(file, "sha256").hexdigest())


def _refuse_changed(found: FoundFile, sha256: str) -> None:
    if sha256 != found.sha256:
        raise FileRejectedError("it changed while it was read; run extract again when its copy is complete")


def _refuse_empty(target: Path) -> None:
    if target.stat().st_size == 0:
        raise FileRejectedError("it is empty (0 bytes); deliver it again with its header line")


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _unpack(packed: Path, target: Path, kind: str) -> None:
    limit = max(BOMB_BYTES, BOMB_RATIO * packed.stat().st_size)
    written = 0
    try:
        with _unpacking(packed, kind) as source, target.open("wb") as copy:
            for chunk in _chunks(source):
                written += len(chunk)
                if written > limit:
                    raise FileRejectedError(f"it unpacks to more than {limit:,} bytes; deliver it unpacked or in parts")
                copy.write(chunk)
    except (EOFError, OSError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise FileRejectedError(f"its {kind} is cut off or damaged ({error}); deliver it again") from error


def _unpacking(packed: Path, kind: str) -> Any:
    # Python reads gzip in several parts and checks its sums; zstd is Arrow's.
    return gzip.open(packed, "rb") if kind == "gzip" else pa.input_stream(str(packed), compression=kind)


def as_utf8(path: Path, encoding: str) -> Path:
    """Checks the copy's encoding and returns a UTF-8 copy (the same file if it is UTF-8 already).

    Raises:
        FileRejectedError: a line is not in the declared encoding, or the file is plainly in another one.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    _refuse_other_marks(start, encoding)
    if encoding == "utf-8":
        for _ in _decoded(path, encoding):
            pass
        return path
    target = path.with_suffix(".utf8")
    single_byte = encoding in ("cp1250", "iso-8859-2")
    if single_byte and _is_utf8_text(path):
        raise FileRejectedError(f"it is UTF-8, but {encoding} is declared; correct encoding in config/sources.yml")
    with target.open("wb") as copy:
        line = 1
        for text in _decoded(path, encoding):
            control = _C1.search(text) if encoding == "iso-8859-2" else None
            if control:
                raise FileRejectedError(
                    f"line {line + text.count(chr(10), 0, control.start())} holds byte 0x{ord(control.group()):02X}, "
                    "no letter of iso-8859-2; it is most likely cp1250: correct encoding in config/sources.yml"
                )
            line += text.count("\n")
            copy.write(text.encode("utf-8"))
    return target


def _refuse_other_marks(start: bytes, encoding: str) -> None:
    """A byte order mark, or NULs in every other byte, say what the file is, whatever is declared."""
    if is_utf16(start) and encoding != "utf-16":
        raise FileRejectedError(f"line 1: it is UTF-16, not {encoding}; declare encoding: utf-16 in config/sources.yml")
    if start.startswith(codecs.BOM_UTF8) and encoding != "utf-8":
        raise FileRejectedError(f"line 1: it is UTF-8, not {encoding}; declare encoding: utf-8 in config/sources.yml")


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    """The text in pieces; FileRejectedError names the line of the first byte that is not in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise FileRejectedError(_not_in(error, line, encoding, path)) from None
            line += text.count("\n")
            if text:
                yield text
            if not chunk:
                return


def _not_in(error: UnicodeDecodeError, line: int, encoding: str, path: Path) -> str:
    line += bytes(error.object[: error.start]).count(b"\n")
    if error.end >= len(error.object) and error.reason in ("unexpected end of data", "truncated data"):
        return f"it is cut off in the middle of a letter on line {line}; deliver it again"
    byte = error.object[error.start]
    fix = f"declare its encoding ({_advice(path)})" if encoding == "utf-8" else "correct encoding"
    return f"line {line} holds byte 0x{byte:02X}, which is not {encoding}; {fix} in config/sources.yml"


def _advice(path: Path) -> str:
    likely = likely_single_byte(path)
    return f"most likely {likely}" if likely else "cp1250 or iso-8859-2"


def _is_utf8_text(path: Path) -> bool:
    """Whether the file holds letters beyond ASCII and all of it is UTF-8, which other encodings hardly ever are."""
    beyond_ascii = False
    try:
        for text in _decoded(path, "utf-8"):
            beyond_ascii = beyond_ascii or not text.isascii()
    except FileRejectedError:
        return False
    return beyond_ascii
