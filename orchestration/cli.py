"""The `holdfast` command: the same stages as the Dagster jobs, from a shell. The only file that prints.

Add here: a command, with one sentence of help. Keep out: work (that is in the stages) and tables' contents.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.backup import register as register_backup_commands
from orchestration.commands.clock import register as register_clock_commands
from orchestration.commands.command import (
    console,
    expected_errors,
    fail,
    run_stages,
    settings_or_end,
    short,
    show_progress,
)
from orchestration.commands.data import register as register_data_commands
from orchestration.commands.doctor import register as register_doctor
from orchestration.commands.ledger import register as register_ledger_commands
from orchestration.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Monthly customer-retention reporting: extract, build, check, publish, render, release, deliver.",
)

Month = Annotated[str, typer.Option("--month", help="The report month, YYYY-MM.")]
Audiences = Annotated[list[str] | None, typer.Option("--audience", help="Only this audience; may be given again.")]


def _check_month(settings: Settings, month: str) -> None:
    company = settings.company
    newest = company.last_month or "9999-12"
    if not (len(month) == 7 and company.first_month <= month <= newest):
        fail(
            ValueError(
                f'month "{month}" cannot be reported; choose YYYY-MM from {company.first_month}'
                + (f" to {company.last_month}" if company.last_month else " on")
                + f" ({settings.config_dir / 'company.yml'})"
            )
        )


@app.command()
def run(
    month: Month,
    audience: Audiences = None,
    no_delivery: Annotated[
        bool, typer.Option("--no-delivery", help="Stop after the PDFs: no release, no mail.")
    ] = False,
    deliver: Annotated[
        bool, typer.Option("--deliver", help="Send although the month is not the newest closed one.")
    ] = False,
) -> None:
    """Extract, build, check, publish, render, release and deliver one month."""
    settings = settings_or_end()
    _check_month(settings, month)
    names = tuple(settings.audience(name).name for name in audience or ())
    run_stages(settings, "monthly_report", month, audiences=names, delivery=not no_delivery, asked=deliver)


@app.command()
def extract(
    full: Annotated[
        bool, typer.Option("--full", help="Fetch all rows, also where only changes would be asked for.")
    ] = False,
) -> None:
    """Land what is new from every source."""
    run_stages(settings_or_end(), "extract", None, full=full)


@app.command()
def build() -> None:
    """Build all marts from what is landed, check them, and publish them."""
    settings = settings_or_end()
    run_stages(settings, "build", settings.company.first_month)


@app.command()
def report(
    month: Month,
    audience: Audiences = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show PDF and mail on a local page, made anew when reports/ changes.")
    ] = False,
    port: Annotated[int, typer.Option("--port", help="The port of the local page; 0 takes a free one.")] = 8600,
) -> None:
    """Render a month's reports from the published marts."""
    settings = settings_or_end()
    _check_month(settings, month)
    names = tuple(settings.audience(name).name for name in audience or ())
    if preview:
        _serve_preview(settings, month, names, port)
    else:
        run_stages(settings, "report", month, audiences=names)


def _serve_preview(settings: Settings, month: str, audiences: tuple[str, ...], port: int) -> None:
    """Serves until Ctrl-C; what it renders goes with it."""
    from tempfile import TemporaryDirectory

    from orchestration.delivery.release import snapshot_path
    from orchestration.preview import HOST, Preview, preview_server
    from orchestration.reports_stage import report_runs, require_reportable

    with expected_errors(), TemporaryDirectory(prefix="holdfast-preview-") as folder:
        checks = require_reportable(settings, month)
        runs = report_runs(settings, month, audiences, checks)
        marts = snapshot_path(settings, checks.snapshot_hash or "")
        with preview_server(Preview(runs, marts, Path(folder)), port) as server:
            console.print(f"http://{HOST}:{server.server_port}/ shows {month}; Ctrl-C ends it")
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                console.print("ended")


@app.command()
def deliver(
    month: Month,
    new_edition: Annotated[
        bool, typer.Option("--new-edition", help="Release changed figures as a new edition.")
    ] = False,
) -> None:
    """Release a month's reports if every check of their snapshot passed, and send what is due."""
    settings = settings_or_end()
    _check_month(settings, month)
    run_stages(settings, "deliver", month, asked=True, new_edition=new_edition)


@app.command()
def prepare() -> None:
    """Make DAGSTER_HOME and parse the dbt project (done by ./run before the UI starts)."""
    from orchestration.build import ManifestError
    from orchestration.prepare import prepare_instance

    show_progress()
    try:
        prepare_instance(settings_or_end())
    except ManifestError as error:
        fail(error)


@app.command()
def docs() -> None:
    """Build the documentation site of all models, columns, tests and reports."""
    from orchestration.docs_site import build_docs_site

    settings = settings_or_end()
    with expected_errors():
        console.print(short(build_docs_site(settings)))


@app.command()
def demo(
    live: Annotated[
        bool, typer.Option("--live", help="CRM and surveys from services on this machine instead of files.")
    ] = False,
) -> None:
    """The main job on the demo company, from its files to the mail in the outbox."""
    settings = settings_or_end()
    show_progress()
    month = settings.company.last_month or settings.company.first_report_month
    if live:
        from orchestration.demo.live.run import deliver_live_company

        with expected_errors():
            settings = deliver_live_company(settings)
        # Everything is fetched, and the services are gone: the main job without its extract.
        run_stages(settings, "build", settings.company.first_month)
        run_stages(settings, "report", month)
        run_stages(settings, "deliver", month, asked=True)
    else:
        from orchestration.demo.run import deliver_demo_files

        deliver_demo_files(settings)
        run_stages(settings, "monthly_report", month)
    _show_places(settings, month)


@app.command()
def truth() -> None:
    """Work out what the marts must say about the demo company, without them: one CSV per model."""
    from orchestration.demo.run import tell_truth

    console.print(short(tell_truth(settings_or_end())))


def _show_places(settings: Settings, month: str) -> None:
    places = {
        "reports": settings.reports_dir / month,
        "mail": settings.outbox_dir / month,
        "marts": settings.published_marts,
    }
    console.print()
    for name, place in places.items():
        console.print(f"{name:<8} {short(place)}")


register_ledger_commands(app)
register_backup_commands(app)
register_clock_commands(app)
register_doctor(app)
register_data_commands(app)

if __name__ == "__main__":
    app(prog_name="holdfast")
