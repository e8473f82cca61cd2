"""`python -m orchestration.sources.questionpro`: reads configured accounts and says what would land, landing nothing.

Flow: config/sources.yml → open (the key from the environment) → every table, in full → rows, notes, one line per table.
State: none is read or kept.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from orchestration.configuration.source_questionpro import QuestionProSource
from orchestration.contract import load_contract
from orchestration.mapping.compiled import compile_mapping
from orchestration.settings import Settings, SettingsError, load_settings
from orchestration.sources.fetched import Ended, Page, SourceFailedError
from orchestration.sources.questionpro.connector import QuestionProConnector

app = typer.Typer(add_completion=False, help=__doc__)


@app.command()
def check(
    source: Annotated[
        list[str] | None, typer.Argument(help="Names of questionpro sources in sources.yml; all if none is given.")
    ] = None,
) -> None:
    """Reads every table of the named sources and says how many rows it has and what is worth knowing."""
    try:
        chosen = _chosen(load_settings(), source or [])
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
    failed = [line for item in chosen for line in _read(item)]
    raise typer.Exit(1 if failed else 0)


def _chosen(settings: Settings, names: Sequence[str]) -> list[QuestionProSource]:
    found = [item for item in settings.sources if isinstance(item, QuestionProSource)]
    known = [item.name for item in found]
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none is configured"
            raise SettingsError(f'"{name}" is no questionpro source of sources.yml; choose one of: {listed}')
    return [item for item in found if not names or item.name in names]


def _read(source: QuestionProSource) -> list[str]:
    """Tells of every table; returns the failures."""
    failures: list[str] = []
    contract = load_contract()
    connector = QuestionProConnector(source, os.environ)
    try:
        connector.open()
        for name, spec in source.entities.items():
            mapping = compile_mapping(spec, contract[name])
            try:
                _tell(f"{source.name} {name}", connector, spec.table, mapping.fields)
            except SourceFailedError as error:
                failures.append(str(error))
                typer.echo(f"{source.name} {name}: FAILED: {error}")
    except SourceFailedError as error:
        failures.append(str(error))
        typer.echo(f"{source.name}: FAILED: {error}")
    finally:
        connector.close()
    return failures


def _tell(place: str, connector: QuestionProConnector, table: str, fields: Sequence[str]) -> None:
    rows = 0
    for part in connector.fetch(table, fields, None, lambda _: None):
        if isinstance(part, Page):
            rows += len(part.rows)
        elif isinstance(part, Ended):
            typer.echo("\n".join([f"{place}: {rows} rows", *(f"  {note}" for note in part.notes)]))


if __name__ == "__main__":
    app(prog_name="python -m orchestration.sources.questionpro")
