"""The files, tried for real: read, landed and judged in a scratch folder, exactly as a build would.

Nothing of it reaches landing/, and the scratch rows are removed at the end. Keep out: what it means (findings.py).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.contract import Entity
from orchestration.landing.extract import Report
from orchestration.quarantine.rejudge import JUDGED, rejudge
from orchestration.settings import FILTER_ATTRIBUTES, Settings
from orchestration.sources.files.model import RejectedFile
from orchestration.working_file import open_working_file

_SELECT = (*JUDGED, "+int_as_of", "+int_rate_gaps")
# Enough rows of a reason to tell how its values are written.
_LOOKED_AT = 500


@dataclass(frozen=True)
class EntityTrial:
    """What became of one entity's files. `newest` is the latest time told of, `empty` the columns without values.

    rejected and unknown_customer are shares of the rows that are not superseded.
    """

    entity: str
    sources: str
    files: int
    rows: int
    admitted: int
    set_aside: int
    rejected_share: float
    unknown_share: float
    newest_delivery: date | None
    dated_by: str
    newest: str
    empty: tuple[str, ...]


@dataclass(frozen=True)
class TriedReason:
    """A reason with its rows, and a few of the values it refused."""

    entity: str
    source: str
    reason: str
    rows: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class RateGap:
    """Months of a currency without an exchange rate that something needs."""

    needed_by: str
    currency: str
    first: date
    months: int


@dataclass(frozen=True)
class Trial:
    """Everything the trial found. `attributes` holds the customers' values of what audiences filter by, with counts."""

    entities: Mapping[str, EntityTrial]
    reasons: tuple[TriedReason, ...]
    rejected: tuple[RejectedFile, ...]
    rate_gaps: tuple[RateGap, ...]
    attributes: Mapping[str, Mapping[str, int]]
    data_through: date | None


def try_files(settings: Settings, contract: Mapping[str, Entity], report: Report) -> Trial:
    """Lands and judges the files of all `files` sources in work/doctor.

    Raises:
        BuildFailed: the rows could not be judged at all.
    """
    with _scratch(settings) as scratch:
        refused = rejudge(scratch, _SELECT, report)
        with open_working_file(scratch.work_database) as connection:
            return Trial(
                _entities(connection, contract),
                tuple(_reasons(connection)),
                refused.rejected if refused else (),
                tuple(_rate_gaps(connection)),
                {name: _values(connection, name) for name in FILTER_ATTRIBUTES},
                _one(connection, "select data_through from int_as_of"),
            )


@contextmanager
def _scratch(settings: Settings) -> Iterator[Settings]:
    """The same company with a data folder of its own; the parsed dbt project stays there for the next time."""
    root = settings.work_dir / "doctor"
    sources = tuple(
        source if source.is_remote else source.model_copy(update={"path": str(settings.source_path(source))})
        for source in settings.files_sources
    )
    scratch = settings.model_copy(update={"data_dir": root, "sources": sources})
    _clear(scratch)
    try:
        yield scratch
    finally:
        _clear(scratch)


def _clear(scratch: Settings) -> None:
    shutil.rmtree(scratch.landing_dir, ignore_errors=True)
    shutil.rmtree(scratch.work_dir / "dlt", ignore_errors=True)
    for file in scratch.work_dir.glob("holdfast.*"):
        file.unlink()


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> date | None:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _entities(connection: duckdb.DuckDBPyConnection, contract: Mapping[str, Entity]) -> dict[str, EntityTrial]:
    rows = connection.execute("""
        select
            clearing.entity, string_agg(distinct source, ', ' order by source), clearing.files, clearing.landed,
            clearing.admitted, clearing.quarantined, clearing.rejected_share, clearing.unknown_customer_share,
            max(delivered_on), arg_max(delivered_by, delivered_on)
        from int_entity_clearing as clearing
        inner join int_deliveries as deliveries on clearing.entity = deliveries.entity
        group by all
        order by clearing.entity
    """).fetchall()
    found = {}
    for row in rows:
        newest, empty = _told(connection, contract[row[0]])
        found[row[0]] = EntityTrial(*(*row, newest, empty))
    return found


def _told(connection: duckdb.DuckDBPyConnection, entity: Entity) -> tuple[str, tuple[str, ...]]:
    """The newest time that a row tells of, and the columns without any value, among the rows that count."""
    counts = ", ".join(f'count("{name}")' for name in entity.column_names)
    times = [
        column for column in entity.columns if column.data_type in ("date", "timestamp") and not column.may_be_future
    ]
    newest = ", ".join(f'max("{column.name}")::varchar' for column in times) or "max(null)"
    table = f"int_{entity.name}_admitted"
    filled = connection.execute(f"select count(*), {counts} from {table}").fetchall()[0]
    latest = [value for value in connection.execute(f"select {newest} from {table}").fetchall()[0] if value]
    empty = tuple(name for name, count in zip(entity.column_names, filled[1:], strict=True) if not count)
    return max(latest, default="")[:16], empty if filled[0] else ()


def _reasons(connection: duckdb.DuckDBPyConnection) -> Iterator[TriedReason]:
    rows = connection.execute(f"""
        with reasons as (
            select
                entity, source, raw,
                unnest(string_split(regexp_replace(reasons, '^line \\d+: ', ''), '; ')) as reason
            from int_quarantine
        ),
        numbered as (
            select *, row_number() over (partition by entity, source, reason order by raw) as place from reasons
        )
        select entity, source, reason, count(*), list(raw order by raw) filter (where place <= {_LOOKED_AT})
        from numbered
        group by entity, source, reason
        order by entity, count(*) desc, reason
    """).fetchall()
    for entity, source, reason, count, raws in rows:
        yield TriedReason(entity, source, reason, count, tuple(_refused(reason, raws)))


def _refused(reason: str, raws: Sequence[str | None]) -> list[str]:
    """The distinct values that a reason speaks of, the commonest first; whole rows where it names no column."""
    column = reason.partition(": ")[0]
    counts: dict[str, int] = {}
    for raw in raws:
        value = _value(raw or "", column)
        if value:
            counts[value] = counts.get(value, 0) + 1
    return sorted(counts, key=lambda value: (-counts[value], value))


def _value(raw: str, column: str) -> str:
    try:
        values = json.loads(raw)
    except json.JSONDecodeError:
        return ""
    value = values.get(column) if isinstance(values, dict) else None
    return "" if value is None else str(value).strip()


def _rate_gaps(connection: duckdb.DuckDBPyConnection) -> Iterator[RateGap]:
    rows = connection.execute("""
        select string_agg(distinct needed_by, ', ' order by needed_by), currency_code, min(rate_month),
            count(distinct rate_month)
        from int_rate_gaps group by currency_code order by currency_code
    """).fetchall()
    yield from (RateGap(*row) for row in rows)


def _values(connection: duckdb.DuckDBPyConnection, attribute: str) -> dict[str, int]:
    rows = connection.execute(
        f'select "{attribute}", count(*) from int_customers_admitted where "{attribute}" is not null group by 1'
    ).fetchall()
    return dict(rows)
