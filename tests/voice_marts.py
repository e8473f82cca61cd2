"""Hand-made marts of a company with service cases and surveys, for tests of the service and satisfaction pages.

Keep out: assertions, and figures of other pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.mart_tables import CellValue, MartRow, make_marts, received, scoped

YEAR: Mapping[str, Any] = {"period_type": "ytd", "period_start": date(2024, 1, 1)}
QUARTER: Mapping[str, Any] = {
    "period_type": "quarter",
    "period_start": date(2024, 7, 1),
    "period_end": date(2024, 9, 30),
}
ENTITIES = (
    "cases", "case_reviews", "survey_responses", "survey_answers", "survey_questions", "survey_invitations",
    "social_ratings",
)  # fmt: skip


def case_row(month: str = "2024-12", breakdown: str = "whole", value: str = "(all)", **values: CellValue) -> MartRow:
    """A row of rpt_service that has every figure; values replace them."""
    figures: dict[str, Any] = {
        "cases": 93, "cases_answered": 91, "cases_resolved": 84, "first_response_hours_median": 0.87,
        "first_response_hours_p90": 3.72, "resolution_hours_median": 14.1, "resolution_hours_p90": 252.6,
        "first_contact_rate": 0.93, "first_contact_low": 0.846, "first_contact_high": 0.97,
        "first_contact_denominator": 71, "complaints": 25, "complaints_denominator": 2291.0,
        "complaints_per_100": 1.09, "csat": 0.65, "csat_low": 0.433, "csat_high": 0.819, "csat_denominator": 20,
        "told_rate": 0.47, "told_low": 0.368, "told_high": 0.576, "told_numerator": 40, "told_denominator": 85,
        "self_service_denominator": 0, "returns_numerator": 0, "is_suppressed": False,
    }  # fmt: skip
    return scoped(month, breakdown=breakdown, value=value, **{**figures, **values})


def share_row(rate: str, share: float, low: float, high: float, size: int, **values: CellValue) -> MartRow:
    """A row with one share, its bounds and its denominator."""
    figures: dict[str, Any] = {rate: share, f"{rate}_low": low, f"{rate}_high": high, f"{rate}_denominator": size}
    return scoped(**{"is_suppressed": False, **figures, **values})


def survey_row(survey_type: str = "nps", month: str = "2024-12", **values: CellValue) -> MartRow:
    """A row of rpt_surveys of 157 answers to 544 invitations."""
    figures: dict[str, Any] = {
        "scale_min": 0, "scale_max": 10, "is_suppressed": False, "responses": 157, "completed_responses": 181,
        "delivered": 544, "nps": 38.9, "nps_low": 27.5, "nps_high": 50.2, "csat": 0.854, "csat_low": 0.79,
        "csat_high": 0.9, "mean_score": 7.96, "response_rate": 0.3327, "coverage": 0.0656, "coverage_numerator": 151,
        "coverage_denominator": 2301,
    }  # fmt: skip
    return scoped(month, survey_type=survey_type, **{**figures, **values})


def service_models() -> dict[str, Sequence[MartRow]]:
    """A company whose customers are content where replies come soon and are right."""
    channels = [("email", 215), ("live_chat", 191), ("web", 183), ("fax_machine", 12)]
    subjects = [("delivery", 313), ("billing", 264)]
    return {
        "rpt_data_received": received(*ENTITIES),
        "rpt_annotations": [],
        "rpt_service": [
            case_row(),
            case_row("2024-11", resolution_hours_median=18.2),
            *(case_row(breakdown="channel", value=name, cases=cases, **YEAR) for name, cases in channels),
            *(case_row(breakdown="category", value=name, cases=cases, **YEAR) for name, cases in subjects),
            case_row("2024-09", "category", "delivery", churn_3m_rate=0.13, churn_3m_denominator=60, **QUARTER),
        ],
        "rpt_service_quality": [
            scoped(reviewer_role=role, iqs=iqs, iqs_low=iqs - 2, iqs_high=iqs + 2, reviews=count, reviewed_rate=0.21,
                   **YEAR)
            for role, iqs, count in (("(all)", 80.2, 265), ("own", 85.3, 108), ("lead", 72.5, 69))
        ],
        "rpt_speed_correctness": [
            share_row("csat", 0.916, 0.856, 0.952, 131, is_first_contact=True, is_answered_within_hour=True, **YEAR),
            share_row("csat", 0.647, 0.556, 0.728, 116, is_first_contact=True, is_answered_within_hour=False, **YEAR),
            share_row("csat", 0.583, 0.320, 0.807, 12, is_first_contact=False, is_answered_within_hour=True, **YEAR),
        ],
        "rpt_reply_variants": [
            share_row("csat", 0.765, 0.681, 0.832, 119, reply_variant="personal", csat_difference=0.025,
                      csat_difference_low=-0.084, csat_difference_high=0.134, **YEAR),
            share_row("csat", 0.739, 0.654, 0.810, 119, reply_variant="short", csat_difference=-0.025,
                      csat_difference_low=-0.134, csat_difference_high=0.084, **YEAR),
        ],
    }  # fmt: skip


def survey_models() -> dict[str, Sequence[MartRow]]:
    """A company whose low scores foretell who leaves, asked by NPS and CSAT."""
    bands = (("at_risk", 0.237, 0.190, 0.291, 270), ("satisfied", 0.055, 0.035, 0.085, 329),
             ("advocate", 0.081, 0.061, 0.108, 517))  # fmt: skip
    return {
        "rpt_data_received": received(*ENTITIES),
        "rpt_targets": [],
        "rpt_verdicts": [
            scoped(metric="nps", detail="nps", comparison="previous", difference=2.8, verdict="none"),
            scoped(metric="nps", detail="nps", comparison="year_ago", difference=49.3, verdict="up"),
        ],
        "rpt_surveys": [survey_row(), survey_row("nps", "2024-11", nps=36.1), survey_row("nps", "2023-12", nps=-10.4),
                        survey_row("csat", nps=None, nps_low=None, nps_high=None)],
        "rpt_survey_distribution": [
            scoped(survey_type="nps", scale_min=0, scale_max=10, score=score, responses=count, is_suppressed=False)
            for score, count in ((3, 23), (8, 50), (9, 84))
        ],
        "rpt_survey_breakdowns": [
            scoped(survey_type="nps", breakdown="channel", value=name, responses=count, nps=nps, nps_low=nps - 16,
                   nps_high=nps + 16, is_suppressed=False)
            for name, count, nps in (("email", 76, 50.0), ("web", 81, 28.4))
        ],
        "rpt_drivers": [
            scoped(survey_id="r", survey_type="nps", score_question="s", driver_question=name, driver=name, rho=rho,
                   mean_driver_score=mean, answers=900, is_significant=rho > 0.1, is_ranked=True)
            for name, rho, mean in (("price", 0.03, 3.0), ("delivery", 0.66, 3.95), ("support", 0.18, 3.76))
        ],
        "rpt_score_outcome": [
            share_row("churn_rate", rate, low, high, size, survey_type="nps", score_band=band)
            for band, rate, low, high, size in bands
        ],
        "rpt_loyal_captive": [
            scoped(retained_customers=1459, loyal_customers=644, captive_customers=250, loyal_share=0.4414,
                   loyal_share_low=0.416, loyal_share_high=0.467, loyal_share_denominator=1459, captive_share=0.1714,
                   captive_share_low=0.153, captive_share_high=0.192, captive_share_denominator=1459,
                   advocate_share=0.476, advocate_share_low=0.45, advocate_share_high=0.5,
                   advocate_share_denominator=1712)
        ],
        "rpt_social_ratings": [scoped(platform="trustpilot", ratings=7, mean_rating=0.89)],
    }  # fmt: skip


def write(path: Path, models: Mapping[str, Sequence[MartRow]], **changed: Sequence[MartRow]) -> Path:
    """Writes the models with some of them replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return make_marts(path, {**models, **changed})
