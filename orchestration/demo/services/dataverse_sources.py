"""What sources.yml says of the demo company's Dynamics 365: two sources, since accounts and contacts are two tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from orchestration.demo.services.dataverse_schema import (
    ACTIVITY_TYPES,
    CASE_CATEGORIES,
    CASE_ORIGINS,
    QUOTE_KINDS,
    QUOTE_STATES,
)
from orchestration.source_settings_dynamics365 import stock_mappings

# Environment variables with the demo's secrets.
TENANT_ENV, CLIENT_ENV, SECRET_ENV = "DEMO_CRM_TENANT_ID", "DEMO_CRM_CLIENT_ID", "DEMO_CRM_CLIENT_SECRET"
# As long as the fake keeps changes.
TOKEN_DAYS = 40

_CUSTOMER = "_customerid_value/number"
_ATTRIBUTES = {
    "segment": "new_segment",
    "industry": "new_industry",
    # Nothing stands in for a day that is not known: the record's own creation is that of the migration.
    "acquired_on": "overriddencreatedon/local_date",
    "acquisition_channel": "new_acquisitionchannel",
    "acquisition_offer": "new_acquisitionoffer",
    "loyalty_tier": "new_loyaltytier",
    "loyalty_joined_on": "new_loyaltyjoinedon",
    "merged_into": "_masterid_value/number",
}
_OWN_ACTIVITIES = sorted({kind for kind in ACTIVITY_TYPES.values() if kind.startswith("new_")})


def dataverse_sources(url: str, authority: str, ca_file: Path) -> list[dict[str, Any]]:
    """The sources, for a service at `url` and a directory at `authority` whose certificate is `ca_file`."""
    common = {
        "kind": "dynamics365",
        "system": "crm",
        "url": url,
        "authority": authority,
        "ca_file": str(ca_file),
        "tenant_id_env": TENANT_ENV,
        "client_id_env": CLIENT_ENV,
        "client_secret_env": SECRET_ENV,
        "change_tracking_days": TOKEN_DAYS,
        "lookups": _lookups(),
    }
    return [
        {"name": "crm", **common, "entities": _entities()},
        {"name": "crm_people", **common, "entities": {"customers": _customers("contacts", "new_number")}},
    ]


def _lookups() -> dict[str, Any]:
    directions = {f"{kind}s": ["activityid", "directioncode"] for kind in ("email", "phonecall", *_OWN_ACTIVITIES)}
    return {
        "number": {"tables": {"accounts": ["accountid", "accountnumber"], "contacts": ["contactid", "new_number"]}},
        "ordernumber": {"tables": {"salesorders": ["salesorderid", "ordernumber"]}},
        "ticket": {"tables": {"incidents": ["incidentid", "ticketnumber"]}},
        "outgoing": {"tables": directions, "otherwise": "true"},
    }


def _customers(mapping: str, number: str) -> dict[str, Any]:
    return {"mapping": mapping, "columns": {"customer_id": number, **_ATTRIBUTES}}


def _entities() -> dict[str, Any]:
    return {
        "customers": _customers("accounts", "accountnumber"),
        "orders": {
            "mapping": "salesorders",
            "columns": {
                "order_id": "ordernumber",
                "customer_id": _CUSTOMER,
                "channel": "new_channel",
                "margin": "new_margin",
                "rate_to_base": "new_ratetobase",
            },
        },
        "cases": _cases(),
        "interactions": _interactions(),
        "quote_requests": _quotes(),
    }


def _cases() -> dict[str, Any]:
    return {
        "mapping": "incidents",
        "columns": {
            "case_id": "ticketnumber",
            "customer_id": _CUSTOMER,
            "order_id": "_new_orderid_value/ordernumber",
            "first_response_at": "new_respondedon",
            "reopened_at": "new_reopenedon",
            "channel": {"field": "caseorigincode", "codes": _reversed(CASE_ORIGINS)},
            "category": {"field": "new_category", "codes": _reversed(CASE_CATEGORIES)},
            "is_complaint": {"field": "casetypecode", "codes": {"1": "false", "2": "true"}},
            "reply_variant": "new_replyvariant",
            "merged_into": "_masterid_value/ticket",
        },
    }


def _interactions() -> dict[str, Any]:
    stock = stock_mappings()["activitypointers"]
    channels = {kind: channel for channel, kind in ACTIVITY_TYPES.items()} | {"appointment": "visit"}
    own = {f"{kind}/{state}": took_place for kind in _OWN_ACTIVITIES for state, took_place in _OWN_STATES.items()}
    return {
        "mapping": "activitypointers",
        "only_where": {"activitytypecode": ["email", "phonecall", "appointment", *_OWN_ACTIVITIES]},
        "columns": {
            "customer_id": "_regardingobjectid_value/customer/number",
            "kind": "subject",
            "channel": {"field": "activitytypecode", "codes": channels},
            "completed": stock["columns"]["completed"] | {"codes": stock["columns"]["completed"]["codes"] | own},
        },
    }


_OWN_STATES = {"1/2": "true", "2/3": "false"}


def _quotes() -> dict[str, Any]:
    states = {f"{state}/{status}": meaning for meaning, (state, status) in QUOTE_STATES.items()}
    return {
        "mapping": "quotes",
        "columns": {
            "request_id": "quotenumber",
            "customer_id": _CUSTOMER,
            "kind": {"field": "new_kind", "codes": _reversed(QUOTE_KINDS)},
            "answered_at": "new_answeredon",
            "status": {"concat": ["statecode", "/", "statuscode"], "codes": states},
        },
    }


def _reversed(codes: dict[str, int]) -> dict[str, str]:
    return {str(code): meaning for meaning, code in codes.items()}
