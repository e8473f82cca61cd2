"""Writes the service desk's deliveries: cases as typed Parquet, a case again in every month that changed it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.demo import spoilt
from orchestration.demo.months import MONTHS, Month, month_index
from orchestration.demo.tally import ADMITTED, SUPERSEDED, Tally
from orchestration.demo.world import Case, World
from orchestration.demo.writing import write_parquet

_TIMES = ("opened_at", "first_response_at", "resolved_at", "reopened_at")
_TEXTS = ("channel", "category")
_MORE_TEXTS = ("agent", "reply_variant", "status", "merged_into")
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("case_id", "customer_id", "order_id")]
    + [(name, pa.timestamp("us")) for name in _TIMES]
    + [(name, pa.string()) for name in _TEXTS]
    + [("is_complaint", pa.bool_())]
    + [(name, pa.string()) for name in _MORE_TEXTS]
)


def _by(moment: datetime | None, month: Month) -> datetime | None:
    return moment if moment is not None and moment.date() <= month.last else None


def case_row(case: Case, month: Month) -> dict[str, Any]:
    resolved_at, reopened_at = _by(case.resolved_at, month), _by(case.reopened_at, month)
    is_open = resolved_at is None or (reopened_at is not None and reopened_at > resolved_at)
    status = case.status if case.status in ("merged", "cancelled") else "open" if is_open else "resolved"
    return {
        "case_id": case.case_id,
        "customer_id": case.customer_id,
        "order_id": case.order_id or None,
        "opened_at": case.opened_at,
        "first_response_at": _by(case.first_response_at, month),
        "resolved_at": resolved_at,
        "reopened_at": reopened_at,
        "channel": case.channel,
        "category": case.category,
        "is_complaint": case.is_complaint,
        "agent": case.agent or None,
        "reply_variant": (case.reply_variant or None) if resolved_at is not None else None,
        "status": status,
        "merged_into": case.merged_into or None,
    }


def write_cases(folder: Path, world: World, tally: Tally) -> None:
    """36 increments; naive times are local."""
    by_index: dict[int, list[Case]] = {month.index: [] for month in MONTHS}
    for case in sorted(world.cases, key=lambda case: (case.opened_at, case.case_id)):
        moments = [case.opened_at, case.first_response_at, case.resolved_at, case.reopened_at]
        indexes = {max(0, month_index(moment.date())) for moment in moments if moment is not None}
        for index in indexes:
            by_index[index].append(case)
        tally.add("cases", ADMITTED)
        tally.add("cases", SUPERSEDED, len(indexes) - 1)
    for month in MONTHS:
        rows = [case_row(case, month) for case in by_index[month.index]]
        for bad in spoilt.ROWS["cases"].get(month.index, ()):
            rows.append({**rows[0], **bad.values})
            tally.add("cases", bad.fate)
        tally.file("cases", month.last)
        write_parquet(folder / f"cases_{month.name}.parquet", SCHEMA, rows)
