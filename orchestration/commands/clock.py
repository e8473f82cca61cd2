"""The commands on what runs by itself: `holdfast approve` and `holdfast alarms`.

Keep out: what an approval or an alarm is (orchestration/automation/, orchestration/alarms/).
"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from orchestration.commands.command import console, expected_errors, fail, settings_or_end, short

Month = Annotated[str, typer.Option("--month", help="The report month, YYYY-MM.")]
Audiences = Annotated[list[str] | None, typer.Option("--audience", help="Only this audience; may be given again.")]
Who = Annotated[str, typer.Option("--who", help="Your name, for the ledger's log.")]


def approve(month: Month, who: Who, audience: Audiences = None) -> None:
    """Approve a month's reports, after looking at them: they may then be sent for the first time."""
    from orchestration.delivery_stage import approve_month

    settings = settings_or_end()
    with expected_errors():
        for name, pdf in approve_month(settings, month, who, tuple(audience or ())).items():
            console.print(f"{name}: approved {short(pdf)}", markup=False)


def alarms(
    test: Annotated[bool, typer.Option("--test", help="Send a test alarm to every owner and channel now.")] = False,
) -> None:
    """What needs a hand, as the owners were told it; nothing is looked for anew."""
    from orchestration.alarms.book import read_book
    from orchestration.alarms.look import book_path

    settings = settings_or_end()
    if test:
        _test()
        return
    book = read_book(book_path(settings))
    for alarm in book.open:
        cause = alarm.cause
        console.print(f"{cause.kind}: {cause.what}", markup=False)
        console.print(f"  since {cause.since:%Y-%m-%d %H:%M} UTC; {cause.do}", markup=False)
    for name, trouble in book.troubles.items():
        console.print(f"{name} does not hear: {trouble.said}", markup=False)
    if not book.open:
        console.print("no alarm is open")


def _test() -> None:
    from orchestration.alarms.look import tell_test

    settings = settings_or_end()
    answers = tell_test(settings, os.environ)
    if not answers:
        fail(ValueError(f"nobody is named under alarms: in {settings.config_dir / 'company.yml'}; name owners"))
    for name, trouble in answers.items():
        console.print(f"{name}: {trouble or 'told'}", markup=False)
    if any(answers.values()):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Adds the commands to `holdfast`."""
    app.command()(approve)
    app.command()(alarms)
