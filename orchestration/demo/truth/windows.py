"""The truth of fct_window_sensitivity: whom orders alone would hold for 90, 180 or 365 days, and who comes back."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import zip_longest

from orchestration.demo.months import DAY
from orchestration.demo.spells import Spell, is_active, judge, merged
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import ALL, Known, Scope
from orchestration.demo.truth.lasting import Life, curve, life_until, place_on
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Figure, Table

WINDOWS = (90, 180, 365)
COLUMNS = ("customers_start", "lost_customers", "gaps_at_risk", "survival")


def _whole(audience: str) -> Scope:
    return (audience, "company" if audience == ALL else "audience", audience)


def _audiences(known: Known, history: History, day: date) -> list[str]:
    """Who sees a customer on a day."""
    scopes = known.scopes_of(place_on(history, day))
    return [audience for audience, scope_type, _ in scopes if scope_type in ("company", "audience")]


def _held(history: History, window: int) -> list[Spell]:
    """The spells that orders would give, paid back ones until the day they were."""
    judged = (judge(order.order, order.refunds, window * DAY) for order in history.orders)
    return merged((order.ordered_on, order.active_until) for order in judged)


def _gaps(known: Known) -> dict[str, list[tuple[date, date | None]]]:
    """Per audience: every day with a counted order, and the next one of the same customer."""
    found: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
    for history in known.people:
        days = sorted({order.ordered_on for order in history.counted_orders})
        for day, following in zip_longest(days, days[1:]):
            for audience in _audiences(known, history, day):
                found[audience].append((day, following))
    return found


def _gap_figures(gaps: list[tuple[date, date | None]], month: Period) -> dict[int, dict[str, Figure]]:
    lives: list[Life] = [life_until(day, following, month.end) for day, following in gaps if day <= month.end]
    points = {point.day: point for point in curve(lives, WINDOWS)}
    return {
        window: {"gaps_at_risk": points[window].at_risk, "survival": points[window].share}
        if window in points
        else {"gaps_at_risk": 0, "survival": None}
        for window in WINDOWS
    }


def _edges(known: Known, table: Table) -> None:
    for history in known.people:
        if not history.orders:
            continue
        held = {window: _held(history, window) for window in WINDOWS}
        for month in known.months:
            audiences = _audiences(known, history, month.day_before)
            for window, spells in held.items():
                if is_active(spells, month.day_before):
                    values = {"customers_start": 1, "lost_customers": int(not is_active(spells, month.end))}
                    for audience in audiences:
                        table.add_to_scope(_whole(audience), month, values, (str(window),))


def window_sensitivity(known: Known) -> Table:
    """Every month, window and audience."""
    table = Table(known, ("window_days",), COLUMNS, unknown=frozenset({"survival"}))
    gaps = _gaps(known)
    for audience in known.filters:
        scope = _whole(audience)
        for month in known.months:
            for window, figures in _gap_figures(gaps.get(audience, []), month).items():
                table.put(scope, month, figures, (str(window),))
    _edges(known, table)
    return table
