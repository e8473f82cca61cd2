"""What a source that is no file hands over: pages of rows as text, then what it knows at its end.

A connector (one folder per kind) reads one service and knows nothing of the contract, of landing or of Dagster.
orchestration/landing/fetching.py maps its rows to the contract and lands them. Keep out: HTTP, SQL and the words of any
one kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import pyarrow as pa

# One source row: source field -> value as text (numbers as the JSON text, booleans "true"/"false", null -> None).
Row = dict[str, str | None]

_SECRET_IN_URL = re.compile(r"(?<=[?&])([^=&#\s]+)=([^&#\s]*)")
_USER_IN_URL = re.compile(r"(?<=://)[^/@\s]*@")


class SourceFailedError(RuntimeError):
    """The service gave something that cannot be trusted, or nothing at all; nothing of the whole fetch lands.

    The message names the url's path without secrets, the page, the JSON path where there is one, and the fix.
    """


class MissingSecretsError(SourceFailedError):
    """Environment variables that hold secrets are not set; the message names every one of them."""


@dataclass(frozen=True)
class Page:
    """Rows as they came, and the primary ids of rows the service says are gone."""

    rows: tuple[Row, ...]
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True)
class TablePage:
    """Rows of a source that gives Arrow: every column text, named as the source's fields."""

    table: pa.Table


@dataclass(frozen=True)
class Ended:
    """What a fetch knows when it is over; it comes last, exactly once.

    mode: "snapshot" if these were all rows there are, "increment" if only new and changed ones.
    state: handed to the next fetch (cursor, delta link); never a secret.
    notes: lines for the log and the UI (fell back to full: token expired; match rate 93 %).
    expected_rows: the service's own count of the rows, if it gives one (control total).
    """

    mode: Literal["snapshot", "increment"]
    state: Mapping[str, str]
    notes: tuple[str, ...] = ()
    expected_rows: int | None = None


class SpentQuotaError(SourceFailedError):
    """The service refuses until its quota is renewed: waiting seconds does not help.

    `kept`: what the pages yielded so far are, if the next fetch can go on behind them: they land as that increment,
    and the extract fails all the same. None: nothing lands.
    """

    def __init__(self, message: str, kept: Ended | None = None) -> None:
        super().__init__(message)
        self.kept = kept


@dataclass(frozen=True)
class Progress:
    """How far one fetch is: rows and pages so far, seconds since its start; rows to come in all, if known."""

    rows: int
    pages: int
    seconds: float
    expected_rows: int | None = None


@dataclass(frozen=True)
class Probe:
    """What `holdfast doctor` learns of one table without fetching it.

    problem: one sentence with the fix, where it is not reachable or not permitted.
    rows, newest: the service's count and newest timestamp as it writes it; None if it does not say.
    missing_fields: asked for and not there.
    """

    reachable: bool
    permitted: bool
    change_tracking: Literal["on", "off", "unknown"] = "unknown"
    rows: int | None = None
    newest: str | None = None
    missing_fields: tuple[str, ...] = ()
    problem: str = ""


Report = Callable[[Progress], None]


class Connector(Protocol):
    """One configured source: `<Kind>Connector(source settings, environment)`, which neither connects nor reads secrets.

    open() reads the secrets and names every missing one in one MissingSecretsError; close() gives back what it holds.
    Between the two, fetch() and probe() may be called from several threads at once, one call per table.
    """

    def open(self) -> None: ...

    def close(self) -> None: ...

    def fetch(
        self, table: str, fields: Sequence[str], state: Mapping[str, str] | None, report: Report
    ) -> Iterator[Page | TablePage | Ended]:
        """Pages of a table, then Ended. `state` is the last fetch's; None asks for everything.

        Raises:
            SourceFailedError: nothing of this fetch can be trusted.
        """
        ...

    def probe(self, table: str, fields: Sequence[str]) -> Probe: ...


def secrets_of(environment: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """The values of secrets by setting: {"client_secret_env": "CRM_SECRET"} → {"client_secret_env": "…"}.

    Raises:
        MissingSecretsError: names every variable that is not set or blank, and the setting that asks for it.
    """
    missing = [f"{name} ({setting})" for setting, name in names.items() if not environment.get(name, "").strip()]
    if missing:
        raise MissingSecretsError(f"environment variables are not set: {', '.join(missing)}; set them and run again")
    return {setting: environment[name] for setting, name in names.items()}


def redacted(text: str) -> str:
    """A URL, or a text that holds some, without user, password and the values of its parameters."""
    return _SECRET_IN_URL.sub(r"\1=…", _USER_IN_URL.sub("…@", text))
