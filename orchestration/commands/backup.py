"""`holdfast backup` and `holdfast restore`.

Keep out: what a backup holds (orchestration/backup/create.py) and where it goes (orchestration/backup/restore.py).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.command import console, expected_errors, settings_or_end, short


def backup(
    folder: Annotated[Path, typer.Argument(help="Where the backup is written: best a folder on another disk.")],
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="Keep so many backups there.")] = None,
) -> None:
    """Write landing, released reports, the ledger and the configuration into one file, and read it again."""
    from orchestration.backup.create import back_up, read_backup

    settings = settings_or_end()
    with expected_errors():
        path = back_up(settings, folder, keep=keep)
        contents = read_backup(path)
    console.print(f"{short(path)}: {len(contents.files)} files, {contents.size / 1e6:.1f} MB", markup=False)


def restore(
    path: Annotated[Path, typer.Argument(help="The backup.")],
    keep_ledger: Annotated[
        bool, typer.Option("--keep-ledger", help="Leave the ledger that is there; it is newer than the backup's.")
    ] = False,
) -> None:
    """Put a backup into HOLDFAST_DATA, which must be empty, and its configuration into HOLDFAST_CONFIG."""
    from orchestration.backup.restore import restore as put_back

    with expected_errors():
        done = put_back(path, os.environ, keep_ledger=keep_ledger)
    console.print(f"restored to {short(done.data_dir)}: the backup of {done.contents.made_at:%Y-%m-%d %H:%M} UTC")
    console.print(f"configuration: {short(done.config_dir)}", markup=False)
    console.print(f"ledger: {done.ledger or 'as it was'}", markup=False)
    if done.ledger is not None:
        console.print(
            "Nothing is sent until you have compared the ledger with the mail server's log (`holdfast status`) and "
            "accepted it: `holdfast ledger accept --who NAME`"
        )


def register(app: typer.Typer) -> None:
    """Adds the commands to the `holdfast` command."""
    app.command()(backup)
    app.command()(restore)
