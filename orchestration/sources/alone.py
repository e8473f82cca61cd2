"""What `python -m orchestration.sources.<kind>` does for a kind that is fetched: asks for all rows and lands none.

Keep out: everything a kind does by itself.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from orchestration.configuration.sources import FetchedSource
from orchestration.contract import load_contract
from orchestration.landing.fetching import progress_line
from orchestration.mapping.compiled import compile_mapping
from orchestration.settings import Settings, SettingsError, load_settings
from orchestration.sources.connectors import connector_of
from orchestration.sources.fetched import Connector, Ended, Page, Progress, SourceFailedError


def command(kind: str, about: str | None) -> typer.Typer:
    """The command of a kind."""
    app = typer.Typer(add_completion=False, help=about)

    @app.command()
    def check(
        source: Annotated[
            list[str] | None, typer.Argument(help="Names of sources in sources.yml; all of the kind if none is given.")
        ] = None,
    ) -> None:
        """Fetches every entity of the named sources and reports rows, pages and what the service says."""
        try:
            settings = load_settings()
            sources = _chosen(settings, kind, source or [])
        except SettingsError as error:
            raise typer.BadParameter(str(error)) from error
        raise typer.Exit(1 if sum(_read(settings, item) for item in sources) else 0)

    return app


def _chosen(settings: Settings, kind: str, names: Sequence[str]) -> list[FetchedSource]:
    known = {source.name: source for source in settings.fetched_sources if source.kind == kind}
    for name in names:
        if name not in known:
            raise SettingsError(f'no source "{name}" of kind {kind} is in sources.yml; there are: {", ".join(known)}')
    return [source for name, source in known.items() if not names or name in names]


def _read(settings: Settings, source: FetchedSource) -> int:
    """Fetches all entities of a source; the number of those that failed."""
    connector = connector_of(source, os.environ, ZoneInfo(source.time_zone or settings.company.time_zone))
    failed = 0
    try:
        connector.open()
        for entity in source.entities:
            try:
                typer.echo("\n".join(_fetched(connector, source, entity)))
            except SourceFailedError as error:
                typer.echo(f"{source.name} {entity}: FAILED: {error}", err=True)
                failed += 1
    except SourceFailedError as error:
        typer.echo(f"{source.name}: {error}", err=True)
        failed += 1
    finally:
        connector.close()
    return failed


def _fetched(connector: Connector, source: FetchedSource, entity: str) -> list[str]:
    spec, contract = source.entities[entity], load_contract()
    mapping = compile_mapping(spec, contract[entity])
    fields = tuple(dict.fromkeys([*([spec.key] if spec.key else []), *mapping.fields]))
    rows, progress, notes = 0, Progress(0, 0, 0.0), []

    def note(current: Progress) -> None:
        nonlocal progress
        progress = current

    for page in connector.fetch(spec.table, fields, None, note):
        if isinstance(page, Ended):
            notes = [f"  {page.mode}; the next fetch goes on from: {', '.join(page.state) or 'nothing'}", *page.notes]
        else:
            rows += len(page.rows) if isinstance(page, Page) else page.table.num_rows
    told = progress_line(f"{source.name} {entity}", Progress(rows, progress.pages, progress.seconds), None)
    return [told, *notes]
