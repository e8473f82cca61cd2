"""Restated figures: what an earlier report gave otherwise, as lines of a list.

Add here: what every page with such a list needs. Keep out: finding them (they come with the run) and their words
(reports/narrative/restated.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.charts.chart import DataTable
from reports.figures import Figure, Source, Value, given
from reports.narrative import restated as words
from reports.run import ReportRun, Restatement
from reports.text import Text

# The figures stand with the run; this is the name their origin goes by.
ORIGIN = "restatements"


@dataclass(frozen=True, slots=True)
class RestatedLine:
    """One figure of one month, then and now; None where it was or is not shown. scope "" is the whole audience."""

    figure: str
    scope: str
    month: date
    then: Figure
    now: Figure
    is_money: bool
    cause: str


@dataclass(frozen=True, slots=True)
class Restated:
    """Every restated figure that a reader knows by name, the whole audience's newest month first."""

    lines: tuple[RestatedLine, ...]
    count: Figure
    causes: tuple[str, ...]

    @property
    def table(self) -> DataTable:
        """All of it for the attached file; the page may show less."""
        columns = ("figure", "scope", "month", "published", "now", "cause")
        rows = ((line.figure, line.scope, line.month, line.then, line.now, line.cause) for line in self.lines)
        return DataTable(columns, tuple(rows))


def load_restated(run: ReportRun, text: Text) -> Restated:
    """The run's restatements as lines. Numerators and denominators are listed only where nothing else of their row is:
    to a reader they are the same correction told twice."""
    told = [at for at, line in enumerate(run.restatements) if (line.model, line.figure) in words.FIGURES]
    rows = {_row(run.restatements[at]) for at in told}
    kept = [at for at, line in enumerate(run.restatements) if at in set(told) or _row(line) not in rows]
    lines = tuple(_line(at, run.restatements[at], text) for at in kept)
    causes = dict.fromkeys(cause for line in lines if line.cause for cause in line.cause.split(", "))
    return Restated(lines, given("restated", len(lines)), tuple(causes))


def restated_keys(run: ReportRun) -> frozenset[tuple[str, str, str, str, str]]:
    """Model, column, scope type, scope and month (YYYY-MM) of every restated figure that has no further detail."""
    return frozenset(
        (line.model, line.figure, line.scope_type, line.scope, line.period)
        for line in run.restatements
        if not line.detail
    )


def is_restated(figure: Figure, keys: frozenset[tuple[str, str, str, str, str]]) -> bool:
    """Whether a figure read from a mart, or the numerator or denominator of a rate, was published otherwise."""
    if not isinstance(figure.origin, Source):
        return any(is_restated(part, keys) for part in figure.origin.inputs)
    of = dict(figure.origin.keys)
    start = of.get("period_start")
    if not isinstance(start, date):
        return False
    row = (str(of.get("scope_type")), str(of.get("scope_value")), f"{start:%Y-%m}")
    stem = figure.origin.column.removesuffix("_rate")
    columns = (figure.origin.column, f"{stem}_numerator", f"{stem}_denominator")
    return any((figure.origin.model, column, *row) in keys for column in columns)


def _row(line: Restatement) -> tuple[str, ...]:
    return line.model, line.scope_type, line.scope, line.detail, line.period


def _line(at: int, line: Restatement, text: Text) -> RestatedLine:
    return RestatedLine(
        figure=words.figure_name(text, line),
        scope=words.scope_name(text, line),
        month=date.fromisoformat(f"{line.period}-01"),
        then=_figure(at, "value_then", line.value_then),
        now=_figure(at, "value_now", line.value_now),
        is_money="." in f"{line.value_then}{line.value_now}",
        cause=words.cause_words(text, line),
    )


def _figure(at: int, side: str, written: str) -> Figure:
    """A stored text as a number: counts are written without a point, amounts with one."""
    value: Value = None
    if written != "–":
        value = Decimal(written) if "." in written else int(written)
    return Figure(value, Source("report_run", ORIGIN, (("at", at), ("side", side))))
