"""The story planted in the demo: when customers leave more, why they say so, and how they score.

All numbers were chosen so that the report has something to find: a price rise, a quarter of bad service, a loyalty
effect and a recovery. Monthly churn stays between about 1 and 5 %.
Keep out: anything drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from orchestration.demo.months import month_index

PRICE_RISE_ON = date(2023, 3, 1)
PRICE_RISE = month_index(PRICE_RISE_ON)
BAD_SERVICE_ON = date(2023, 10, 1)
BAD_SERVICE = range(month_index(BAD_SERVICE_ON), month_index(date(2024, 1, 1)))
LOYALTY_STARTS_ON = date(2022, 7, 1)
LOYALTY_STARTS = month_index(LOYALTY_STARTS_ON)
RECOVERY_ON = date(2024, 3, 1)
RECOVERY = month_index(RECOVERY_ON)
NEWEST = month_index(date(2024, 12, 1))

# Customers leave more in January (budgets) and August (closed businesses).
_SEASON = (1.25, 1.0, 0.95, 0.95, 1.0, 1.0, 1.05, 1.2, 1.0, 0.95, 0.9, 0.95)
_PRICE_SHOCK = {0: 2.8, 1: 2.3, 2: 1.8, 3: 1.2}
_SERVICE_SHOCK = {0: 1.7, 1: 2.4, 2: 2.7, 3: 2.0, 4: 1.3}
_TIER_EFFECT = {"": 1.0, "bronze": 0.85, "silver": 0.65, "gold": 0.5}

PLAN_PRICE = {
    "EUR": {"Basic": 3900, "Standard": 8900, "Premium": 21900},
    "PLN": {"Basic": 17900, "Standard": 39900, "Premium": 98900},
}
CURRENCY = {"HU": "EUR", "AT": "EUR", "PL": "PLN"}
PLANS = ("Basic", "Standard", "Premium")


def churn_factor(index: int, country: str, segment: str) -> float:
    """How many times the usual hazard of leaving applies in a month (index 0 = 2022-01)."""
    factor = _SEASON[index % 12]
    factor *= _PRICE_SHOCK.get(index - PRICE_RISE, 1.0)
    service = _SERVICE_SHOCK.get(index - BAD_SERVICE.start, 1.0)
    # The bad quarter was a matter of the Łódź warehouse: Poland felt it most.
    factor *= 1 + (service - 1) * (1.6 if country == "PL" else 0.8)
    if index >= RECOVERY:
        factor *= max(0.54, 1 - 0.055 * (index - RECOVERY))
    # A competitor courts small Polish shops at the very end, while the trade programme keeps tradespeople.
    if index == NEWEST and country == "PL" and segment == "Retail":
        factor *= 14.0
    if index >= NEWEST - 2 and segment == "Trade":
        factor *= 0.6
    return factor


def tier_effect(tier: str) -> float:
    """Members of the loyalty programme leave less."""
    return _TIER_EFFECT[tier]


def loyalty_tier(joined_on: date | None, index: int) -> str:
    """bronze on joining, silver after 6 months, gold after 18; '' for who is no member in that month."""
    if joined_on is None or index < month_index(joined_on):
        return ""
    months = index - month_index(joined_on)
    return "gold" if months >= 18 else "silver" if months >= 6 else "bronze"


def reason_weights(index: int, country: str) -> dict[str, float]:
    """Why customers that leave in a month say they do; weights, not shares."""
    weights = {
        "no_longer_needed": 24.0,
        "competitor": 17.0,
        "price_increase": 11.0,
        "poor_service": 9.0,
        "late_delivery": 7.0,
        "business_closed": 11.0,
        "payment_failed": 12.0,
        "other": 6.0,
    }
    if PRICE_RISE <= index <= PRICE_RISE + 3:
        weights |= {"price_increase": 80.0, "competitor": 28.0}
    if index in range(BAD_SERVICE.start, BAD_SERVICE.stop + 2):
        weights |= {"poor_service": 95.0, "late_delivery": 60.0 if country == "PL" else 40.0}
    if index == NEWEST and country == "PL":
        weights |= {"competitor": 90.0}
    return weights


def service_load(index: int) -> float:
    """Cases per active customer and month."""
    if index in BAD_SERVICE:
        return 0.085
    return 0.034 if index >= RECOVERY else 0.042


def complaint_share(index: int) -> float:
    """Share of cases that are complaints."""
    return 0.5 if index in BAD_SERVICE else 0.22


def nps_mix(index: int, country: str) -> tuple[float, float]:
    """Expected shares of promoters and detractors."""
    if index in range(BAD_SERVICE.start, BAD_SERVICE.stop + 1):
        return (0.27, 0.43) if country == "PL" else (0.35, 0.32)
    if PRICE_RISE <= index <= PRICE_RISE + 2:
        return (0.38, 0.27)
    if index >= RECOVERY:
        return (0.53, 0.15)
    return (0.46, 0.2)


def satisfied_share(index: int) -> float:
    """Expected share of 4s and 5s in the service survey."""
    if index in range(BAD_SERVICE.start, BAD_SERVICE.stop + 1):
        return 0.58
    return 0.84 if index >= RECOVERY else 0.78


@dataclass(frozen=True, slots=True)
class Campaign:
    """Offers made to a share of the contract customers of some segments on one day; a part of them is held out."""

    name: str
    offered_on: date
    kind: str
    share: float
    holdout: float
    segments: tuple[str, ...]


CAMPAIGNS = (
    Campaign("winter_2024", date(2024, 1, 15), "discount", 0.45, 0.25, ("Retail", "Trade")),
    Campaign("spring_2024", date(2024, 4, 10), "free_month", 0.40, 0.25, ("Retail",)),
    # Nobody was held out of this one: what it did cannot be told.
    Campaign("anniversary_2024", date(2024, 9, 2), "gift", 0.25, 0.0, ("Trade", "Enterprise")),
)
OFFERED, HELD_OUT = "offered", "held out"
# Those picked were thought to be at risk, rightly; an offer made them stay, as far as it was a real one.
_PICKED = {"winter_2024": 2.4, "spring_2024": 2.4, "anniversary_2024": 1.0}
_OFFER_EFFECT = {"winter_2024": 0.35, "spring_2024": 0.7, "anniversary_2024": 1.0}
_OFFER_LASTS = 4


def offer_effect(arms: dict[str, str], index: int) -> float:
    """How many times the usual hazard applies in a month to a customer picked for campaigns; `arms` by campaign."""
    factor = 1.0
    for campaign in CAMPAIGNS:
        if campaign.name in arms and 0 <= index - month_index(campaign.offered_on) < _OFFER_LASTS:
            factor *= _PICKED[campaign.name]
            factor *= _OFFER_EFFECT[campaign.name] if arms[campaign.name] == OFFERED else 1.0
    return factor


def early_effect(age_months: int, onboarded: bool) -> float:
    """New customers leave more, and much more if nobody showed them how things work."""
    if age_months >= 3:
        return 1.0
    return 0.6 if onboarded else 2.1


def onboarded_share(index: int) -> float:
    """Share of new contract customers that get a training or an onboarding call in time."""
    if index in BAD_SERVICE:
        return 0.3
    return 0.75 if index >= RECOVERY else 0.55


def reopened_share(index: int) -> float:
    """Share of resolved cases that come back."""
    return 0.24 if index in BAD_SERVICE else 0.05 if index >= RECOVERY else 0.08


def told_share(index: int) -> float:
    """Share of resolved cases whose customer is told so."""
    return 0.25 if index in BAD_SERVICE else 0.75 if index >= RECOVERY else 0.5
