"""The `holdfast` command: the same stages as the Dagster jobs, from a shell. The only file that prints.

Add here: a command, with one sentence of help. Keep out: work (that is in the stages) and tables' contents.
"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from orchestration.cli_data import register as register_data_commands
from orchestration.cli_doctor import register as register_doctor
from orchestration.command import console, expected_errors, fail, run_stages, settings_or_end, short, show_progress
from orchestration.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Monthly customer-retention reporting: extract, build, check, publish, render, release, deliver.",
)

ledger_app = typer.Typer(no_args_is_help=True, help="One delivery's history, and what only a person may decide.")
app.add_typer(ledger_app, name="ledger")

Month = Annotated[str, typer.Option("--month", help="The report month, YYYY-MM.")]
Audiences = Annotated[list[str] | None, typer.Option("--audience", help="Only this audience; may be given again.")]

Delivery = Annotated[int, typer.Argument(help="The delivery's id, as `holdfast status` shows it.")]
Who = Annotated[str, typer.Option("--who", help="Your name, for the ledger's log.")]


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
def report(month: Month, audience: Audiences = None) -> None:
    """Render a month's reports from the published marts."""
    settings = settings_or_end()
    _check_month(settings, month)
    names = tuple(settings.audience(name).name for name in audience or ())
    run_stages(settings, "report", month, audiences=names)


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


@app.command()
def status(month: Annotated[str | None, typer.Option("--month", help="Only this month, YYYY-MM.")] = None) -> None:
    """What became of every month, audience and recipient: sent, held, failed, unknown or planned."""
    from orchestration.delivery.ledger import open_ledger
    from orchestration.delivery.status import status_rows

    settings = settings_or_end()
    rows = status_rows(open_ledger(settings), settings.company.report, [month] if month else None)
    table = Table("id", "month", "audience", "edition", "recipient", "state", "since (UTC)", "reason")
    for row in rows:
        who, since, why = row.recipient or "", f"{row.since:%Y-%m-%d %H:%M}", row.reason or ""
        number = "" if row.delivery_id is None else str(row.delivery_id)
        table.add_row(number, row.month, row.audience, str(row.edition), who, row.state, since, why)
    console.print(table)


@ledger_app.command("show")
def ledger_show(delivery: Delivery) -> None:
    """Everything that happened to one delivery."""
    from orchestration.delivery.ledger import open_ledger
    from orchestration.delivery.status import delivery_history

    settings = settings_or_end()
    with expected_errors():
        ledger = open_ledger(settings)
        found = ledger.delivery(delivery)
        console.print(f"{found.audience} {found.period} edition {found.edition} to {found.address}: {found.state}")
        console.print(f"Message-ID {found.message_id}")
        for event in delivery_history(ledger, delivery):
            console.print(f"{event.at:%Y-%m-%d %H:%M:%S} UTC  {event.kind}: {event.detail}", markup=False)


@ledger_app.command("resend")
def ledger_resend(delivery: Delivery, who: Who) -> None:
    """Send an unknown or failed delivery once more, with the same Message-ID."""
    from orchestration.delivery.ledger import open_ledger
    from orchestration.delivery.send import resend

    settings = settings_or_end()
    with expected_errors():
        line = resend(settings, delivery, open_ledger(settings), who=who)
        console.print(f"{line.recipient}: {line.outcome} ({line.detail})", markup=False)


@ledger_app.command("seen")
def ledger_seen(delivery: Delivery, who: Who) -> None:
    """Settle an unknown delivery as sent: somebody has seen the message."""
    from orchestration.delivery.ledger import open_ledger
    from orchestration.delivery.send import confirm_sent

    settings = settings_or_end()
    with expected_errors():
        found = confirm_sent(settings, delivery, open_ledger(settings), who=who)
        console.print(f"{found.address}: {found.state}")


@ledger_app.command("accept")
def ledger_accept(who: Who) -> None:
    """Take a ledger that is older than its mark as it is, after comparing it with the mail server's log."""
    from orchestration.delivery.ledger import open_ledger

    settings = settings_or_end()
    with expected_errors():
        open_ledger(settings).accept(who)
        console.print(f"{short(settings.ledger_path)}: accepted")


register_doctor(app)
register_data_commands(app)

if __name__ == "__main__":
    app(prog_name="holdfast")
