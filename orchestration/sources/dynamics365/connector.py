"""The Dynamics 365 source as landing calls it: fetch() a table, probe() one for `holdfast doctor`.

Several tables may be fetched at once, in threads: each has its own session; tokens, look-ups and the gate that keeps
within the service's limits are shared. Keep out: one table's fetch (fetch.py) and probe (probing.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dlt.sources.helpers.rest_client.client import RESTClient

from orchestration.configuration.source_dynamics365 import Dynamics365Source, stock_lookups
from orchestration.sources.dynamics365.changes import select_url
from orchestration.sources.dynamics365.fetch import Fetch, Question
from orchestration.sources.dynamics365.links import Links
from orchestration.sources.dynamics365.lookups import Joined, column_of
from orchestration.sources.dynamics365.probing import probe_table
from orchestration.sources.dynamics365.rows import PageReader
from orchestration.sources.dynamics365.session import TIMEOUT, Clock, DataverseSession, Gate, RefusedError
from orchestration.sources.dynamics365.tokens import (
    Credential,
    SignIn,
    Tokens,
    certificate_credential,
    secret_credential,
)
from orchestration.sources.fetched import Ended, Page, Probe, Report, Row, secrets_of

API = "api/data/v9.2/"
# The service's $count stops here.
COUNTED_TO = 5000


@dataclass(frozen=True)
class Seams:
    """What tests put in the place of the world: time, patience, and who signs in (None: the directory)."""

    clock: Clock = field(default_factory=Clock)
    timeout: tuple[float, float] = TIMEOUT
    sign_in: SignIn | None = None


class Dynamics365Connector:
    """A Connector (sources/fetched.py) of one configured source."""

    def __init__(
        self, source: Dynamics365Source, environment: Mapping[str, str], zone: ZoneInfo, seams: Seams | None = None
    ) -> None:
        self.source, self.zone, self.seams = source, zone, seams or Seams()
        self.base = f"{source.url.rstrip('/')}/{API}"
        self._environment = environment
        self._gate = Gate(source.requests_at_once)
        self._tokens: Tokens | None = None
        self.lookups = {**stock_lookups(), **source.lookups}
        self.joined = self._nothing_joined()
        self.passed_over: set[str] = set()

    def open(self) -> None:
        """Reads the secrets; signs in with the first request.

        Raises:
            MissingSecretsError: names every variable that is not set.
        """
        self._tokens = Tokens(self.seams.sign_in or self._sign_in(), self.source.url.rstrip("/"))

    def close(self) -> None:
        """Forgets the token and what was looked up."""
        self._tokens, self.joined = None, self._nothing_joined()

    def fetch(
        self, table: str, fields: Sequence[str], state: Mapping[str, str] | None, report: Report
    ) -> Iterator[Page | Ended]:
        """Pages of a table, then Ended: a snapshot, or an increment where the last delta token is still good.

        Raises:
            SourceFailedError: nothing of this fetch can be trusted.
        """
        entity = self.source.entity_of(table)
        question = Question(
            table=table,
            key=str(entity.key),
            fields=tuple(dict.fromkeys([*fields, *filter(None, [entity.only_with]), *entity.only_where])),
            only_with=entity.only_with,
            only_where=entity.only_where,
            keyed_otherwise=table in self.source.keyed_otherwise,
        )
        return Fetch(self, question, report).run(state)

    def probe(self, table: str, fields: Sequence[str]) -> Probe:
        """What the service says of a table: whether it may be read, its columns, rows, newest change and tracking."""
        return probe_table(self, table, sorted({column_of(name) for name in fields}))

    def client(self) -> RESTClient:
        """A REST client with a session of its own."""
        if self._tokens is None:
            raise RuntimeError("open() the connector first")
        authority = Path(self.source.ca_file) if self.source.ca_file else None
        session = DataverseSession(self._tokens, self._gate, self.seams.clock, self.seams.timeout, authority)
        headers = {"OData-Version": "4.0", "OData-MaxVersion": "4.0", "Accept": "application/json"}
        return RESTClient(base_url=self.base, session=session, headers=headers, data_selector="value")

    def pages(self, url: str, links: Links, *, changes: bool) -> Iterator[dict[str, Any]]:
        """The bodies of all pages from an address on; `changes` asks for a delta link at the end."""
        size = f"odata.maxpagesize={self.source.page_size}"
        prefer = {"Prefer": f"{size},odata.track-changes" if changes else size}
        client = self.client()
        with client.session:
            # Own hooks: the session has refused already what is no answer.
            for page in client.paginate(url, headers=prefer, paginator=links, hooks={"response": []}):
                yield page.response.json()

    def count(self, table: str, key: str) -> int | None:
        """How many rows the service counts; None from 5,000 on, where it stops counting, or if it does not count."""
        client = self.client()
        with client.session:
            url = f"{select_url(self.base, table, (key,))}&$count=true"
            answer = client.get(url, headers={"Prefer": "odata.maxpagesize=1"}, hooks={"response": []}).json()
        counted = str(answer.get("@odata.count", ""))
        return int(counted) if counted.isdecimal() and int(counted) < COUNTED_TO else None

    def _nothing_joined(self) -> Joined:
        return Joined(self.lookups, self.zone, self._lookup_rows)

    def _lookup_rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        reader = PageReader(table, None, tuple(dict.fromkeys(columns)))
        try:
            for body in self.pages(select_url(self.base, table, reader.fields), Links(self.base), changes=False):
                yield from reader.read(body).rows
        except RefusedError as error:
            if error.status != 404:
                raise
            self.passed_over.add(table)

    def _sign_in(self) -> SignIn:
        names = self.source.secret_names
        values = secrets_of(self._environment, names)
        tenant, client = values["tenant_id_env"], values["client_id_env"]
        authority = Path(self.source.ca_file) if self.source.ca_file else None
        if "client_secret_env" in names:
            return secret_credential(tenant, client, values["client_secret_env"], self.source.authority, authority)
        return certificate_credential(
            tenant,
            client,
            Path(values["certificate_path_env"]),
            values.get("certificate_password_env"),
            self.source.authority,
            authority,
        )


__all__ = ["Credential", "Dynamics365Connector", "Seams"]
