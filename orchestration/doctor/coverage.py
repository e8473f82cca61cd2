"""What will be empty: entities, columns with the metrics that read them, and the pages of the report that drop out.

A page drops out as reports/context/<page>.py says; a test compares PAGE_NEEDS with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from orchestration.contract import Entity
from orchestration.settings import PAGES, Settings

# Page → one of these entities must be delivered; a page that is not here is always made.
PAGE_NEEDS: Mapping[str, tuple[str, ...]] = {
    "retention": ("contracts", "orders"),
    "cohorts": ("contracts", "orders"),
    "revenue": ("contracts", "orders"),
    "reasons": ("contracts", "cancellation_requests", "survey_answers"),
    "risk": (
        "cancellation_requests",
        "contracts",
        "cases",
        "quote_requests",
        "survey_responses",
        "survey_answers",
        "orders",
        "interactions",
    ),
    "satisfaction": ("survey_answers", "survey_responses"),
    "loyalty": ("orders", "loyalty_transactions", "referrals"),
    "service": ("cases",),
}


@dataclass(frozen=True)
class EmptyColumn:
    """A column without values, and the metrics that read it ("" where it is shown in lists only)."""

    entity: str
    column: str
    read_by: str


@dataclass(frozen=True)
class Coverage:
    """Entities nobody delivers, empty columns of those that are delivered, and per page what it lacks ("": nothing).

    waiting: page → the refused entities that it is made of once their files can be read.
    """

    missing: tuple[str, ...]
    empty: tuple[EmptyColumn, ...]
    pages: Mapping[str, str]
    waiting: Mapping[str, str]
    breakdowns: tuple[str, ...]


# Breakdown → the entity and column it is read from.
BREAKDOWN_COLUMNS: Mapping[str, tuple[str, str]] = {
    "country": ("customers", "country"),
    "region": ("customers", "region"),
    "segment": ("customers", "segment"),
    "plan": ("contracts", "plan"),
    "term": ("contracts", "term_months"),
    "acquisition_channel": ("customers", "acquisition_channel"),
    "acquisition_offer": ("customers", "acquisition_offer"),
    "account_owner": ("customers", "account_owner"),
}


def coverage_of(
    settings: Settings,
    contract: Mapping[str, Entity],
    empty: Mapping[str, Collection[str]],
    refused: Collection[str] = (),
) -> Coverage:
    """What these deliveries leave empty.

    empty: entity that is delivered → its columns without values; an entity that is not there is not delivered.
    refused: those of them of which no file could be read yet.
    """
    chosen = [page for page in PAGES if any(page in item.pages for item in settings.audiences)]
    read = [entity for entity in empty if entity not in refused]
    columns = tuple(
        EmptyColumn(entity.name, column.name, column.read_by or "")
        for entity in contract.values()
        if entity.name in empty
        for column in entity.columns
        if column.name in empty[entity.name]
    )
    return Coverage(
        missing=tuple(name for name in contract if name not in empty),
        empty=columns,
        pages={page: _lacks(page, empty) for page in chosen},
        waiting={
            page: " or ".join(entity for entity in PAGE_NEEDS.get(page, ()) if entity in refused)
            for page in chosen
            if _lacks(page, read) and not _lacks(page, empty)
        },
        breakdowns=tuple(name for name in settings.company.breakdowns if _is_empty(name, empty)),
    )


def _is_empty(breakdown: str, empty: Mapping[str, Collection[str]]) -> bool:
    entity, column = BREAKDOWN_COLUMNS[breakdown]
    return entity not in empty or column in empty[entity]


def _lacks(page: str, delivered: Collection[str]) -> str:
    needs = PAGE_NEEDS.get(page, ())
    return "" if not needs or any(entity in delivered for entity in needs) else " or ".join(needs)
