"""Follows the links of a table's pages, unchanged, and only within the environment they came from.

A link to another host would carry the token there; a link seen before would go round for ever.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from dlt.sources.helpers.rest_client.paginators import BaseNextUrlPaginator
from requests import Response

from orchestration.sources.dynamics365.session import place_of
from orchestration.sources.fetched import SourceFailedError

NEXT = "@odata.nextLink"
DELTA = "@odata.deltaLink"


class Links(BaseNextUrlPaginator):
    """dlt's paginator of Dataverse: `@odata.nextLink` while there is one; `delta` is the last page's delta link."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self._seen: set[str] = set()
        self.delta: str | None = None
        self.pages = 0

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Takes the links of one page.

        Raises:
            SourceFailedError: a link to elsewhere, a link seen before, or no text.
        """
        self.pages += 1
        place = f"{place_of(response.url)}, page {self.pages}"
        body = response.json()
        self._next_reference = checked_link(body.get(NEXT), self._base, place, NEXT)
        self.delta = checked_link(body.get(DELTA), self._base, place, DELTA)
        if self._next_reference in self._seen:
            raise SourceFailedError(
                f'{place}: "{NEXT}" leads back to a page that was read before, so the rest cannot be reached; run again'
            )
        self._seen.add(self._next_reference or "")


def checked_link(link: object, base: str, place: str, name: str) -> str | None:
    """The link, if it stays under `base` (scheme, host, port and path of the Web API); None if there is none.

    Raises:
        SourceFailedError: names the host it leads to.
    """
    if link is None:
        return None
    if not isinstance(link, str):
        raise SourceFailedError(f'{place}: "{name}" is no text; the service answered with something that is no page')
    asked, home = urlsplit(link), urlsplit(base)
    if (asked.scheme, asked.netloc.lower()) != (home.scheme, home.netloc.lower()) or not asked.path.startswith(
        home.path
    ):
        raise SourceFailedError(
            f'{place}: "{name}" leads to {asked.scheme}://{asked.hostname}{asked.path}, and url is '
            f"{home.scheme}://{home.hostname}; the token is not sent there: write the environment's own address as url"
        )
    return link
