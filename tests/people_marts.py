"""Hand-made marts of customers at risk and of loyalty, for the tests of those two pages.

Add here: a row that both the context's and the layout's tests need. Keep out: assertions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.mart_tables import CellValue, MartRow, make_marts, received, scoped

SIGNALS = ("pending_cancellation", "contract_ending", "complaint", "unanswered_request", "low_score", "contraction",
           "order_gap", "no_contact")  # fmt: skip
OWNERS = ("Anna Nagy", "Béla Tóth", "Celina Żak", "(none)")
DELIVERED = ("contracts", "orders", "cases", "interactions", "survey_responses", "survey_answers",
             "loyalty_transactions", "referrals")  # fmt: skip
SEGMENTS = {"champions": (20, 5000), "loyal": (30, 3000), "at_risk": (10, 900), "cannot_lose": (5, 400),
            "lost": (35, -20)}  # fmt: skip


def rate(name: str, part: int, whole: int, ends: tuple[str, str] = ("numerator", "denominator")) -> MartRow:
    """A rate with its counts and some interval around it."""
    share = part / whole if whole else None
    bounds = (
        {f"{name}_low": max(share - 0.05, 0.0), f"{name}_high": min(share + 0.05, 1.0)} if share is not None else {}
    )
    return {f"{name}_rate": share, f"{name}_{ends[0]}": part, f"{name}_{ends[1]}": whole, **bounds}


def signal(name: str, count: int, *, active: int = 200, month: str = "2024-12", **values: Any) -> MartRow:
    """A row of rpt_risk_signals; `values` override."""
    share = count / active
    row: dict[str, CellValue] = {
        "signal": name,
        "is_available": True,
        "is_suppressed": False,
        "customers": count,
        "unlisted_customers": 0,
        "value_at_stake": count * 100,
        "at_risk_rate": share,
        "at_risk_rate_low": max(share - 0.03, 0.0),
        "at_risk_rate_high": min(share + 0.03, 1.0),
        "at_risk_rate_numerator": count,
        "at_risk_rate_denominator": active,
    }
    return {**scoped(month), **row, **values}


def signals(listed: int, **values: Any) -> list[MartRow]:
    """Thirteen months of `any`, and every signal of the newest."""
    months = [f"2023-{month:02d}" for month in (12,)] + [f"2024-{month:02d}" for month in range(1, 13)]
    rows = [signal("any", listed + at, month=month) for at, month in enumerate(reversed(months[:-1]))]
    return [*rows, signal("any", listed, **values), *(signal(name, at) for at, name in enumerate(SIGNALS))]


def at_risk(rank: int, **values: CellValue) -> MartRow:
    """A row of rpt_customers_at_risk; owners take turns, and every fourth customer has none."""
    row: dict[str, CellValue] = {
        "list_rank": rank,
        "customer_id": f"C-{rank:03d}",
        "customer_name": f"Customer {rank}",
        "segment": "Trade",
        "account_owner": OWNERS[rank % len(OWNERS)],
        "preferred_channel": "voice" if rank % 2 else None,
        "value_at_stake": 10_000 - 10 * rank,
        "mrr": 10,
        "revenue_12m": 100,
        "signal_count": 2,
        "signals": "complaint, low_score",
        "since_on": date(2024, 11, 30),
        "next_step": "settle_complaint",
        "is_suppressed": False,
    }
    return {**scoped(), **row, **values}


def matrix(offers: int | None = 10) -> list[MartRow]:
    """The twelve cells; a cell's customers are its place, 0 in the last one."""
    cells = [(third, band) for third in ("top", "middle", "rest") for band in ("3+", "2", "1", "0")]
    return [
        scoped(
            value_third=third,
            risk_band=band,
            is_suppressed=False,
            customers=11 - at,
            value_at_stake=(11 - at) * 1000,
            accepted_rate=0.5 if offers else None,
            accepted_rate_denominator=offers,
        )
        for at, (third, band) in enumerate(cells)
    ]


def rfm(segments: Mapping[str, tuple[int, int]] = SEGMENTS, month: str = "2024-12") -> list[MartRow]:
    """rpt_rfm of one month: segment → customers and revenue of twelve months."""
    customers, revenue = (sum(pair[at] for pair in segments.values()) for at in (0, 1))
    return [
        {
            **scoped(month, rfm_segment=name, is_suppressed=False, customers=count, revenue_12m=amount),
            "revenue_share": amount / revenue if revenue > 0 else None,
            "customer_share": count / customers,
            "customer_share_denominator": customers,
            **rate("retention", count - 1, count),
        }
        for name, (count, amount) in segments.items()
    ]


def tier(name: str, customers: int, *, month: str = "2024-12", **values: Any) -> MartRow:
    """A row of rpt_loyalty; `values` override."""
    row: dict[str, CellValue] = {
        "tier": name,
        "is_suppressed": False,
        "customers_start": customers,
        "customers_end": customers,
        "mean_customers": customers,
        "revenue": customers * 30,
        "spend_per_customer": 30.0 if customers else None,
        "points_earned": customers * 10,
        "points_redeemed": customers * 4,
        "points_expired": customers,
        "points_adjusted": 0,
        "reward_cost": customers * 2,
        "referrals_made": 6,
        "referrals_converted": 3,
    }
    return {**scoped(month), **row, **rate("retention", max(customers - 1, 0), customers), **values}


def programme(tiers: Mapping[str, int], nobody: int = 60) -> list[MartRow]:
    """rpt_loyalty of the report month and its year so far, with the sums over the tiers."""
    members = sum(tiers.values())
    referred: dict[str, Any] = {"referred_rate": 0.25, "referred_low": 0.1, "referred_high": 0.5}
    referred |= {"referred_numerator": 3, "referred_denominator": 12}
    sums = [tier("(members)", members), tier("(none)", nobody), tier("(all)", members + nobody, **referred)]
    year = tier("(all)", members + nobody, period_type="ytd", period_start=date(2024, 1, 1), reward_cost=999)
    before = [tier("(all)", members + nobody, month=f"2024-{month:02d}") for month in range(1, 12)]
    return [*(tier(name, count) for name, count in tiers.items()), *sums, year, *before]


def move(origin: str, target: str, customers: int | None, *, year: bool = False) -> MartRow:
    """A row of rpt_tier_moves."""
    period: dict[str, CellValue] = {"period_type": "ytd", "period_start": date(2024, 1, 1)} if year else {}
    moved = scoped(from_tier=origin, to_tier=target, is_suppressed=customers is None, customers=customers)
    return {**moved, **period}


def people_marts(
    path: Path, delivered: Sequence[str] = DELIVERED, **models: Sequence[MartRow]
) -> Path:  # fmt: skip
    """Marts of the two pages' models; those that are not given are empty."""
    names = ("rpt_risk_signals", "rpt_customers_at_risk", "rpt_value_risk", "rpt_rfm", "rpt_loyalty", "rpt_tier_moves",
             "rpt_loyal_captive", "rpt_targets")  # fmt: skip
    return make_marts(
        path, {"rpt_data_received": received(*delivered), **{name: models.get(name, ()) for name in names}}
    )
