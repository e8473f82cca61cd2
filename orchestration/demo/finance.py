"""The finance department's own figures: exchange rates, targets and the events named in charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from orchestration.demo import story
from orchestration.demo.months import MONTHS, first_day

RATES_START = -12
_STEP = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be in a month; rates as 0–1, NPS in points."""

    metric: str
    month: date
    scope_type: str
    scope_value: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Annotation:
    """An event named in charts, once per language; a blank scope means everywhere."""

    happened_on: date
    label: str
    language: str
    scope: str


def draw_rates(rng: Random) -> dict[date, Decimal]:
    """EUR per PLN by month, 2021-01 to 2024-12: a walk around 0.22."""
    rates = {}
    rate = 0.2195
    for index in range(RATES_START, len(MONTHS)):
        rate += rng.gauss(0, 0.0022) + (0.2255 - rate) * 0.12
        rates[first_day(index)] = Decimal(str(rate)).quantize(_STEP, ROUND_HALF_UP)
    return rates


_COMPANY_TARGETS = {
    "retention_rate": ("0.975", "0.976", "0.979"),
    "churn_rate": ("0.025", "0.024", "0.021"),
    "nps": ("28", "30", "34"),
    "csat": ("0.78", "0.80", "0.82"),
    "nrr": ("0.985", "0.99", "0.99"),
}
_COUNTRY_TARGETS = {"HU": Decimal("0.002"), "PL": Decimal("-0.003"), "AT": Decimal("0.001")}


def targets() -> list[Target]:
    """One target per metric and month for the company; retention, churn and NPS per country too."""
    found = []
    for month in MONTHS:
        year = month.index // 12
        for metric, values in _COMPANY_TARGETS.items():
            value = Decimal(values[year])
            found.append(Target(metric, month.first, "company", "(all)", value))
            for country, offset in _COUNTRY_TARGETS.items():
                if metric in ("retention_rate", "churn_rate"):
                    sign = 1 if metric == "retention_rate" else -1
                    found.append(Target(metric, month.first, "country", country, value + sign * offset))
                elif metric == "nps":
                    found.append(Target(metric, month.first, "country", country, value + offset * 1000))
    return found


_EVENTS = {
    story.LOYALTY_STARTS_ON: {
        "en": "Loyalty programme starts",
        "hu": "Elindul a hűségprogram",
        "pl": "Start programu lojalnościowego",
    },
    story.PRICE_RISE_ON: {"en": "Price rise", "hu": "Áremelés", "pl": "Podwyżka cen"},
    story.BAD_SERVICE_ON: {
        "en": "Łódź warehouse in trouble",
        "hu": "Akadozik a łódźi raktár",
        "pl": "Kłopoty magazynu w Łodzi",
    },
    story.RECOVERY_ON: {"en": "New warehouse opens", "hu": "Megnyílik az új raktár", "pl": "Otwarcie nowego magazynu"},
}


def named_events() -> list[Annotation]:
    """The four events of the story in three languages."""
    return [
        Annotation(day, label, language, "") for day, labels in _EVENTS.items() for language, label in labels.items()
    ]
