"""A world as files and a configuration that reads them: plain CSV, as plain as files come.

Keep out: what may be wrong in a file (tests/integration/landing and lower, and the demo).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from orchestration.demo.months import last_day
from orchestration.demo.world import SURVEYS, Contract, Customer, World
from tests.truth.company_days import FIRST, LAST

SYSTEM = {
    "customers": "crm",
    "contracts": "crm",
    "orders": "crm",
    "refunds": "crm",
    "cancellation_requests": "crm",
    "cases": "crm",
    "interactions": "crm",
    "quote_requests": "crm",
    "retention_offers": "crm",
    "loyalty_transactions": "crm",
    "referrals": "crm",
    "exchange_rates": "finance",
    "surveys": "survey",
    "survey_questions": "survey",
    "survey_responses": "survey",
    "survey_answers": "survey",
}
AUDIENCES = [
    {"name": "board", "title": "All", "language": "en"},
    {"name": "ann", "title": "Ann's", "language": "en", "filter": {"account_owner": ["Ann"]}},
    {"name": "large", "title": "Large", "language": "en", "filter": {"segment": ["big", "small"], "region": ["north"]}},
]


def write_config(folder: Path, **company: Any) -> Path:
    """company.yml with these keys and what every company needs, audiences.yml and sources.yml; returns the folder."""
    folder.mkdir(parents=True)
    fixed = {
        "name": "Random companies",
        "time_zone": "Europe/Budapest",
        "base_currency": "EUR",
        "first_month": f"{FIRST:%Y-%m}",
        "last_month": f"{LAST:%Y-%m}",
        "first_report_month": f"{LAST:%Y-%m}",
        "max_unknown_customer_share": 1,
        "mail": {"sender_name": "Reports", "sender_address": "reports@random.example"},
    }
    sources: dict[str, dict[str, Any]] = {}
    for entity, system in SYSTEM.items():
        source = {"name": system, "kind": "files", "system": system, "path": f"{{data}}/{system}", "entities": {}}
        entities = sources.setdefault(system, source)["entities"]
        entities[entity] = {"files": f"{entity}_2*.csv", "format": "csv"}
    for name, content in (
        ("company", fixed | company),
        ("audiences", {"audiences": AUDIENCES}),
        ("sources", {"sources": list(sources.values())}),
    ):
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return folder


def _write(data: Path, entity: str, rows: Sequence[Mapping[str, Any]], index: int | None = None) -> None:
    folder = data / SYSTEM[entity]
    folder.mkdir(parents=True, exist_ok=True)
    month = LAST if index is None else last_day(index)
    with (folder / f"{entity}_{month:%Y-%m}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _customer_row(customer: Customer, index: int) -> dict[str, Any]:
    state = customer.attributes_in(index)
    return {
        "customer_id": customer.customer_id,
        "name": customer.name,
        "do_not_contact": customer.do_not_contact,
        "loyalty_tier": state.loyalty_tier,
        "country": state.country,
        "region": state.region,
        "segment": state.segment,
        "account_owner": state.account_owner,
        "acquired_on": customer.acquired_on,
        "acquisition_channel": customer.acquisition_channel,
        "acquisition_offer": customer.acquisition_offer,
        "merged_into": customer.merged_into if index >= customer.merged_in_delivery else "",
    }


def _write_customers(data: Path, world: World) -> None:
    """One file per month that has something new to say of somebody."""
    for index in sorted({index for customer in world.customers for index in customer.versions}):
        _write(data, "customers", [_customer_row(c, index) for c in world.customers if index in c.versions], index)


def _contract_rows(contract: Contract) -> Iterable[dict[str, Any]]:
    last = len(contract.prices) - 1
    for position, price in enumerate(contract.prices):
        ends = {"first": position == 0, "last": position == last, "all": True}[contract.end_row]
        yield {
            "contract_id": contract.contract_id,
            "starts_on": price.starts_on,
            "customer_id": contract.customer_id,
            "plan": price.plan,
            "term_months": price.term_months,
            "ends_on": contract.ends_on if ends else None,
            "mrr": price.mrr,
            "currency": price.currency,
            "rate_to_base": price.rate_to_base,
            "end_reason": contract.end_reason if ends else None,
            "involuntary": contract.involuntary if ends else None,
            "cancelled_on": contract.cancelled_on if ends else None,
            "auto_renews": contract.auto_renews,
            "renews_on": price.renews_on,
        }


def _columns(facts: Iterable[Any], *columns: str) -> list[dict[str, Any]]:
    return [{name: getattr(fact, name) for name in columns} for fact in facts]


def _write_surveys(data: Path, world: World) -> None:
    asked = [survey for survey in SURVEYS if survey.survey_id in ("relationship", "service")]
    question = {survey.survey_id: survey.question for survey in asked}
    blank = {survey.survey_id: survey.blank_code for survey in asked}
    _write(data, "surveys", _columns(asked, "survey_id", "name", "type"))
    _write(
        data,
        "survey_questions",
        [
            row | {"role": "score", "blank_codes": blank[row["survey_id"]]}
            for row in _columns(asked, "survey_id", "question", "scale_min", "scale_max")
        ],
    )
    known = ("response_id", "survey_id", "customer_id", "responded_at", "status", "channel", "case_id")
    _write(data, "survey_responses", _columns(world.responses, *known, "is_test", "is_duplicate"))
    answers = [
        {
            "response_id": response.response_id,
            "question": question[response.survey_id],
            "value": blank[response.survey_id] if response.score is None else response.score,
        }
        for response in world.responses
    ]
    _write(data, "survey_answers", answers)


def write_files(data: Path, world: World) -> None:
    """Every fact as a file of its entity, delivered on the last day; customers month by month."""
    _write_customers(data, world)
    _write(data, "contracts", [row for contract in world.contracts for row in _contract_rows(contract)])
    _write(
        data,
        "orders",
        _columns(
            world.orders,
            *("order_id", "customer_id", "ordered_at", "status", "channel", "amount", "currency", "rate_to_base"),
        ),
    )
    _write(data, "refunds", _columns(world.refunds, "refund_id", "order_id", "refunded_at", "amount", "currency"))
    _write(
        data,
        "cancellation_requests",
        _columns(
            world.requests,
            *("request_id", "customer_id", "requested_at", "reason", "outcome"),
            *("competitor", "handled_by", "decided_at"),
        ),
    )
    for entity, facts in (
        ("cases", world.cases),
        ("interactions", world.interactions),
        ("quote_requests", world.quotes),
        ("retention_offers", world.offers),
        ("loyalty_transactions", world.points),
        ("referrals", world.referrals),
    ):
        _write(data, entity, _columns(facts, *(column.name for column in fields(facts[0]))))
    rates = [{"month": month, "currency": "PLN", "rate_to_base": rate} for month, rate in world.rates.items()]
    _write(data, "exchange_rates", rates)
    _write_surveys(data, world)
