"""Commands that look after the data: `holdfast quarantine`, `holdfast erase`.

Add here: a command of one sentence of help that a data engineer uses between runs. Keep out: work (that is in the
modules it calls).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from orchestration.commands.command import (
    console,
    expected_errors,
    fail,
    run_stages,
    settings_or_end,
    short,
    show_progress,
)
from orchestration.quarantine.report import (
    QuarantinedRow,
    check_entity,
    count_reasons,
    read_quarantine,
    read_shares,
)
from orchestration.settings import Settings


def quarantine(
    entity: Annotated[str | None, typer.Option("--entity", help="Only this entity.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="Rows to show.", min=0)] = 20,
    export: Annotated[Path | None, typer.Option("--export", help="Write all rows with their values to a CSV.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="First land what was corrected and judge all rows anew; builds no marts.")
    ] = False,
) -> None:
    """The rows set aside by the last build: why, how many, what puts them right, and where they came from."""
    from orchestration.contract import load_contract
    from orchestration.quarantine.export import export_quarantine
    from orchestration.quarantine.rejudge import rejudge

    settings = settings_or_end()
    rejected = None
    with expected_errors():
        check_entity(entity, list(load_contract()))
        if again:
            show_progress()
            rejected = rejudge(settings)
        rows = _show_quarantine(settings, entity, None if export else limit, limit)
        if export is not None:
            console.print(f"{len(rows)} rows written to {short(export_quarantine(rows, export))}")
    if rejected is not None:
        fail(rejected)


def _show_quarantine(settings: Settings, entity: str | None, read: int | None, shown: int) -> list[QuarantinedRow]:
    total, rows = read_quarantine(settings, entity, read)
    if not total:
        console.print("no row is set aside")
        return rows
    why = Table("entity", "reason", "rows", "files", "what to do", title=f"{total} rows set aside")
    for count in count_reasons(settings, entity):
        why.add_row(count.entity, escape(count.reason), str(count.rows), str(count.files), count.advice)
    console.print(why)
    for share in read_shares(settings, entity):
        stops = ": over the limit, the build stops" if share.over(settings) else ""
        console.print(
            f"{share.entity}: {share.rejected} rows rejected ({share.rejected_share:.2%}), "
            f"{share.unknown_customer} of unknown customers ({share.unknown_customer_share:.2%}){stops}"
        )
    if shown:
        table = Table("entity", "source", "file", "record", "reasons", title=f"the first {min(shown, total)}")
        for row in rows[:shown]:
            table.add_row(row.entity, row.source, escape(row.file), str(row.record), escape(row.reasons))
        console.print(table)
    return rows


def erase(
    customer: Annotated[
        list[str], typer.Option("--customer", help="The customer's id, as the CRM writes it; again for a second id.")
    ],
    who: Annotated[str, typer.Option("--who", help="Your name, for the register.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take a person out of landing for good: names, free text and contact fields go, the id becomes a pseudonym."""
    from orchestration.contract import load_contract
    from orchestration.erasure import erase as erasure

    settings, contract = settings_or_end(), load_contract()
    with expected_errors():
        ids, merged = erasure.look_up(settings, contract, customer)
        if merged:
            console.print(f"merged with it and kept: {', '.join(merged)}; if they are the same person, name them too")
        if not yes:
            landing = short(settings.landing_dir)
            typer.confirm(f"Erase {', '.join(ids)} from {landing}? It cannot be undone", abort=True)
        show_progress()
        done = erasure.erase(settings, contract, ids, who)
    console.print(f"erased as {', '.join(done.pseudonyms)}: {done.rows} rows in {done.files} landed files")
    console.print("building without the person; until that has succeeded, published marts still hold the name")
    run_stages(settings, "build", settings.company.first_month)
    console.print(f"{len(erasure.forget_older_snapshots(settings))} older published files removed")
    console.print(
        "Not touched: the source's own files and systems, reports and mail already made "
        f"({short(settings.reports_dir)}, {short(settings.outbox_dir)}), exports and backups"
    )


def register(app: typer.Typer) -> None:
    """Adds the commands to the `holdfast` command."""
    app.command()(quarantine)
    app.command()(erase)
