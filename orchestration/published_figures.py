"""What has been published, as an input of the next build: the ledger's figures beside the landed extracts.

Add here: what a build must know of earlier reports. Keep out: what counts as a published figure (delivery/figures).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.delivery.ledger import has_ledger, open_ledger
from orchestration.settings import Settings

COLUMNS = (
    "audience",
    "published_month",
    "edition",
    "as_of",
    "released_at",
    "model",
    "figure",
    "scope_type",
    "scope_value",
    "detail",
    "period",
    "value",
)


def published_figures_file(settings: Settings) -> Path:
    """Where the ledger's figures are landed."""
    return settings.landing_dir / "ledger" / "published_figures.parquet"


def land_published_figures(settings: Settings) -> int:
    """Copies every released figure from the ledger to landing, all as text; returns how many. No ledger, no figures."""
    rows: list[tuple[str | None, ...]] = []
    if has_ledger(settings):
        rows = open_ledger(settings).published(settings.company.report)
    file = published_figures_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    arrays = [pa.array(values, pa.string()) for values in columns]
    unfinished = file.with_suffix(".part")
    pq.write_table(pa.Table.from_arrays(arrays, names=list(COLUMNS)), unfinished)
    unfinished.replace(file)
    return len(rows)


def create_published_view(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Creates or replaces raw_ledger.published_figures over the landed file."""
    path = str(published_figures_file(settings)).replace("'", "''")
    connection.execute("create schema if not exists raw_ledger")
    selected = f"select {', '.join(COLUMNS)} from read_parquet('{path}')"
    connection.execute(f"create or replace view raw_ledger.published_figures as {selected}")
