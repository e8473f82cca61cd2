"""What a run says while it works: one line a stage, with seconds and rows.

The lines go to the `holdfast` logger; the command line prints them and Dagster keeps them in the run's log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

log = logging.getLogger("holdfast")


@dataclass
class Stage:
    """A stage under way; set `rows` and `note` before it ends."""

    name: str
    rows: int | None = None
    note: str = ""
    seconds: float = 0.0

    def line(self) -> str:
        """`build      11.8 s      231 020 rows   132 models, 310 checks passed`."""
        rows = "" if self.rows is None else f"{self.rows:,} rows".replace(",", " ")
        return f"{self.name:<10}{self.seconds:>7.1f} s  {rows:>16}   {self.note}".rstrip()


@contextmanager
def stage(name: str) -> Iterator[Stage]:
    """Times a stage and logs its line, also when it fails (the error itself goes on)."""
    current = Stage(name)
    started = time.monotonic()
    try:
        yield current
    except BaseException:
        current.seconds = time.monotonic() - started
        current.note = f"{current.note} FAILED".strip()
        log.error(current.line())  # noqa: TRY400 - the error itself goes on and is told once
        raise
    current.seconds = time.monotonic() - started
    log.info(current.line())


def say(text: str) -> None:
    """A detail inside a stage."""
    log.info("  %s", text)
