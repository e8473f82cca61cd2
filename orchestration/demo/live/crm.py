"""Shows the world in the fake Dataverse: accounts, orders, cases, contacts and quotes as the CRM knew them in a month.

Stock columns where there are any; columns of the company's own (`new_…`) for the rest, as companies have them.
Keep out: how a row stands in a file (files_*.py) and how the columns are read (sources.yml).
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
from orchestration.demo.months import MONTHS, Month, first_day, last_day, month_index
from orchestration.demo.services.dataverse_tables import Record, Table, Tables
from orchestration.demo.world import Case, Customer, Order, World

ZONE = ZoneInfo("Europe/Budapest")
_ORDER_STATES = {"open": 0, "cancelled": 2, "completed": 3}
_CASE_STATUSES = {"open": 1, "resolved": 5, "cancelled": 6, "merged": 2000}
_ACTIVITY_STATES = {True: 1, False: 2}
Event = TypeVar("Event", Order, Case, Interaction, QuoteRequest)
_TEXT, _TIME, _ID = "String", "DateTime", "Uniqueidentifier"

COLUMNS: dict[str, tuple[str, str, dict[str, str]]] = {
    "accounts": ("account", "accountid", {
        "accountid": _ID, "accountnumber": _TEXT, "name": _TEXT, "new_kind": _TEXT, "new_segment": _TEXT,
        "address1_stateorprovince": _TEXT, "address1_country": _TEXT, "new_industry": _TEXT,
        "overriddencreatedon": _TIME, "new_acquisitionchannel": _TEXT, "new_acquisitionoffer": _TEXT,
        "_ownerid_value": "Owner", "new_loyaltytier": _TEXT, "new_loyaltyjoinedon": _TIME, "_masterid_value": "Lookup",
        "donotemail": "Boolean", "modifiedon": _TIME,
    }),
    "systemusers": ("systemuser", "systemuserid", {"systemuserid": _ID, "fullname": _TEXT, "modifiedon": _TIME}),
    "transactioncurrencies": ("transactioncurrency", "transactioncurrencyid", {
        "transactioncurrencyid": _ID, "isocurrencycode": _TEXT, "modifiedon": _TIME,
    }),
    "salesorders": ("salesorder", "salesorderid", {
        "salesorderid": _ID, "ordernumber": _TEXT, "_customerid_value": "Customer", "overriddencreatedon": _TIME,
        "statecode": "State", "new_channel": _TEXT, "totalamount": "Money", "new_margin": "Money",
        "_transactioncurrencyid_value": "Lookup", "exchangerate": "Decimal", "modifiedon": _TIME,
    }),
    "incidents": ("incident", "incidentid", {
        "incidentid": _ID, "ticketnumber": _TEXT, "_customerid_value": "Customer", "new_ordernumber": _TEXT,
        "overriddencreatedon": _TIME, "new_firstresponseon": _TIME, "new_resolvedon": _TIME, "new_reopenedon": _TIME,
        "new_channel": _TEXT, "new_category": _TEXT, "new_iscomplaint": "Boolean", "new_agent": _TEXT,
        "new_replyvariant": _TEXT, "statuscode": "Status", "_masterid_value": "Lookup", "modifiedon": _TIME,
    }),
    "activitypointers": ("activitypointer", "activityid", {
        "activityid": _ID, "new_number": _TEXT, "_regardingobjectid_value": "Lookup", "actualend": _TIME,
        "new_channel": _TEXT, "new_isoutgoing": "Boolean", "new_kind": _TEXT, "statecode": "State",
        "modifiedon": _TIME,
    }),
    "quotes": ("quote", "quoteid", {
        "quoteid": _ID, "quotenumber": _TEXT, "_customerid_value": "Customer", "overriddencreatedon": _TIME,
        "new_kind": _TEXT, "new_answeredon": _TIME, "new_status": _TEXT, "modifiedon": _TIME,
    }),
}  # fmt: skip


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
    tables: Tables = field(init=False)
    _events: dict[int, list[tuple[str, Record]]] = field(init=False)
    _first: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        sets = {name: Table(logical, key, columns) for name, (logical, key, columns) in COLUMNS.items()}
        self.tables = Tables(sets)
        self._events = {month.index: [] for month in MONTHS}
        # No row names an account that is not there: an account is entered with its first event at the latest.
        self._first = {customer.customer_id: customer.first_delivery for customer in self.world.customers}
        self._spread(self.world.orders, "salesorders", _order_months, _order)
        self._spread(self.world.cases, "incidents", _case_months, _case)
        self._spread(self.world.interactions, "activitypointers", lambda event: [event.occurred_at], _activity)
        self._spread(self.world.quotes, "quotes", lambda event: [event.requested_at, event.answered_at], _quote)
        self.tables.put("transactioncurrencies", *_currencies({order.currency for order in self.world.orders}))

    def show(self, month: Month) -> None:
        """What was entered, changed and deleted in the month."""
        customers = [customer for customer in self.world.customers if self._is_shown(customer, month)]
        owners = {customer.attributes_in(month.index).account_owner for customer in customers} - {""}
        self.tables.put("systemusers", *_users(owners))
        self.tables.show("accounts", (_account(customer, month) for customer in customers))
        for table, record in self._events[month.index]:
            self.tables.put(table, record)

    def _is_shown(self, customer: Customer, month: Month) -> bool:
        last = customer.last_delivery
        return self._first[customer.customer_id] <= month.index and (last is None or month.index <= last)

    def _spread(
        self,
        events: Iterable[Event],
        table: str,
        moments: Callable[[Event], list[datetime | None]],
        record: Callable[[Event, Month], Record],
    ) -> None:
        for event in events:
            days = [moment.date() for moment in moments(event) if moment is not None]
            indexes = sorted({max(0, month_index(day)) for day in days})
            known = self._first[event.customer_id]
            self._first[event.customer_id] = min(known, indexes[0])
            for index in indexes:
                self._events[index].append((table, record(event, MONTHS[index])))


def _account(customer: Customer, month: Month) -> Record:
    state = customer.attributes_in(month.index)
    changed_in = max([index for index in customer.versions if index <= month.index], default=month.index)
    joined_on = customer.loyalty_joined_on
    has_joined = joined_on is not None and joined_on <= month.last
    master = customer.merged_into if month.index >= customer.merged_in_delivery else ""
    return {
        "accountid": identity("accounts", customer.customer_id),
        "accountnumber": customer.customer_id,
        "name": customer.name,
        "new_kind": customer.kind,
        "new_segment": state.segment or None,
        "address1_stateorprovince": state.region or None,
        "address1_country": state.country or None,
        "new_industry": customer.industry or None,
        "overriddencreatedon": _midnight(customer.acquired_on),
        "new_acquisitionchannel": customer.acquisition_channel or None,
        "new_acquisitionoffer": customer.acquisition_offer or None,
        "_ownerid_value": _reference("systemusers", state.account_owner),
        "new_loyaltytier": state.loyalty_tier or None,
        "new_loyaltyjoinedon": _midnight(joined_on) if has_joined else None,
        "_masterid_value": _reference("accounts", master),
        "donotemail": customer.do_not_contact,
        "modifiedon": utc(datetime.combine(last_day(changed_in), datetime.min.time()).replace(hour=17)),
    }


def _users(names: Iterable[str]) -> list[Record]:
    return [
        {"systemuserid": identity("systemusers", name), "fullname": name, "modifiedon": "2022-01-01T08:00:00Z"}
        for name in sorted(names)
    ]


def _currencies(codes: Iterable[str]) -> list[Record]:
    return [
        {
            "transactioncurrencyid": identity("transactioncurrencies", code),
            "isocurrencycode": code,
            "modifiedon": "2022-01-01T08:00:00Z",
        }
        for code in sorted(codes)
    ]


def _order_months(order: Order) -> list[datetime | None]:
    """A moment in each month that entered or changed the order."""
    indexes = [order.delivered_in] + ([] if order.settled_in is None else [order.settled_in])
    return [datetime.combine(first_day(index), datetime.min.time()) for index in indexes]


def _order(order: Order, month: Month) -> Record:
    is_settled = order.settled_in is not None and order.settled_in <= month.index
    status = order.status if is_settled or order.settled_in is None else "open"
    changed = datetime.combine(first_day(month.index), datetime.min.time()) if is_settled else order.ordered_at
    return {
        "salesorderid": identity("salesorders", order.order_id),
        "ordernumber": order.order_id,
        "_customerid_value": identity("accounts", order.customer_id),
        "overriddencreatedon": utc(order.ordered_at),
        "statecode": _ORDER_STATES[status],
        "new_channel": order.channel or None,
        "totalamount": float(order.amount),
        "new_margin": _number(order.margin),
        "_transactioncurrencyid_value": identity("transactioncurrencies", order.currency),
        # Dataverse counts the foreign units of one base unit.
        "exchangerate": None if order.rate_to_base is None else float(1 / order.rate_to_base),
        "modifiedon": utc(changed),
    }


def _by(moment: datetime | None, month: Month) -> datetime | None:
    return moment if moment is not None and moment.date() <= month.last else None


def _case_months(case: Case) -> list[datetime | None]:
    return [case.opened_at, case.first_response_at, case.resolved_at, case.reopened_at]


def _case(case: Case, month: Month) -> Record:
    resolved_at, reopened_at = _by(case.resolved_at, month), _by(case.reopened_at, month)
    is_open = resolved_at is None or (reopened_at is not None and reopened_at > resolved_at)
    status = case.status if case.status in ("merged", "cancelled") else "open" if is_open else "resolved"
    return {
        "incidentid": identity("incidents", case.case_id),
        "ticketnumber": case.case_id,
        "_customerid_value": identity("accounts", case.customer_id),
        "new_ordernumber": case.order_id or None,
        "overriddencreatedon": utc(case.opened_at),
        "new_firstresponseon": utc(_by(case.first_response_at, month)),
        "new_resolvedon": utc(resolved_at),
        "new_reopenedon": utc(reopened_at),
        "new_channel": case.channel,
        "new_category": case.category,
        "new_iscomplaint": case.is_complaint,
        "new_agent": case.agent or None,
        "new_replyvariant": (case.reply_variant or None) if resolved_at is not None else None,
        "statuscode": _CASE_STATUSES[status],
        "_masterid_value": _reference("incidents", case.merged_into),
        "modifiedon": utc(datetime.combine(month.last, datetime.min.time())),
    }


def _activity(event: Interaction, month: Month) -> Record:
    return {
        "activityid": identity("activitypointers", event.interaction_id),
        "new_number": event.interaction_id,
        "_regardingobjectid_value": identity("accounts", event.customer_id),
        "actualend": utc(event.occurred_at),
        "new_channel": event.channel,
        "new_isoutgoing": event.direction == "out",
        "new_kind": event.kind or None,
        "statecode": _ACTIVITY_STATES[event.completed],
        "modifiedon": utc(datetime.combine(month.last, datetime.min.time())),
    }


def _quote(event: QuoteRequest, month: Month) -> Record:
    answered = _by(event.answered_at, month)
    # What was never answered may have been closed; what is answered later is still open.
    status = "open" if answered is None and event.answered_at is not None else event.status
    return {
        "quoteid": identity("quotes", event.request_id),
        "quotenumber": event.request_id,
        "_customerid_value": identity("accounts", event.customer_id),
        "overriddencreatedon": utc(event.requested_at),
        "new_kind": event.kind,
        "new_answeredon": utc(answered),
        "new_status": status,
        "modifiedon": utc(datetime.combine(month.last, datetime.min.time())),
    }
