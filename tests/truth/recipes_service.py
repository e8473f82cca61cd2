"""Recipes of service, loyalty and outreach (docs/metrics.md, service)."""

from __future__ import annotations

from tests.truth.rates import Read, divided, rated
from tests.truth.recipe import PERIOD, Recipe, first_of


def _hundred(column: str) -> Read:
    return lambda row: None if row[column] is None else 100 * row[column]


SERVICE_RECIPES = (
    Recipe(
        "rpt_service",
        "fct_service",
        first_of("cases", "resolved_cases", "csat_denominator", "returns_denominator"),
        members=("breakdown_value",),
        keys=("breakdown", "breakdown_value"),
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
)
