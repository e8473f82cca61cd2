"""What a company says about itself in company.yml: who is a customer, what a signal is, when its report goes out.

Add here: a key of company.yml. Keep out: mail and ledger (mail.py), audiences and sources (settings.py), and
what a key does (the models).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from orchestration.alarms.settings import AlarmSettings
from orchestration.automation.calendar_rules import check_country
from orchestration.configuration.mail import LedgerSettings, MailSettings
from orchestration.configuration.value_types import Frozen, HeaderText, Month, Name, Zone

ActivityRule = Literal["contract", "orders", "either"]
Breakdown = Literal[
    "country", "region", "segment", "plan", "term", "acquisition_channel", "acquisition_offer", "account_owner"
]
BREAKDOWNS: tuple[Breakdown, ...] = (
    "country",
    "region",
    "segment",
    "plan",
    "term",
    "acquisition_channel",
    "acquisition_offer",
    "account_owner",
)


class Signals(Frozen):
    """When a customer shows that it may leave. Days are counted back from a month's last day."""

    months: int = Field(13, ge=1, le=120)
    no_contact_days: int = Field(90, ge=1, le=730)
    unanswered_quote_days: int = Field(14, ge=1, le=365)
    complaint_days: int = Field(90, ge=1, le=730)
    complaints: int = Field(2, ge=1, le=100)
    low_score_days: int = Field(90, ge=1, le=730)
    order_gap_percentile: float = Field(0.9, gt=0, lt=1)
    order_gaps_needed: int = Field(5, ge=1, le=100)
    contraction_days: int = Field(90, ge=1, le=730)
    ending_days: int = Field(60, ge=1, le=365)
    listed_customers: int = Field(50, ge=1, le=500)


class Company(Frozen):
    """config/company.yml."""

    name: HeaderText
    report: Name = "retention"
    time_zone: Zone
    base_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    activity_rule: ActivityRule = "contract"
    activity_rule_by_segment: dict[str, ActivityRule] = Field(default_factory=dict)
    order_window_days: int = Field(90, ge=1, le=1000)
    count_free: bool = False
    allowed_gap_days: int = Field(0, ge=0, le=365)
    breakdowns: tuple[Breakdown, ...] = BREAKDOWNS
    first_month: Month
    last_month: Month | None = None
    first_report_month: Month
    close_lag_business_days: int = Field(3, ge=0, le=20)
    deadline_business_days: int | None = Field(None, ge=0, le=23)
    holiday_countries: tuple[str, ...] = ()
    min_group_size: int = Field(5, ge=1, le=100)
    max_rejected_share: float = Field(0.01, ge=0, le=1)
    max_unknown_customer_share: float = Field(0.01, ge=0, le=1)
    exit_question: str | None = None
    gross_margin: Decimal | None = Field(None, gt=0, le=1)
    incentive_programmes: tuple[str, ...] = ()
    signals: Signals = Signals()
    mail: MailSettings
    ledger: LedgerSettings = LedgerSettings()
    keep_snapshots: int = Field(13, ge=1, le=1000)
    alarms: AlarmSettings = AlarmSettings()

    @field_validator("breakdowns")
    @classmethod
    def _no_breakdown_twice(cls, value: tuple[Breakdown, ...]) -> tuple[Breakdown, ...]:
        for name in value:
            if value.count(name) > 1:
                raise ValueError(f'"{name}" stands twice; remove one of the two')
        return value

    @field_validator("holiday_countries")
    @classmethod
    def _holidays_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(check_country(country) for country in value)

    @model_validator(mode="after")
    def _deadline_is_not_before_the_report(self) -> Company:
        if self.deadline_business_days is not None and self.deadline_business_days < self.close_lag_business_days:
            raise ValueError(
                f"deadline_business_days {self.deadline_business_days} is before close_lag_business_days "
                f"{self.close_lag_business_days}, the day the report runs; set it to that or later"
            )
        return self
