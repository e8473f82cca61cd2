"""The commands on what was sent: `holdfast status` and `holdfast ledger …`.

Keep out: reading and changing the ledger (orchestration/delivery/).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from orchestration.commands.command import console, expected_errors, fail, settings_or_end

if TYPE_CHECKING:
    from orchestration.delivery.status import StatusRow

# What a person must look at stands out; the sign in the cell says the same without colour.
STYLES = {"unknown": "red", "failed": "red", "held": "yellow", "not released": "yellow", "sent": "green"}
ledger_app = typer.Typer(no_args_is_help=True, help="One delivery's history, and what only a person may decide.")

Delivery = Annotated[int, typer.Argument(help="The delivery's id, as `holdfast status` shows it.")]
Who = Annotated[str, typer.Option("--who", help="Your name, for the ledger's log.")]


def status(month: Annotated[str | None, typer.Option("--month", help="Every recipient of this month.")] = None) -> None:
    """The year at a glance: months × audiences, and what needs a hand; with --month every recipient of one month."""
    from orchestration.delivery.overview import year_at_a_glance
    from orchestration.delivery.store import utc_now

    settings = settings_or_end()
    with expected_errors():
        found = year_at_a_glance(settings, utc_now(), [month] if month else None)
    console.print(found.headline, markup=False)
    if found.months:
        grid = Table("month", *found.audiences)
        for name in found.months:
            texts = [found.cells[name, audience] for audience in found.audiences]
            grid.add_row(name, *(Text(cell.text, style=STYLES.get(cell.state, "")) for cell in texts))
        console.print(grid)
    if found.refusal:
        console.print(f"Nothing is released or sent: {found.refusal}", markup=False)
    rows = found.rows if month else found.doubtful
    _print_rows(rows)


def _print_rows(rows: Sequence[StatusRow]) -> None:
    for row in rows:
        number = "" if row.delivery_id is None else str(row.delivery_id)
        edition = f" edition {row.edition}" if row.edition > 1 else ""
        who = row.recipient or "every recipient"
        console.print(
            Text(f"{number:>5}  {row.month} {row.audience}{edition} to {who}: ").append(
                row.state, STYLES.get(row.state, "")
            ),
            f"since {row.since:%Y-%m-%d %H:%M} UTC",
        )
        if row.reason and row.state != "sent":
            console.print(f"       {row.reason}", markup=False)


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


@ledger_app.command("bounces")
def ledger_bounces() -> None:
    """Read the mailbox that bounces arrive in, and put them on record."""
    from orchestration.delivery.ledger import open_ledger
    from orchestration.delivery.mailbox import collect_bounces

    settings = settings_or_end()
    with expected_errors():
        found = collect_bounces(settings, open_ledger(settings))
    if found is None:
        console.print("no mailbox for bounces is configured (mail.bounces)")
        return
    console.print(f"{found.read} unseen mails, {len(found.lines)} new on record")
    for line in found.lines:
        console.print(f"{line.delivery_id:>5}  {line.address}: {line.action} ({line.message})", markup=False)


@ledger_app.command("accept")
def ledger_accept(who: Who) -> None:
    """Take a ledger that is older than its mark as it is, after comparing it with the mail server's log."""
    from orchestration.delivery.ledger import open_ledger

    settings = settings_or_end()
    with expected_errors():
        ledger = open_ledger(settings)
        doubtful = ledger.accept(who)
    console.print(f"{ledger.name}: accepted", markup=False)
    for delivery in doubtful:
        console.print(
            f"{delivery.id} {delivery.audience} {delivery.period} to {delivery.address}: unknown", markup=False
        )
    if doubtful:
        console.print("settle each: `holdfast ledger seen ID --who NAME` or `holdfast ledger resend ID --who NAME`")


def test_mail(
    month: Annotated[str, typer.Option("--month", help="A month whose report is rendered, YYYY-MM.")],
    audience: Annotated[str, typer.Option("--audience", help="Whose report.")],
    to: Annotated[str, typer.Option("--to", help="Your own address.")],
) -> None:
    """Mail a rendered report to yourself: nothing is released by it, and nobody else gets anything."""
    from pydantic import ValidationError

    from orchestration.delivery.ledger import open_ledger
    from orchestration.delivery.trial import send_trial
    from orchestration.settings import Recipient

    settings = settings_or_end()
    try:
        recipient = Recipient(name=to.partition("@")[0], address=to)
    except ValidationError as error:
        fail(ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")))
    with expected_errors():
        done = send_trial(settings, month, audience, recipient, open_ledger(settings))
    console.print(f"{to}: {done.outcome.state} ({done.outcome.detail})", markup=False)
    if done.outcome.state != "sent":
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Adds the commands to the `holdfast` command."""
    app.command()(status)
    app.command()(test_mail)
    app.add_typer(ledger_app, name="ledger")
