"""Reading the quarantine of the last build: which rows were set aside, why, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.settings import Settings
from orchestration.working_file import open_working_file


class QuarantineError(RuntimeError):
    """There is no build to read from."""


@dataclass(frozen=True)
class QuarantinedRow:
    """One row of int_quarantine; record is its ordinal in the delivery (a line number for unparsable lines)."""

    entity: str
    source: str
    file: str
    record: int
    reasons: str


def read_quarantine(settings: Settings, entity: str | None, limit: int) -> tuple[int, list[QuarantinedRow]]:
    """How many rows are set aside, and the first `limit` of them by entity, file and record.

    Raises:
        QuarantineError: nothing was built yet.
    """
    if not settings.work_database.exists():
        raise QuarantineError(f"{settings.work_database}: nothing is built yet; run `holdfast build` first")
    where = "where entity = ?" if entity else ""
    parameters = [entity] if entity else []
    with open_working_file(settings.work_database) as connection:
        total = connection.execute(f"select count(*) from int_quarantine {where}", parameters).fetchall()[0][0]
        rows = connection.execute(
            f"select entity, source, file, record, reasons from int_quarantine {where} "
            "order by entity, file, record, reasons limit ?",
            [*parameters, limit],
        ).fetchall()
    return int(total), [QuarantinedRow(*row) for row in rows]
