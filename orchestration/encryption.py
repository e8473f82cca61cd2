"""A PDF encrypted with an audience's password, which stands in an environment variable and nowhere else.

The plain file is PDF/A-3a and PDF/UA-1 and equal bytes each time; an encrypted one can be none of these: both standards
want a file that anyone may open, and a cipher without chance would tell equal reports apart from others. So the
report is made plain and encrypted afterwards. Keep out: rendering, and who has a password (settings.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from orchestration.delivery.manifest import write_whole
from orchestration.settings import Audience


class PasswordError(RuntimeError):
    """The password of an audience is not there, or is none; the message names the variable and the fix."""


def password_of(audience: Audience, environment: Mapping[str, str]) -> str | None:
    """The audience's password, None where it has none.

    Raises:
        PasswordError: the variable is empty, or longer than the 127 bytes that AES-256 in a PDF takes.
    """
    if audience.password_env is None:
        return None
    password = environment.get(audience.password_env, "")
    if not password:
        raise PasswordError(
            f"environment variable {audience.password_env} is empty; set it to the password of audience"
            f' "{audience.name}", or remove password_env from config/audiences.yml'
        )
    if len(password.encode()) > 127:
        raise PasswordError(f"the password in {audience.password_env} is longer than 127 bytes; take a shorter one")
    return password


def encrypted(pdf: bytes, password: str) -> bytes:
    """The PDF under AES-256 (revision 6), its metadata and attached files too; other bytes at each call."""
    import pikepdf

    content = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        # Whoever opens it may print and copy: the password keeps others out, not its reader.
        document.save(content, encryption=pikepdf.Encryption(owner=password, user=password, R=6))
    return content.getvalue()


def protect(folder: Path, answer: dict[str, Any], password: str) -> dict[str, Any]:
    """A rendered report with its PDF encrypted in place and its picture of page 1 gone, as the manifest tells it."""
    path = folder / str(answer["pdf"])
    content = encrypted(path.read_bytes(), password)
    write_whole(path, content)
    (folder / str(answer["picture"])).unlink()
    return {**answer, "pdf_sha256": hashlib.sha256(content).hexdigest(), "picture": None}
