"""Typed, read-only access to the published marts, for one audience and no later than its month.

Add here: a way of asking that several pages share. Keep out: figures (they are computed in the marts, nowhere else).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import duckdb

from reports.rows import AnnotationRow, MartRow, ReceivedRow, TargetRow
from reports.run import ReportError, ReportRun

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


Row = TypeVar("Row", bound=MartRow)


class Marts:
    """The rpt_ models as one audience may see them.

    Every scoped read is limited to the run's audience and to periods that end by the run's month, so a page
    cannot show another audience's figure or a later month's by mistake.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, run: ReportRun) -> None:
        self._connection = connection
        self._run = run
        self._columns = _columns_by_model(connection)

    def read(
        self, row_type: type[Row], *, scope_type: str = "audience", months: int | None = None, **equal: object
    ) -> tuple[Row, ...]:
        """Rows of a scoped model, ordered by its keys.

        scope_type: audience for the whole, or country, segment, plan …
        months: only the newest so many calendar months up to the run's month; None reads all history.
        equal: further columns and the value each must have.
        Raises ReportError when the model or a column is missing.
        """
        conditions = {
            "audience": self._run.audience,
            "scope_type": scope_type,
            "period_type": "month",
            **equal,
        }
        since = months_before(self._run.month_start, months - 1) if months else date.min
        where = [f"{name} = ?" for name in conditions] + ["period_end <= ?", "period_start >= ?"]
        values = [*conditions.values(), self._run.month_end, since]
        return self._select(row_type, f" where {' and '.join(where)}", values, extra=tuple(conditions))

    def newest(self, row_type: type[Row], *, scope_type: str = "audience", **equal: object) -> Row | None:
        """The row of the run's month for the whole audience, None where the model has none."""
        rows = self.read(row_type, scope_type=scope_type, months=1, **equal)
        return rows[0] if rows else None

    def received(self) -> tuple[ReceivedRow, ...]:
        """What arrived, entity by entity, in the contract's order of systems and names."""
        return self._select(ReceivedRow, "", [])

    def is_delivered(self, *entities: str) -> bool:
        """Whether at least one of the entities has ever been delivered."""
        return any(row.is_delivered for row in self.received() if row.entity in entities)

    def annotations(self) -> tuple[AnnotationRow, ...]:
        """Events to name in plots: in the run's language, for everybody or for a value of the run's filter."""
        allowed = {"", "(all)", "all", "company", self._run.audience}
        for values in self._run.filter.values():
            allowed.update(values)
        rows = self._select(AnnotationRow, " where language = ? and happened_on <= ?", [
            self._run.language, self._run.month_end,
        ])  # fmt: skip
        return tuple(row for row in rows if (row.scope or "") in allowed)

    def targets(self, metric: str, months: int) -> dict[date, float]:
        """The target of a metric by period_start, for the audience as a whole."""
        return {row.period_start: float(row.target_value) for row in self.read(TargetRow, months=months, metric=metric)}

    def _select(
        self, row_type: type[Row], where: str, values: list[object], extra: tuple[str, ...] = ()
    ) -> tuple[Row, ...]:
        model = row_type.model
        names = [item.name for item in fields(row_type)]
        missing = [name for name in (*names, *extra) if name not in self._columns.get(model, ())]
        if missing:
            what = f"column {missing[0]}" if model in self._columns else "the model"
            raise ReportError(f"{model}: {what} is not in the published marts; build and publish them again")
        query = f"select {', '.join(names)} from main.{model}{where} order by all"
        readers = _readers(row_type)
        result = self._connection.execute(query, values).fetchall()
        return tuple(row_type(*(reader(cell) for reader, cell in zip(readers, row, strict=True))) for row in result)


def months_before(day: date, count: int) -> date:
    """First day of the month `count` months before the day's month."""
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def month_end(day: date) -> date:
    """Last day of the day's month."""
    return months_before(day, -1) - timedelta(days=1)


@contextmanager
def open_marts(path: Path, run: ReportRun) -> Iterator[Marts]:
    """The published file, read-only and without any access to files or network beside it.

    Raises ReportError when the file is missing or is no marts file.
    """
    if not path.exists():
        raise ReportError(f"{path}: there are no published marts; run the build and publish first")
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false", "threads": 1, "memory_limit": "256MB", "TimeZone": "UTC",
    }  # fmt: skip
    try:
        connection = duckdb.connect(str(path.resolve()), read_only=True, config=config)
    except duckdb.Error as error:
        raise ReportError(f"{path}: cannot be opened as marts ({error}); publish them again") from error
    try:
        yield Marts(connection, run)
    finally:
        connection.close()


def _columns_by_model(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    query = "select table_name, column_name from information_schema.columns where table_schema = 'main'"
    for table, column in connection.execute(query).fetchall():
        found.setdefault(table, set()).add(column)
    return found


def _readers(row_type: type[Any]) -> list[Any]:
    """Per field: float columns arrive as DECIMAL or DOUBLE and leave as float; the rest stays as stored."""
    hints = get_type_hints(row_type)
    return [_to_float if hints[item.name] in (float, float | None) else _unchanged for item in fields(row_type)]


def _to_float(cell: float | Decimal | None) -> float | None:
    return None if cell is None else float(cell)


def _unchanged(cell: object) -> object:
    return cell
