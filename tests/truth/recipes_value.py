"""Recipes of what a customer is worth and costs, and of the save desk and its offers: value and cost in the docs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.truth.rates import Row, divided, rated, share
from tests.truth.recipe import PERIOD, SCOPE, Recipe, first_of

MOST_MONTHS = 60


def _times(*factors: float | None) -> float | None:
    product = 1.0
    for factor in factors:
        if factor is None:
            return None
        product *= factor
    return product


def monthly_margin(row: Row) -> float | None:
    """What a customer leaves in a month: by orders over customer-months, by contracts over the customers at the end."""
    if row["orders_6m"] is None and row["mrr_end"] is None:
        return None
    parts: list[float | None] = []
    if row["orders_6m"] is not None:
        parts.append(share(row["order_margin_6m"], row["churn_6m_denominator"]))
    if row["mrr_end"] is not None and row["paying_customers_end"]:
        parts.append(share(row["margin_mrr_end"], row["customers_end"]))
    return None if None in parts else sum(part for part in parts if part is not None)


def _lifetime(row: Row) -> float | None:
    churn = share(row["churn_6m_numerator"], row["churn_6m_denominator"])
    return None if churn is None else min(1 / churn, MOST_MONTHS) if churn else MOST_MONTHS


def _worth(row: Row) -> Mapping[str, Any]:
    lifetime, margin = _lifetime(row), monthly_margin(row)
    cac = share(row["acquisition_cost"], row["joined_customers"])
    clv = _times(margin, lifetime)
    lost, start = row["churn_6m_numerator"], row["churn_6m_denominator"]
    by_orders = _times(share(row["order_margin_6m"], start), lifetime)
    return {
        "lifetime_months": lifetime,
        "is_lifetime_capped": None if lifetime is None else lost * MOST_MONTHS < start,
        "margin_per_customer_month": margin,
        "contract_clv": _times(share(row["margin_mrr_end"], row["paying_customers_end"]), lifetime),
        "order_clv": by_orders if row["orders_6m"] else None,
        "clv": clv,
        "cac": cac,
        "clv_to_cac": share(clv, cac),
        "payback_months": share(cac, margin) if margin is not None and margin > 0 else None,
    }


def _one_point(row: Row) -> Mapping[str, Any]:
    """What one point more churn a month costs in a year, of the customers there are."""
    churn = share(row["churn_6m_numerator"], row["churn_6m_denominator"])
    arpa = share(row["mrr_end"], row["paying_customers_end"])
    if churn is None or arpa is None or row["paying_customers_start"] is None:
        return {"one_point_of_churn": None}
    stay = 1 - churn
    year = sum((stay + 0.01) ** month - stay**month for month in range(1, 13))
    return {"one_point_of_churn": row["paying_customers_start"] * arpa * year}


def _year_of_margin(offers: list[Row], value: list[Row]) -> None:
    keys = (*SCOPE, *PERIOD)
    margins = {tuple(row[key] for key in keys): monthly_margin(row) for row in value}
    for row in offers:
        row["yearly_margin"] = _times(12, margins.get(tuple(row[key] for key in keys)))


def _break_even(row: Row) -> Mapping[str, Any]:
    margin = row["yearly_margin"]
    uplift = share(share(row["accepted_cost"], row["offered"]), margin) if margin is not None and margin > 0 else None
    return {"margin_per_customer_year": margin, "break_even_uplift": uplift}


def _offer_size(row: Row) -> int:
    return int(row["offered"] + row["held_out"])


VALUE_RECIPES = (
    Recipe(
        "rpt_value",
        "fct_value",
        first_of("customers_start", "customers_end"),
        figures=(
            rated("churn_6m_rate", "churn_6m", "churn_6m_numerator", "churn_6m_denominator"),
            _worth,
            _one_point,
            divided("arpa", "mrr_end", "paying_customers_end"),
            divided("contract_margin_rate", "margin_mrr_end", "mrr_end"),
            divided("aov_6m", "revenue_6m", "orders_6m"),
            divided("orders_per_customer_month", "orders_6m", "churn_6m_denominator"),
            divided(
                "order_margin_rate",
                "order_margin_6m",
                lambda row: row["revenue_6m"] if row["revenue_6m"] and row["revenue_6m"] > 0 else None,
            ),
            divided("retention_cost_per_customer", "retention_cost", "retained_customers"),
            divided("incentive_per_new_customer", "new_incentive_cost", "joined_customers"),
            divided("incentive_per_existing_customer", "existing_incentive_cost", "customers_start"),
        ),
    ),
    Recipe(
        "rpt_save_desk",
        "fct_save_desk",
        lambda row: (
            next((n for n in (row["saved"] + row["lost"], row["requests"], row["pending"]) if n), row["saved_day_90"])
            if row["handled_by"] == row["campaign"] == "(all)"
            else None
        ),
        keys=("handled_by", "campaign", "offer_kind"),
        figures=(
            rated("save_rate", "save_rate", "saved", lambda row: row["saved"] + row["lost"]),
            rated("still_active_rate", "still_active", "still_active", "saved_day_90"),
        ),
    ),
    Recipe(
        "rpt_offers",
        "fct_offers",
        _offer_size,
        second_size=lambda row: row["offered_day_90"] + row["held_out_day_90"],
        keys=("campaign", "offer_kind"),
        beside=("period_type", "period_end"),
        with_facts="fct_value",
        join=_year_of_margin,
        figures=(
            rated("acceptance_rate", "acceptance", "accepted", "offered"),
            rated("offered_staying_rate", "offered_staying", "offered_staying", "offered_day_90"),
            rated("held_out_staying_rate", "held_out_staying", "held_out_staying", "held_out_day_90"),
            _break_even,
        ),
    ),
    Recipe("rpt_costs", "fct_costs", lambda _: 0, keys=("kind", "channel_or_programme")),
)
