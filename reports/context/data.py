"""Data and method: what arrived, what is missing, what was checked, and what every figure means.

Add here: a fact about the data or the definitions in force. Keep out: figures of the other pages; definitions in
words stand in reports/narrative/method.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType

from reports.charts.chart import Chart, DataTable
from reports.context.data_layout import Said, restated_rows
from reports.context.restated import Restated, RestatedLine, load_restated
from reports.figures import Figure, Row, difference, given, total
from reports.marts import Marts
from reports.narrative import method as words
from reports.narrative.labels import ENTITIES, label
from reports.narrative.restated import data_sentence
from reports.run import CheckLine, ReportRun
from reports.text import Text

LOAD_TIME = "load time"
SHOWN_CHECKS = 8


@dataclass(frozen=True, slots=True)
class Clearing:
    """Rows of one entity, or of all: landed = admitted + quarantined + superseded + exact_duplicates + deleted.

    ignored: admitted rows that change nothing (refunds of cancelled or unknown orders), None where there can be none.
    """

    landed: Figure
    admitted: Figure
    quarantined: Figure
    superseded: Figure
    exact_duplicates: Figure
    deleted: Figure
    ignored: Figure

    @property
    def counted(self) -> Figure:
        """The admitted rows that are in the figures."""
        return difference(self.admitted, self.ignored) if self.ignored.known else self.admitted


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """One delivered entity; delivered_by says where the newest delivery's date was found."""

    system: str
    entity: str
    label: str
    rows: Clearing
    newest: date | None
    delivered_by: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """All deliveries, their sums, and the names of the entities that never came.

    unknown: rows set aside for no other reason than that they name a customer nobody delivered.
    """

    lines: tuple[ReceivedLine, ...]
    rows: Clearing
    missing: tuple[str, ...]
    unknown: Figure


@dataclass(frozen=True, slots=True)
class Checks:
    """How many checks passed, and those that did not."""

    run: Figure
    passed: Figure
    failed: Figure
    warned: Figure
    noticed: tuple[CheckLine, ...]
    unlisted: Figure


@dataclass(frozen=True, slots=True)
class DataContext:
    """Page 10. sheets: 2 where the restated figures have no room on the first one."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    received: Received
    remarks: str
    by_load_time: bool
    checks: Checks
    checks_sentence: str
    in_force: tuple[words.Entry, ...]
    definitions: tuple[words.Entry, ...]
    restated: Restated
    restatements: tuple[RestatedLine, ...]
    restatements_unlisted: Figure
    restatement_sentence: str
    sheets: int
    tables: Mapping[str, DataTable]


def load_data(marts: Marts, run: ReportRun, text: Text, left_out: tuple[str, ...]) -> DataContext:
    """Page 10 of the run's audience; `left_out` are the ids of pages without data."""
    received, checks = load_received(marts, text), load_checks(run)
    restated = load_restated(run, text)
    shown = [page for page in run.pages if page not in left_out]
    said = Said(
        headline=words.headline(text, received, checks),
        standfirst=words.standfirst(text, received, run),
        remarks=" ".join(
            part
            for part in (words.missing(text, received), words.set_aside(text, received), words.left_out(text, left_out))
            if part
        ),
        checks_sentence=words.checks_sentence(text, checks),
        in_force=words.in_force(text, run),
        restatement_sentence=data_sentence(text, run, restated),
        definitions=words.definitions(text, marts, shown),
    )
    most, sheets = restated_rows(said, len(received.lines), len(checks.noticed), len(restated.lines))
    return DataContext(
        page_id="data",
        title=text.gettext("Data and method"),
        headline=said.headline,
        standfirst=said.standfirst,
        charts=MappingProxyType({}),
        received=received,
        remarks=said.remarks,
        by_load_time=any(line.delivered_by == LOAD_TIME for line in received.lines),
        checks=checks,
        checks_sentence=said.checks_sentence,
        in_force=said.in_force,
        definitions=said.definitions,
        restated=restated,
        restatements=restated.lines[:most],
        restatements_unlisted=given("restated not listed", max(0, len(restated.lines) - most)),
        restatement_sentence=said.restatement_sentence,
        sheets=sheets,
        tables=MappingProxyType({"received": received_table(received), "corrections": restated.table}),
    )


def received_table(received: Received) -> DataTable:
    """The clearing for the attached file, a row per kind of data."""
    columns = ("system", "entity", *(item.name for item in fields(Clearing)), "newest_delivery")
    return DataTable(
        columns,
        tuple(
            (line.system, line.entity, *(getattr(line.rows, item.name) for item in fields(Clearing)), line.newest)
            for line in received.lines
        ),
    )


def load_received(marts: Marts, text: Text) -> Received:
    """The clearing of every delivered entity, with its sums."""
    rows = marts.received()
    delivered = [row for row in rows if row["is_delivered"]]
    return Received(
        tuple(_line(row, text) for row in delivered),
        _clearing(lambda column: _sum(delivered, column)),
        tuple(row.text("entity") for row in rows if not row["is_delivered"]),
        _sum(delivered, "unknown_customers"),
    )


def _sum(rows: Sequence[Row], column: str) -> Figure:
    """The sum over the entities that have such a number."""
    return total(*(row.figure(column) for row in rows if row[column] is not None))


def load_checks(run: ReportRun) -> Checks:
    """The checks of the snapshot; a check that did not pass is named, errors first."""
    noticed = sorted(
        (check for check in run.checks if check.status != "pass"),
        key=lambda check: (check.status == "warn", check.name),
    )
    return Checks(
        given("checks", len(run.checks)),
        given("checks passed", len(run.checks) - len(noticed)),
        given("checks failed", sum(check.status != "warn" for check in noticed)),
        given("checks warned", sum(check.status == "warn" for check in noticed)),
        tuple(noticed[:SHOWN_CHECKS]),
        given("checks not listed", max(0, len(noticed) - SHOWN_CHECKS)),
    )


def _line(row: Row, text: Text) -> ReceivedLine:
    newest, delivered_by = row["newest_delivered_on"], row["delivered_by"]
    return ReceivedLine(
        row.text("system"),
        row.text("entity"),
        label(text, ENTITIES, row.text("entity")),
        _clearing(row.figure),
        newest if isinstance(newest, date) else None,
        delivered_by if isinstance(delivered_by, str) else None,
    )


def _clearing(of: Callable[[str], Figure]) -> Clearing:
    columns = ("ignored_refunds" if item.name == "ignored" else item.name for item in fields(Clearing))
    return Clearing(*(of(column) for column in columns))
