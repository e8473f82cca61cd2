"""How each reporting model follows from its facts: one Recipe per rpt_ model, written from docs/metrics.md.

Add here: the recipe of a new rpt_ model. A column without one must stand in the facts under the same name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from math import exp, log, sqrt
from typing import Any

from tests.truth.rates import Row, divided, nps, over_days, rated, ratio, share, wilson
from tests.truth.recipe import PERIOD, SCOPE, Recipe, first_of, total_of
from tests.truth.recipes_risk import RISK_RECIPES
from tests.truth.recipes_service import LOYALTY_RECIPES, SERVICE_RECIPES
from tests.truth.recipes_value import VALUE_RECIPES


def _reasons(rows: list[Row]) -> None:
    total_of("lost_customers", "all_lost_customers")(rows)
    running: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in sorted(rows, key=lambda row: (-row["lost_customers"], row["reason_category"], row["is_involuntary"])):
        key = tuple(row[name] for name in (*SCOPE, *PERIOD))
        running[key] += row["lost_customers"]
        row["running"] = running[key]


def _days(row: Row) -> int:
    return int((row["period_end"] - row["period_start"]).days) + 1


def _churn_30d(row: Row) -> Mapping[str, Any]:
    lost, start, days = row["lost_customers"], row["customers_start"], _days(row)
    # Of the bounds as they stand in the row: the root of a hazard near 1 magnifies their ninth place.
    low, high = (None if bound is None else round(bound, 9) for bound in wilson(lost, start))
    return {
        "churn_30d_rate": over_days(share(lost, start), days, 30),
        "churn_30d_numerator": lost,
        "churn_30d_denominator": start,
        "churn_30d_low": over_days(low, days, 30),
        "churn_30d_high": over_days(high, days, 30),
    }


def _churn_annualised(row: Row) -> Mapping[str, Any]:
    lost, start, days = row["lost_customers"], row["customers_start"], _days(row)
    low, high = (None if bound is None else round(bound, 9) for bound in wilson(lost, start))
    return {
        "churn_annualised": over_days(share(lost, start), days, 365),
        "churn_annualised_numerator": lost,
        "churn_annualised_denominator": start,
        "churn_annualised_low": over_days(low, days, 365),
        "churn_annualised_high": over_days(high, days, 365),
    }


def _kept_revenue(row: Row) -> Mapping[str, Any]:
    start = row["nrr_denominator"]
    squares = row["start_squared"]
    nrr_low, nrr_high = ratio(row["nrr_numerator"], start, row["nrr_squared"], row["nrr_product"], squares)
    grr_low, grr_high = ratio(row["grr_numerator"], start, row["grr_squared"], row["grr_product"], squares)
    return {
        "nrr": share(row["nrr_numerator"], start),
        "nrr_low": nrr_low,
        "nrr_high": nrr_high,
        "grr": share(row["grr_numerator"], start),
        "grr_low": grr_low,
        "grr_high": None if grr_high is None else min(grr_high, 1),
    }


def _quick_ratio(row: Row) -> Mapping[str, Any]:
    gained = row["new_mrr"] + row["expansion_mrr"] + row["reactivation_mrr"]
    gone = row["churned_mrr"] + row["contraction_mrr"]
    return {
        "quick_ratio": share(gained, gone),
        "quick_ratio_numerator": gained,
        "quick_ratio_denominator": gone,
    }


def _if_positive(column: str) -> Callable[[Row], Any]:
    return lambda row: row[column] if row[column] > 0 else None


def _reordering(row: Row) -> Mapping[str, Any]:
    """Who is not at a day's curve any more; log–log bounds turn round with the share."""
    stay, variance = row["survival"], row["greenwood"]
    if stay is None or not 0 < stay < 1:
        return {"reorder_share": None if stay is None else 1 - stay, "reorder_low": None, "reorder_high": None}
    width = 1.959963984540054 * sqrt(variance) / log(stay)
    low, high = (1 - stay ** exp(sign * width) for sign in (1, -1))
    return {"reorder_share": 1 - stay, "reorder_low": low, "reorder_high": high}


def _returning_revenue(row: Row) -> Mapping[str, Any]:
    low, high = ratio(
        row["returning_revenue"],
        row["revenue"] if row["revenue"] > 0 else None,
        row["returning_revenue_squared"],
        row["returning_revenue_product"],
        row["revenue_squared"],
    )
    return {"returning_revenue_share_low": low, "returning_revenue_share_high": high}


def _nps(row: Row) -> Mapping[str, Any]:
    answers = row["promoters"] + row["passives"] + row["detractors"]
    score, low, high = nps(row["promoters"], row["detractors"], answers)
    return {"nps": score, "nps_low": low, "nps_high": high, "nps_denominator": answers}


def _responded(row: Row) -> Mapping[str, Any]:
    completed, delivered = row["completed_responses"], row["delivered"]
    reason = None
    if not row["are_invited_known"]:
        reason = "invitations_name_no_customers"
    elif delivered is None:
        reason = "no_invitations"
    elif completed > delivered:
        reason = "more_responses_than_invitations"
    pair = (None, None) if reason else (completed, delivered)
    rate = rated("response_rate", "response_rate", lambda _: pair[0], lambda _: pair[1])
    return {**rate(row), "response_rate_reason": reason}


def _mean_score(row: Row) -> Any:
    return None if row["scale_max"] is None else row["score_sum"]


RECIPES = (
    Recipe(
        "rpt_retention",
        "fct_retention",
        "customers_start",
        figures=(
            rated("retention_rate", "retention", "retained_customers", "customers_start"),
            rated("churn_rate", "churn", "lost_customers", "customers_start"),
            _churn_30d,
            _churn_annualised,
        ),
    ),
    Recipe(
        "rpt_cohorts",
        "fct_cohorts",
        "cohort_size",
        keys=("cohort_month", "age_months", "cohort_basis"),
        beside=(*PERIOD, "cohort_month", "cohort_basis"),
        figures=(rated("retention_rate", "retention", "active_customers", "cohort_size"),),
        shown=("is_open",),
    ),
    Recipe(
        "rpt_revenue",
        "fct_revenue",
        first_of("paying_customers_start", "paying_customers_end"),
        figures=(_kept_revenue, _quick_ratio),
    ),
    Recipe(
        "rpt_orders",
        "fct_orders",
        first_of("buyers", "buyers_12m", "buyers_ever"),
        figures=(
            divided("aov", "revenue", "orders"),
            divided("purchase_frequency", "orders_12m", "buyers_12m"),
            rated("repeat_rate", "repeat_rate", "repeat_buyers", "buyers_ever"),
            rated("returning_order_share", "returning_order_share", "returning_orders", "orders"),
            divided("returning_revenue_share", "returning_revenue", _if_positive("revenue")),
            divided("top20_share", "top20_revenue", _if_positive("revenue_12m")),
            divided("main_buyers_share", _if_positive("main_buyers"), "buyers_12m"),
            _returning_revenue,
        ),
    ),
    Recipe(
        "rpt_window_sensitivity",
        "fct_window_sensitivity",
        "customers_start",
        keys=("window_days",),
        beside=(*PERIOD, "window_days"),
        figures=(rated("churn_rate", "churn", "lost_customers", "customers_start"), _reordering),
    ),
    Recipe(
        "rpt_churn_reasons",
        "fct_churn_reasons",
        "lost_customers",
        keys=("reason_category", "is_involuntary"),
        prepare=_reasons,
        figures=(
            rated("share", "share", "lost_customers", "all_lost_customers"),
            divided("running_share", "running", "all_lost_customers"),
        ),
    ),
    Recipe(
        "rpt_losses",
        "fct_losses",
        "lost_customers",
        figures=(
            rated("voluntary_churn_rate", "voluntary_churn_rate", "voluntary_customers", "customers_start"),
            rated("involuntary_churn_rate", "involuntary_churn_rate", "involuntary_customers", "customers_start"),
            rated(
                "silent_rate",
                "silent_rate",
                "silent_customers",
                lambda row: None if row["silent_customers"] is None else row["lost_customers"],
            ),
        ),
    ),
    Recipe(
        "rpt_competitors",
        "fct_competitors",
        "lost_customers",
        keys=("competitor",),
        prepare=total_of("lost_customers", "naming_customers"),
        figures=(rated("share", "share", "lost_customers", "naming_customers"),),
    ),
    Recipe(
        "rpt_early_life",
        "fct_early_life",
        "joined_customers",
        keys=("onboarding",),
        beside=(*PERIOD, "onboarding"),
        figures=(rated("early_churn_rate", "early_churn_rate", "lost_customers", "joined_customers"),),
        together=lambda row: row["onboarding"] == "all",
    ),
    Recipe(
        "rpt_surveys",
        "fct_surveys",
        "responses",
        keys=("survey_type",),
        beside=(*PERIOD, "survey_type"),
        shown=("scale_min", "scale_max"),
        figures=(
            _nps,
            rated("csat", "csat", "satisfied", "csat_denominator"),
            rated("coverage", "coverage", "coverage_numerator", "coverage_denominator"),
            divided("mean_score", _mean_score, "responses"),
            _responded,
            rated(
                "match_rate",
                "match_rate",
                "matched_responses",
                lambda row: None if row["matched_responses"] is None else row["completed_responses"],
            ),
        ),
    ),
    Recipe(
        "rpt_survey_distribution",
        "fct_survey_distribution",
        "responses",
        keys=("survey_type", "scale_min", "scale_max", "score"),
        beside=(*PERIOD, "survey_type"),
        prepare=total_of("responses", "all_responses", "survey_type"),
        figures=(divided("share", "responses", "all_responses"),),
    ),
    Recipe(
        "rpt_survey_breakdowns",
        "fct_survey_breakdowns",
        "responses",
        members=("value",),
        keys=("survey_type", "breakdown", "value"),
        beside=(*PERIOD, "survey_type", "breakdown"),
        shown=("scale_min", "scale_max"),
        figures=(
            _nps,
            rated("csat", "csat", "satisfied", "csat_denominator"),
            divided("mean_score", _mean_score, "responses"),
        ),
    ),
    Recipe(
        "rpt_score_outcome",
        "fct_score_outcome",
        "customers",
        members=("score_band",),
        keys=("survey_type", "score_band"),
        beside=(*PERIOD, "survey_type"),
        figures=(rated("churn_rate", "churn_rate", "lost_customers", "customers"),),
    ),
    Recipe(
        "rpt_social_ratings",
        "fct_social_ratings",
        "ratings",
        keys=("platform",),
        beside=(*PERIOD, "platform"),
        figures=(divided("mean_rating", "rescaled_sum", "ratings"),),
    ),
    Recipe(
        "rpt_loyal_captive",
        "fct_loyal_captive",
        "answering_customers",
        figures=(
            rated("advocate_share", "advocate_share", "advocates", "answering_customers"),
            rated("captive_share", "captive_share", "captive_customers", "retained_customers"),
            rated("loyal_share", "loyal_share", "loyal_customers", "retained_customers"),
        ),
    ),
    *VALUE_RECIPES,
    *SERVICE_RECIPES,
    *LOYALTY_RECIPES,
    *RISK_RECIPES,
)
