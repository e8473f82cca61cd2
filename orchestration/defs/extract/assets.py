"""The landing: every entity of the contract, pulled from the configured sources in one step.

Add here: what Dagster shows of an extract. Keep out: how a source is read (orchestration/sources/).
The step takes no month from its context: dates are data.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from orchestration.contract import load_contract
from orchestration.defs.resources import HeldLock
from orchestration.landing.extract import ExtractResult, extract
from orchestration.progress import say, stage
from orchestration.settings import SYSTEMS, Settings
from orchestration.sources.files.model import Fetched

LANDING = "landing"
# What is landed beside the entities, once per system.
BOOKS = {
    "delivered_files": "A receipt per delivered file: its hash, date and rows.",
    "unparsed_lines": "Lines that are no rows, with line number, reason and raw text.",
}


def landing_key(system: str, entity: str) -> dg.AssetKey:
    """The asset of one landed entity; dbt's sources are mapped to the same keys."""
    return dg.AssetKey([LANDING, system, entity])


class ExtractConfig(dg.Config):
    """What a person may ask of one extract: `full` fetches all rows, also where only changes would be asked for."""

    full: bool = False


def landing_assets() -> dg.AssetsDefinition:
    """One step, one asset per entity of the contract, also for entities that are not delivered."""
    entities = load_contract().values()
    specs = [
        dg.AssetSpec(
            landing_key(entity.system, entity.name),
            group_name="extract",
            description=entity.description,
            kinds={"parquet", "dlt"},
        )
        for entity in entities
    ] + [
        dg.AssetSpec(landing_key(system, name), group_name="extract", description=description, kinds={"parquet", "dlt"})
        for system in SYSTEMS
        for name, description in BOOKS.items()
    ]

    @dg.multi_asset(name=LANDING, specs=specs)
    def landing(
        config: ExtractConfig, settings: dg.ResourceParam[Settings], run_lock: dg.ResourceParam[HeldLock]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        with stage("extract") as current:
            result = extract(settings, say, full=config.full)
            current.rows = result.landed_rows
            current.note = f"{result.landed_files} files landed, {result.unchanged_files} unchanged"
        for entity in entities:
            yield dg.MaterializeResult(landing_key(entity.system, entity.name), metadata=_metadata(result, entity.name))
        for system in SYSTEMS:
            landed = [file for file in result.files if file.system == system and file.outcome == "landed"]
            counts = {"delivered_files": len(landed), "unparsed_lines": sum(file.unparsed for file in landed)}
            for name, count in counts.items():
                yield dg.MaterializeResult(landing_key(system, name), metadata={"dagster/row_count": count})

    return landing


def _metadata(result: ExtractResult, entity: str) -> dict[str, Any]:
    files = [file for file in result.files if file.entity == entity]
    landed = [file for file in files if file.outcome == "landed"]
    dates = [str(file.delivered_on) for file in files]
    return {
        "dagster/row_count": sum(file.rows for file in landed),
        "files_landed": len(landed),
        "files_unchanged": len(files) - len(landed),
        "lines_unparsed": sum(file.unparsed for file in landed),
        "newest_delivery": max(dates, default="not delivered"),
        **_fetched([file.fetched for file in files if file.fetched]),
    }


def _fetched(fetches: Sequence[Fetched]) -> dict[str, Any]:
    """What fetches add: rows of the service, its own count of them, pages, seconds, and the span of their dates."""
    if not fetches:
        return {}
    totals = [fetch.expected_rows for fetch in fetches if fetch.expected_rows is not None]
    return {
        "fetched_as": ", ".join(sorted({fetch.mode for fetch in fetches})),
        "rows_fetched": sum(fetch.rows for fetch in fetches),
        "rows_deleted": sum(fetch.deleted for fetch in fetches),
        "pages": sum(fetch.pages for fetch in fetches),
        "seconds": round(max(fetch.seconds for fetch in fetches), 3),
        "control_total": sum(totals) if totals else "not given by the service",
        "oldest": min((fetch.oldest for fetch in fetches if fetch.oldest), default="no date"),
        "newest": max((fetch.newest for fetch in fetches if fetch.newest), default="no date"),
    }
