"""Walks the pages of a list. The service has two shapes of `pagination`; both are read, and neither is trusted alone.

Shape one: {perPage, page, total, links: {next}}. Shape two: {perPage, totalItems, currentPage, totalPages, links}.
The last page is the one without a next page, or a short one. Pages are asked for by number and never by the link,
which in older answers carries the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orchestration.sources.fetched import SourceFailedError
from orchestration.sources.questionpro.client import Call, Client


class MovedError(Exception):
    """Rows were added or removed while the pages were walked, so that one may have been passed over."""


@dataclass(frozen=True)
class Slice:
    """One page: its rows, where it is (for messages), and the service's count of all rows, if it gives one."""

    rows: list[dict[str, Any]]
    where: str
    total: int | None
    is_last: bool


def slices(client: Client, call: Call) -> Iterator[Slice]:
    """The pages from call.page on.

    Raises:
        MovedError: the count changed on the way, or is not what came.
        SourceFailedError: an answer of another shape, or pages without end.
    """
    first_total: int | None = None
    seen, previous = 0, None
    while True:
        part = read_slice(client.get(call), call)
        first_total = part.total if previous is None else first_total
        if part.total != first_total or (part.rows and part.rows == previous):
            raise MovedError(f"{call}: {part.total} rows where {first_total} were told before")
        seen, previous = seen + len(part.rows), part.rows
        yield part
        if part.is_last:
            break
        call = replace(call, page=call.page + 1)
    if first_total is not None and seen != first_total:
        raise MovedError(f"{call}: {seen} rows came of the {first_total} the service told")


def read_slice(answer: Mapping[str, Any], call: Call) -> Slice:
    """One answer as a page; SourceFailedError names the JSON path of what has another shape."""
    rows = answer.get("response")
    if not isinstance(rows, list):
        raise SourceFailedError(f"{call}: $.response is no list; report it with this line")
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise SourceFailedError(f"{call}: $.response[{index}] is no object; report it with this line")
    pagination = answer.get("pagination") or {}
    if not isinstance(pagination, dict):
        raise SourceFailedError(f"{call}: $.pagination is no object; report it with this line")
    size = min(_number(pagination, "perPage", call) or call.page_size, call.page_size)
    total = _number(pagination, "total", call)
    total = _number(pagination, "totalItems", call) if total is None else total
    return Slice(rows, str(call), total, len(rows) < size or not _has_next(pagination, call, total, size))


def _has_next(pagination: Mapping[str, Any], call: Call, total: int | None, size: int) -> bool:
    """Whether a page follows a full one, by the first of link, pages and count that is told; else only asking tells."""
    links, pages = pagination.get("links"), _number(pagination, "totalPages", call)
    if isinstance(links, dict):
        return bool(links.get("next"))
    if pages is not None:
        return call.page < pages
    return total is None or call.page * size < total


def _number(pagination: Mapping[str, Any], name: str, call: Call) -> int | None:
    value = pagination.get(name)
    if value is None:
        return None
    if not str(value).isdigit():
        raise SourceFailedError(f'{call}: $.pagination.{name} is "{value}", no count; report it with this line')
    return int(value)
