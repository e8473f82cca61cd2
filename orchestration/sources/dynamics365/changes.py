"""What to ask for: what changed since the last fetch, or everything. A decision about values, apart from any request.

The service keeps changes for seven days by default (the organization's ExpireChangeTrackingInDays), so a monthly run
finds every token expired: to fetch in full, and to tell deletions by their absence, is a normal way and no failure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from orchestration.sources.dynamics365.links import checked_link
from orchestration.sources.dynamics365.session import RefusedError
from orchestration.sources.fetched import SourceFailedError

# How long before its end a token is no longer used: clocks differ, and the fetch itself takes time.
_MARGIN = timedelta(hours=1)


@dataclass(frozen=True)
class Asked:
    """The first address of a fetch, whether it asks for changes only, and why not."""

    url: str
    changes_only: bool
    note: str = ""


def select_url(base: str, table: str, select: Sequence[str]) -> str:
    """The address of a whole table, of the named columns."""
    return f"{base}{quote(table, safe='')}?$select={','.join(quote(name, safe='') for name in select)}"


def ask(base: str, table: str, select: Sequence[str], state: Mapping[str, str] | None, oldest: datetime) -> Asked:
    """What to ask for. `oldest`: tokens from before that moment are taken as expired without asking."""
    everything = select_url(base, table, select)
    if not state or "delta_link" not in state:
        return Asked(everything, changes_only=False)
    if state.get("select") != ",".join(select):
        return Asked(everything, False, "other columns are asked for than last time: fetched in full")
    if datetime.fromisoformat(state["since"]) < oldest:
        return Asked(everything, False, _expired(state, "is too old"))
    try:
        link = checked_link(state["delta_link"], base, table, "delta_link")
    except SourceFailedError:
        return Asked(everything, False, "the last fetch was from another address: fetched in full")
    return Asked(link or everything, changes_only=True)


def after_refusal(asked: Asked, error: RefusedError, everything: str, state: Mapping[str, str]) -> Asked:
    """What to ask for when the service refuses a delta link.

    Raises:
        RefusedError: the refusal itself, where it is about permission and not about the token.
    """
    if not asked.changes_only or error.status in (401, 403):
        raise error
    return Asked(everything, False, _expired(state, f"was refused ({error.code or error.status})"))


def oldest_token(now: datetime, days: int) -> datetime:
    """Tokens from before this moment have expired, as far as the configuration knows."""
    return now - timedelta(days=days) + _MARGIN


def next_state(link: str | None, select: Sequence[str], started: datetime) -> dict[str, str]:
    """What the next fetch needs; empty without a delta link, so that the next one is full again."""
    if link is None:
        return {}
    return {"delta_link": link, "select": ",".join(select), "since": started.isoformat(timespec="seconds")}


def _expired(state: Mapping[str, str], why: str) -> str:
    return f"the delta token of {state.get('since', 'an unknown day')} {why}: fetched in full, deletions by absence"
