"""Recipes of service, loyalty and outreach (docs/metrics.md, service)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tests.truth.rates import Read, Row, Z, divided, rated, share, wilson
from tests.truth.recipe import PERIOD, Recipe, first_of, total_of


def _hundred(column: str) -> Read:
    return lambda row: None if row[column] is None else 100 * row[column]


def _quality(row: Row) -> Mapping[str, Any]:
    """The mean of reviews ∓ z standard errors, within 0 and 100; one review has no spread."""
    n = row["reviews"]
    if n < 2:
        return {"iqs_low": None, "iqs_high": None}
    mean = float(row["score_sum"]) / n
    variance = max(float(row["score_squared_sum"]) - n * mean * mean, 0) / (n - 1)
    half = Z * math.sqrt(variance / n)
    return {"iqs_low": max(mean - half, 0), "iqs_high": min(mean + half, 100)}


def _variant_difference(row: Row) -> Mapping[str, Any]:
    """A variant's share less the others', with Newcombe's interval from Wilson's bounds of both."""
    pairs = [(row[f"{side}csat_numerator"], row[f"{side}csat_denominator"]) for side in ("", "others_")]
    p1, p0 = (share(*pair) for pair in pairs)
    (low1, high1), (low0, high0) = (wilson(*pair) for pair in pairs)
    names = ("csat_difference", "csat_difference_low", "csat_difference_high")
    if p1 is None or p0 is None or low1 is None or high1 is None or low0 is None or high0 is None:
        return dict.fromkeys(names)
    low = p1 - p0 - math.hypot(p1 - low1, high0 - p0)
    high = p1 - p0 + math.hypot(high1 - p1, p0 - low0)
    return dict(zip(names, (p1 - p0, low, high), strict=True))


def _tiers_side_by_side(rows: list[Row]) -> None:
    for row in rows:
        row["shown_among"] = row["tier"] if row["tier"] in ("(all)", "(members)") else "tier"


def _rfm_totals(rows: list[Row]) -> None:
    total_of("customers", "all_customers")(rows)
    total_of("revenue_12m", "all_revenue")(rows)


SERVICE_RECIPES = (
    Recipe(
        "rpt_service",
        "fct_service",
        first_of("cases", "resolved_cases", "csat_denominator", "returns_denominator"),
        members=("value",),
        keys=("breakdown", "value"),
        beside=(*PERIOD, "breakdown"),
        figures=(
            *(
                rated(rate, name, f"{name}_numerator", f"{name}_denominator")
                for name, rate in (
                    ("first_contact", "first_contact_rate"),
                    ("csat", "csat"),
                    ("churn_3m", "churn_3m_rate"),
                    ("self_service", "self_service_rate"),
                    ("told", "told_rate"),
                )
            ),
            *(
                divided(f"{name}_hours_{at}", f"{name}_seconds_{at}", lambda _: 3600)
                for name in ("first_response", "resolution")
                for at in ("median", "p90")
            ),
            divided("complaints_per_100", _hundred("complaints"), "complaints_denominator"),
            divided("returns_per_100_orders", _hundred("returns_numerator"), "returns_denominator"),
        ),
    ),
    Recipe(
        "rpt_service_quality",
        "fct_service_quality",
        first_of("reviews", "reviewed_denominator"),
        keys=("reviewer_role",),
        beside=(*PERIOD, "reviewer_role"),
        figures=(
            divided("iqs", "score_sum", "reviews"),
            _quality,
            rated("reviewed_rate", "reviewed", "reviewed_numerator", "reviewed_denominator"),
        ),
    ),
    Recipe(
        "rpt_speed_correctness",
        "fct_speed_correctness",
        "csat_denominator",
        keys=("is_first_contact", "is_answered_within_hour"),
        beside=(*PERIOD, "is_first_contact", "is_answered_within_hour"),
        figures=(rated("csat", "csat", "csat_numerator", "csat_denominator"),),
    ),
    Recipe(
        "rpt_reply_variants",
        "fct_reply_variants",
        lambda row: min(row["csat_denominator"], row["others_csat_denominator"] or row["csat_denominator"]),
        members=("reply_variant",),
        keys=("reply_variant",),
        figures=(
            rated("csat", "csat", "csat_numerator", "csat_denominator"),
            divided("others_csat", "others_csat_numerator", "others_csat_denominator"),
            _variant_difference,
        ),
    ),
    Recipe(
        "rpt_outreach",
        "fct_outreach",
        "touches",
        members=("campaign", "channel"),
        keys=("campaign", "channel"),
        figures=(
            rated("replied_rate", "replied", "replied_numerator", "touches"),
            rated("converted_rate", "converted", "converted_numerator", "touches"),
        ),
    ),
)
LOYALTY_RECIPES = (
    Recipe(
        "rpt_loyalty",
        "fct_loyalty",
        first_of("customers_start", "customers_end"),
        members=("tier",),
        keys=("tier",),
        beside=(*PERIOD, "shown_among"),
        prepare=_tiers_side_by_side,
        figures=(
            rated("retention_rate", "retention", "retained_customers", "customers_start"),
            rated("referred_rate", "referred", "referred_numerator", "referred_denominator"),
            divided("spend_per_customer", "revenue", "mean_customers"),
        ),
    ),
    Recipe(
        "rpt_tier_moves",
        "fct_tier_moves",
        "customers",
        members=("from_tier", "to_tier"),
        keys=("from_tier", "to_tier"),
    ),
    Recipe(
        "rpt_rfm",
        "fct_rfm",
        first_of("customers", "retention_denominator"),
        members=("rfm_segment",),
        keys=("rfm_segment",),
        prepare=_rfm_totals,
        figures=(
            rated("customer_share", "customer_share", "customers", "all_customers"),
            rated("retention_rate", "retention", "retention_numerator", "retention_denominator"),
            divided("revenue_share", "revenue_12m", lambda row: row["all_revenue"] if row["all_revenue"] > 0 else None),
        ),
    ),
)
