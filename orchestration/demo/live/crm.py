"""Shows the world in the fake Dataverse: customers, orders, cases, contacts and quotes as the CRM knew them in a month.

Companies are accounts and people contacts, choices are codes; an activity has a type and is about a customer or order.
Keep out: tables and codes (crm_schema.py), how a row stands in a file (files_*.py), how it is read (sources.yml).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from orchestration.demo.events import Interaction, QuoteRequest
from orchestration.demo.live.crm_schema import (
    ACTIVITY_TYPES,
    CASE_CATEGORIES,
    CASE_ORIGINS,
    QUOTE_KINDS,
    QUOTE_STATES,
    company_tables,
)
from orchestration.demo.months import MONTHS, Month, first_day, last_day, month_index
from orchestration.demo.services.dataverse_tables import Record, Tables
from orchestration.demo.world import Case, Customer, Order, World

ZONE = ZoneInfo("Europe/Budapest")
_ORDER_STATES = {"open": 0, "cancelled": 2, "completed": 3}
_CASE_STATES = {"open": 0, "resolved": 1, "cancelled": 2, "merged": 2}
Event = TypeVar("Event", Order, Case, Interaction, QuoteRequest)
# What an event is in the CRM in a month: a row, or several, each with its table.
Rows = list[tuple[str, Record]]


def identity(table: str, number: str) -> str:
    """The GUID of a row, always the same."""
    return str(uuid5(NAMESPACE_URL, f"fernhill/{table}/{number}"))


def utc(local: datetime | None) -> str | None:
    """A local moment as the service writes it."""
    return None if local is None else f"{local.replace(tzinfo=ZONE).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _midnight(day: date | None) -> str | None:
    return None if day is None else utc(datetime.combine(day, datetime.min.time()))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _reference(table: str, number: str) -> str | None:
    return identity(table, number) if number else None


@dataclass
class Crm:
    """The CRM of the world; show() brings its tables up to a month."""

    world: World
    tables: Tables = field(init=False, default_factory=company_tables)
    _events: dict[int, Rows] = field(init=False)
    _first: dict[str, int] = field(init=False)
    _orders: dict[str, list[Order]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._events = {month.index: [] for month in MONTHS}
        # No row names an account that is not there: an account is entered with its first event at the latest.
        self._first = {customer.customer_id: customer.first_delivery for customer in self.world.customers}
        for order in self.world.orders:
            self._orders.setdefault(order.customer_id, []).append(order)
        self._spread(self.world.orders, _order_months, _order)
        self._spread(self.world.cases, _case_months, _case)
        self._spread(self.world.interactions, lambda event: [event.occurred_at], self._activity)
        self._spread(self.world.quotes, lambda event: [event.requested_at, event.answered_at], _quote)
        self.tables.put("systemusers", *_users({case.agent for case in self.world.cases} - {""}))
        self.tables.put("activitypointers", *_no_contacts())
        self.tables.put("transactioncurrencies", *_currencies({order.currency for order in self.world.orders}))

    def show(self, month: Month) -> None:
        """What was entered, changed and deleted in the month."""
        customers = [customer for customer in self.world.customers if self._is_shown(customer, month)]
        owners = {customer.attributes_in(month.index).account_owner for customer in customers} - {""}
        self.tables.put("systemusers", *_users(owners))
        for table, kind in (("accounts", "company"), ("contacts", "person")):
            self.tables.show(table, (_customer(item, month) for item in customers if item.kind == kind))
        for table, record in self._events[month.index]:
            self.tables.put(table, record)

    def _is_shown(self, customer: Customer, month: Month) -> bool:
        last = customer.last_delivery
        return self._first[customer.customer_id] <= month.index and (last is None or month.index <= last)

    def _spread(
        self,
        events: Iterable[Event],
        moments: Callable[[Event], list[datetime | None]],
        rows: Callable[[Event, Month], Rows],
    ) -> None:
        for event in events:
            days = [moment.date() for moment in moments(event) if moment is not None]
            indexes = sorted({max(0, month_index(day)) for day in days})
            known = self._first[event.customer_id]
            self._first[event.customer_id] = min(known, indexes[0])
            for index in indexes:
                self._events[index] += rows(event, MONTHS[index])

    def _activity(self, event: Interaction, month: Month) -> Rows:
        """The pointer, and where its type has one a row that says which way it went.

        Every fourth contact is about the customer's newest order by then, the others about the customer.
        """
        kind, number = _type_of(event), identity("activities", event.interaction_id)
        known = [order for order in self._orders.get(event.customer_id, ()) if order.delivered_in <= month.index]
        is_about_order = bool(known) and int(event.interaction_id[-6:]) % 4 == 0
        state, status = _activity_state(event, kind)
        pointer = {
            "activityid": number,
            "_regardingobjectid_value": identity("salesorders", known[-1].order_id)
            if is_about_order
            else _customer_of(event),
            "actualstart": utc(event.occurred_at),
            "createdon": utc(event.occurred_at),
            "modifiedon": utc(datetime.combine(month.last, datetime.min.time())),
            "activitytypecode": kind,
            "statecode": state,
            "statuscode": status,
            "subject": event.kind or None,
            "new_number": event.interaction_id,
        }
        own = {"activityid": number, "directioncode": event.direction == "out"}
        return [("activitypointers", pointer)] + ([] if kind == "appointment" else [(f"{kind}s", own)])


def _customer_of(event: Order | Case | Interaction | QuoteRequest) -> str:
    return identity("customers", event.customer_id)


def _customer(customer: Customer, month: Month) -> Record:
    """An account or a contact: each table takes the columns that it has."""
    state = customer.attributes_in(month.index)
    changed_in = max([index for index in customer.versions if index <= month.index], default=month.index)
    joined_on = customer.loyalty_joined_on
    has_joined = joined_on is not None and joined_on <= month.last
    number = identity("customers", customer.customer_id)
    master = customer.merged_into if month.index >= customer.merged_in_delivery else ""
    return {
        "accountid": number,
        "contactid": number,
        "accountnumber": customer.customer_id,
        "new_number": customer.customer_id,
        "name": customer.name,
        "fullname": customer.name,
        "address1_stateorprovince": state.region or None,
        "address1_country": state.country or None,
        "createdon": utc(datetime.combine(first_day(0), datetime.min.time())),
        "overriddencreatedon": _midnight(customer.acquired_on),
        "modifiedon": utc(datetime.combine(last_day(changed_in), datetime.min.time()).replace(hour=17)),
        "_ownerid_value": _reference("systemusers", state.account_owner),
        "_masterid_value": _reference("customers", master),
        "donotemail": customer.do_not_contact,
        "donotphone": customer.do_not_contact,
        "donotbulkemail": customer.do_not_contact,
        "new_segment": state.segment or None,
        "new_industry": customer.industry or None,
        "new_acquisitionchannel": customer.acquisition_channel or None,
        "new_acquisitionoffer": customer.acquisition_offer or None,
        "new_loyaltytier": state.loyalty_tier or None,
        "new_loyaltyjoinedon": _midnight(joined_on) if has_joined else None,
    }


def _users(names: Iterable[str]) -> list[Record]:
    return [{"systemuserid": identity("systemusers", name), "fullname": name} for name in sorted(names)]


def _currencies(codes: Iterable[str]) -> list[Record]:
    table = "transactioncurrencies"
    return [{"transactioncurrencyid": identity(table, code), "isocurrencycode": code} for code in sorted(codes)]


def _order_months(order: Order) -> list[datetime | None]:
    """A moment in each month that entered or changed the order."""
    indexes = [order.delivered_in] + ([] if order.settled_in is None else [order.settled_in])
    return [datetime.combine(first_day(index), datetime.min.time()) for index in indexes]


def _order(order: Order, month: Month) -> Rows:
    is_settled = order.settled_in is not None and order.settled_in <= month.index
    status = order.status if is_settled or order.settled_in is None else "open"
    changed = datetime.combine(first_day(month.index), datetime.min.time()) if is_settled else order.ordered_at
    row = {
        "salesorderid": identity("salesorders", order.order_id),
        "ordernumber": order.order_id,
        "_customerid_value": _customer_of(order),
        "createdon": utc(order.ordered_at),
        "modifiedon": utc(changed),
        "statecode": _ORDER_STATES[status],
        "new_channel": order.channel or None,
        "totalamount": _number(order.amount),
        "new_margin": _number(order.margin),
        "_transactioncurrencyid_value": identity("transactioncurrencies", order.currency),
        # Dataverse counts the foreign units of one base unit.
        "exchangerate": None if order.rate_to_base is None else float(1 / order.rate_to_base),
    }
    return [("salesorders", row)]


def _by(moment: datetime | None, month: Month) -> datetime | None:
    return moment if moment is not None and moment.date() <= month.last else None


def _case_months(case: Case) -> list[datetime | None]:
    return [case.opened_at, case.first_response_at, case.resolved_at, case.reopened_at]


def _case(case: Case, month: Month) -> Rows:
    """The case, and its resolution: the case itself does not say when it was resolved."""
    resolved_at, reopened_at = _by(case.resolved_at, month), _by(case.reopened_at, month)
    is_open = resolved_at is None or (reopened_at is not None and reopened_at > resolved_at)
    status = case.status if case.status in ("merged", "cancelled") else "open" if is_open else "resolved"
    row = {
        "incidentid": identity("incidents", case.case_id),
        "ticketnumber": case.case_id,
        "new_replyvariant": (case.reply_variant or None) if resolved_at is not None else None,
        "_customerid_value": _customer_of(case),
        "_new_orderid_value": _reference("salesorders", case.order_id),
        "_masterid_value": _reference("incidents", case.merged_into),
        "_ownerid_value": _reference("systemusers", case.agent),
        "createdon": utc(case.opened_at),
        "modifiedon": utc(datetime.combine(month.last, datetime.min.time())),
        "new_respondedon": utc(_by(case.first_response_at, month)),
        "new_reopenedon": utc(reopened_at),
        "caseorigincode": CASE_ORIGINS[case.channel],
        "casetypecode": 2 if case.is_complaint else 1,
        "new_category": CASE_CATEGORIES[case.category],
        "statecode": _CASE_STATES[status],
        "merged": status == "merged",
    }
    ended = {
        "activityid": identity("incidentresolutions", case.case_id),
        "_incidentid_value": row["incidentid"],
        "actualend": utc(resolved_at),
    }
    return [("incidents", row)] + ([("incidentresolutions", ended)] if resolved_at is not None else [])


def _type_of(event: Interaction) -> str:
    """The activity's type; a visit that the customer paid is no appointment of the company's."""
    is_appointment = event.channel == "visit" and event.direction == "out"
    return "appointment" if is_appointment else ACTIVITY_TYPES[event.channel]


def _activity_state(event: Interaction, kind: str) -> tuple[int, int]:
    """State and status as the type has them: a mail is sent or received, a call made or taken, an appointment kept."""
    way = 2 if event.direction == "out" else 4
    took_place, did_not = {
        "email": ((1, 3 if event.direction == "out" else 4), (0, 8)),
        "phonecall": ((1, way), (2, 3)),
        "appointment": ((1, 3), (2, 4)),
    }.get(kind, ((1, 2), (2, 3)))
    return took_place if event.completed else did_not


def _no_contacts() -> list[Record]:
    """Activities that are no contact with a customer: a mail to a lead, and a task."""
    at = {"createdon": "2022-01-03T09:00:00Z", "modifiedon": "2022-01-03T09:00:00Z", "statecode": 1, "statuscode": 3}
    lead = {"_regardingobjectid_value": identity("leads", "1"), "activitytypecode": "email"}
    task = {"_regardingobjectid_value": None, "activitytypecode": "task"}
    return [{"activityid": identity("activities", str(row)), **row, **at} for row in (lead, task)]


def _quote(event: QuoteRequest, month: Month) -> Rows:
    answered = _by(event.answered_at, month)
    # What was never answered may have been closed; what is answered later is still open.
    state, status = QUOTE_STATES["open" if answered is None and event.answered_at is not None else event.status]
    row = {
        "quoteid": identity("quotes", event.request_id),
        "quotenumber": event.request_id,
        "_customerid_value": _customer_of(event),
        "createdon": utc(event.requested_at),
        "modifiedon": utc(datetime.combine(month.last, datetime.min.time())),
        "new_answeredon": utc(answered),
        "statecode": state,
        "statuscode": status,
        "new_kind": QUOTE_KINDS[event.kind],
    }
    return [("quotes", row)]
