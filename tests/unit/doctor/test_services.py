"""Services asked by their probe: what each answer means, without a service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.configuration.sources import FetchedSource
from orchestration.contract import load_contract
from orchestration.doctor.services import Services, ask_services
from orchestration.settings import load_settings
from orchestration.sources.fetched import (
    Ended,
    MissingSecretsError,
    Page,
    Probe,
    Report,
    SourceFailedError,
    TablePage,
    secrets_of,
)
from tests.company_config import write_config

SOURCE = """  - name: shop
    kind: sql
    system: crm
    url_env: SHOP_URL
    entities:
      refunds:
        table: refunds
        key: id
        columns: {refund_id: id, order_id: order, refunded_at: at, amount: amount, currency: {constant: EUR}}
"""


class Told:
    """A connector that knows its answer; it notes what it was asked, and whether it was closed."""

    def __init__(self, answer: Probe | SourceFailedError, environment: Mapping[str, str]) -> None:
        self.answer, self.environment = answer, environment
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.is_closed = False

    def open(self) -> None:
        secrets_of(self.environment, {"url_env": "SHOP_URL"})

    def close(self) -> None:
        self.is_closed = True

    def fetch(
        self, table: str, fields: Sequence[str], state: Mapping[str, str] | None, report: Report
    ) -> Iterator[Page | TablePage | Ended]:
        raise AssertionError("the doctor fetches nothing")

    def probe(self, table: str, fields: Sequence[str]) -> Probe:
        self.asked.append((table, tuple(fields)))
        if isinstance(self.answer, SourceFailedError):
            raise self.answer
        return self.answer


def ask(
    root: Path, answer: Probe | SourceFailedError, environment: Mapping[str, str] | None = None
) -> tuple[Services, Told]:
    config = write_config(root, {"customers": "c.csv", "orders": "o.csv"})
    sources = config / "sources.yml"
    sources.write_text(sources.read_text() + SOURCE)
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(root)})
    environment = {"SHOP_URL": "sqlite://"} if environment is None else environment
    told = Told(answer, environment)

    def connect(source: FetchedSource, _: Mapping[str, str], zone: ZoneInfo) -> Told:
        assert (source.name, zone.key) == ("shop", "Europe/Budapest")
        return told

    return ask_services(settings, load_contract(), environment, connect), told


def test_a_table_in_order_is_shown_and_nothing_is_wrong(tmp_path: Path) -> None:
    services, told = ask(tmp_path, Probe(True, True, "on", 1204, "2024-12-31T23:00:00Z"))
    [asked] = services.asked
    assert (asked.source, asked.entity, asked.table, asked.probe.rows) == ("shop", "refunds", "refunds", 1204)
    assert asked.empty == ()
    assert services.findings == ()
    assert told.asked == [("refunds", ("id", "order", "at", "amount"))]
    assert told.is_closed


@pytest.mark.parametrize(
    ("answer", "level", "text"),
    [
        (Probe(False, False, problem="no route; open the firewall"), "error", "cannot be reached: no route"),
        (SourceFailedError("HTTP 500; try later"), "error", "cannot be reached: HTTP 500; try later"),
        (Probe(True, False, problem="grant select"), "error", "may not be read: grant select"),
        (Probe(True, True, missing_fields=("at",)), "error", "has no field at"),
        (Probe(True, True, problem="the table is a view of nothing"), "error", "a view of nothing"),
        (Probe(True, True, "off"), "warning", "change tracking is off"),
        (Probe(True, True, rows=0), "warning", "holds no row"),
    ],
)
def test_what_is_wrong_is_told_with_the_line_of_the_entity(
    tmp_path: Path, answer: Probe | SourceFailedError, level: str, text: str
) -> None:
    services, told = ask(tmp_path, answer)
    [finding] = services.findings
    assert finding.level == level
    assert text in finding.text
    assert finding.place == f"{tmp_path}/config/sources.yml:14"
    assert told.is_closed


def test_missing_secrets_are_named_before_anything_is_asked(tmp_path: Path) -> None:
    services, told = ask(tmp_path, Probe(True, True), {})
    [finding] = services.findings
    assert "SHOP_URL (url_env)" in finding.text
    assert finding.place == f"{tmp_path}/config/sources.yml:9"
    assert (services.asked, told.asked) == ((), [])
    assert MissingSecretsError.__name__ not in finding.text
