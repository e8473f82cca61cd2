"""`holdfast doctor`: prints what the examination found, and ends with status 1 if a run would stop.

Keep out: looking (orchestration/doctor/).
"""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.markup import escape

from orchestration.commands.command import console, expected_errors, settings_or_end
from orchestration.doctor.coverage import Coverage
from orchestration.doctor.examine import Diagnosis, examine
from orchestration.doctor.services import Asked
from orchestration.doctor.trial import EntityTrial

_MARKS = {"error": "[red]✗ error[/red]  ", "warning": "[yellow]! warning[/yellow]", "note": "· note   "}


def doctor(
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not read the files: configuration and services only.")
    ] = False,
) -> None:
    """What is wrong or missing in the configuration, the sources and the data, each with its place and fix."""
    from orchestration.contract import load_contract
    from orchestration.sources.connectors import connector_of

    settings = settings_or_end()
    with expected_errors():
        report = _say_nothing if quick else _say
        found = examine(settings, load_contract(), os.environ, connector_of, report, quick)
    _show_services(found.services.asked)
    if found.trial is not None:
        _show_files(list(found.trial.entities.values()))
    _show_coverage(found.coverage)
    _show_findings(found)
    raise typer.Exit(1 if found.errors else 0)


def _say(text: str) -> None:
    console.print(f"  {text}", markup=False)


def _say_nothing(text: str) -> None:
    """Prints nothing."""


def _show_services(asked: tuple[Asked, ...]) -> None:
    if asked:
        _lines([("service", "entity", "table", "reached", "changes", "rows", "newest"), *map(_service, asked)])


def _service(item: Asked) -> tuple[str, ...]:
    probe = item.probe
    reached = "yes" if probe.reachable and probe.permitted else "not permitted" if probe.reachable else "no"
    rows = "not told" if probe.rows is None else str(probe.rows)
    return item.source, item.entity, item.table, reached, probe.change_tracking, rows, probe.newest or "not told"


def _show_files(entities: list[EntityTrial]) -> None:
    head = ("files of", "files", "rows", "counted", "set aside", "newest delivery", "newest value (UTC)", "source")
    _lines([head, *map(_files, entities)])


def _files(item: EntityTrial) -> tuple[str, ...]:
    numbers = (str(item.files), str(item.rows), str(item.admitted), str(item.set_aside))
    day = "" if item.newest_delivery is None else str(item.newest_delivery)
    return item.entity, *numbers, f"{day} ({item.dated_by})", item.newest, item.sources


def _lines(rows: list[tuple[str, ...]]) -> None:
    """A table that is never cut: each column as wide as its widest cell."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.print("  ".join(cells).rstrip(), markup=False)
    console.print()


def _show_coverage(coverage: Coverage) -> None:
    for page, lacks in coverage.pages.items():
        waits = f", once {coverage.waiting[page]} can be read" if page in coverage.waiting else ""
        console.print(f"page {page:<13}{f'drops out: needs {lacks}' if lacks else f'will be made{waits}'}")
    if coverage.missing:
        console.print(f"not delivered: {', '.join(coverage.missing)}")
    for entity in dict.fromkeys(item.entity for item in coverage.empty):
        names = [
            f"{item.column} ({item.read_by})" if item.read_by else item.column
            for item in coverage.empty
            if item.entity == entity
        ]
        console.print(f"without values in {entity}: {', '.join(names)}", markup=False)
    if coverage.breakdowns:
        console.print(f"breakdowns without values: {', '.join(coverage.breakdowns)}")


def _show_findings(found: Diagnosis) -> None:
    console.print()
    for finding in found.findings:
        console.print(f"{_MARKS[finding.level]} {escape(str(finding))}")
    if not found.findings:
        console.print("nothing to put right, no error: `holdfast run --month YYYY-MM` can go")
    elif not found.errors:
        console.print("no error: `holdfast run --month YYYY-MM` can go")
    else:
        console.print(f"{found.errors} to put right; then run `holdfast doctor` again")


def register(app: typer.Typer) -> None:
    """Adds the command to the `holdfast` command."""
    app.command()(doctor)
