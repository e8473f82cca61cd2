"""How many rows a second come from Dataverse: `./run python -m benchmarks.dataverse [--rows 200000]`.

The fake runs in a process of its own, without latency, and makes its pages beforehand, so that what is measured is the
connector: HTTP, JSON, checks, text. `mapped` adds the mapping to the contract. Wanted on 2 cores: 20,000 rows a second.
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.contract import load_contract
from orchestration.demo.services.dataverse import FakeDataverse
from orchestration.demo.services.dataverse_tables import Record, Table, Tables
from orchestration.mapping.compiled import ColumnMapping, compile_mapping
from orchestration.sources.dynamics365.connector import Dynamics365Connector, Seams
from orchestration.sources.fetched import Page

COLUMNS = {
    "salesorderid": "Uniqueidentifier",
    "_customerid_value": "Customer",
    "overriddencreatedon": "DateTime",
    "createdon": "DateTime",
    "statecode": "State",
    "totalamount": "Money",
    "_transactioncurrencyid_value": "Lookup",
    "exchangerate": "Decimal",
    "modifiedon": "DateTime",
}
CURRENCY = {"transactioncurrencyid": "Uniqueidentifier", "isocurrencycode": "String"}


def order(number: int) -> Record:
    """A sales order."""
    return {
        "salesorderid": f"10000000-0000-4000-8000-{number:012d}",
        "_customerid_value": f"20000000-0000-4000-8000-{number % 50_000:012d}",
        "overriddencreatedon": None,
        "createdon": f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}T10:{number % 60:02d}:00Z",
        "statecode": number % 5,
        "totalamount": number % 100_000 / 100,
        "_transactioncurrencyid_value": "30000000-0000-4000-8000-000000000001",
        "exchangerate": 1.0,
        "modifiedon": "2024-12-30T10:00:00Z",
    }


def serve(rows: int, pipe: Connection) -> None:
    """Runs the fake until the pipe says stop; says where it is and with which token, once its pages are made."""
    tables = Tables({"salesorders": Table("salesorder", "salesorderid", COLUMNS)})
    tables.sets["transactioncurrencies"] = Table("transactioncurrency", "transactioncurrencyid", CURRENCY)
    tables.put("salesorders", *(order(number) for number in range(rows)))
    euro = {"transactioncurrencyid": "30000000-0000-4000-8000-000000000001", "isocurrencycode": "EUR"}
    tables.put("transactioncurrencies", euro)
    with FakeDataverse(tables) as fake:
        pipe.send((fake.url, fake.issue()))
        pipe.recv()


@contextmanager
def service(rows: int) -> Iterator[tuple[str, str]]:
    """URL and token of a fake in another process."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(rows, theirs))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("stop")
        process.join()


def connector(url: str, token: str) -> tuple[Dynamics365Connector, ColumnMapping]:
    """An open connector for the packaged mapping of sales orders, and that mapping."""
    settings: dict[str, Any] = {"name": "crm", "kind": "dynamics365", "system": "crm", "url": url}
    settings |= {"tenant_id_env": "T", "client_id_env": "C", "client_secret_env": "S"}
    source = Dynamics365Source.model_validate(settings | {"entities": {"orders": {"mapping": "salesorders"}}})
    credential = SimpleNamespace(get_token=lambda *_, **__: SimpleNamespace(token=token, expires_on=0))
    opened = Dynamics365Connector(source, {}, ZoneInfo("UTC"), Seams(sign_in=lambda: credential))
    opened.open()
    return opened, compile_mapping(source.entities["orders"], load_contract()["orders"])


def rates(url: str, token: str, rows: int, mapped: bool) -> tuple[float, float]:
    """Rows a second of one full fetch, by the clock and by the processor time of this process."""
    opened, mapping = connector(url, token)
    began, busy, seen = perf_counter(), process_time(), 0
    for part in opened.fetch("salesorders", mapping.fields, None, lambda _: None):
        if isinstance(part, Page):
            seen += mapping.apply(part.rows).num_rows if mapped else len(part.rows)
    if seen != rows:
        raise SystemExit(f"{seen} rows came of {rows}")
    return rows / (perf_counter() - began), rows / (process_time() - busy)


def main() -> None:
    """Measures thrice, after a first fetch that makes the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    rows: int = parser.parse_args().rows
    with service(rows) as (url, token):
        rates(url, token, rows, mapped=False)
        for mapped in (False, True):
            found = [rates(url, token, rows, mapped) for _ in range(3)]
            told = ", ".join(f"{clock:,.0f} ({processor:,.0f})" for clock, processor in found)
            print(f"{'mapped' if mapped else 'rows'}: {told} rows/s (per second of the processor)")


if __name__ == "__main__":
    main()
