"""One frozen row type per rpt_ model: its fields are the columns a report reads, in the model's own names.

Add here: a column or model that a page needs. Keep out: computed values. Rates are 0–1, NPS in points, amounts
DECIMAL in the base currency; None is a suppressed or inapplicable figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class MartRow:
    """A row of the model named by its type; subclasses say which."""

    model: ClassVar[str]


@dataclass(frozen=True, slots=True)
class ScopedRow(MartRow):
    """The keys every scoped model carries."""

    scope_type: str
    scope_value: str
    period_type: str
    period_start: date
    period_end: date


@dataclass(frozen=True, slots=True)
class RetentionRow(ScopedRow):
    model: ClassVar[str] = "rpt_retention"
    is_suppressed: bool
    customers_start: int | None
    customers_end: int | None
    retained_customers: int | None
    lost_customers: int | None
    new_customers: int | None
    reactivated_customers: int | None
    moved_in: int | None
    moved_out: int | None
    in_period_joiners_lost: int | None
    provisional_losses: int | None
    retention_rate: float | None
    retention_numerator: int | None
    retention_denominator: int | None
    retention_low: float | None
    retention_high: float | None
    churn_rate: float | None
    churn_numerator: int | None
    churn_denominator: int | None
    churn_low: float | None
    churn_high: float | None
    churn_30d_rate: float | None
    churn_30d_low: float | None
    churn_30d_high: float | None


@dataclass(frozen=True, slots=True)
class CohortRow(ScopedRow):
    """Cell of a cohort triangle; cohort_basis is ordered or active, age_months ≥ 0."""

    model: ClassVar[str] = "rpt_cohorts"
    is_suppressed: bool
    cohort_month: date
    age_months: int
    cohort_basis: str
    cohort_size: int | None
    active_customers: int | None
    retention_rate: float | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class RevenueRow(ScopedRow):
    model: ClassVar[str] = "rpt_revenue"
    is_suppressed: bool
    mrr_start: Decimal | None
    new_mrr: Decimal | None
    reactivation_mrr: Decimal | None
    expansion_mrr: Decimal | None
    contraction_mrr: Decimal | None
    churned_mrr: Decimal | None
    fx_effect: Decimal | None
    mrr_end: Decimal | None
    nrr: float | None
    nrr_low: float | None
    nrr_high: float | None
    grr: float | None
    grr_low: float | None
    grr_high: float | None
    quick_ratio: float | None
    paying_customers_start: int | None
    paying_customers_end: int | None


@dataclass(frozen=True, slots=True)
class OrdersRow(ScopedRow):
    model: ClassVar[str] = "rpt_orders"
    is_suppressed: bool
    orders: int | None
    buyers: int | None
    returning_buyers: int | None
    returning_orders: int | None
    returning_revenue: Decimal | None
    revenue: Decimal | None
    aov: float | None
    buyers_12m: int | None
    orders_12m: int | None
    purchase_frequency: float | None
    repeat_buyers: int | None
    buyers_ever: int | None
    repeat_rate: float | None
    top20_revenue: Decimal | None
    revenue_12m: Decimal | None
    top20_share: float | None
    returning_revenue_share: float | None


@dataclass(frozen=True, slots=True)
class ReasonRow(ScopedRow):
    model: ClassVar[str] = "rpt_churn_reasons"
    is_suppressed: bool
    reason_category: str
    is_involuntary: bool
    lost_customers: int | None
    lost_mrr: Decimal | None
    share: float | None
    running_share: float | None


@dataclass(frozen=True, slots=True)
class SurveyRow(ScopedRow):
    model: ClassVar[str] = "rpt_surveys"
    is_suppressed: bool
    survey_type: str
    responses: int | None
    delivered: int | None
    promoters: int | None
    passives: int | None
    detractors: int | None
    nps: float | None
    nps_low: float | None
    nps_high: float | None
    satisfied: int | None
    csat: float | None
    csat_low: float | None
    csat_high: float | None
    mean_score: float | None
    response_rate: float | None
    coverage: float | None
    coverage_numerator: int | None
    coverage_denominator: int | None


@dataclass(frozen=True, slots=True)
class DistributionRow(ScopedRow):
    model: ClassVar[str] = "rpt_survey_distribution"
    is_suppressed: bool
    survey_type: str
    scale_min: int
    scale_max: int
    score: int
    responses: int | None


@dataclass(frozen=True, slots=True)
class TargetRow(ScopedRow):
    model: ClassVar[str] = "rpt_targets"
    metric: str
    target_value: float


@dataclass(frozen=True, slots=True)
class AnnotationRow(MartRow):
    """An event to name in a plot; scope is empty for everybody, else a value of the audience's filter."""

    model: ClassVar[str] = "rpt_annotations"
    happened_on: date
    language: str
    label: str
    scope: str | None


@dataclass(frozen=True, slots=True)
class ReceivedRow(MartRow):
    """What arrived of one entity; counts are rows, delivered_by says where the delivery date came from."""

    model: ClassVar[str] = "rpt_data_received"
    system: str
    entity: str
    sources: str | None
    landed: int
    admitted: int
    quarantined: int
    superseded: int
    exact_duplicates: int
    deleted: int
    newest_delivered_on: date | None
    delivered_by: str | None
    is_delivered: bool
