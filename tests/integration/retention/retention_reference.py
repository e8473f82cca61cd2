"""What the retention models must find, worked out day by day and set by set: slow, obvious, and without a spell.

Add here: the plain reading of a definition. Keep out: anything read from the models under test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.integration.retention.retention_world import Row, World

DAY = timedelta(days=1)
Scope = tuple[str, str, str]
Period = tuple[str, date, date]


def month_end(on: date) -> date:
    """Last day of a day's month."""
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY


@dataclass
class Price:
    """A price in force from `starts_on` until the day before `ends_on` (None: without end)."""

    contract_id: str
    customer_id: str
    plan: str
    mrr: Decimal
    currency: str
    starts_on: date
    ends_on: date | None
    contract_starts_on: date

    def holds(self, on: date) -> bool:
        """Is it in force on this day?"""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


class Reference:
    """The answers for one world. All days are local dates; all sets are sets of surviving customers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rule: str = world.settings.get("activity_rule", "either")
        self.free: bool = world.settings.get("count_free", False)
        self.window = timedelta(days=world.settings.get("order_window_days", 90))
        self.survivor = {row["customer_id"]: self._follow(row["customer_id"]) for row in world.rows["customers"]}
        self.customers = sorted(set(self.survivor.values()))
        self.prices = self._prices()
        self.paid = {c: [price for price in self.prices[c] if price.mrr > 0 or self.free] for c in self.customers}
        self.orders = self._orders()
        year, month = map(int, world.settings["first_month"].split("-"))
        self.months = list(self._months(date(year, month, 1)))
        self.active_days = {customer: self._active_days(customer) for customer in self.customers}

    def _follow(self, customer_id: str) -> str:
        targets = {row["customer_id"]: row["merged_into"] for row in self.world.rows["customers"]}
        while targets.get(customer_id):
            customer_id = targets[customer_id]
        return customer_id

    def _months(self, start: date) -> Iterator[date]:
        while month_end(start) <= self.world.data_through:
            yield start
            start = month_end(start) + DAY

    def periods(self) -> list[Period]:
        """Type, first and last day of every period; quarters and years lie wholly among the months."""
        found: list[Period] = []
        for start in self.months:
            end = month_end(start)
            starts = {"month": start, "ytd": date(start.year, 1, 1)}
            if start.month % 3 == 0:
                starts["quarter"] = date(start.year, start.month - 2, 1)
            if start.month == 12:
                starts["year"] = date(start.year, 1, 1)
            found += [(kind, first, end) for kind, first in starts.items() if first >= self.months[0]]
        return found

    def _prices(self) -> dict[str, list[Price]]:
        contracts: dict[str, list[Row]] = defaultdict(list)
        for row in self.world.rows["contracts"]:
            contracts[row["contract_id"]].append(row)
        prices: dict[str, list[Price]] = defaultdict(list)
        for contract_id, rows in contracts.items():
            rows = sorted(rows, key=lambda row: row["starts_on"])
            service_ends = [row["ends_on"] for row in rows if row["ends_on"]]
            for index, row in enumerate(rows):
                ends = service_ends + [later["starts_on"] for later in rows[index + 1 : index + 2]]
                customer = self.survivor[row["customer_id"]]
                prices[customer].append(
                    Price(contract_id, customer, row["plan"] or "(none)", Decimal(row["mrr"]), row["currency"],
                          row["starts_on"], min(ends) if ends else None, rows[0]["starts_on"])
                )  # fmt: skip
        return prices

    def _orders(self) -> dict[str, list[dict[str, Any]]]:
        orders: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.world.rows["orders"]:
            if row["status"] != "completed":
                continue
            paid_back_on = None
            refunds = [r for r in self.world.rows["refunds"] if r["order_id"] == row["order_id"]]
            for on in sorted({r["refunded_on"] for r in refunds}):
                paid_back = sum(Decimal(r["amount"]) for r in refunds if r["refunded_on"] <= on)
                if row["amount"] > 0 and paid_back >= row["amount"]:
                    paid_back_on = on
                    break
            counted = paid_back_on is None or paid_back_on > month_end(row["ordered_on"])
            orders[self.survivor[row["customer_id"]]].append(
                {"on": row["ordered_on"], "paid_back_on": paid_back_on, "counted": counted}
            )
        return orders

    def _active_days(self, customer: str) -> set[date]:
        days: set[date] = set()
        on = date(2023, 10, 1)
        while on <= self.world.data_through + DAY:
            if self._is_active(customer, on):
                days.add(on)
            on += DAY
        return days

    def _is_active(self, customer: str, on: date) -> bool:
        by_contract = any(price.holds(on) for price in self.paid[customer])
        by_order = any(
            on - self.window < order["on"] <= on and not (order["paid_back_on"] and order["paid_back_on"] <= on)
            for order in self.orders[customer]
        )
        return (by_contract and self.rule != "orders") or (by_order and self.rule != "contract")

    def attributes(self, customer: str, start: date, end: date | None = None) -> dict[str, str]:
        """The one value of each attribute a customer has in the period between these days (without end: the month)."""
        end = end or month_end(start)
        days = self.active_days[customer]
        inside = sorted(d for d in days if start <= d <= end)
        plan_on = start - DAY if start - DAY in days or not inside else inside[0]
        return self.attributes_on(customer, start - DAY) | {"plan": self._plan(customer, plan_on)}

    def attributes_on(self, customer: str, on: date) -> dict[str, str]:
        """Country, segment and plan of one day; before the first delivery the first value holds."""
        versions = sorted(
            (v for v in self.world.versions if v["customer_id"] == customer), key=lambda v: v["_delivered_on"]
        )
        valid = [v for v in versions if v["_delivered_on"] <= on] or versions[:1]
        return {
            "country": valid[-1]["country"] or "(none)",
            "segment": valid[-1]["segment"] or "(none)",
            "plan": self._plan(customer, on),
        }

    def _plan(self, customer: str, on: date) -> str:
        rates = {row["month"]: Decimal(str(row["rate_to_base"])) for row in self.world.rows["exchange_rates"]}
        held = [price for price in self.paid[customer] if price.holds(on)]
        rate = rates.get(on.replace(day=1), rates[min(rates)])
        held.sort(key=lambda p: (-p.mrr * (1 if p.currency == "EUR" else rate), p.contract_starts_on, p.contract_id))
        return held[0].plan if held else "(none)"

    def scopes(self, attributes: dict[str, str]) -> set[Scope]:
        """Every scope a customer with these attributes counts in."""
        found: set[Scope] = set()
        audiences = [{"name": "(all)", "filter": {}}, *self.world.settings["audiences"]]
        for audience in audiences:
            if all(attributes[name] in allowed for name, allowed in audience["filter"].items()):
                name = audience["name"]
                found.add((name, "company" if name == "(all)" else "audience", name))
                found |= {(name, kind, attributes[kind]) for kind in self.world.settings["scope_types"]}
        return found

    def ledger(self) -> dict[tuple[Scope, str, date], dict[str, int]]:
        """Every figure of fct_retention, per scope, period type and period end; figures of nothing are left out."""
        ends: dict[tuple[str, date], dict[str, set[Scope]]] = {}
        rows: dict[tuple[Scope, str, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for kind, start, end in self.periods():
            ends[kind, end] = {}
            before = ends.get((kind, start - DAY))
            for customer in self.customers:
                days = self.active_days[customer]
                scopes = self.scopes(self.attributes(customer, start, end))
                for figure in self._figures(days, start, end):
                    for scope in scopes:
                        rows[scope, kind, end][figure] += 1
                if start - DAY in days and before is not None:
                    for scope in scopes - before[customer]:
                        rows[scope, kind, end]["moved_in"] += 1
                    for scope in before[customer] - scopes:
                        rows[scope, kind, end]["moved_out"] += 1
                if end in days:
                    ends[kind, end][customer] = scopes
        return rows

    @staticmethod
    def _figures(days: set[date], start: date, end: date) -> list[str]:
        is_start, is_end = start - DAY in days, end in days
        before = any(d < start for d in days)
        figures = ["customers_start"] * is_start + ["customers_end"] * is_end
        if is_start:
            figures.append("retained_customers" if is_end else "lost_customers")
        elif is_end:
            figures.append("reactivated_customers" if before else "new_customers")
        elif any(start <= d <= end for d in days):
            figures += ["in_period_joiners_lost"] + ["in_period_first_timers_lost"] * (not before)
        return figures

    def cohort_month(self, customer: str) -> date | None:
        """Month of the first contract start or counted order that the rule knows."""
        joins = []
        if self.rule != "orders":
            joins += [
                price.starts_on
                for price in self.paid[customer]
                if price.ends_on is None or price.starts_on < price.ends_on
            ]
        if self.rule != "contract":
            joins += [order["on"] for order in self.orders[customer] if order["counted"]]
        return min(joins).replace(day=1) if joins else None

    def _order_months(self, customer: str) -> set[date]:
        return {order["on"].replace(day=1) for order in self.orders[customer] if order["counted"]}

    def cohorts(self) -> dict[tuple[Scope, date, date, str], tuple[int, int]]:
        """(cohort size, customers seen) per scope, cohort month, calendar month and basis; sizes of 0 are left out."""
        members: dict[tuple[Scope, date], set[str]] = defaultdict(set)
        for customer in self.customers:
            cohort = self.cohort_month(customer)
            if cohort in self.months:
                for scope in self.scopes(self.attributes(customer, cohort)):
                    members[scope, cohort].add(customer)
        cells = {}
        for (scope, cohort), group in members.items():
            for start in (month for month in self.months if month >= cohort):
                ordered = {c for c in group if start in self._order_months(c)}
                active = {c for c in group if month_end(start) in self.active_days[c]}
                cells[scope, cohort, start, "ordered"] = (len(group), len(ordered))
                cells[scope, cohort, start, "active"] = (len(group), len(active))
        return cells
