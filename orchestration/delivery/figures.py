"""The figures a released report rests on, as texts: what published_figures keeps, and what a later build is held to.

Kept per release and audience: every scope of the report's month, and the whole audience in every earlier month (the
trends, the ledger and the cohort triangle show those). Kept of a row: its counts, numerators, denominators and
amounts, that is every INTEGER and DECIMAL column. Never floats: rates follow from what is kept.

Add here: a model whose rows a page shows. Keep out: wording, and causes of a change.
"""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

# Model → the columns that tell its rows apart beside audience, scope and period.
FIGURE_MODELS: Mapping[str, tuple[str, ...]] = {
    "rpt_retention": (),
    "rpt_cohorts": ("cohort_basis", "cohort_month", "age_months"),
    "rpt_revenue": (),
    "rpt_orders": (),
    "rpt_churn_reasons": ("reason_category", "is_involuntary"),
    "rpt_surveys": ("survey_type",),
}
_KEYS = ("audience", "scope_type", "scope_value", "period_type", "period_start", "period_end")
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


class FiguresError(RuntimeError):
    """The published marts cannot be read; the message names the file and the fix."""


@dataclass(frozen=True, slots=True, order=True)
class FigureKey:
    """One figure's name. `detail` tells rows of one scope and month apart (a reason, a survey type, a cohort)."""

    model: str
    figure: str
    scope_type: str
    scope_value: str
    detail: str
    period: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What one report shows.

    values: figure → its value as text (an integer, or a decimal as stored); None where the row is suppressed.
    columns: every (model, column) that was looked at, also where the audience had no row in it.
    """

    values: Mapping[FigureKey, str | None]
    columns: frozenset[tuple[str, str]]

    @property
    def hash(self) -> str:
        """SHA-256 over all figures in order: equal hashes, equal figures."""
        lines = [
            [key.model, key.figure, key.scope_type, key.scope_value, key.detail, key.period, self.values[key]]
            for key in sorted(self.values)
        ]
        return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A published figure that is another one now; None: not shown (suppressed, or no such row)."""

    key: FigureKey
    then: str | None
    now: str | None


def last_day(month: str) -> date:
    """The last day of a month written YYYY-MM."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, calendar.monthrange(year, number)[1])


def _is_exact(data_type: str) -> bool:
    return data_type.removeprefix("U") in _INTEGERS or data_type.startswith("DECIMAL")


def _columns(connection: duckdb.DuckDBPyConnection, model: str) -> dict[str, str]:
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'main' and table_name = ? order by ordinal_position",
        [model],
    ).fetchall()
    return dict(rows)


def _model_figures(connection: duckdb.DuckDBPyConnection, model: str, audience: str, month: str) -> Figures:
    columns = _columns(connection, model)
    details = [name for name in FIGURE_MODELS[model] if name in columns]
    figures = [name for name, data_type in columns.items() if _is_exact(data_type) and name not in (*_KEYS, *details)]
    if not figures:
        return Figures({}, frozenset())
    detail = " || ' ' || ".join(f"coalesce(cast({name} as varchar), '(none)')" for name in details) or "''"
    texts = ", ".join(f'cast("{name}" as varchar)' for name in figures)
    rows = connection.execute(
        f"select scope_type, scope_value, {detail}, strftime(period_start, '%Y-%m'), {texts} from {model} "
        "where audience = ? and period_type = 'month' and period_end <= ? "
        "and (scope_type = 'audience' or period_end = ?)",
        [audience, last_day(month), last_day(month)],
    ).fetchall()
    values = {
        FigureKey(model, figure, *row[:4]): value
        for row in rows
        for figure, value in zip(figures, row[4:], strict=True)
    }
    return Figures(values, frozenset((model, figure) for figure in figures))


def collect_figures(marts: Path, audience: str, month: str) -> Figures:
    """The figures a report of this audience and month shows, from one published file.

    A model that the file does not hold gives no figures (its entity's page is not in the report either).

    Raises:
        FiguresError: no such file, or it cannot be opened.
    """
    if not marts.is_file():
        raise FiguresError(f"{marts}: this snapshot is not published; run `holdfast build`, then report again")
    try:
        connection = duckdb.connect(str(marts), read_only=True, config={"enable_external_access": "false"})
    except duckdb.Error as error:
        raise FiguresError(f"{marts}: cannot be opened ({error}); delete it and run `holdfast build`") from error
    with connection:
        parts = [_model_figures(connection, model, audience, month) for model in FIGURE_MODELS]
    return Figures(
        {key: value for part in parts for key, value in part.values.items()},
        frozenset().union(*(part.columns for part in parts)),
    )


def changes(then: Figures, now: Figures) -> tuple[FigureChange, ...]:
    """The figures that differ, in the order of their keys.

    A column that only one side knows is a new or renamed figure of another version, and no restatement. Among the
    columns both know, a row that came or went is a change from or to None.
    """
    known = then.columns & now.columns
    keys = sorted(key for key in {*then.values, *now.values} if (key.model, key.figure) in known)
    return tuple(
        FigureChange(key, then.values.get(key), now.values.get(key))
        for key in keys
        if then.values.get(key) != now.values.get(key)
    )
