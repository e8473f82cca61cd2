"""Writes the CRM's deliveries: customers, contracts, orders, refunds, cases, cancellation requests.

customers: CSV snapshots · contracts: CSV snapshots · orders: CSV with semicolons, decimal comma, cp1250, dates as
31.12.2024 · refunds: CSV · cases: Parquet · cancellation_requests: CSV with semicolons, cp1250.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from orchestration.demo import spoilt
from orchestration.demo.files_contracts import HEADER as CONTRACT_HEADER
from orchestration.demo.files_contracts import contract_rows, next_change
from orchestration.demo.months import MONTH_COUNT, MONTHS, Month, first_day, last_day, month_index
from orchestration.demo.tally import ADMITTED, DELETED, QUARANTINED, SUPERSEDED, Tally
from orchestration.demo.world import CancellationRequest, Customer, Order, Refund, World
from orchestration.demo.writing import write_csv

CUSTOMER_HEADER = [
    "customer_id",
    "name",
    "kind",
    "segment",
    "region",
    "country",
    "industry",
    "acquired_on",
    "acquisition_channel",
    "acquisition_offer",
    "account_owner",
    "loyalty_tier",
    "loyalty_joined_on",
    "merged_into",
    "do_not_contact",
    "updated_at",
]
ORDER_HEADER = [
    "order_id",
    "customer_id",
    "ordered_at",
    "status",
    "channel",
    "amount",
    "margin",
    "currency",
    "rate_to_base",
    "updated_at",
]
REFUND_HEADER = ["refund_id", "order_id", "refunded_at", "amount", "currency"]
REQUEST_HEADER = [
    "request_id",
    "customer_id",
    "contract_id",
    "requested_at",
    "reason",
    "reason_text",
    "competitor",
    "handled_by",
    "outcome",
    "decided_at",
    "offer_id",
]
# This customer's row in the last snapshot cannot be read: what was known of it before still holds.
UNREADABLE_LAST_ROW = 7

Row = list[str]


def deliver_rows(entity: str, index: int, header: Sequence[str], rows: list[Row], tally: Tally) -> list[str]:
    """Adds a delivery's spoilt rows to its rows and counts them; returns the spoilt lines, counted too."""
    for bad in spoilt.ROWS.get(entity, {}).get(index, ()):
        rows.append([str(bad.values.get(name, value)) for name, value in zip(header, rows[0], strict=True)])
        tally.add(entity, bad.fate)
    lines = spoilt.LINES.get(entity, {}).get(index, [])
    if lines:
        tally.add(entity, QUARANTINED, len(lines))
    tally.file(entity, last_day(index))
    return lines


def shown(moment: datetime | date | None) -> str:
    """ISO text, '' for none."""
    return "" if moment is None else moment.isoformat(" ") if isinstance(moment, datetime) else moment.isoformat()


def _customer_row(customer: Customer, month: Month) -> Row:
    state = customer.attributes_in(month.index)
    changed_in = max(index for index in customer.versions if index <= month.index)
    joined_on = customer.loyalty_joined_on
    return [
        customer.customer_id,
        customer.name,
        customer.kind,
        state.segment,
        state.region,
        state.country,
        customer.industry,
        shown(customer.acquired_on),
        customer.acquisition_channel,
        customer.acquisition_offer,
        state.account_owner,
        state.loyalty_tier,
        shown(joined_on) if joined_on is not None and joined_on <= month.last else "",
        customer.merged_into if month.index >= customer.merged_in_delivery else "",
        "true" if customer.do_not_contact else "false",
        f"{last_day(changed_in)} 17:00:00",
    ]


def _changed_rows(world: World, month: Month, shown_before: dict[str, Row]) -> None:
    """Brings the rows of a snapshot up to a month, touching only those that changed in it."""
    for customer in world.customers:
        joined_on = customer.loyalty_joined_on
        changes = {*customer.versions, customer.merged_in_delivery, month_index(joined_on) if joined_on else 0}
        if month.index > (customer.last_delivery or MONTH_COUNT):
            shown_before.pop(customer.customer_id, None)
        elif month.index == customer.first_delivery or (
            month.index > customer.first_delivery and month.index in changes
        ):
            shown_before[customer.customer_id] = _customer_row(customer, month)


def write_customers(folder: Path, world: World, tally: Tally) -> None:
    """36 full snapshots."""
    current: dict[str, Row] = {}
    for month in MONTHS:
        _changed_rows(world, month, current)
        rows = list(current.values())
        if month.index == MONTH_COUNT - 1:
            rows[UNREADABLE_LAST_ROW][CUSTOMER_HEADER.index("updated_at")] = "31/12/24"
        lines = deliver_rows("customers", month.index, CUSTOMER_HEADER, rows, tally)
        write_csv(folder / f"customers_{month.name}.csv", CUSTOMER_HEADER, rows, lines)
    for customer in world.customers:
        last = customer.last_delivery
        shows = (MONTH_COUNT - 1 if last is None else last) - customer.first_delivery + 1
        tally.add("customers", ADMITTED if last is None else DELETED)
        tally.add("customers", SUPERSEDED, shows - 1)
    tally.move("customers", SUPERSEDED, QUARANTINED)


def write_contracts(folder: Path, world: World, tally: Tally) -> None:
    """36 full snapshots, one row per price period known by then."""
    delivered: Counter[tuple[str, str]] = Counter()
    shown_until: dict[str, tuple[list[Row], date]] = {}
    for month in MONTHS:
        rows = []
        for contract in world.contracts:
            found, until = shown_until.get(contract.contract_id, ([], date.min))
            if month.last >= until:
                found = contract_rows(contract, month)
                shown_until[contract.contract_id] = (found, next_change(contract, month))
            rows += found
        delivered.update((row[0], row[1]) for row in rows)
        lines = deliver_rows("contracts", month.index, CONTRACT_HEADER, rows, tally)
        write_csv(folder / f"contracts_{month.name}.csv", CONTRACT_HEADER, rows, lines)
    mistakes = {contract.contract_id for contract in world.contracts if contract.last_delivery is not None}
    for (contract_id, _), count in delivered.items():
        tally.add("contracts", DELETED if contract_id in mistakes else ADMITTED)
        tally.add("contracts", SUPERSEDED, count - 1)


def _comma(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount).replace(".", ",")


def _order_row(order: Order, index: int) -> Row:
    settled = order.settled_in == index
    opened = order.settled_in is not None and not settled
    changed = datetime.combine(first_day(index), datetime.min.time()) if settled else order.ordered_at
    return [
        order.order_id,
        order.customer_id,
        f"{order.ordered_at:%d.%m.%Y %H:%M:%S}",
        "open" if opened else order.status,
        order.channel,
        _comma(order.amount),
        _comma(order.margin),
        order.currency,
        _comma(order.rate_to_base),
        f"{changed:%d.%m.%Y %H:%M:%S}",
    ]


def _stale_copy(orders: list[Order], index: int) -> Row:
    """A copy of a settled order with an older updated_at and another amount."""
    order = next(order for order in orders if order.settled_in is None and order.status == "completed")
    row = _order_row(order, index)
    row[ORDER_HEADER.index("amount")] = _comma(order.amount + 1)
    row[ORDER_HEADER.index("updated_at")] = f"{order.ordered_at - timedelta(days=1):%d.%m.%Y %H:%M:%S}"
    return row


def write_orders(folder: Path, world: World, tally: Tally) -> None:
    """36 increments; an order that was open comes again in the month that settled it."""
    by_index: dict[int, list[Order]] = {month.index: [] for month in MONTHS}
    for order in sorted(world.orders, key=lambda order: (order.ordered_at, order.order_id)):
        deliveries = {order.delivered_in, order.settled_in} - {None}
        for index in deliveries:
            by_index[index or 0].append(order)
        tally.add("orders", ADMITTED)
        tally.add("orders", SUPERSEDED, len(deliveries) - 1)
    for month in MONTHS:
        rows = [_order_row(order, month.index) for order in by_index[month.index]]
        if month.index in spoilt.STALE_ORDERS:
            rows.append(_stale_copy(by_index[month.index], month.index))
            tally.add("orders", QUARANTINED)
        lines = deliver_rows("orders", month.index, ORDER_HEADER, rows, tally)
        write_csv(folder / f"orders_{month.name}.csv", ORDER_HEADER, rows, lines, separator=";", encoding="cp1250")


def _refund_row(refund: Refund) -> Row:
    return [refund.refund_id, refund.order_id, shown(refund.refunded_at), str(refund.amount), refund.currency]


def refunds_of(world: World, index: int) -> list[Refund]:
    """The refunds of one delivery, in the order they were made."""
    found = [refund for refund in world.refunds if max(0, month_index(refund.refunded_at.date())) == index]
    return sorted(found, key=lambda refund: (refund.refunded_at, refund.refund_id))


def write_refunds(folder: Path, world: World, tally: Tally) -> None:
    """36 increments, one of which corrects a file delivered before (write_faulty_refunds)."""
    for month in MONTHS:
        rows = [_refund_row(refund) for refund in refunds_of(world, month.index)]
        tally.add("refunds", ADMITTED, len(rows))
        if month.index == spoilt.CORRECTED_REFUNDS:
            tally.add("refunds", SUPERSEDED, len(rows))
            tally.file("refunds", month.last)
        lines = deliver_rows("refunds", month.index, REFUND_HEADER, rows, tally)
        write_csv(folder / f"refunds_{month.name}.csv", REFUND_HEADER, rows, lines)


def write_faulty_refunds(folder: Path, world: World) -> Path:
    """The first version of the corrected file: every amount in cents."""
    month = MONTHS[spoilt.CORRECTED_REFUNDS]
    rows = [_refund_row(refund) for refund in refunds_of(world, month.index)]
    for row in rows:
        row[REFUND_HEADER.index("amount")] = row[REFUND_HEADER.index("amount")].replace(".", "")
    path = folder / f"refunds_{month.name}.csv"
    write_csv(path, REFUND_HEADER, rows)
    return path


def _request_row(request: CancellationRequest, month: Month) -> Row:
    decided = request.decided_at is not None and request.decided_at.date() <= month.last
    return [
        request.request_id,
        request.customer_id,
        request.contract_id,
        shown(request.requested_at),
        request.reason,
        request.reason_text,
        request.competitor,
        request.handled_by,
        request.outcome if decided else "pending",
        shown(request.decided_at) if decided else "",
        request.offer_id,
    ]


def write_requests(folder: Path, world: World, tally: Tally) -> None:
    """36 increments; a request decided in a later month comes again."""
    by_index: dict[int, list[CancellationRequest]] = {month.index: [] for month in MONTHS}
    for request in sorted(world.requests, key=lambda request: (request.requested_at, request.request_id)):
        days = [request.requested_at.date()] + ([request.decided_at.date()] if request.decided_at else [])
        indexes = {max(0, month_index(day)) for day in days}
        for index in indexes:
            by_index[index].append(request)
        tally.add("cancellation_requests", ADMITTED)
        tally.add("cancellation_requests", SUPERSEDED, len(indexes) - 1)
    for month in MONTHS:
        rows = [_request_row(request, month) for request in by_index[month.index]]
        lines = deliver_rows("cancellation_requests", month.index, REQUEST_HEADER, rows, tally)
        path = folder / f"cancellation_requests_{month.name}.csv"
        write_csv(path, REQUEST_HEADER, rows, lines, separator=";", encoding="cp1250")
