"""Every event-level figure of the published marts equals what was planted, in every period and scope."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from orchestration.demo.truth.write import TABLES
from tests.pipeline import DemoRun
from tests.truth.comparison import Comparison, assert_equal

SCOPED = ("audience", "scope_type", "scope_value", "period_type", "period_start", "period_end")
MODELS = (
    Comparison("fct_retention", "retention.csv", SCOPED),
    Comparison("fct_cohorts", "cohorts.csv", (*SCOPED, "cohort_month", "age_months", "cohort_basis"), "not is_open"),
    Comparison("fct_revenue", "revenue.csv", SCOPED),
    Comparison("fct_orders", "orders.csv", SCOPED),
    Comparison("fct_churn_reasons", "churn_reasons.csv", (*SCOPED, "reason_category", "is_involuntary")),
    Comparison("fct_losses", "losses.csv", SCOPED),
    Comparison("fct_competitors", "competitors.csv", (*SCOPED, "competitor")),
    Comparison("fct_early_life", "early_life.csv", (*SCOPED, "onboarding")),
    Comparison("fct_risk_signals", "risk_signals.csv", (*SCOPED, "signal")),
    Comparison("rpt_customers_at_risk", "customers_at_risk.csv", (*SCOPED, "list_rank")),
    Comparison("fct_value_risk", "value_risk.csv", (*SCOPED, "value_third", "risk_band")),
    Comparison("fct_surveys", "surveys.csv", (*SCOPED, "survey_type")),
    Comparison("fct_costs", "costs.csv", (*SCOPED, "kind", "channel_or_programme")),
    Comparison("fct_value", "value.csv", SCOPED),
    Comparison("fct_save_desk", "save_desk.csv", (*SCOPED, "handled_by", "campaign", "offer_kind")),
    Comparison("fct_offers", "offers.csv", (*SCOPED, "campaign", "offer_kind")),
    Comparison("fct_survey_breakdowns", "survey_breakdowns.csv", (*SCOPED, "survey_type", "breakdown", "value")),
    Comparison("fct_drivers", "drivers.csv", (*SCOPED, "survey_id", "score_question", "driver_question")),
    Comparison("fct_score_outcome", "score_outcome.csv", (*SCOPED, "survey_type", "score_band")),
    Comparison("fct_loyal_captive", "loyal_captive.csv", SCOPED),
    Comparison("fct_social_ratings", "social_ratings.csv", (*SCOPED, "platform")),
    Comparison("fct_survival", "survival.csv", (*SCOPED, "stratum_type", "stratum_value", "age_days")),
    Comparison("fct_window_sensitivity", "window_sensitivity.csv", (*SCOPED, "window_days")),
    Comparison("fct_service", "service.csv", (*SCOPED, "breakdown", "value")),
    Comparison("fct_service_quality", "service_quality.csv", (*SCOPED, "reviewer_role")),
    Comparison(
        "fct_speed_correctness", "speed_correctness.csv", (*SCOPED, "is_first_contact", "is_answered_within_hour")
    ),
    Comparison("fct_reply_variants", "reply_variants.csv", (*SCOPED, "reply_variant")),
    Comparison("fct_loyalty", "loyalty.csv", (*SCOPED, "tier")),
    Comparison("fct_loyalty", "referred.csv", (*SCOPED, "tier"), "tier = '(all)'"),
    Comparison("fct_tier_moves", "tier_moves.csv", (*SCOPED, "from_tier", "to_tier")),
    Comparison("fct_rfm", "rfm.csv", (*SCOPED, "rfm_segment")),
    Comparison("fct_outreach", "outreach.csv", (*SCOPED, "campaign", "channel")),
)


@pytest.mark.pipeline
@pytest.mark.parametrize("comparison", MODELS, ids=lambda comparison: comparison.model)
def test_published_figures_equal_the_planted_truth(demo_run: DemoRun, demo_truth: Path, comparison: Comparison) -> None:
    assert_equal(demo_run.marts, demo_truth, comparison)


@pytest.mark.pipeline
def test_every_row_landed_met_the_fate_that_was_planted(demo_run: DemoRun) -> None:
    with (demo_run.truth / "data_received.csv").open(encoding="utf-8", newline="") as file:
        planted = list(csv.DictReader(file))
    columns = list(planted[0])
    selected = ", ".join(f"cast({name} as varchar)" for name in columns)
    query = f"select {selected} from rpt_data_received where is_delivered order by entity"
    with duckdb.connect(str(demo_run.marts), read_only=True) as connection:
        rows = connection.execute(query).fetchall()
    assert [dict(zip(columns, row, strict=True)) for row in rows] == planted


def test_every_table_of_truth_is_compared() -> None:
    assert {comparison.truth for comparison in MODELS} == {f"{name}.csv" for name in TABLES}
