"""reports/YYYY-MM/manifest.json: which PDFs a report run made, of which snapshot, with their mail texts.

The report stage writes it (merge_manifest), release reads it (read_manifest). Add here: a fact about a rendered
report that the mail needs. Keep out: anything about recipients or what was sent (that is the ledger).
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path, PurePosixPath
from threading import get_ident
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

MANIFEST_NAME = "manifest.json"


class ManifestError(ValueError):
    """The manifest cannot be used; the message names the file, the key and the fix."""


def _check_file_name(value: str) -> str:
    path = PurePosixPath(value)
    if not value or path.is_absolute() or ".." in path.parts or "\\" in value or "\0" in value:
        raise ValueError(f"{value!r} must be a file name below the manifest's folder")
    return value


FileName = Annotated[str, AfterValidator(_check_file_name)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KeyFigure(_Frozen):
    """One figure of the cover: its name, the value computed and the text shown."""

    name: str
    value: int | float | str | None
    text: str


class AudienceEntry(_Frozen):
    """One audience's PDF and mail. File names are relative to the manifest's folder; pdf_sha256 is 64 hex digits."""

    language: str
    edition: int = Field(ge=1)
    pdf: FileName
    pdf_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    page_count: int = Field(ge=1)
    subject: str
    headline: str
    html_body: FileName
    text_body: FileName
    picture: FileName | None = None
    workbook: FileName | None = None
    key_figures: tuple[KeyFigure, ...] = ()


class Manifest(_Frozen):
    """All reports of one month made from one snapshot."""

    report: str
    month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    snapshot_hash: str
    as_of: date
    version: str
    audiences: dict[str, AudienceEntry]

    @property
    def origin(self) -> tuple[str, str, str, date, str]:
        """What two manifests must share for their audiences to stand in one file."""
        return (self.report, self.month, self.snapshot_hash, self.as_of, self.version)


def manifest_path(reports_dir: Path, month: str) -> Path:
    """Where the manifest of a month lies."""
    return reports_dir / month / MANIFEST_NAME


def read_manifest(path: Path) -> Manifest:
    """The manifest at path.

    Raises:
        ManifestError: no such file, not JSON, or a key that is missing, unknown or out of range.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ManifestError(f"{path}: there is no manifest; run `holdfast report` for this month first") from error
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'the file'}: {problem['msg']}"
            for problem in error.errors()
        )
        raise ManifestError(f"{path}: {problems}; run `holdfast report` for this month again") from error


def merge_manifest(path: Path, manifest: Manifest) -> Manifest:
    """Writes the manifest, keeping the audiences already there that were made from the same snapshot and version.

    Entries of another snapshot are dropped: their PDFs could never be released beside these. Returns what was
    written. The file is replaced at once; a reader sees the old one or the new one.
    """
    merged = manifest
    if path.exists():
        before = read_manifest(path)
        if before.origin == manifest.origin:
            merged = manifest.model_copy(update={"audiences": {**before.audiences, **manifest.audiences}})
    content = merged.model_dump(mode="json")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())
    return merged


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that it is there whole or not at all, and on disk when this returns."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.part")
    temporary.unlink(missing_ok=True)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Puts a folder's names on disk, so that a rename in it outlives a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
