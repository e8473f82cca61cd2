"""`python -m orchestration.sources.files`: reads a company's files and says what would land, without landing anything.

Flow: config/sources.yml → find → read → one line per file. It needs no secret and writes only to a temporary folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from orchestration.contract import load_contract
from orchestration.landing.read import EntityReading, now_in, read_sources
from orchestration.settings import FilesSource, Settings, SettingsError, load_settings

app = typer.Typer(add_completion=False, help=__doc__)


@app.command()
def check(
    source: Annotated[
        list[str] | None, typer.Argument(help="Names of sources in sources.yml; all if none is given.")
    ] = None,
) -> None:
    """Reads every file of the named sources and reports rows, lines that cannot be parsed, and rejected files."""
    try:
        settings = _only(load_settings(), source or [])
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
    rejected = 0
    with tempfile.TemporaryDirectory() as folder:
        # Landing is looked for in the empty folder, so every file counts as new.
        trial = settings.model_copy(update={"data_dir": Path(folder), "sources": _absolute(settings)})
        for reading in read_sources(trial, load_contract(), Path(folder) / "spools", now_in):
            typer.echo("\n".join(_told(reading)))
            rejected += len(reading.rejected)
    raise typer.Exit(1 if rejected else 0)


def _only(settings: Settings, names: Sequence[str]) -> Settings:
    known = [source.name for source in settings.files_sources]
    for name in names:
        if name not in known:
            raise SettingsError(f'source "{name}" is not in sources.yml; choose one of: {", ".join(known)}')
    chosen = tuple(source for source in settings.files_sources if not names or source.name in names)
    return settings.model_copy(update={"sources": chosen})


def _absolute(settings: Settings) -> tuple[FilesSource, ...]:
    return tuple(
        source if source.is_remote else source.model_copy(update={"path": str(settings.source_path(source))})
        for source in settings.files_sources
    )


def _told(reading: EntityReading) -> list[str]:
    lines = reading.lines()
    for file in reading.read:
        found = file.found
        lines.append(
            f"  {found.file}: {file.parts[0].rows} rows, delivered {found.delivered_on} ({found.delivered_by})"
        )
        lines.extend(f"    line {line.line_number}: {line.reason}" for line in file.unparsed)
    return lines + [f"  {item.file}: REJECTED: {item.reason}" for item in reading.rejected]


if __name__ == "__main__":
    app(prog_name="python -m orchestration.sources.files")
