"""Which signals a customer shows on a day, and since when: read off the dates of what happened, one by one.

Every function takes a day and looks only at what is dated up to it; the answer is the day since which the signal holds,
None where it does not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil

from orchestration.demo.events import Interaction, QuoteRequest
from orchestration.demo.truth.answers import Answer, answers
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.revenue import paid_on
from orchestration.demo.world import Case

ORDER = (
    "pending_cancellation",
    "contract_ending",
    "complaint",
    "unanswered_request",
    "low_score",
    "contraction",
    "order_gap",
    "no_contact",
)


def days(count: int) -> timedelta:
    return timedelta(days=count)


@dataclass(slots=True)
class Watched:
    """One customer with everything that may show something, in order of time."""

    history: History
    complaints: list[Case] = field(default_factory=list)
    quotes: list[QuoteRequest] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    contacts: list[Interaction] = field(default_factory=list)
    order_days: list[date] = field(default_factory=list)


def watch(known: Known) -> list[Watched]:
    """Everybody, with what happened to them."""
    found = {history.customer_id: Watched(history) for history in known.people}
    for case in known.world.cases:
        person = known.person(case.customer_id)
        if person and case.is_complaint and case.status not in ("cancelled", "merged") and not case.merged_into:
            found[person.customer_id].complaints.append(case)
    for quote in known.world.quotes:
        person = known.person(quote.customer_id)
        if person:
            found[person.customer_id].quotes.append(quote)
    for answer in answers(known):
        if answer.person:
            found[answer.person.customer_id].answers.append(answer)
    for contact in known.world.interactions:
        person = known.person(contact.customer_id)
        if person:
            found[person.customer_id].contacts.append(contact)
    for watched in found.values():
        watched.complaints.sort(key=lambda case: (case.opened_at, case.case_id))
        watched.order_days = sorted({order.ordered_on for order in watched.history.counted_orders})
    return list(found.values())


def gaps_up_to(order_days: list[date], day: date) -> list[int]:
    """Days between order days, both of them up to a day."""
    told = [ordered_on for ordered_on in order_days if ordered_on <= day]
    return [(later - earlier).days for earlier, later in pairwise(told)]


def usual(gaps: list[int], share: float) -> int:
    """The smallest gap that at least the share of all gaps do not exceed."""
    rank = ceil(Fraction(str(share)) * len(gaps))
    return sorted(gaps)[rank - 1]


@dataclass(slots=True)
class Signals:
    """Signals of one day. `everybodys_gap` is what all customers' gaps completed by then say, None without any."""

    known: Known
    day: date
    everybodys_gap: int | None

    def of(self, watched: Watched) -> dict[str, date]:
        """The day since which each signal holds that the customer shows."""
        found = {name: getattr(self, name)(watched) for name in ORDER}
        return {name: since for name, since in found.items() if since is not None}

    def pending_cancellation(self, watched: Watched) -> date | None:
        asked = []
        for request in watched.history.requests:
            decided_on = request.decided_at.date() if request.decided_at else None
            if decided_on is None and request.outcome != "pending":
                continue
            if request.requested_at.date() <= self.day and (decided_on is None or decided_on > self.day):
                asked.append(request.requested_at.date())
        return min(asked, default=None)

    def contract_ending(self, watched: Watched) -> date | None:
        ahead = days(self.known.company.signals.ending_days)
        since = []
        for contract in watched.history.contracts:
            begins, ends = contract.starts_on, contract.ends_on
            if ends and begins <= self.day < ends <= self.day + ahead and not contract.involuntary:
                noticed = contract.cancelled_on or begins
                if noticed <= self.day:
                    since.append(max(begins, ends - ahead, noticed))
            in_force = [price for price in contract.prices if price.starts_on <= self.day]
            if not in_force or (ends and ends <= self.day) or contract.auto_renews:
                continue
            renews = in_force[-1].renews_on
            if renews and self.day < renews <= self.day + ahead:
                since.append(max(in_force[-1].starts_on, renews - ahead))
        return min(since, default=None)

    def complaint(self, watched: Watched) -> date | None:
        signals = self.known.company.signals
        since = []
        opened = [case.opened_at.date() for case in watched.complaints if case.opened_at.date() <= self.day]
        for case in watched.complaints:
            resolved, reopened = case.resolved_at, case.reopened_at
            if case.opened_at.date() <= self.day and (resolved is None or resolved.date() > self.day):
                since.append(case.opened_at.date())
            if resolved and reopened and resolved < reopened and reopened.date() <= self.day:
                since.append(reopened.date())
        for position in range(signals.complaints - 1, len(opened)):
            if opened[position - signals.complaints + 1] > self.day - days(signals.complaint_days):
                since.append(opened[position])
        return min(since, default=None)

    def unanswered_request(self, watched: Watched) -> date | None:
        waits = days(self.known.company.signals.unanswered_quote_days)
        since = []
        for quote in watched.quotes:
            answered_on = quote.answered_at.date() if quote.answered_at else None
            if answered_on is None and quote.status != "open":
                continue
            asked_on = quote.requested_at.date()
            if asked_on + waits <= self.day and (answered_on is None or answered_on > self.day):
                since.append(asked_on + waits)
        return min(since, default=None)

    def low_score(self, watched: Watched) -> date | None:
        first = self.day - days(self.known.company.signals.low_score_days)
        recent = [answer for answer in watched.answers if first < answer.day <= self.day]
        if not recent or recent[-1].band != "at_risk":
            return None
        return recent[-1].day

    def contraction(self, watched: Watched) -> date | None:
        history, back = watched.history, days(self.known.company.signals.contraction_days)
        before, now = self._worth(history, self.day - back), self._worth(history, self.day)
        if not 0 < now < before:
            return None
        falls = []
        day = self.day - back
        while day < self.day:
            earlier, later = _by_currency(history, day), _by_currency(history, day + days(1))
            day += days(1)
            if any(later.get(currency, 0) < amount for currency, amount in earlier.items()):
                falls.append(day)
        return min(falls)

    def _worth(self, history: History, day: date) -> Decimal:
        """What is paid on a day, at the rates of the month the signals are taken in."""
        return sum(
            (amount * history.rate_of(currency, self.day) for currency, amount in _by_currency(history, day).items()),
            Decimal(0),
        )

    def order_gap(self, watched: Watched) -> date | None:
        signals = self.known.company.signals
        told = [ordered_on for ordered_on in watched.order_days if ordered_on <= self.day]
        if not told:
            return None
        gaps = gaps_up_to(watched.order_days, self.day)
        enough = len(gaps) >= signals.order_gaps_needed
        limit = usual(gaps, signals.order_gap_percentile) if enough else self.everybodys_gap
        if limit is None or (self.day - told[-1]).days <= limit:
            return None
        return told[-1] + days(limit + 1)

    def no_contact(self, watched: Watched) -> date | None:
        if not self.known.world.interactions or not watched.history.spells:
            return None
        joined_on = watched.history.spells[0][0]
        reached = [c.occurred_at.date() for c in watched.contacts if c.completed and c.occurred_at.date() <= self.day]
        last = max([joined_on, *reached])
        since = last + days(self.known.company.signals.no_contact_days)
        return since if since <= self.day else None


def _by_currency(history: History, day: date) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for currency, charged in paid_on(history, day).items():
        found[currency] += sum((charge.mrr for charge in charged), Decimal(0))
    return found
