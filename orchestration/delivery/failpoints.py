"""Named points around every side effect, so that tests can stop a process at each of them and count what left.

A production run passes `pass_by`, which does nothing. Points are listed here once; a test reaches every one.
"""

from __future__ import annotations

from collections.abc import Callable

FailPoint = Callable[[str], None]

RELEASE_POINTS = ("release.files_copied", "release.before_commit", "release.after_commit")
SEND_POINTS = ("send.before_claim", "send.after_claim", "send.before_record", "send.after_record")
OUTBOX_POINTS = ("outbox.written", "outbox.renamed")
SMTP_POINTS = (
    "smtp.connect",
    "smtp.hello",
    "smtp.login",
    "smtp.mail",
    "smtp.rcpt",
    "smtp.data",
    "smtp.body",
    "smtp.dot",
    "smtp.replied",
)


def pass_by(point: str) -> None:
    """The fail point of production: nothing happens."""
