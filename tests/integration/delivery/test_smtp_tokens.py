"""XOAUTH2: tokens from a directory or ready from a variable, shown over verified TLS only, and found nowhere after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.configuration.mail import OUTLOOK_SCOPE, SmtpSettings
from orchestration.delivery.login import Login, TokenError, login_of
from orchestration.delivery.release import release
from orchestration.delivery.send import DeliveryLine, deliver
from orchestration.delivery.smtp import SmtpTransport
from orchestration.delivery.transport import TransportError
from orchestration.demo.services.entra import CLIENT, TENANT, FakeEntra
from tests.delivery_world import MONTH, make_ledger, make_settings, ready
from tests.smtp_servers import Certificates, SmtpServer, make_certificates

SECRET, TOKEN = "canary-7f3-secret", "canary-7f3-token"
ENVIRONMENT = {"TENANT": TENANT, "CLIENT": CLIENT, "SECRET": SECRET, "TOKEN": TOKEN}
OFFERS = ("SIZE 10000000", "AUTH LOGIN XOAUTH2")
# What Microsoft 365 answers to a token it does not take.
REFUSED = "334 eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0="


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[FakeEntra]:
    with FakeEntra(lambda: TOKEN, SECRET, OUTLOOK_SCOPE, tmp_path) as entra:
        yield entra


def settings_of(server: SmtpServer, **oauth: str) -> SmtpSettings:
    values = {"host": "127.0.0.1", "port": server.port, "username": "reports@fernhill.example", "timeout_seconds": 20}
    return SmtpSettings.model_validate({**values, "oauth": oauth})


def registered(directory: FakeEntra) -> dict[str, str]:
    names = {"tenant_id_env": "TENANT", "client_id_env": "CLIENT", "client_secret_env": "SECRET"}
    return {**names, "authority": directory.authority, "ca_file": str(directory.ca_file)}


def send(data: Path, smtp: SmtpSettings, login: Login | None, certificates: Certificates) -> DeliveryLine:
    settings = make_settings(data / "data", smtp)
    ledger = make_ledger(settings)
    release(settings, MONTH, ready(settings), ledger)
    transport = SmtpTransport(smtp, ehlo_name="fernhill.example", login=login, tls=certificates.trust())
    return deliver(settings, MONTH, ledger, transport=transport).lines[0]


def nothing_secret_in(folder: Path) -> bool:
    files = [file.read_bytes() for file in (folder / "data").rglob("*") if file.is_file()]
    return bool(files) and not any(b"canary-7f3" in content for content in files)


def test_a_token_of_the_directory_logs_in(tmp_path: Path, certificates: Certificates, directory: FakeEntra) -> None:
    with SmtpServer(features=OFFERS, tls=certificates.serve(certificates.good)) as server:
        smtp = settings_of(server, **registered(directory))
        line = send(tmp_path, smtp, login_of(smtp, ENVIRONMENT), certificates)
        assert (line.outcome, line.detail) == ("sent", "250 queued")
        assert server.logins[0] == f"user=reports@fernhill.example\x01auth=Bearer {TOKEN}\x01\x01"
        assert directory.asked[0]["scope"] == OUTLOOK_SCOPE
        assert nothing_secret_in(tmp_path)


def test_a_token_that_somebody_else_keeps_fresh_logs_in(tmp_path: Path, certificates: Certificates) -> None:
    with SmtpServer(features=OFFERS, tls=certificates.serve(certificates.good)) as server:
        smtp = settings_of(server, token_env="TOKEN")
        assert send(tmp_path, smtp, login_of(smtp, ENVIRONMENT), certificates).outcome == "sent"
        assert TOKEN in server.logins[0]


def test_a_refused_token_is_tried_again_later_and_told_without_it(tmp_path: Path, certificates: Certificates) -> None:
    with SmtpServer({"auth": REFUSED}, OFFERS, certificates.serve(certificates.good)) as server:
        smtp = settings_of(server, token_env="TOKEN")
        line = send(tmp_path, smtp, login_of(smtp, ENVIRONMENT), certificates)
        assert (line.outcome, line.detail) == ("planned again", "login: the server refused the login (535)")
        # The server's reason was answered with an empty line, as the mechanism asks.
        assert server.logins[1] == ""
        assert server.accepted == []
        assert nothing_secret_in(tmp_path)


def test_a_directory_that_refuses_the_secret_is_told(
    tmp_path: Path, certificates: Certificates, directory: FakeEntra
) -> None:
    with SmtpServer(features=OFFERS, tls=certificates.serve(certificates.good)) as server:
        smtp = settings_of(server, **registered(directory))
        line = send(tmp_path, smtp, login_of(smtp, {**ENVIRONMENT, "SECRET": "canary-7f3-old"}), certificates)
        assert line.outcome == "planned again"
        assert "no token for https://outlook.office365.com/.default" in line.detail
        assert b"AUTH" not in server.received.split(b"STARTTLS\r\n")[-1]
        assert nothing_secret_in(tmp_path)


def test_a_server_without_the_mechanism_sees_no_token(tmp_path: Path, certificates: Certificates) -> None:
    with SmtpServer(tls=certificates.serve(certificates.good)) as server:
        smtp = settings_of(server, token_env="TOKEN")
        line = send(tmp_path, smtp, login_of(smtp, ENVIRONMENT), certificates)
        assert line.outcome == "planned again"
        assert "offers no XOAUTH2" in line.detail
        assert TOKEN.encode() not in server.received


def test_without_verified_tls_no_token_is_shown(tmp_path: Path, certificates: Certificates) -> None:
    with SmtpServer(features=OFFERS, tls=certificates.serve(certificates.self_signed)) as server:
        smtp = settings_of(server, token_env="TOKEN")
        line = send(tmp_path, smtp, login_of(smtp, ENVIRONMENT), certificates)
        assert (line.outcome, line.detail.partition(":")[0]) == ("planned again", "tls")
        assert server.logins == []


@pytest.mark.parametrize("missing", ["TENANT", "CLIENT", "SECRET"])
def test_a_missing_variable_is_named_before_anything_is_claimed(missing: str) -> None:
    names = {"tenant_id_env": "TENANT", "client_id_env": "CLIENT", "client_secret_env": "SECRET"}
    smtp = SmtpSettings.model_validate({"host": "h", "username": "u", "oauth": names})
    environment = {name: value for name, value in ENVIRONMENT.items() if name != missing}
    with pytest.raises(TransportError, match=f"environment variable {missing} is empty"):
        login_of(smtp, environment)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"oauth": {}}, "give token_env, or tenant_id_env"),
        ({"oauth": {"client_id_env": "C"}}, "give token_env, or tenant_id_env"),
        ({"oauth": {"token_env": "T", "tenant_id_env": "X"}}, "are both given"),
        ({"oauth": {"token_env": "T"}, "password_env": "P"}, "oauth and password_env are both given"),
        ({"oauth": {"token_env": "T"}, "username": None}, "oauth needs username"),
        ({"password_env": "hunter2 is my password"}, "String should match pattern"),
    ],
)
def test_a_login_that_cannot_work_is_refused_when_the_configuration_loads(values: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        SmtpSettings.model_validate({"host": "mail.example", "username": "reports", **values})


def test_no_repr_tells_a_secret() -> None:
    assert "canary" not in repr(Login("reports", SECRET)) + repr(Login("reports", token=lambda: TOKEN))


def test_a_directory_that_is_not_there_is_a_token_error() -> None:
    oauth = {"tenant_id_env": "TENANT", "client_id_env": "CLIENT", "client_secret_env": "SECRET"}
    oauth["authority"] = "https://127.0.0.1:1"
    smtp = SmtpSettings.model_validate({"host": "h", "username": "u", "oauth": oauth})
    login = login_of(smtp, ENVIRONMENT)
    assert login is not None
    with pytest.raises(TokenError, match="no token for"):
        login.xoauth2()
