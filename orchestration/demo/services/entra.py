"""A fake Entra ID: gives tokens to one app registration, over TLS with a certificate of its own making.

azure-identity signs in over TLS only, so this server has a certificate; `ca_file` is what a client must trust.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from orchestration.demo.services.faults import answer

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "66666666-7777-4888-8999-000000000000"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class FakeEntra:
    """A context manager. `issue` makes a token; `secret` is the one that is accepted; `folder` takes the certificate.

    A client assertion is accepted unchecked: what is tried is that the client can make one from its certificate.
    """

    issue: Callable[[], str]
    secret: str
    scope: str
    folder: Path
    lifetime: int = 3600
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> FakeEntra:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def authority(self) -> str:
        """The address to sign in at."""
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    @property
    def ca_file(self) -> Path:
        """The certificate to trust, without its key."""
        return self.folder / "authority.pem"

    def _certificate(self) -> Path:
        key, certificate = make_certificate("127.0.0.1")
        self.ca_file.write_bytes(certificate)
        both = self.folder / "server.pem"
        both.write_bytes(key + certificate)
        return both

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and body for a request for a token."""
        self.asked.append(form)
        signed = form.get("client_secret") == self.secret or form.get("client_assertion_type") == _ASSERTION
        if form.get("grant_type") != "client_credentials" or form.get("client_id") != CLIENT or not signed:
            message = "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent is the secret value."
            return 401, {"error": "invalid_client", "error_description": message}
        if form.get("scope") != self.scope:
            return 400, {"error": "invalid_scope", "error_description": f"AADSTS70011: scope {form.get('scope')}"}
        return 200, {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": self.issue()}


def make_certificate(address: str) -> tuple[bytes, bytes]:
    """Private key and self-signed certificate, as PEM, good for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake directory")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM)


def _handler(entra: FakeEntra) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if not self.path.startswith(f"/{TENANT}/v2.0/.well-known/openid-configuration"):
                return self._tell(404, {"error": "invalid_tenant"})
            base = f"{entra.authority}/{TENANT}"
            self._tell(
                200,
                {
                    "issuer": f"{base}/v2.0",
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                },
            )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._tell(*entra.token({name: values[0] for name, values in parse_qs(body).items()}))

        def _tell(self, status: int, body: dict[str, Any]) -> None:
            answer(self, status, json.dumps(body).encode(), "application/json")

        def log_message(self, format: str, *arguments: Any) -> None:
            """Says nothing."""

    return Handler
