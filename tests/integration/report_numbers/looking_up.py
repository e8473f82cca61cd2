"""Looking a figure up again: in the mart it names, or by working its rule out anew from its inputs.

The rules are written here a second time, on purpose. Keep out: assertions.
"""

from __future__ import annotations

from decimal import Decimal
from math import fsum, hypot, isclose
from pathlib import Path
from typing import Any

import duckdb
from statsmodels.stats.proportion import proportion_confint

from reports.figures import Derivation, Figure, Source
from reports.narrative.restated import FIGURES
from reports.run import ReportRun, Restatement

# Facts of the run that a page prints, by the name under which they are given; see tests for age_months and score.
_CHECKS = {"checks": None, "checks passed": ("pass",), "checks failed": ("fail", "error"), "checks warned": ("warn",)}

# Keys that a page prints as numbers: they must lie in the range that the model has.
_RANGES = {
    "score": "select count(*) from rpt_survey_distribution where {} between scale_min and scale_max",
    "term": "select count(*) from rpt_retention where scope_type = 'term' and scope_value = '{}'",
    "age_days": "select count(*) from rpt_survival where age_days = {}",
    "age_months": "select count(*) from rpt_cohorts where age_months = {}",
}


class Marts:
    """The published models by their keys, read apart from the code under test."""

    def __init__(self, path: Path) -> None:
        self._connection = duckdb.connect(str(path), read_only=True)
        self._models: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], dict[str, Any]]] = {}

    def value(self, source: Source) -> Any:
        """The value of the one row that has these keys; KeyError where there is none."""
        names = tuple(name for name, _ in source.keys)
        rows = self._rows(source.model, names)
        return rows[tuple(value for _, value in source.keys)][source.column]

    def count(self, query: str) -> int:
        """A number by plain SQL."""
        found = self._connection.execute(query).fetchone()
        assert found is not None
        return int(found[0])

    def _rows(self, model: str, keys: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
        if (model, keys) not in self._models:
            cursor = self._connection.execute(f"select * from {model}")
            names = [item[0] for item in cursor.description or []]
            rows = [dict(zip(names, cells, strict=True)) for cells in cursor.fetchall()]
            found: dict[tuple[Any, ...], dict[str, Any]] = {}
            for row in rows:
                key = tuple(row[name] for name in keys)
                assert key not in found, f"{model}: {keys} name two rows, {key}"
                found[key] = row
            self._models[model, keys] = found
        return self._models[model, keys]


def fault_of(figure: Figure, marts: Marts, run: ReportRun) -> str:
    """What is wrong with a figure; "" if it is what it says it is."""
    if isinstance(figure.origin, Derivation):
        faults = [fault for part in figure.origin.inputs if (fault := fault_of(part, marts, run))]
        return faults[0] if faults else _derived_fault(figure, figure.origin)
    if figure.origin.model == "report_run" and figure.origin.column == "restatements":
        return _restated_fault(figure, dict(figure.origin.keys), run)
    if figure.origin.model == "report_run":
        return _given_fault(figure, figure.origin.column, marts, run)
    return _read_fault(figure, figure.origin, marts, run)


def _read_fault(figure: Figure, source: Source, marts: Marts, run: ReportRun) -> str:
    if not source.keys:
        return "" if figure.value is None else f"{source} names no row but has {figure.value}"
    audience = dict(source.keys).get("audience", run.audience)
    if audience != run.audience:
        return f"{source} belongs to audience {audience}"
    value = marts.value(source)
    return "" if value == figure.value else f"{source}: the page has {figure.value}, the mart {value}"


def _derived_fault(figure: Figure, origin: Derivation) -> str:
    expected = _worked_out(origin)
    shown = figure.number
    if expected is None or shown is None:
        return "" if expected is shown else f"{origin.rule}: the page has {shown}, worked out {expected}"
    # The reports' z has seven digits, as the marts' has; statsmodels' has all.
    tolerance = 1e-7 if origin.rule.startswith("wilson") else 1e-9
    close = isclose(float(shown), expected, rel_tol=tolerance, abs_tol=1e-9)
    return "" if close else f"{origin.rule}: the page has {shown}, worked out {expected}"


def _worked_out(origin: Derivation) -> float | None:
    if origin.rule == "rows":
        return float(len(origin.inputs))
    values = [part.number for part in origin.inputs]
    if any(value is None for value in values):
        return None
    numbers = [float(value) for value in values if value is not None]
    if origin.rule == "sum":
        exact = sum((Decimal(str(value)) for value in values if value is not None), Decimal(0))
        return float(exact)
    if origin.rule == "share":
        return numbers[0] / numbers[1] if numbers[1] else None
    if origin.rule in ("wilson_low", "wilson_high"):
        if not numbers[1]:
            return None
        low, high = proportion_confint(int(numbers[0]), int(numbers[1]), method="wilson")
        return float(low if origin.rule == "wilson_low" else high)
    rules = {
        "difference": lambda: numbers[0] - numbers[1],
        "complement": lambda: 1.0 - numbers[0],
        "negative": lambda: 0.0 - numbers[0],
        "magnitude": lambda: abs(numbers[0]),
        "highest": lambda: max(numbers),
        "lowest": lambda: min(numbers),
        "mean": lambda: fsum(numbers) / len(numbers),
        "newcombe_low": lambda: numbers[0] - numbers[3] - hypot(numbers[0] - numbers[1], numbers[5] - numbers[3]),
        "newcombe_high": lambda: numbers[0] - numbers[3] + hypot(numbers[2] - numbers[0], numbers[3] - numbers[4]),
    }
    return rules[origin.rule]()


def _row_of(line: Restatement) -> tuple[str, ...]:
    return line.model, line.scope_type, line.scope, line.detail, line.period


def _corrections(run: ReportRun) -> int:
    """What a reader is told of: figures with a name, and nameless ones of rows that have no other."""
    with_name = [line for line in run.restatements if (line.model, line.figure) in FIGURES]
    told = {_row_of(line) for line in with_name}
    nameless = [line for line in run.restatements if (line.model, line.figure) not in FIGURES]
    alone = [line for line in nameless if _row_of(line) not in told]
    return len(with_name) + len(alone)


def _restated_fault(figure: Figure, keys: dict[str, Any], run: ReportRun) -> str:
    written = getattr(run.restatements[keys["at"]], keys["side"])
    shown = "–" if figure.value is None else str(figure.value)
    return "" if shown == written else f"restatement {keys['at']}: the page has {shown}, the run {written}"


def _given_fault(figure: Figure, name: str, marts: Marts, run: ReportRun) -> str:
    if name in _CHECKS:
        wanted = _CHECKS[name]
        expected: Any = sum(wanted is None or check.status in wanted for check in run.checks)
    elif name == "received":
        expected = marts.count("select count(*) from rpt_data_received where is_delivered")
    elif name == "checks not listed":
        expected = max(0, sum(check.status != "pass" for check in run.checks) - 8)
    elif name == "restated":
        expected = _corrections(run)
    elif name == "restated not listed":
        # How many are listed is the page's room (context/data_layout).
        expected = figure.value if figure.value in range(max(1, _corrections(run))) else None
    elif name in _RANGES:
        expected = figure.value if marts.count(_RANGES[name].format(figure.value)) else None
    else:
        expected = getattr(run, name)
    return "" if expected == figure.value else f"{name}: the page has {figure.value}, the run {expected}"
