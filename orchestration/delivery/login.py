"""How we log in at a mail server: by password, or by XOAUTH2 with an access token.

Secrets are read from the environment variables that config/company.yml names, when a transport is made; a token is
asked for when a session needs it. Neither stands in any message, log or ledger row. Add here: a way to get a token.
Keep out: the conversation with the server (smtp.py, mailbox.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from orchestration.configuration.mail import LoginSettings, OauthSettings
from orchestration.delivery.transport import TransportError

AUTHORITY = "https://login.microsoftonline.com"


class TokenError(RuntimeError):
    """No access token could be had; the message holds the directory's reason."""


@dataclass(frozen=True)
class Login:
    """An account, with its password or with something that gives a token; neither is shown by repr()."""

    username: str
    password: str | None = field(default=None, repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)

    def xoauth2(self) -> str:
        """The initial response of XOAUTH2, before Base64.

        Raises:
            TokenError: there is no token.
        """
        assert self.token is not None
        return f"user={self.username}\x01auth=Bearer {self.token()}\x01\x01"


def login_of(server: LoginSettings, environment: Mapping[str, str], block: str = "mail.smtp") -> Login | None:
    """The login of a server; None where no user name is set. block: where the settings stand, for messages.

    Raises:
        TransportError: a user name without a way to log in, or a variable that is not set.
    """
    if server.username is None:
        return None
    if server.oauth is not None:
        return Login(server.username, token=_token_of(server.oauth, environment, block))
    if not server.password_env:
        raise TransportError(f"{block}.username is set but password_env is not; name the variable that holds it")
    return Login(server.username, password=_variable(server.password_env, environment, "the password"))


def _variable(name: str, environment: Mapping[str, str], what: str) -> str:
    value = environment.get(name)
    if not value:
        raise TransportError(f"environment variable {name} is empty; set it to {what}")
    return value


def _token_of(oauth: OauthSettings, environment: Mapping[str, str], block: str) -> Callable[[], str]:
    if oauth.token_env is not None:
        token = _variable(oauth.token_env, environment, "an access token")
        return lambda: token
    named = zip(oauth.registration, ("the tenant", "the client", "the client's secret"), strict=True)
    tenant, client, secret = (_variable(name or "", environment, f"{what} of {block}.oauth") for name, what in named)
    return lambda: _ask(oauth, tenant, client, secret)


def _ask(oauth: OauthSettings, tenant: str, client: str, secret: str) -> str:
    # azure-identity takes 0.3 s to import: only a run that signs in pays for it.
    from azure.core.exceptions import AzureError
    from azure.identity import ClientSecretCredential

    options: dict[str, object] = {"authority": oauth.authority or AUTHORITY}
    if oauth.authority:
        # Another authority is a national cloud or a test's; the public directory knows neither.
        options["disable_instance_discovery"] = True
    if oauth.ca_file:
        options["connection_verify"] = oauth.ca_file
    try:
        return ClientSecretCredential(tenant, client, secret, **options).get_token(oauth.scope).token
    except (AzureError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        raise TokenError(f"no token for {oauth.scope}: {reason}") from error
