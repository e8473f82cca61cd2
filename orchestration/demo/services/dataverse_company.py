"""The demo company as its Dynamics 365 environment keeps it, at the end of any month: what show_month() fills.

Ids are GUIDs made from the company's own numbers, which have columns of their own; choices are codes; times are UTC.
Keep out: the server (dataverse.py), and what sources.yml says about it (dataverse_sources.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import NAMESPACE_OID, uuid5

from orchestration.demo.events import Interaction, QuoteRequest
from orchestration.demo.files_around import ZONE
from orchestration.demo.files_cases import case_row
from orchestration.demo.months import Month, last_day, month_index
from orchestration.demo.services.dataverse_schema import (
    ACTIVITY_TYPES,
    CASE_CATEGORIES,
    CASE_ORIGINS,
    QUOTE_KINDS,
    QUOTE_STATES,
)
from orchestration.demo.services.dataverse_tables import Record, Tables
from orchestration.demo.world import Case, Customer, Order, World

_ORDER_STATES = {"open": 0, "cancelled": 2, "completed": 4}
_QUARTER = 3


def guid(number: str) -> str:
    """The id of whatever has that number."""
    return str(uuid5(NAMESPACE_OID, number))


def show_month(tables: Tables, world: World, month: Month) -> None:
    """Makes the tables what they are at the end of a month: rows appear, change and go as the files' deliveries say."""
    customers = [customer for customer in world.customers if _is_shown(customer, month)]
    cases = [case for case in world.cases if max(0, month_index(case.opened_at.date())) <= month.index]
    orders = [order for order in world.orders if order.delivered_in <= month.index]
    contacts = [event for event in world.interactions if _quarter_of(event.occurred_at) <= month.index]
    tables.show("systemusers", _users(customers, cases, month))
    tables.show("transactioncurrencies", _currencies(world))
    tables.show("accounts", (_account(item, month) for item in customers if item.kind == "company"))
    tables.show("contacts", (_contact(item, month) for item in customers if item.kind != "company"))
    tables.show("salesorders", (_order(order, month) for order in orders))
    tables.show("incidents", (_case(case, month) for case in cases))
    tables.show("incidentresolutions", _resolutions(cases, month))
    about = {order.customer_id: guid(order.order_id) for order in orders}
    tables.show("activitypointers", (*_pointers(contacts, about), *_left_out(month)))
    for kind in ACTIVITY_TYPES.values():
        tables.show(f"{kind}s", (_direction(event) for event in contacts if _type_of(event) == kind))
    quotes = [quote for quote in world.quotes if _quarter_of(quote.requested_at) <= month.index]
    tables.show("quotes", (_quote(quote, month) for quote in quotes))


def _is_shown(customer: Customer, month: Month) -> bool:
    return customer.first_delivery <= month.index and (
        customer.last_delivery is None or month.index <= customer.last_delivery
    )


def _quarter_of(moment: datetime) -> int:
    """The last month of the quarter, in which its events are entered."""
    index = max(0, month_index(moment.date()))
    return index - index % _QUARTER + _QUARTER - 1


def _utc(moment: datetime | date | None) -> str | None:
    """A local time, or a day's beginning, as the service writes it."""
    if moment is None:
        return None
    local = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return f"{local.replace(tzinfo=ZONE).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _month_end(index: int) -> str | None:
    return _utc(datetime.combine(last_day(index), time(17)))


def _number(amount: Decimal | None) -> float | None:
    """JSON writes these few digits as they were."""
    return None if amount is None else float(amount)


def _user(name: str) -> str | None:
    return guid(f"user {name}") if name else None


def _users(customers: list[Customer], cases: list[Case], month: Month) -> Iterator[Record]:
    names = {customer.attributes_in(month.index).account_owner for customer in customers} | {
        item.agent for item in cases
    }
    for name in sorted(names - {""}):
        yield {"systemuserid": _user(name), "fullname": name}


def _currencies(world: World) -> Iterator[Record]:
    for code in sorted({order.currency for order in world.orders}):
        yield {"transactioncurrencyid": guid(f"currency {code}"), "isocurrencycode": code}


def _account(customer: Customer, month: Month) -> Record:
    own = {"accountid": guid(customer.customer_id), "accountnumber": customer.customer_id, "name": customer.name}
    return own | _person(customer, month)


def _contact(customer: Customer, month: Month) -> Record:
    own = {"contactid": guid(customer.customer_id), "new_number": customer.customer_id, "fullname": customer.name}
    return own | _person(customer, month)


def _person(customer: Customer, month: Month) -> Record:
    state = customer.attributes_in(month.index)
    joined_on = customer.loyalty_joined_on
    is_member = joined_on is not None and joined_on <= month.last
    is_merged = bool(customer.merged_into) and month.index >= customer.merged_in_delivery
    return {
        "address1_stateorprovince": state.region or None,
        "address1_country": state.country or None,
        "createdon": _month_end(customer.first_delivery),
        "overriddencreatedon": _utc(customer.acquired_on),
        "modifiedon": _month_end(max(index for index in customer.versions if index <= month.index)),
        "_ownerid_value": _user(state.account_owner),
        "_masterid_value": guid(customer.merged_into) if is_merged else None,
        "donotemail": customer.do_not_contact,
        "donotphone": customer.do_not_contact,
        "donotbulkemail": customer.do_not_contact,
        "new_segment": state.segment or None,
        "new_industry": customer.industry or None,
        "new_acquisitionchannel": customer.acquisition_channel or None,
        "new_acquisitionoffer": customer.acquisition_offer or None,
        "new_loyaltytier": state.loyalty_tier or None,
        "new_loyaltyjoinedon": joined_on.isoformat() if joined_on is not None and is_member else None,
    }


def _order(order: Order, month: Month) -> Record:
    is_open = order.settled_in is not None and month.index < order.settled_in
    return {
        "salesorderid": guid(order.order_id),
        "ordernumber": order.order_id,
        "_customerid_value": guid(order.customer_id),
        "createdon": _utc(order.ordered_at),
        "modifiedon": _utc(order.ordered_at),
        "statecode": _ORDER_STATES["open" if is_open else order.status],
        "new_channel": order.channel,
        "totalamount": _number(order.amount),
        "new_margin": _number(order.margin),
        "new_ratetobase": _number(order.rate_to_base),
        "_transactioncurrencyid_value": guid(f"currency {order.currency}"),
    }


def _case(case: Case, month: Month) -> Record:
    row = case_row(case, month)
    moments = [row[name] for name in ("opened_at", "first_response_at", "resolved_at", "reopened_at") if row[name]]
    state = {"open": 0, "resolved": 1}.get(row["status"], 2)
    return {
        "incidentid": guid(case.case_id),
        "ticketnumber": case.case_id,
        "new_replyvariant": row["reply_variant"],
        "_customerid_value": guid(case.customer_id),
        "_new_orderid_value": guid(case.order_id) if case.order_id else None,
        "_masterid_value": guid(case.merged_into) if case.merged_into else None,
        "_ownerid_value": _user(case.agent),
        "createdon": _utc(case.opened_at),
        "modifiedon": _utc(max(moments)),
        "new_respondedon": _utc(row["first_response_at"]),
        "new_reopenedon": _utc(row["reopened_at"]),
        "caseorigincode": CASE_ORIGINS[case.channel],
        "casetypecode": 2 if case.is_complaint else 1,
        "new_category": CASE_CATEGORIES[case.category],
        "statecode": state,
        "merged": row["status"] == "merged",
    }


def _resolutions(cases: list[Case], month: Month) -> Iterator[Record]:
    for case in cases:
        ended = case_row(case, month)["resolved_at"]
        if ended is not None:
            yield {
                "activityid": guid(f"resolution {case.case_id}"),
                "_incidentid_value": guid(case.case_id),
                "actualend": _utc(ended),
            }


def _type_of(event: Interaction) -> str:
    is_appointment = event.channel == "visit" and event.direction == "out"
    return "appointment" if is_appointment else ACTIVITY_TYPES[event.channel]


def _status(event: Interaction) -> tuple[int, int]:
    """State and status as the type has them: a mail is sent or received, a call made or taken, an appointment kept."""
    kind = _type_of(event)
    if kind == "email":
        return (1, 3 if event.direction == "out" else 4) if event.completed else (0, 8)
    if kind == "phonecall":
        return (1, 2 if event.direction == "out" else 4) if event.completed else (2, 3)
    if kind == "appointment":
        return (1, 3) if event.completed else (2, 4)
    return (1, 2) if event.completed else (2, 3)


def _pointers(events: list[Interaction], orders: dict[str, str]) -> Iterator[Record]:
    """Activities; every fourth is about the customer's newest order, if there is one, instead of the customer."""
    for number, event in enumerate(events):
        state, status = _status(event)
        regarding = guid(event.customer_id)
        yield {
            "activityid": guid(event.interaction_id),
            "_regardingobjectid_value": regarding if number % 4 else orders.get(event.customer_id, regarding),
            "actualstart": _utc(event.occurred_at),
            "createdon": _utc(event.occurred_at),
            "modifiedon": _utc(event.occurred_at),
            "activitytypecode": _type_of(event),
            "statecode": state,
            "statuscode": status,
            "subject": event.kind,
        }


def _left_out(month: Month) -> Iterator[Record]:
    """What is no contact with a customer: a mail to a lead, and a task."""
    common = {"createdon": _utc(month.first), "modifiedon": _utc(month.first), "statecode": 1, "statuscode": 3}
    yield {
        "activityid": guid("lead"),
        "activitytypecode": "email",
        "_regardingobjectid_value": guid("a lead"),
        **common,
    }
    yield {"activityid": guid("task"), "activitytypecode": "task", "_regardingobjectid_value": None, **common}


def _direction(event: Interaction) -> Record:
    return {"activityid": guid(event.interaction_id), "directioncode": event.direction == "out"}


def _quote(quote: QuoteRequest, month: Month) -> Record:
    is_answered = quote.answered_at is not None and quote.answered_at.date() <= month.last
    answered_at = quote.answered_at if is_answered else None
    # What was never answered may have been closed; what is answered later is still open.
    state, status = QUOTE_STATES["open" if quote.answered_at is not None and not is_answered else quote.status]
    return {
        "quoteid": guid(quote.request_id),
        "quotenumber": quote.request_id,
        "_customerid_value": guid(quote.customer_id),
        "createdon": _utc(quote.requested_at),
        "modifiedon": _utc(answered_at or quote.requested_at),
        "new_answeredon": _utc(answered_at),
        "statecode": state,
        "statuscode": status,
        "new_kind": QUOTE_KINDS[quote.kind],
    }
