"""The truth of fct_costs and fct_value: what customers bring, what they cost, and how many left in six months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from orchestration.demo.events import Cost
from orchestration.demo.truth.histories import History
from orchestration.demo.truth.known import ALL, Known, Scope
from orchestration.demo.truth.orders import in_cents
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.revenue import paid_on
from orchestration.demo.truth.save_desk import spent_by_scope
from orchestration.demo.truth.tables import Figure, Table
from orchestration.demo.world import CENT

PRESENT = "present"
COUNTS = ("customers_start", "customers_end", "retained_customers", "joined_customers")
PAID = ("paying_customers_start", "paying_customers_end", "mrr_end", "margin_mrr_end", "unknown_margin_customers_end")
TRAILING = ("churn_6m_numerator", "churn_6m_denominator", "orders_6m", "revenue_6m", "order_margin_6m",
            "unknown_margin_orders_6m")  # fmt: skip
COSTS = ("acquisition_cost", "retention_cost", "new_incentive_cost", "existing_incentive_cost")
AMOUNTS = frozenset({"mrr_end", "margin_mrr_end", "revenue_6m", "order_margin_6m", *COSTS})
_SHARE = Decimal("0.00000001")
MONTHS_OF_CHURN = 6
# In the order of TRAILING.
MONTHLY = ("lost", "start", "orders", "revenue", "margin", "unknown")


def _whole(known: Known) -> Iterator[Scope]:
    """The scopes that are the whole company: its own, and audiences that see everything."""
    for audience, only in known.filters.items():
        if not only:
            yield (audience, "company" if audience == ALL else "audience", audience)


def _cents(known: Known, cost: Cost) -> int:
    rate = Decimal(1) if cost.currency == known.company.base_currency else known.world.rates[cost.month.replace(day=1)]
    return in_cents(cost.amount, rate)


def _spent(known: Known, period: Period) -> dict[tuple[str, str], int] | None:
    """Cents by kind and channel; None where some month of the period has no cost at all."""
    inside = [cost for cost in known.world.costs if period.holds(cost.month)]
    months = {month.start for month in known.months if period.holds(month.start)}
    if {cost.month.replace(day=1) for cost in inside} != months:
        return None
    found: dict[tuple[str, str], int] = defaultdict(int)
    for cost in inside:
        found[(cost.kind, cost.channel_or_programme)] += _cents(known, cost)
    return found


def costs(known: Known) -> Table:
    """What winning and keeping customers cost, by kind and channel or programme; the whole company only."""
    table = Table(known, ("kind", "channel_or_programme"), ("amount",), frozenset({"amount"}))
    for period in known.periods:
        for further, cents in (_spent(known, period) or {}).items():
            for scope in _whole(known):
                table.put(scope, period, {"amount": cents}, further)
    return table


def _order_lines(history: History) -> Iterator[tuple[date, int, int, int | None]]:
    """Day, orders, revenue and margin in cents, of counted orders and their refunds; margin None if unknown."""
    gross = history.company.gross_margin
    for judged in history.orders:
        order, day = judged.order, judged.ordered_on
        rate = order.rate_to_base or history.rate_of(order.currency, day)
        margin, part = order.margin, gross
        if margin is None and gross is not None:
            margin = order.amount * gross
        elif margin is not None and order.amount:
            part = (margin / order.amount).quantize(_SHARE, ROUND_HALF_UP)
        if judged.is_counted:
            yield day, 1, in_cents(order.amount, rate), None if margin is None else in_cents(margin, rate)
        for refunded_on, amount in judged.netted():
            rate = history.rate_of(order.currency, refunded_on)
            lost = None if part is None else -in_cents(amount * part, rate)
            yield refunded_on, 0, -in_cents(amount, rate), lost


def _monthly(known: Known) -> dict[tuple[Scope, Period], dict[str, int]]:
    """What the six months are added up from: every month and scope."""
    table = Table(known, (), MONTHLY)
    for history in known.people:
        for month in known.months:
            if history.is_active_on(month.day_before):
                lost = int(not history.is_active_on(month.end))
                table.add(history.place_in(month), month, {"start": 1, "lost": lost})
        for day, orders, revenue, margin in _order_lines(history):
            bought_in = known.month_of(day)
            if bought_in is not None:
                values = {"orders": orders, "revenue": revenue, "margin": margin or 0, "unknown": int(margin is None)}
                table.add(history.place_in(bought_in), bought_in, values)
    return {
        (scope, month): dict(zip(MONTHLY, map(_whole_number, row), strict=True))
        for (scope, month, _), row in table.by_scope().items()
    }


def _whole_number(figure: Figure) -> int:
    return figure if isinstance(figure, int) else 0


def _paid_at_end(history: History, period: Period) -> dict[str, int]:
    """MRR of the last day at its month's rates and the margin of it, rounded once per currency."""
    mrr = margin = 0
    unknown = False
    for currency, charged in paid_on(history, period.end).items():
        rate = history.rate_of(currency, period.last_month)
        amount = kept = Decimal(0)
        for charge in charged:
            base = charge.mrr * (charge.rate_to_base or rate)
            known_margin = charge.margin_rate if charge.margin_rate is not None else history.company.gross_margin
            unknown = unknown or known_margin is None
            amount += base
            kept += base * (known_margin or 0)
        mrr += int(amount.quantize(CENT, ROUND_HALF_UP) * 100)
        margin += int(kept.quantize(CENT, ROUND_HALF_UP) * 100)
    return {"mrr_end": mrr, "margin_mrr_end": margin, "unknown_margin_customers_end": int(unknown)}


def _own(known: Known) -> Table:
    """What is counted at the period's own edges; whoever pays pays, a customer by the company's rule or not."""
    table = Table(known, (), (PRESENT, *COUNTS, *PAID))
    for history in known.people:
        for period in known.periods:
            start, end = history.is_active_on(period.day_before), history.is_active_on(period.end)
            present = start or end or history.is_active_inside(period)
            joined = present and not start and not history.was_active_before(period.start)
            values = {
                PRESENT: int(present),
                "customers_start": int(start),
                "customers_end": int(end),
                "retained_customers": int(start and end),
                "joined_customers": int(joined),
                "paying_customers_start": int(bool(paid_on(history, period.day_before))),
                "paying_customers_end": int(bool(paid_on(history, period.end))),
            }
            table.add(history.place_in(period), period, values | _paid_at_end(history, period))
    return table


def _six_months(
    known: Known, monthly: dict[tuple[Scope, Period], dict[str, int]], scope: Scope, period: Period
) -> dict[str, Figure]:
    months = [month for month in known.months if month.end <= period.end][-MONTHS_OF_CHURN:]
    if len(months) < MONTHS_OF_CHURN:
        return {}
    rows = [monthly[(scope, month)] for month in months if (scope, month) in monthly]
    sums = {name: sum(row[name] for row in rows) for name in MONTHLY}
    found: dict[str, Figure] = dict(zip(TRAILING, sums.values(), strict=True))
    if sums["unknown"]:
        found["order_margin_6m"] = None
    return found


def _cost_figures(known: Known, scope: Scope, period: Period) -> dict[str, Figure]:
    audience, scope_type, scope_value = scope
    spent = _spent(known, period)
    if known.filters[audience] or spent is None:
        return {}
    won = {channel: cents for (kind, channel), cents in spent.items() if kind == "acquisition"}
    if scope_type == "acquisition_channel":
        named = {cost.channel_or_programme for cost in known.world.costs if cost.kind == "acquisition"}
        return {"acquisition_cost": won.get(scope_value, 0)} if scope_value in named else {}
    if scope not in set(_whole(known)):
        return {}
    programmes = known.company.incentive_programmes
    incentives = sum(cents for channel, cents in won.items() if channel in programmes)
    return {
        "acquisition_cost": sum(won.values()),
        "retention_cost": sum(cents for (kind, _), cents in spent.items() if kind == "retention"),
        "new_incentive_cost": incentives if programmes else None,
    }


def value(known: Known) -> Table:
    """What the figures of a customer's value are made of, every period and scope."""
    columns = (*COUNTS, *TRAILING, *PAID, *COSTS)
    table = Table(known, (), columns, AMOUNTS, unknown=frozenset({*TRAILING, *COSTS, "margin_mrr_end"}))
    monthly, given = _monthly(known), spent_by_scope(known)
    for (scope, period, _), row in _own(known).by_scope().items():
        figures: dict[str, Figure] = dict(zip((PRESENT, *COUNTS, *PAID), row, strict=True))
        if not figures.pop(PRESENT):
            continue
        if figures["unknown_margin_customers_end"]:
            figures["margin_mrr_end"] = None
        figures |= _six_months(known, monthly, scope, period) | _cost_figures(known, scope, period)
        figures["existing_incentive_cost"] = given.get((scope, period), 0)
        table.put(scope, period, figures)
    return table
