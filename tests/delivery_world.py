"""A small company for the delivery tests: settings, one published snapshot, checks, rendered reports, a clock."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from orchestration.checks import Check, ChecksReport, write_checks
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.manifest import AudienceEntry, Manifest, manifest_path, merge_manifest
from orchestration.delivery.tables import sqlite_url
from orchestration.settings import Audience, Company, MailSettings, Recipient, Settings, SmtpSettings

MONTH = "2024-12"
SNAPSHOT = "a1b2c3d4e5f60718"
BOARD = ("Eleanor Marsh", "eleanor.marsh@fernhill.example"), ("David Osei", "david.osei@fernhill.example")
HUNGARY = (("Őry Gergő", "gergo.ory@fernhill.example"),)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = field(default_factory=lambda: datetime(2025, 1, 6, 6, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: int) -> None:
        self.now += timedelta(**by)


def people(*names: tuple[str, str]) -> list[Recipient]:
    return [Recipient(name=name, address=address) for name, address in names]


def company(smtp: SmtpSettings | None = None, **changed: Any) -> Company:
    mail = MailSettings(
        transport="smtp" if smtp else "outbox",
        sender_name="Fernhill Supply Reports",
        sender_address="reports@fernhill.example",
        max_message_bytes=changed.pop("max_message_bytes", 7_000_000),
        smtp=smtp,
    )
    values: dict[str, Any] = {
        "name": "Fernhill Supply",
        "time_zone": "Europe/Budapest",
        "base_currency": "EUR",
        "first_month": "2024-01",
        "last_month": "2024-12",
        "first_report_month": "2024-11",
        "mail": mail,
    }
    return Company(**{**values, **changed})


def make_settings(data: Path, smtp: SmtpSettings | None = None, **changed: Any) -> Settings:
    """Two audiences, three recipients; changed: keys of the company."""
    audiences = (
        Audience(name="board", title="All customers", language="en", recipients=people(*BOARD)),
        Audience(name="hungary", title="Magyarország", language="hu", recipients=people(*HUNGARY)),
    )
    return Settings(
        config_dir=data / "config", data_dir=data, company=company(smtp, **changed), audiences=audiences, sources=()
    )


def with_recipients(settings: Settings, **recipients: list[Recipient]) -> Settings:
    """The settings with other recipients for the audiences named."""
    audiences = tuple(
        audience.model_copy(update={"recipients": recipients.get(audience.name, audience.recipients)})
        for audience in settings.audiences
    )
    return settings.model_copy(update={"audiences": audiences})


def publish_marts(settings: Settings, snapshot: str = SNAPSHOT, **figures: int) -> Path:
    """A snapshot of two months; figures: customers_start and mrr_start (in cents) of the report's month."""
    settings.published_dir.mkdir(parents=True, exist_ok=True)
    path = settings.published_dir / f"marts-{snapshot}.duckdb"
    path.write_bytes(_marts(figures.get("customers_start", 120), figures.get("mrr_start", 1250050)))
    return path


@cache
def _marts(customers_start: int, mrr_start: int) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "marts.duckdb"
        with duckdb.connect(str(path)) as db:
            _fill(db, customers_start, mrr_start)
        return path.read_bytes()


def _fill(db: duckdb.DuckDBPyConnection, customers_start: int, mrr_start: int) -> None:
    keys = "audience varchar, scope_type varchar, scope_value varchar, period_type varchar, "
    keys += "period_start date, period_end date"
    db.execute(f"create table rpt_retention ({keys}, customers_start bigint, retention_rate double)")
    db.execute(f"create table rpt_revenue ({keys}, mrr_start decimal(18, 2), nrr double)")
    db.execute(f"create table rpt_surveys ({keys}, survey_type varchar, responses bigint)")
    months = (("2024-11-01", "2024-11-30", 118, 1200000), ("2024-12-01", "2024-12-31", customers_start, mrr_start))
    for audience in ("(all)", "board", "hungary"):
        whole = "company" if audience == "(all)" else "audience"
        for (start, end, count, cents), scope in product(months, ((whole, audience), ("segment", "small"))):
            row = [audience, *scope, "month", date.fromisoformat(start), date.fromisoformat(end)]
            db.execute("insert into rpt_retention values (?, ?, ?, ?, ?, ?, ?, 0.91)", [*row, count])
            db.execute("insert into rpt_revenue values (?, ?, ?, ?, ?, ?, ?, 0.97)", [*row, f"{cents / 100:.2f}"])
            db.execute("insert into rpt_surveys values (?, ?, ?, ?, ?, ?, 'nps', 40)", row)


def pass_checks(settings: Settings, snapshot: str | None = SNAPSHOT, status: str = "pass", failures: int = 0) -> Path:
    """checks.json of the last build: one check with that status."""
    path = settings.published_dir / "checks.json"
    check = Check("ledger_closes", "fct_retention", status, failures, "")  # type: ignore[arg-type]
    write_checks(path, ChecksReport(snapshot, "2025-01-03", "2024-12", (check,)))
    return path


def render(
    settings: Settings,
    *,
    month: str = MONTH,
    snapshot: str = SNAPSHOT,
    edition: int = 1,
    pdf: bytes = b"%PDF-1.7 one\n",
) -> Manifest:
    """Reports on disk as the report stage leaves them, with their manifest."""
    folder = manifest_path(settings.reports_dir, month).parent
    folder.mkdir(parents=True, exist_ok=True)
    entries = {}
    for audience in settings.audiences:
        content = pdf + audience.name.encode()
        (folder / f"{audience.name}.pdf").write_bytes(content)
        (folder / f"{audience.name}.mail.html").write_text(f"<p>{audience.title}: 91,2 % maradt</p>", encoding="utf-8")
        (folder / f"{audience.name}.mail.txt").write_text(f"{audience.title}: 91.2 % stayed\n.\n", encoding="utf-8")
        (folder / f"{audience.name}.png").write_bytes(b"\x89PNG\r\n")
        entries[audience.name] = AudienceEntry(
            language=audience.language,
            edition=edition,
            pdf=f"{audience.name}.pdf",
            pdf_sha256=hashlib.sha256(content).hexdigest(),
            page_count=7,
            subject=f"{audience.title} {month}: fewer customers left",
            headline="Fewer customers left",
            html_body=f"{audience.name}.mail.html",
            text_body=f"{audience.name}.mail.txt",
            picture=f"{audience.name}.png",
        )
    manifest = Manifest(
        report=settings.company.report,
        month=month,
        snapshot_hash=snapshot,
        as_of=date(2025, 1, 3),
        version="0.1.0",
        audiences=entries,
    )
    return merge_manifest(manifest_path(settings.reports_dir, month), manifest)


def ready(settings: Settings) -> Manifest:
    """A month built, checked, published and rendered: ready for release."""
    publish_marts(settings)
    pass_checks(settings)
    return render(settings)


def make_ledger(settings: Settings, clock: Clock | None = None) -> Ledger:
    return Ledger(sqlite_url(settings.ledger_path), mark=settings.data_dir / "ledger.mark", clock=clock or Clock())


def change_json(path: Path, **values: Any) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **values}), encoding="utf-8")
