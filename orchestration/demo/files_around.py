"""Writes what happens around customers, a file a quarter: Parquet, CSV, JSON lines; referrals as one workbook a year.

What a later quarter changes (an answer, an acceptance, a conversion) comes again in its file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from orchestration.demo import spoilt
from orchestration.demo.events import (
    CaseReview,
    Interaction,
    Invitation,
    LoyaltyTransaction,
    QuoteRequest,
    Referral,
    RetentionOffer,
    SocialRating,
    Touch,
)
from orchestration.demo.files_crm import deliver_rows, shown
from orchestration.demo.months import MONTHS, Month, month_index
from orchestration.demo.tally import ADMITTED, SUPERSEDED, Tally
from orchestration.demo.world import World
from orchestration.demo.writing import write_csv, write_excel, write_json_lines, write_parquet

ZONE = ZoneInfo("Europe/Budapest")
QUARTER, YEAR = 3, 12
# The prospecting tool's own headers, in the order of its export; config/sources.yml maps them.
TOUCH_HEADER = ["Touch ID", "Prospect", "CRM key", "Channel", "Campaign", "Sent at", "Replied at", "Converted at"]
Event = TypeVar("Event")
Moments = Callable[[Event], Iterable[datetime | None]]
_TYPES = {"bool": pa.bool_(), "int": pa.int64(), "date": pa.date32(), "datetime": pa.timestamp("us")}


def _by(moment: datetime | None, month: Month) -> datetime | None:
    return moment if moment is not None and moment.date() <= month.last else None


def _spread(
    entity: str, events: Iterable[Event], moments: Moments[Event], tally: Tally, every: int = QUARTER
) -> list[tuple[Month, list[Event]]]:
    """Events by the last month of each delivery that shows them; counted as admitted, and as superseded but for one."""
    files: dict[int, list[Event]] = {index: [] for index in range(every - 1, len(MONTHS), every)}
    for event in events:
        months = [max(0, month_index(moment.date())) for moment in moments(event) if moment is not None]
        deliveries = sorted({index - index % every + every - 1 for index in months})
        for index in deliveries:
            files[index].append(event)
        tally.add(entity, ADMITTED)
        tally.add(entity, SUPERSEDED, len(deliveries) - 1)
    # A company sends no file of something it has not begun.
    return [(MONTHS[index], found) for index, found in files.items() if found]


def _typed(entity: str, event_type: type, month: Month, folder: Path, events: Iterable[Any], tally: Tally) -> None:
    """A Parquet file with the event's own columns; blank text is null. Spoilt rows are copies of the first."""
    names = {field.name: str(field.type).removesuffix(" | None") for field in fields(event_type)}
    schema = pa.schema([(name, _TYPES.get(kind, pa.string())) for name, kind in names.items()])
    rows = [{name: _cell(getattr(event, name)) for name in names} for event in events]
    for bad in spoilt.ROWS.get(entity, {}).get(month.index, ()):
        rows.append({**rows[0], **bad.values})
        tally.add(entity, bad.fate)
    tally.file(entity, month.last)
    write_parquet(folder / f"{entity}_{month.name}.parquet", schema, rows)


def _cell(value: Any) -> Any:
    return None if value == "" else value


def write_interactions(folder: Path, world: World, tally: Tally) -> None:
    """12 Parquet files; naive times are local."""
    ordered = sorted(world.interactions, key=lambda event: (event.occurred_at, event.interaction_id))
    for month, events in _spread("interactions", ordered, lambda event: [event.occurred_at], tally):
        _typed("interactions", Interaction, month, folder, events, tally)


def write_invitations(folder: Path, world: World, tally: Tally) -> None:
    """12 Parquet files; the month is its first day."""

    def at(event: Invitation) -> list[datetime | None]:
        return [datetime.combine(event.month, datetime.min.time())]

    for month, events in _spread("survey_invitations", world.invitations, at, tally):
        _typed("survey_invitations", Invitation, month, folder, events, tally)


def _write_csv(
    folder: Path,
    entity: str,
    month: Month,
    header: list[str],
    rows: list[list[str]],
    tally: Tally,
    separator: str = ",",
) -> None:
    lines = deliver_rows(entity, month.index, header, rows, tally)
    write_csv(folder / f"{entity}_{month.name}.csv", header, rows, lines, separator=separator)


def _text(value: object) -> str:
    if value is None or isinstance(value, datetime):
        return shown(value)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _texts(event: Any) -> list[str]:
    return [_text(getattr(event, field.name)) for field in fields(event)]


def write_reviews(folder: Path, world: World, tally: Tally) -> None:
    """12 CSV files."""
    ordered = sorted(world.reviews, key=lambda event: (event.reviewed_at, event.review_id, event.category))
    header = [field.name for field in fields(CaseReview)]
    for month, events in _spread("case_reviews", ordered, lambda event: [event.reviewed_at], tally):
        _write_csv(folder, "case_reviews", month, header, [_texts(event) for event in events], tally)


def write_points(folder: Path, world: World, tally: Tally) -> None:
    """12 CSV files."""
    ordered = sorted(world.points, key=lambda event: (event.occurred_at, event.transaction_id))
    header = [field.name for field in fields(LoyaltyTransaction)]
    for month, events in _spread("loyalty_transactions", ordered, lambda event: [event.occurred_at], tally):
        _write_csv(folder, "loyalty_transactions", month, header, [_texts(event) for event in events], tally)


def write_quotes(folder: Path, world: World, tally: Tally) -> None:
    """12 CSV files with semicolons; a request answered in a later quarter comes again."""

    def row(event: QuoteRequest, month: Month) -> list[str]:
        answered = _by(event.answered_at, month)
        # What was never answered may have been closed; what is answered later is still open.
        status = "open" if answered is None and event.answered_at is not None else event.status
        return [
            event.request_id,
            event.customer_id,
            shown(event.requested_at),
            event.kind,
            shown(answered),
            status,
        ]

    ordered = sorted(world.quotes, key=lambda event: (event.requested_at, event.request_id))
    header = [field.name for field in fields(QuoteRequest)]
    for month, events in _spread("quote_requests", ordered, lambda e: [e.requested_at, e.answered_at], tally):
        _write_csv(folder, "quote_requests", month, header, [row(event, month) for event in events], tally, ";")


def write_offers(folder: Path, world: World, tally: Tally) -> None:
    """12 files of JSON lines, times with their offset; an offer accepted in a later quarter comes again."""

    def zoned(moment: datetime | None) -> str | None:
        return None if moment is None else moment.replace(tzinfo=ZONE).isoformat()

    def row(event: RetentionOffer, month: Month) -> dict[str, Any]:
        values = {field.name: _cell(getattr(event, field.name)) for field in fields(RetentionOffer)}
        values["cost"] = None if event.cost is None else str(event.cost)
        return values | {"offered_at": zoned(event.offered_at), "accepted_at": zoned(_by(event.accepted_at, month))}

    ordered = sorted(world.offers, key=lambda event: (event.offered_at, event.offer_id))
    for month, events in _spread("retention_offers", ordered, lambda e: [e.offered_at, e.accepted_at], tally):
        tally.file("retention_offers", month.last)
        path = folder / f"retention_offers_{month.name}.jsonl"
        write_json_lines(path, [row(event, month) for event in events])


def write_referrals(folder: Path, world: World, tally: Tally) -> None:
    """One workbook a year; who came of a referral is filled in once it came."""

    def row(event: Referral, month: Month) -> list[str]:
        converted = _by(event.converted_at, month)
        referred = event.referred_customer_id if converted or event.converted_at is None else ""
        return [event.referral_id, event.referrer_id, referred, shown(event.referred_at), shown(converted)]

    ordered = sorted(world.referrals, key=lambda event: (event.referred_at, event.referral_id))
    header = [field.name for field in fields(Referral)]
    for month, events in _spread("referrals", ordered, lambda e: [e.referred_at, e.converted_at], tally, YEAR):
        tally.file("referrals", month.last)
        path = folder / f"referrals_{month.name}.xlsx"
        write_excel(path, "referrals", header, [row(event, month) for event in events])


def write_touches(folder: Path, world: World, tally: Tally) -> None:
    """12 CSV files under the prospecting tool's own headers; a reply or conversion of a later quarter comes again."""

    def row(event: Touch, month: Month) -> list[str]:
        converted = _by(event.converted_at, month)
        return [
            event.touch_id,
            event.prospect,
            event.customer_id if converted else "",
            event.channel,
            event.campaign,
            shown(event.touched_at),
            shown(_by(event.replied_at, month)),
            shown(converted),
        ]

    ordered = sorted(world.touches, key=lambda event: (event.touched_at, event.touch_id))
    moments: Moments[Touch] = lambda event: [event.touched_at, event.replied_at, event.converted_at]  # noqa: E731
    for month, events in _spread("outreach", ordered, moments, tally):
        _write_csv(folder, "outreach", month, TOUCH_HEADER, [row(event, month) for event in events], tally)


def write_ratings(folder: Path, world: World, tally: Tally) -> None:
    """12 files of JSON lines, times in UTC."""

    def row(event: SocialRating) -> dict[str, Any]:
        values = {field.name: _cell(getattr(event, field.name)) for field in fields(SocialRating)}
        rated_at = event.rated_at.replace(tzinfo=ZONE).astimezone(UTC)
        numbers = {name: float(values[name]) for name in ("rating", "scale_min", "scale_max")}
        return values | numbers | {"rated_at": f"{rated_at:%Y-%m-%dT%H:%M:%SZ}"}

    ordered = sorted(world.ratings, key=lambda event: (event.rated_at, event.rating_id))
    for month, events in _spread("social_ratings", ordered, lambda event: [event.rated_at], tally):
        rows = [row(event) for event in events]
        for bad in spoilt.ROWS.get("social_ratings", {}).get(month.index, ()):
            rows.append({**rows[0], **bad.values})
            tally.add("social_ratings", bad.fate)
        tally.file("social_ratings", month.last)
        write_json_lines(folder / f"social_ratings_{month.name}.jsonl", rows)
