"""The truth of fct_score_outcome and fct_loyal_captive: what became of those who answered."""

from __future__ import annotations

from orchestration.demo.months import month_index
from orchestration.demo.spells import OPEN
from orchestration.demo.truth.answers import Answer, answers, months_later, wholes
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Table
from orchestration.demo.world import Contract

OUTCOME_KEYS = ("survey_type", "score_band")
OUTCOME_COLUMNS = ["customers", "lost_customers"]
LOYAL_COLUMNS = [
    "answering_customers",
    "advocates",
    "satisfied_customers",
    "at_risk_customers",
    "retained_customers",
    "captive_customers",
    "loyal_customers",
]


def score_outcome(known: Known) -> Table:
    """Per month M: the latest answer of M−14 … M−3 given by an active customer, and whether it was lost in 3 months."""
    table = Table(known, OUTCOME_KEYS, OUTCOME_COLUMNS)
    by_active = [answer for answer in answers(known) if answer.person and answer.person.is_active_on(answer.day)]
    for month in known.months:
        last = month_index(month.end)
        latest: dict[tuple[str, str], Answer] = {}
        for answer in by_active:
            if answer.person and last - 14 <= answer.month <= last - 3:
                latest[answer.person.customer_id, answer.survey_type] = answer
        for answer in latest.values():
            lost = answer.person is not None and not answer.person.is_active_on(months_later(answer.day, 3))
            for scope in wholes(known, answer.person, month):
                values = {"customers": 1, "lost_customers": int(lost)}
                table.add_to_scope(scope, month, values, (answer.survey_type, answer.band))
    return table


def _renewed(person: History, contract: Contract, month: Period) -> bool:
    """Service went on past the first term's end, or past a date given for renewal, by the month's end."""
    held = [price for price in contract.prices if price.mrr > 0 or person.company.count_free]
    days = [price.renews_on for price in held if price.renews_on and price.renews_on > contract.starts_on]
    if held and held[0] is contract.prices[0] and held[0].term_months:
        days.append(months_later(contract.starts_on, held[0].term_months))
    # With a follow-up within the company's allowed gap service has gone on.
    own = [charge.ends_on for charge in person.charges if charge.contract_id == contract.contract_id]
    return any(day <= month.end and day < max(own, default=contract.ends_on or OPEN) for day in days)


def _is_bound(person: History, month: Period) -> bool:
    orders = [order for order in person.counted_orders if order.ordered_on <= month.end]
    return len(orders) >= 2 or any(_renewed(person, contract, month) for contract in person.contracts)


def _status(person: History, band: str, month: Period) -> dict[str, int]:
    retained = person.is_active_on(month.day_before) and person.is_active_on(month.end)
    return {
        "answering_customers": 1,
        "advocates": int(band == "advocate"),
        "satisfied_customers": int(band == "satisfied"),
        "at_risk_customers": int(band == "at_risk"),
        "retained_customers": int(retained),
        "captive_customers": int(retained and band == "at_risk"),
        "loyal_customers": int(retained and band == "advocate" and _is_bound(person, month)),
    }


def loyal_captive(known: Known) -> Table:
    """Who answered in the twelve months to a month's end, by the latest CSAT, else NPS, and by what it did."""
    table = Table(known, (), LOYAL_COLUMNS)
    everything = [answer for answer in answers(known) if answer.person and answer.survey_type in ("csat", "nps")]
    for month in known.months:
        last = month_index(month.end)
        latest: dict[str, dict[str, Answer]] = {}
        for answer in everything:
            if answer.person and last - 12 < answer.month <= last:
                latest.setdefault(answer.person.customer_id, {})[answer.survey_type] = answer
        for customer_id, spoken in latest.items():
            person = known.histories[customer_id]
            answer = spoken.get("csat") or spoken["nps"]
            for scope in wholes(known, person, month):
                table.add_to_scope(scope, month, _status(person, answer.band, month))
    return table
