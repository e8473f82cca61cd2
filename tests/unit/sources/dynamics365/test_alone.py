"""`python -m orchestration.sources.dynamics365`: counts or asks, and lands nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.demo.services.dataverse import error_body
from orchestration.demo.services.entra import CLIENT, TENANT, FakeEntra
from orchestration.demo.services.faults import Fault
from orchestration.sources.dynamics365.__main__ import app
from tests.company_config import write_config
from tests.unit.sources.dynamics365.conftest import Company


@pytest.fixture
def configured(company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A configuration with one environment, whose secrets are set."""
    config = write_config(tmp_path, {})
    scope = f"{company.fake.url}/.default"
    with FakeEntra(company.fake.issue, "secret", scope, tmp_path) as entra:
        (config / "sources.yml").write_text(
            f"""sources:
  - name: crm
    kind: dynamics365
    system: crm
    url: {company.fake.url}
    authority: {entra.authority}
    ca_file: {entra.ca_file}
    tenant_id_env: CRM_TENANT
    client_id_env: CRM_CLIENT
    client_secret_env: CRM_SECRET
    entities:
      customers: {{table: accounts, key: accountid, columns: {{customer_id: accountid, name: name}}}}
""",
            encoding="utf-8",
        )
        for name, value in (("HOLDFAST_CONFIG", str(config)), ("HOLDFAST_DATA", str(tmp_path / "data"))):
            monkeypatch.setenv(name, value)
        for name, value in (("CRM_TENANT", TENANT), ("CRM_CLIENT", CLIENT), ("CRM_SECRET", "secret")):
            monkeypatch.setenv(name, value)
        yield tmp_path


def test_it_reads_every_table_and_lands_nothing(configured: Path) -> None:
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 0, done.output
    assert "crm customers (table accounts): 7 rows in" in done.output
    assert not (configured / "data").exists()


def test_it_asks_about_the_tables_only(configured: Path, company: Company) -> None:
    done = CliRunner().invoke(app, ["crm", "--probe"])
    assert done.exit_code == 0, done.output
    line = "crm customers (table accounts): 7 rows, newest 2024-05-01T08:00:00Z, change tracking on"
    assert line in done.output
    assert not any("maxpagesize" in seen.headers.get("Prefer", "") for seen in company.fake.seen)


def test_a_column_that_is_not_there_fails_the_probe(configured: Path) -> None:
    path = configured / "config" / "sources.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("name: name}", "name: nmae}"), encoding="utf-8")
    done = CliRunner().invoke(app, ["--probe"])
    assert (done.exit_code, "not there: nmae" in done.output) == (1, True)


def test_a_failure_is_told_and_ends_with_1(configured: Path, company: Company) -> None:
    company.fake.faults[1] = Fault("status", 403, {}, error_body("0x80040220", "missing prvReadAccount privilege"))
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 1
    assert "FAILED: /api/data/v9.2/accounts: HTTP 403 0x80040220: missing prvReadAccount privilege" in done.output


def test_missing_secrets_are_named_together(configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CRM_TENANT", "CRM_SECRET"):
        monkeypatch.delenv(name)
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 1
    assert "CRM_TENANT" in done.output
    assert "CRM_SECRET" in done.output


def test_an_unknown_name_is_refused(configured: Path) -> None:
    done = CliRunner().invoke(app, ["crn"])
    assert done.exit_code == 2
    assert '"crn" is no dynamics365 source' in " ".join(done.output.split())
