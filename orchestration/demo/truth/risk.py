"""The truth of fct_risk_signals, rpt_customers_at_risk and fct_value_risk: who may leave, and what is at stake."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from orchestration.demo.months import add_months
from orchestration.demo.truth.known import ALL, Known, Scope
from orchestration.demo.truth.orders import between, cents_in, lines_of, trailing_from
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.revenue import in_cents, paid_on
from orchestration.demo.truth.signals import ORDER, Signals, Watched, gaps_up_to, usual, watch
from orchestration.demo.truth.tables import Table, cents_text

LISTED = (
    "customer_id",
    "customer_name",
    "segment",
    "account_owner",
    "preferred_channel",
    "value_at_stake",
    "mrr",
    "revenue_12m",
    "signal_count",
    "signals",
    "since_on",
    "next_step",
)
COUNTED = ("active_customers", "customers", "unlisted_customers", "value_at_stake")
CELLS = ("customers", "value_at_stake", "offers", "accepted_offers")
NEXT_STEP = {
    "pending_cancellation": "answer_cancellation",
    "contract_ending": "offer_renewal",
    "complaint": "settle_complaint",
    "unanswered_request": "answer_request",
    "low_score": "ask_about_score",
    "contraction": "review_contract",
    "order_gap": "remind_to_order",
    "no_contact": "get_in_touch",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """An active customer at a month's end; amounts in cents, signals with the day since which they hold."""

    watched: Watched
    mrr: int
    revenue: int
    signals: dict[str, date]

    @property
    def value(self) -> int:
        return 12 * self.mrr + self.revenue

    @property
    def customer_id(self) -> str:
        return self.watched.history.customer_id


def _everybodys_gap(known: Known, everybody: list[Watched], day: date) -> int | None:
    gaps = [gap for watched in everybody for gap in gaps_up_to(watched.order_days, day)]
    return usual(gaps, known.company.signals.order_gap_percentile) if gaps else None


def _seen(known: Known) -> Iterator[tuple[Period, list[Seen]]]:
    """Active customers at the end of each of the newest months."""
    everybody = watch(known)
    lines = {watched.history.customer_id: lines_of(watched.history) for watched in everybody}
    for month in known.months[-known.company.signals.months :]:
        signals = Signals(known, month.end, _everybodys_gap(known, everybody, month.end))
        found = []
        for watched in everybody:
            history = watched.history
            if history.is_active_on(month.end):
                mrr = in_cents(history, paid_on(history, month.end), month.last_month)
                bought = cents_in(between(lines[history.customer_id], trailing_from(month), month.end))
                found.append(Seen(watched, mrr, bought, signals.of(watched)))
        yield month, found


def _lists(known: Known, month: Period, seen: list[Seen]) -> Iterator[tuple[Scope, list[Seen]]]:
    """The company's customers, and those inside each audience's filter."""
    for audience, only in known.filters.items():
        inside = []
        for one in seen:
            place = one.watched.history.place_in(month)
            if all(getattr(place, attribute) in allowed for attribute, allowed in only.items()):
                inside.append(one)
        yield (audience, "company" if audience == ALL else "audience", audience), inside


def risk_signals(known: Known) -> Table:
    """Customers by signal, and by any, at each month's end."""
    table = Table(known, ("signal",), COUNTED, frozenset({"value_at_stake"}))
    for month, seen in _seen(known):
        for scope, inside in _lists(known, month, seen):
            for signal in ("any", *ORDER):
                shown = [one for one in inside if signal in one.signals or (signal == "any" and one.signals)]
                hushed = [one for one in shown if one.watched.history.customer.do_not_contact]
                at_stake = sum(one.value for one in shown)
                figures = (len(inside), len(shown), len(hushed), at_stake)
                if inside:
                    table.put(scope, month, dict(zip(COUNTED, figures, strict=True)), (signal,))
    return table


def _channel(watched: Watched, day: date) -> str | None:
    """The channel of most contacts up to a day; even ones: the one used last, then the first by name."""
    used: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for contact in watched.contacts:
        if contact.occurred_at.date() <= day and (contact.completed or contact.direction == "in"):
            used[contact.channel] += 1
            last[contact.channel] = max(last.get(contact.channel, datetime.min), contact.occurred_at)
    most = [channel for channel, times in used.items() if times == max(used.values())]
    latest = [channel for channel in most if last[channel] == max(last[channel] for channel in most)]
    return min(latest, default=None)


def _urgency(one: Seen) -> tuple[int, int, date, int, str]:
    """Most signals first, then most at stake, then the oldest signal, then the highest MRR."""
    return (-len(one.signals), -one.value, min(one.signals.values()), -one.mrr, one.customer_id)


def customers_at_risk(known: Known) -> Table:
    """The list of each audience and month, by rank."""
    table = Table(known, ("list_rank",), LISTED)
    for month, seen in _seen(known):
        at_risk = [one for one in seen if one.signals and not one.watched.history.customer.do_not_contact]
        for scope, inside in _lists(known, month, at_risk):
            inside.sort(key=_urgency)
            for position, one in enumerate(inside[: known.company.signals.listed_customers]):
                place = one.watched.history.place_in(month)
                shown = [name for name in ORDER if name in one.signals]
                row = (
                    one.customer_id,
                    one.watched.history.customer.name,
                    place.segment,
                    place.account_owner,
                    _channel(one.watched, month.end),
                    cents_text(one.value),
                    cents_text(one.mrr),
                    cents_text(one.revenue),
                    len(shown),
                    ", ".join(shown),
                    min(one.signals.values()).isoformat(),
                    NEXT_STEP[shown[0]],
                )
                table.put(scope, month, dict(zip(LISTED, row, strict=True)), (str(position + 1),))
    return table


def _offers(known: Known, month: Period) -> dict[str, tuple[int, int]]:
    """Offers made and accepted by customer, in the twelve months that end with a month."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    first = add_months(month.start, -11)
    for offer in known.world.offers:
        person = known.person(offer.customer_id)
        if person and not offer.is_holdout and first <= offer.offered_at.date() <= month.end:
            made, accepted = found[person.customer_id]
            is_accepted = offer.accepted_at is not None and offer.accepted_at.date() <= month.end
            found[person.customer_id] = (made + 1, accepted + int(is_accepted))
    return found


def value_risk(known: Known) -> Table:
    """Customers in thirds by value against their number of signals."""
    unknown = frozenset[str]() if known.world.offers else frozenset({"offers", "accepted_offers"})
    table = Table(known, ("value_third", "risk_band"), CELLS, frozenset({"value_at_stake"}), unknown)
    for month, seen in _seen(known):
        offers = _offers(known, month)
        for scope, inside in _lists(known, month, seen):
            # Of equal value: most signals, most offers, most of them accepted, then the id, which changes no cell.
            offered = {one.customer_id: (-offers[one.customer_id][0], -offers[one.customer_id][1]) for one in inside}
            inside.sort(key=lambda one: (-one.value, -len(one.signals), offered[one.customer_id], one.customer_id))
            for position, one in enumerate(inside):
                top, middle = -(-len(inside) // 3), -(-2 * len(inside) // 3)
                third = "top" if position < top else "middle" if position < middle else "rest"
                band = "3+" if len(one.signals) >= 3 else str(len(one.signals))
                figures = (1, one.value, *offers[one.customer_id])
                table.add_to_scope(scope, month, dict(zip(CELLS, figures, strict=True)), (third, band))
    return table
