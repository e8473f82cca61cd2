"""Writes the truth: one CSV per figure model, with the model's keys and columns, for every period and scope.

Add here: a further table, by the name of its file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from orchestration.demo.truth.breakdowns import survey_breakdowns
from orchestration.demo.truth.cohorts import cohorts
from orchestration.demo.truth.drivers import drivers
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.ledger import retention
from orchestration.demo.truth.losses import competitors, early_life, losses
from orchestration.demo.truth.loyalty import loyalty, referred, tier_moves
from orchestration.demo.truth.orders import orders
from orchestration.demo.truth.outcomes import loyal_captive, score_outcome
from orchestration.demo.truth.outreach import outreach
from orchestration.demo.truth.quality import service_quality
from orchestration.demo.truth.ratings import social_ratings
from orchestration.demo.truth.reasons import churn_reasons
from orchestration.demo.truth.revenue import revenue
from orchestration.demo.truth.rfm import rfm
from orchestration.demo.truth.risk import customers_at_risk, risk_signals, value_risk
from orchestration.demo.truth.save_desk import offers, save_desk
from orchestration.demo.truth.service import reply_variants, service, speed_correctness
from orchestration.demo.truth.surveys import surveys
from orchestration.demo.truth.survival import survival
from orchestration.demo.truth.tables import Table
from orchestration.demo.truth.value import costs, value
from orchestration.demo.truth.windows import window_sensitivity

TABLES: Mapping[str, Callable[[Known], Table]] = {
    "retention": retention,
    "cohorts": cohorts,
    "revenue": revenue,
    "orders": orders,
    "churn_reasons": churn_reasons,
    "losses": losses,
    "competitors": competitors,
    "early_life": early_life,
    "risk_signals": risk_signals,
    "customers_at_risk": customers_at_risk,
    "value_risk": value_risk,
    "surveys": surveys,
    "costs": costs,
    "value": value,
    "save_desk": save_desk,
    "offers": offers,
    "survey_breakdowns": survey_breakdowns,
    "drivers": drivers,
    "score_outcome": score_outcome,
    "loyal_captive": loyal_captive,
    "social_ratings": social_ratings,
    "survival": survival,
    "window_sensitivity": window_sensitivity,
    "service": service,
    "service_quality": service_quality,
    "speed_correctness": speed_correctness,
    "reply_variants": reply_variants,
    "loyalty": loyalty,
    "referred": referred,
    "tier_moves": tier_moves,
    "rfm": rfm,
    "outreach": outreach,
}


def write_truth(folder: Path, known: Known) -> dict[str, int]:
    """Writes all truth files into a folder; returns rows by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    return {name: table(known).write(folder / f"{name}.csv") for name, table in TABLES.items()}
