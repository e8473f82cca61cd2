"""What fct_churn_reasons must hold, worked out loss by loss.

Add here: the plain reading of a definition about reasons. Keep out: anything read from the models under test.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.integration.retention.retention_reference import DAY, Reference, month_end
from tests.integration.revenue.marts_world import Rows, sum_rows
from tests.integration.revenue.revenue_reference import Rates, in_base

YEAR = timedelta(days=365)
CATEGORY = {"price_increase": "price", "competitor": "competition", "payment_failed": "payment", "other": "other"}
Said = tuple[str | None, bool]


def category_of(reason: str | None) -> str:
    """The category of a code as delivered."""
    return CATEGORY.get((reason or "").strip().lower(), "unknown")


def _contract(reference: Reference, customer: str, lost_on: date) -> Said | None:
    """Reason and involuntary of the contract that ended last; None if it says nothing."""
    ended = []
    rows = reference.world.rows["contracts"]
    for price in reference.prices[customer]:
        own = sorted((r for r in rows if r["contract_id"] == price.contract_id), key=lambda r: r["starts_on"])
        service_ends = min((r["ends_on"] for r in own if r["ends_on"]), default=None)
        in_force = price.ends_on is None or price.starts_on < price.ends_on
        if service_ends is None or price.ends_on != service_ends or not in_force:
            continue
        if lost_on - YEAR <= service_ends <= lost_on:
            reason = next((r["end_reason"] for r in reversed(own) if r["end_reason"]), None)
            involuntary = any(r["involuntary"] for r in own)
            ended.append((service_ends, reason is not None, price.mrr, price.contract_id, reason, involuntary))
    if not ended:
        return None
    *_, reason, involuntary = max(ended, key=lambda end: end[:4])
    return (reason, involuntary) if reason or involuntary else None


def _latest(rows: list[dict[str, Any]], since: date, until: date) -> Said | None:
    told = [(row["on"], row["id"], row["reason"]) for row in rows if row["reason"] and since <= row["on"] <= until]
    return (max(told)[-1], False) if told else None


def _requests(reference: Reference, customer: str) -> list[dict[str, Any]]:
    return [
        {"on": row["requested_on"], "id": row["request_id"], "reason": row["reason"]}
        for row in reference.world.rows["cancellation_requests"]
        if row["outcome"] == "lost" and reference.survivor[row["customer_id"]] == customer
    ]


def _exit_answers(reference: Reference, customer: str) -> list[dict[str, Any]]:
    answers = {
        row["response_id"]: row["value"] for row in reference.world.rows["survey_answers"] if row["question"] == "why"
    }
    return [
        {"on": row["responded_on"], "id": row["response_id"], "reason": answers[row["response_id"]]}
        for row in reference.world.rows["survey_responses"]
        if row["response_id"] in answers
        and row["status"] == "completed"
        and not row["is_test"]
        and not row["is_duplicate"]
        and reference.survivor.get(row["customer_id"]) == customer
    ]


def said_of(reference: Reference, customer: str, lost_on: date) -> tuple[str, Said | None]:
    """The source that speaks and what it says."""
    contract = _contract(reference, customer, lost_on)
    if contract:
        return "contract", contract
    request = _latest(_requests(reference, customer), lost_on - YEAR, lost_on)
    if request:
        return "cancellation_request", request
    answer = _latest(_exit_answers(reference, customer), lost_on - YEAR, lost_on + YEAR)
    return ("exit_survey", answer) if answer else ("nobody", None)


def losses(reference: Reference) -> list[tuple[str, date, date]]:
    """(customer, month, day of the loss) of everybody lost."""
    found = []
    for customer in reference.customers:
        days = reference.active_days[customer]
        for start in reference.months:
            if start - DAY in days and month_end(start) not in days:
                found.append((customer, start, max(day for day in days if day < month_end(start)) + DAY))
    return found


def churn_reasons(reference: Reference) -> tuple[Rows, set[str]]:
    """Lost customers and MRR by scope, month, category and involuntary; and the sources that spoke."""
    rows, sources, rates = {}, set(), Rates(reference)
    for customer, start, lost_on in losses(reference):
        source, said = said_of(reference, customer, lost_on)
        sources.add(source)
        category = category_of(said[0]) if said else "unknown"
        involuntary = category == "payment" or bool(said and said[1])
        held = [p for p in reference.prices[customer] if p.mrr > 0 and p.holds(start - DAY)]
        figures = {"lost_customers": 1, "lost_mrr": in_base(held, rates, start - DAY) + Decimal(0)}
        for scope in reference.scopes(reference.attributes(customer, start)):
            sum_rows(rows, (*scope, start, category, involuntary), figures)
    return rows, sources
