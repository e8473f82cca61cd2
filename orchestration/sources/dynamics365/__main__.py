"""`python -m orchestration.sources.dynamics365`: reads configured environments and says what would land; lands nothing.

Flow: config/sources.yml → open (secrets from the environment) → every table, in full, several at once → one line each.
State: none is read or kept. `--probe` asks about the tables without reading their rows.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Annotated

import typer

from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.contract import load_contract
from orchestration.mapping.compiled import compile_mapping
from orchestration.settings import Settings, SettingsError, load_settings
from orchestration.sources.connectors import connector_of
from orchestration.sources.fetched import Connector, Ended, Page, SourceFailedError

app = typer.Typer(add_completion=False, help=__doc__)


@app.command()
def check(
    source: Annotated[
        list[str] | None, typer.Argument(help="Names of dynamics365 sources in sources.yml; all if none is given.")
    ] = None,
    probe: Annotated[bool, typer.Option("--probe", help="Ask about the tables without reading rows.")] = False,
) -> None:
    """Reads every table of the named sources and says how many rows it has and what is worth knowing."""
    try:
        settings = load_settings()
        chosen = chosen_sources(settings, source or [])
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
    results = [read_source(settings, item, probe) for item in chosen]
    raise typer.Exit(0 if all(results) else 1)


def chosen_sources(settings: Settings, names: Sequence[str]) -> list[Dynamics365Source]:
    """The sources of this kind, of those names; all if none is given.

    Raises:
        SettingsError: a name that is none of them.
    """
    found = [item for item in settings.sources if isinstance(item, Dynamics365Source)]
    known = [item.name for item in found]
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none is configured"
            raise SettingsError(f'"{name}" is no dynamics365 source of sources.yml; choose one of: {listed}')
    return [item for item in found if not names or item.name in names]


def read_source(settings: Settings, source: Dynamics365Source, probe: bool) -> bool:
    """Tells of every entity of one source; whether all went well."""
    connector = connector_of(source, os.environ, settings.zone)
    try:
        connector.open()
        with ThreadPoolExecutor(source.parallel) as pool:
            told = list(pool.map(lambda name: _told(source, name, connector, probe), source.entities))
    except SourceFailedError as error:
        told = [(False, f"{source.name}: FAILED: {error}")]
    finally:
        connector.close()
    for _, line in told:
        typer.echo(line)
    return all(well for well, _ in told)


def _told(source: Dynamics365Source, name: str, connector: Connector, probe: bool) -> tuple[bool, str]:
    spec = source.entities[name]
    fields = compile_mapping(spec, load_contract()[name]).fields
    place = f"{source.name} {name} (table {spec.table})"
    try:
        return _probed(place, connector, spec.table, fields) if probe else _read(place, connector, spec.table, fields)
    except SourceFailedError as error:
        return False, f"{place}: FAILED: {error}"


def _read(place: str, connector: Connector, table: str, fields: Sequence[str]) -> tuple[bool, str]:
    rows, began, notes = 0, monotonic(), []
    for part in connector.fetch(table, fields, None, lambda _: None):
        if isinstance(part, Page):
            rows += len(part.rows)
        elif isinstance(part, Ended):
            notes = [f"  {note}" for note in part.notes]
    return True, "\n".join([f"{place}: {rows} rows in {monotonic() - began:.1f} s", *notes])


def _probed(place: str, connector: Connector, table: str, fields: Sequence[str]) -> tuple[bool, str]:
    told = connector.probe(table, fields)
    missing = f"; not there: {', '.join(told.missing_fields)}" if told.missing_fields else ""
    if told.problem:
        return False, f"{place}: {told.problem}"
    known = f"{told.rows if told.rows is not None else 'an unknown number of'} rows, newest {told.newest or 'unknown'}"
    return not missing, f"{place}: {known}, change tracking {told.change_tracking}{missing}"


if __name__ == "__main__":
    app(prog_name="python -m orchestration.sources.dynamics365")
