"""The released copy of a report: PDF, mail texts, picture and workbook as they stood at release, and only so sent.

A month may be rendered again at any time; what was released must not change under a retry or a resend. So release
copies the files into a folder of their own, named by their hashes, and every send checks them against the ledger.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from orchestration.delivery.manifest import AudienceEntry, write_whole
from orchestration.delivery.records import Release

PDF, HTML, TEXT, PICTURE, WORKBOOK = "report.pdf", "mail.html", "mail.txt", "picture.png", "list.xlsx"


class ContentError(RuntimeError):
    """A report's file is missing, outside its folder or not what was recorded; the message names it and the fix."""


@dataclass(frozen=True)
class ReportContent:
    """What one mail is made of. html and text are UTF-8 texts; picture is a PNG or None, workbook an .xlsx or None."""

    subject: str
    language: str
    pdf: bytes
    html: str
    text: str
    picture: bytes | None
    workbook: bytes | None = None

    @property
    def pdf_sha256(self) -> str:
        """SHA-256 of the PDF, in hex."""
        return hashlib.sha256(self.pdf).hexdigest()

    @property
    def mail_sha256(self) -> str:
        """SHA-256 over everything else a recipient sees, in hex."""
        picture = hashlib.sha256(self.picture or b"").hexdigest()
        parts = [self.subject, self.language, self.html, self.text, picture]
        if self.workbook is not None:
            parts.append(hashlib.sha256(self.workbook).hexdigest())
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def name(self) -> str:
        """Twelve hex digits that tell one content from another."""
        return hashlib.sha256(f"{self.pdf_sha256} {self.mail_sha256}".encode()).hexdigest()[:12]


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ContentError(f"{path}: leads out of {folder}; run `holdfast report` for this month again")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ContentError(f"{path}: cannot be read ({error}); run `holdfast report` for this month again") from error


def read_rendered(folder: Path, entry: AudienceEntry) -> ReportContent:
    """The files a manifest entry names, from the manifest's folder.

    Raises:
        ContentError: a file is missing or outside the folder, or the PDF is not the one the manifest describes.
    """
    content = ReportContent(
        subject=entry.subject,
        language=entry.language,
        pdf=_read(folder, entry.pdf),
        html=_read(folder, entry.html_body).decode("utf-8"),
        text=_read(folder, entry.text_body).decode("utf-8"),
        picture=None if entry.picture is None else _read(folder, entry.picture),
        workbook=None if entry.workbook is None else _read(folder, entry.workbook),
    )
    if content.pdf_sha256 != entry.pdf_sha256:
        raise ContentError(
            f"{folder / entry.pdf}: SHA-256 is {content.pdf_sha256[:12]}…, the manifest says {entry.pdf_sha256[:12]}…; "
            "the file was changed after it was rendered: run `holdfast report` for this month again"
        )
    return content


def keep_released(reports_dir: Path, month: str, audience: str, edition: int, content: ReportContent) -> str:
    """Writes the released copy; returns its folder, relative to the reports folder. Writing it again is harmless."""
    name = f"{month}/released/{audience}-edition-{edition}-{content.name}"
    folder = reports_dir / name
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / PDF, content.pdf)
    write_whole(folder / HTML, content.html.encode("utf-8"))
    write_whole(folder / TEXT, content.text.encode("utf-8"))
    if content.picture is not None:
        write_whole(folder / PICTURE, content.picture)
    if content.workbook is not None:
        write_whole(folder / WORKBOOK, content.workbook)
    return name


def read_released(reports_dir: Path, release: Release) -> ReportContent:
    """The released copy, checked against the ledger.

    Raises:
        ContentError: a file is missing, or is not what was released.
    """
    folder = reports_dir / release.folder
    content = ReportContent(
        subject=release.subject,
        language=release.language,
        pdf=_read(folder, PDF),
        html=_read(folder, HTML).decode("utf-8"),
        text=_read(folder, TEXT).decode("utf-8"),
        picture=_read(folder, PICTURE) if (folder / PICTURE).exists() else None,
        workbook=_read(folder, WORKBOOK) if (folder / WORKBOOK).exists() else None,
    )
    if (content.pdf_sha256, content.mail_sha256) != (release.pdf_sha256, release.mail_sha256):
        raise ContentError(
            f"{folder}: PDF or mail text is not what was released as edition {release.edition}; "
            "bring the folder back from a backup"
        )
    return content
