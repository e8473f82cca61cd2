"""What every `holdfast` command shares: the console, the settings, and how an error ends a command.

Keep out: commands (cli.py, commands/).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from orchestration.settings import Settings, SettingsError, load_settings

console = Console(highlight=False, soft_wrap=True)


def settings_or_end() -> Settings:
    """The settings; a problem in them ends the command with all its lines."""
    try:
        return load_settings()
    except SettingsError as error:
        fail(error)
        raise


def fail(error: BaseException) -> None:
    """Ends the command with the error's message and status 1."""
    sys.stderr.write(f"holdfast: {error}\n")
    raise typer.Exit(1) from error


@contextmanager
def expected_errors() -> Iterator[None]:
    """Errors that a user can cause or meet end the command with their message, without a traceback."""
    from orchestration.errors import EXPECTED_ERRORS

    try:
        yield
    except EXPECTED_ERRORS as error:
        fail(error)


def show_progress() -> None:
    """Prints what stages say while they work."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("holdfast")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def run_stages(settings: Settings, job: str, month: str | None, **options: object) -> None:
    """Runs a job of the code location in this process."""
    from orchestration.defs.launch import run_job

    show_progress()
    with expected_errors():
        run_job(settings, job, month, **options)  # type: ignore[arg-type]


def short(path: Path) -> str:
    """A path as it is written from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
