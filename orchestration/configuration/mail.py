"""The blocks `mail` and `ledger` of company.yml: who sends and how, where bounces arrive, where the ledger is kept.

Secrets never stand here: a key ending in `_env` names the environment variable that holds one.
Add here: a key of those blocks. Keep out: what a transport does with it (orchestration/delivery/).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from orchestration.configuration.value_types import Address, Frozen, HeaderText

# A variable's name, not what it holds: somebody who writes the secret itself into the file is told so.
EnvironmentName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
OUTLOOK_SCOPE = "https://outlook.office365.com/.default"


class OauthSettings(Frozen):
    """Where an access token comes from: ready from one variable, or by an app registration's secret."""

    token_env: EnvironmentName | None = None
    tenant_id_env: EnvironmentName | None = None
    client_id_env: EnvironmentName | None = None
    client_secret_env: EnvironmentName | None = None
    scope: str = OUTLOOK_SCOPE
    authority: str | None = None
    ca_file: str | None = None

    @property
    def registration(self) -> tuple[EnvironmentName | None, ...]:
        return (self.tenant_id_env, self.client_id_env, self.client_secret_env)

    @model_validator(mode="after")
    def _one_way(self) -> OauthSettings:
        if self.token_env is not None and any(self.registration):
            raise ValueError("token_env and an app registration are both given; keep one of the two")
        if self.token_env is None and not all(self.registration):
            raise ValueError("give token_env, or tenant_id_env, client_id_env and client_secret_env")
        return self


class LoginSettings(Frozen):
    """A server, and how to log in there: by password or, with `oauth`, by XOAUTH2."""

    host: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password_env: EnvironmentName | None = None
    oauth: OauthSettings | None = None
    timeout_seconds: float = Field(30, gt=0, le=300)

    @model_validator(mode="after")
    def _one_login(self) -> LoginSettings:
        if self.oauth is not None and self.password_env is not None:
            raise ValueError("oauth and password_env are both given; keep one of the two")
        if self.oauth is not None and self.username is None:
            raise ValueError("oauth needs username: the mailbox that sends")
        return self


class SmtpSettings(LoginSettings):
    """Where mail is handed over."""

    port: int = Field(587, ge=1, le=65535)


class BounceSettings(LoginSettings):
    """The mailbox that delivery status notifications arrive in, read by IMAP."""

    security: Literal["starttls", "tls", "none"] = "tls"
    port: int = Field(993, ge=1, le=65535)
    username: str
    folder: Annotated[str, Field(pattern=r'^[^\x00-\x1f"\\]{1,100}$')] = "INBOX"


class MailSettings(Frozen):
    """Sender and transport. `outbox` writes .eml files and needs no server."""

    transport: Literal["outbox", "smtp"] = "outbox"
    sender_name: HeaderText
    sender_address: Address
    unsubscribe_address: Address | None = None
    max_message_bytes: int = Field(7_000_000, ge=10_000)
    smtp: SmtpSettings | None = None
    bounces: BounceSettings | None = None

    @model_validator(mode="after")
    def _smtp_needs_server(self) -> MailSettings:
        if self.transport == "smtp" and self.smtp is None:
            raise ValueError("transport is smtp but no smtp block is given; add smtp: {host: ...}")
        return self


class LedgerSettings(Frozen):
    """Where the ledger is kept: a file in the data folder, or the database whose URL a variable holds."""

    url_env: EnvironmentName | None = None
