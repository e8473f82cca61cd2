"""Bearer tokens of one service, from azure-identity: one credential for all threads, made anew when a token is refused.

Secrets come in by value from whoever opened the connector; nothing here reads the environment or writes a log.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from orchestration.sources.fetched import SourceFailedError

AUTHORITY = "https://login.microsoftonline.com"


class AccessToken(Protocol):
    """What azure-identity gives: the token's text and when it ends, in seconds since 1970."""

    @property
    def token(self) -> str: ...

    @property
    def expires_on(self) -> int: ...


class Credential(Protocol):
    """The one method of azure-identity's credentials that is used; it keeps a token until shortly before its end."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken: ...


SignIn = Callable[[], Credential]


class Tokens:
    """The current token. renew() forgets a token the service refused, so that the next one is asked for anew."""

    def __init__(self, make: SignIn, service: str) -> None:
        self._make = make
        self._scope = f"{service}/.default"
        self._credential = make()
        self._lock = Lock()

    def current(self) -> str:
        """A token that is valid now.

        Raises:
            SourceFailedError: the directory gives none; names its reason and the fix.
        """
        from azure.core.exceptions import AzureError

        with self._lock:
            try:
                return self._credential.get_token(self._scope).token
            except AzureError as error:
                raise SourceFailedError(
                    f"no token for {self._scope}: {_first_line(error)}; check tenant, client and secret or certificate"
                ) from error

    def renew(self, refused: str) -> None:
        """Starts over with an empty token cache, once for all threads that were refused the same token."""
        if self.current() == refused:
            with self._lock:
                self._credential = self._make()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__


def secret_credential(
    tenant: str, client: str, secret: str, authority: str = AUTHORITY, ca_file: Path | None = None
) -> SignIn:
    """Makes credentials of an app registration with a client secret."""

    def make() -> Credential:
        # azure-identity takes 0.3 s to import: only a run that signs in pays for it.
        from azure.identity import ClientSecretCredential

        try:
            return ClientSecretCredential(tenant, client, secret, **_options(authority, ca_file))
        except ValueError as error:
            raise SourceFailedError(f"the app registration cannot be used: {_first_line(error)}") from error

    return make


def certificate_credential(
    tenant: str,
    client: str,
    certificate: Path,
    password: str | None,
    authority: str = AUTHORITY,
    ca_file: Path | None = None,
) -> SignIn:
    """Makes credentials of an app registration with a certificate: a PEM or PFX file with its private key."""

    def make() -> Credential:
        from azure.identity import CertificateCredential

        try:
            return CertificateCredential(
                tenant, client, str(certificate), password=password, **_options(authority, ca_file)
            )
        except (OSError, ValueError) as error:
            raise SourceFailedError(
                f"certificate {certificate.name} cannot be used: {_first_line(error)}; "
                "give a PEM or PFX file that holds the private key, and its password"
            ) from error

    return make


def _options(authority: str, ca_file: Path | None) -> dict[str, Any]:
    options: dict[str, Any] = {"authority": authority}
    if authority != AUTHORITY:
        # Another authority is a national cloud or a test's; the public directory knows neither.
        options["disable_instance_discovery"] = True
    if ca_file is not None:
        options["connection_verify"] = str(ca_file)
    return options
