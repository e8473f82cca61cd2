"""Signing in with azure-identity, at a directory of our own over TLS; and which secrets are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.demo.services.entra import CLIENT, TENANT, FakeEntra, make_certificate
from orchestration.demo.services.faults import Fault
from orchestration.sources.dynamics365.connector import Dynamics365Connector
from orchestration.sources.fetched import Ended, MissingSecretsError, SourceFailedError
from tests.unit.sources.dynamics365.conftest import Company

SECRETS = {"CRM_TENANT": TENANT, "CRM_CLIENT": CLIENT, "CRM_SECRET": "the-canary-secret"}


@pytest.fixture
def entra(company: Company, tmp_path: Path) -> Iterator[FakeEntra]:
    scope = f"{company.fake.url}/.default"
    with FakeEntra(company.fake.issue, SECRETS["CRM_SECRET"], scope, tmp_path) as entra:
        yield entra


def connector(company: Company, entra: FakeEntra, environment: dict[str, str], **keys: str) -> Dynamics365Connector:
    told = {
        "name": "crm",
        "kind": "dynamics365",
        "system": "crm",
        "url": company.fake.url,
        "tenant_id_env": "CRM_TENANT",
        "client_id_env": "CRM_CLIENT",
        "authority": entra.authority,
        "ca_file": str(entra.ca_file),
        "entities": {"customers": {"table": "accounts", "key": "accountid", "columns": {"customer_id": "accountid"}}},
    }
    source = Dynamics365Source.model_validate(told | (keys or {"client_secret_env": "CRM_SECRET"}))
    return Dynamics365Connector(source, environment, ZoneInfo("Europe/Budapest"))


def rows(connector: Dynamics365Connector) -> int:
    connector.open()
    *pages, _ = connector.fetch("accounts", ("name",), None, lambda _: None)
    return sum(len(page.rows) for page in pages if not isinstance(page, Ended))


def test_a_client_secret_signs_in_once_for_many_requests(company: Company, entra: FakeEntra) -> None:
    company.fake.page_size = 1
    assert rows(connector(company, entra, SECRETS)) == 7
    assert len(entra.asked) == 1


def test_a_token_that_ends_between_pages_is_renewed(company: Company, entra: FakeEntra) -> None:
    company.fake.page_size = 3
    company.fake.faults[2] = Fault("status", 401)
    assert rows(connector(company, entra, SECRETS)) == 7
    assert len(entra.asked) == 2


def test_a_certificate_signs_in(company: Company, entra: FakeEntra, tmp_path: Path) -> None:
    file = tmp_path / "client.pem"
    file.write_bytes(b"".join(make_certificate("127.0.0.1")))
    environment = SECRETS | {"CRM_CERTIFICATE": str(file)}
    assert rows(connector(company, entra, environment, certificate_path_env="CRM_CERTIFICATE")) == 7
    assert "client_assertion" in entra.asked[0]


def test_a_certificate_that_is_none_is_named(company: Company, entra: FakeEntra, tmp_path: Path) -> None:
    file = tmp_path / "client.pem"
    file.write_text("no certificate")
    crm = connector(company, entra, SECRETS | {"CRM_CERTIFICATE": str(file)}, certificate_path_env="CRM_CERTIFICATE")
    with pytest.raises(SourceFailedError, match=r"certificate client\.pem cannot be used"):
        rows(crm)


def test_a_wrong_secret_is_told_by_the_directorys_reason_and_not_shown(company: Company, entra: FakeEntra) -> None:
    crm = connector(company, entra, SECRETS | {"CRM_SECRET": "another-canary"})
    with pytest.raises(SourceFailedError, match=r"AADSTS7000215.*check tenant, client and secret") as failed:
        rows(crm)
    assert "canary" not in str(failed.value)
    assert "Bearer" not in str(failed.value)


def test_open_names_every_missing_secret(company: Company, entra: FakeEntra) -> None:
    crm = connector(company, entra, {"CRM_CLIENT": "x"})
    with pytest.raises(MissingSecretsError) as failed:
        crm.open()
    assert "CRM_TENANT" in str(failed.value)
    assert "CRM_SECRET" in str(failed.value)
    assert "CRM_CLIENT" not in str(failed.value)


def test_a_tenant_that_is_none_is_told_when_it_opens(company: Company, entra: FakeEntra) -> None:
    crm = connector(company, entra, SECRETS | {"CRM_TENANT": "no tenant!"})
    with pytest.raises(SourceFailedError, match=r"app registration cannot be used: Invalid tenant ID"):
        crm.open()


def test_a_certificate_that_is_not_trusted_gets_no_token_and_is_not_asked_again(
    company: Company, entra: FakeEntra
) -> None:
    entities = {"customers": {"table": "accounts", "key": "accountid", "columns": {"customer_id": "accountid"}}}
    crm = company.connector(entities=entities, url=entra.authority)
    company.signed_in.get_token = lambda *_, **__: SimpleNamespace(token="canary", expires_on=0)  # type: ignore[method-assign]
    with pytest.raises(SourceFailedError, match=r"certificate is not trusted; .* ca_file"):
        company.fetch(crm)
    assert company.time.slept == []
