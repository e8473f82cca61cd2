"""Reads one found file to its end in whatever format it is, and judges it.

Add here: a format, with its module beside this one. Keep out: which files are new (orchestration/landing/extract.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import duckdb

from orchestration.contract import Entity
from orchestration.mapping.compiled import compile_mapping
from orchestration.mapping.derive import Derivation
from orchestration.settings import EntityFiles
from orchestration.sources.files.answers import ANSWERS, split_answers
from orchestration.sources.files.copies import PACKED, as_utf8, check_copy, copy_unchecked, take_copy
from orchestration.sources.files.delimited import read_delimited
from orchestration.sources.files.encodings import detect_encoding
from orchestration.sources.files.headers import HeaderMap
from orchestration.sources.files.long import LONG_BYTES
from orchestration.sources.files.mapped import header_map, mapped_spool
from orchestration.sources.files.model import FileRejectedError, FoundFile, Part, ReadFile, Unparsed
from orchestration.sources.files.spool import AnySpool
from orchestration.sources.files.styles import refuse_other_styles

# The rows, the lines that are none, and what is worth saying.
Read = tuple[AnySpool, list[Unparsed], list[str]]
FORMATS = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".xlsx": "excel", ".xlsm": "excel", ".xlsb": "excel", ".xls": "excel", ".ods": "excel",
}  # fmt: skip


def file_format(file: str, declared: str | None) -> str:
    """The declared format, else the one its name says (.gz and .zst are looked through).

    Raises:
        FileRejectedError: neither says a format that can be read.
    """
    suffixes = [suffix.lower() for suffix in PurePosixPath(file).suffixes]
    if suffixes[-1:] in ([".zip"], [".bz2"], [".xz"], [".7z"]):
        raise FileRejectedError(f"{suffixes[-1]} cannot be unpacked; deliver it plain, as .gz or as .zst")
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    found = declared or FORMATS.get(suffixes[-1] if suffixes else "")
    if found is None:
        raise FileRejectedError("its name says no format; declare format: csv, tsv, spaced, jsonl, parquet or excel")
    return found


def read_file(
    found: FoundFile,
    spec: EntityFiles,
    contract: Mapping[str, Entity],
    work_dir: Path,
    connection: duckdb.DuckDBPyConnection,
    derived: Sequence[Derivation] = (),
) -> ReadFile:
    """Reads a file into spools under `work_dir` (a folder of this file's own); nothing is landed.

    Raises:
        FileRejectedError: the file cannot be landed as a whole; the message names line or column and the fix.
    """
    entity = contract[found.entity]
    kind = file_format(found.file, spec.format)
    mapping = compile_mapping(spec, entity)
    headers = header_map(mapping)
    work_dir.mkdir(parents=True, exist_ok=True)
    # calamine and Arrow go by content, not by name, except that calamine wants the workbook's own suffix.
    suffix = next((item for item in reversed(PurePosixPath(found.file.lower()).suffixes) if item not in PACKED), "")
    target = work_dir / f"copy{suffix}"
    straight = found if mapping.is_rename and not spec.answers and not derived else None
    reading = Reading(kind, spec, headers, work_dir / "rows.arrow", connection, straight)
    if reading.is_long_text:
        spool, unparsed, notes = _read_long(copy_unchecked(found, target), reading)
    else:
        spool, unparsed, notes = _read_as(take_copy(found, target), reading)
    if not spool.rows and not unparsed and not spec.may_be_empty:
        raise FileRejectedError("it holds a header and no rows; deliver it again, or declare may_be_empty: true")
    for left in work_dir.glob("copy*"):
        left.unlink()
    notes.extend(headers.notes)
    spool = mapped_spool(spool, mapping, found.file, work_dir / "mapped.arrow")
    declared_apart = [name for name, expression in mapping.columns.items() if expression.has_meaning]
    refuse_other_styles(spool.path, entity, spec, declared_apart)
    part = spool.part(entity.name)
    parts: tuple[Part, ...] = (part,)
    if spec.answers:
        parts = split_answers(part, entity.column_names, contract[ANSWERS].column_names)
    parts += tuple(item.part(parts[0]) for item in derived)
    return ReadFile(found, parts, tuple(unparsed), tuple(notes), mapping=reading_sign(spec, entity, derived))


def reading_sign(spec: EntityFiles, entity: Entity, derived: Sequence[Derivation] = ()) -> str:
    """A sign of all settings that change what lands of a file: landed with another one, it is read again."""
    read_as = [compile_mapping(spec, entity).sign, spec.encoding, spec.separator, spec.sheet]
    text = repr((read_as, [item.sign for item in derived]))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class Reading:
    """How one file is read, and where its rows go. `straight` is the file, if its rows may land as they are read."""

    kind: str
    spec: EntityFiles
    headers: HeaderMap
    spool: Path
    connection: duckdb.DuckDBPyConnection
    straight: FoundFile | None

    @property
    def separator(self) -> str | None:
        return self.spec.separator or ("\t" if self.kind == "tsv" else None)

    @property
    def is_long_text(self) -> bool:
        """Whether it is a plain UTF-8 file on this machine of which each pass is felt."""
        found = self.straight
        if found is None or self.kind not in ("csv", "tsv") or self.spec.encoding != "utf-8":
            return False
        on_disk = isinstance(found.path, Path) and found.path.suffix.lower() not in PACKED
        return on_disk and found.path.stat().st_size >= LONG_BYTES


def _read_long(copy: Path, reading: Reading) -> Read:
    """Hash and encoding are checked while DuckDB reads; what they object to goes before what reading objects to."""
    found = reading.straight
    if found is None:
        raise RuntimeError("only a file whose rows may land as they are read is read so")
    with ThreadPoolExecutor(2) as pool:
        checks: list[Future[object]] = [pool.submit(check_copy, found, copy), pool.submit(as_utf8, copy, "utf-8")]
        try:
            return _read_text(copy, reading, [])
        finally:
            for check in checks:
                check.result()


def _read_as(copy: Path, reading: Reading) -> Read:
    if reading.kind == "parquet":
        from orchestration.sources.files.parquet import read_parquet

        return read_parquet(copy, reading.headers, reading.spool), [], []
    if reading.kind == "excel":
        from orchestration.sources.files.excel import read_excel

        return read_excel(copy, reading.spec.sheet, reading.headers, reading.spool), [], []
    declared = reading.spec.encoding
    encoding = detect_encoding(copy) if declared == "detect" else declared
    notes = [f"encoding {encoding} was detected"] if declared == "detect" and encoding != "utf-8" else []
    text = as_utf8(copy, encoding)
    if reading.kind == "jsonl":
        from orchestration.sources.files.jsonlines import read_json_lines

        return *read_json_lines(text, reading.headers, reading.spool), notes
    if reading.kind == "spaced":
        from orchestration.sources.files.spaced import read_spaced

        return *read_spaced(text, reading.headers, reading.spool), notes
    return _read_text(text, reading, notes)


def _read_text(text: Path, reading: Reading, notes: list[str]) -> Read:
    rows, unparsed, layout = read_delimited(
        text, reading.separator, reading.headers, reading.spool, reading.connection, reading.straight
    )
    if reading.separator is None and layout.separator != ",":
        notes.append(f'separator "{layout.separator}" was detected')
    return rows, unparsed, notes
