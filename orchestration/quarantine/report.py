"""Reading the quarantine of the last build: which rows were set aside, why, how many, and what puts them right.

Add here: advice for a reason that staging or the judged models give. Keep out: judging (dbt_project), printing (cli)
and writing files (export.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.settings import Settings
from orchestration.working_file import open_working_file

# A line that could not be read carries its number in the reason; without it equal reasons can be counted.
_LINE = r"^line \d+: "
_ADVICE = (
    (r"not a (date|timestamp|month)$", "declare date_order (or delivered dates as YYYY-MM-DD) in sources.yml"),
    (r"not a[n]? (decimal|integer|double)", "declare decimal_comma if numbers are written 1,50; nothing is rounded"),
    (r"not one of ", "map the source's codes to these values in sources.yml"),
    (r"not of the form", "deliver the code as the contract writes it, or map it in sources.yml"),
    (r"unknown customer$", "deliver the customer; the row is judged again at every build"),
    (r"unknown survey$", "deliver surveys and survey_questions; two small files written by hand will do"),
    (r"unknown survey response$", "see why the response itself is set aside, or deliver it; then this row counts"),
    (r": unknown ", "deliver what it refers to; the row is judged again at every build"),
    (r": blank$", "fill it in the source, or map another field in sources.yml"),
    (r"other values of the same key", "deliver updated_at, or one row per key and delivery"),
    (r"(below|above) |not on the scale", "correct the value in the source, or the question's scale"),
    (r"year outside|days after the delivery", "correct the date in the source, or the delivery date"),
    (r"NUL in the text", "remove the character in the source"),
)
_OTHERWISE = "correct it in the source and deliver it again"


class QuarantineError(RuntimeError):
    """There is no build to read from, or no such entity; the message names the fix."""


def general_advice(reason: str) -> str:
    """What usually puts rows right that were set aside for this reason."""
    return next((text for pattern, text in _ADVICE if re.search(pattern, reason)), _OTHERWISE)


@dataclass(frozen=True)
class QuarantinedRow:
    """One row of int_quarantine; record is its ordinal in the delivery (a line number for unparsable lines).

    raw: the values as they came, as JSON; the text of a line that is no row.
    """

    entity: str
    source: str
    file: str
    record: int
    delivered_on: date
    reasons: str
    raw: str


@dataclass(frozen=True)
class ReasonCount:
    """How many rows of an entity a reason stands on. A row with two reasons is counted under both."""

    entity: str
    reason: str
    rows: int
    files: int

    @property
    def advice(self) -> str:
        """What puts such rows right."""
        return general_advice(self.reason)


@dataclass(frozen=True)
class EntityShare:
    """An entity's rows set aside: `rejected` and `unknown_customer` with their shares of the rows that count now."""

    entity: str
    rejected: int
    rejected_share: float
    unknown_customer: int
    unknown_customer_share: float

    def over(self, settings: Settings) -> bool:
        """Whether either share is above its limit, so that the build stops."""
        company = settings.company
        return (
            self.rejected_share > company.max_rejected_share
            or self.unknown_customer_share > company.max_unknown_customer_share
        )


@contextmanager
def _last_build(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    unbuilt = f"{settings.work_database}: nothing is built yet; run `holdfast build` first"
    if not settings.work_database.exists():
        raise QuarantineError(unbuilt)
    with open_working_file(settings.work_database) as connection:
        try:
            yield connection
        except duckdb.CatalogException as error:
            raise QuarantineError(unbuilt) from error


def _where(entity: str | None) -> tuple[str, list[str]]:
    return ("where entity = ?", [entity]) if entity else ("", [])


def read_quarantine(settings: Settings, entity: str | None, limit: int | None) -> tuple[int, list[QuarantinedRow]]:
    """How many rows are set aside, and the first `limit` of them (None: all) by entity, file and record.

    Raises:
        QuarantineError: nothing was built yet.
    """
    where, parameters = _where(entity)
    with _last_build(settings) as connection:
        total = connection.execute(f"select count(*) from int_quarantine {where}", parameters).fetchall()[0][0]
        rows = connection.execute(
            f"select entity, source, file, record, delivered_on, reasons, raw from int_quarantine {where} "
            "order by entity, file, record, reasons, source" + ("" if limit is None else f" limit {limit:d}"),
            parameters,
        ).fetchall()
    return int(total), [QuarantinedRow(*row) for row in rows]


def count_reasons(settings: Settings, entity: str | None) -> list[ReasonCount]:
    """The reasons with their rows and files, by entity, the commonest first.

    Raises:
        QuarantineError: nothing was built yet.
    """
    where, parameters = _where(entity)
    with _last_build(settings) as connection:
        rows = connection.execute(
            f"""
            select entity, reason, count(*), count(distinct file)
            from (
                select entity, file, unnest(string_split(regexp_replace(reasons, '{_LINE}', ''), '; ')) as reason
                from int_quarantine {where}
            )
            group by entity, reason
            order by entity, count(*) desc, reason
            """,
            parameters,
        ).fetchall()
    return [ReasonCount(*row) for row in rows]


def read_shares(settings: Settings, entity: str | None) -> list[EntityShare]:
    """The shares of every entity that has rows set aside, by name.

    Raises:
        QuarantineError: nothing was built yet.
    """
    where, parameters = _where(entity)
    with _last_build(settings) as connection:
        rows = connection.execute(
            "select entity, rejected_rows, rejected_share, unknown_customer, unknown_customer_share from ("
            "select *, quarantined - unknown_customer as rejected_rows from int_entity_clearing) "
            f"{where or 'where true'} and quarantined > 0 order by entity",
            parameters,
        ).fetchall()
    return [EntityShare(*row) for row in rows]


def check_entity(entity: str | None, known: Sequence[str]) -> None:
    """Raises QuarantineError for a name that is no entity of the contract."""
    if entity is not None and entity not in known:
        raise QuarantineError(f'entity "{entity}" is not known; choose one of: {", ".join(known)}')
