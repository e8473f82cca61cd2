"""The dbt project as the rest of the code sees it: where it is, the vars a company's settings give it, its arguments.

Pure: it runs nothing and imports neither dbt nor Dagster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.configuration.sources import EntitySettings
from orchestration.contract import Entity, load_contract
from orchestration.mapping.compiled import compile_mapping
from orchestration.mapping.derive import derivations
from orchestration.mapping.staging import Rule, answer_meanings, meanings
from orchestration.settings import PROJECT_ROOT, Settings

ANSWERS = "survey_answers"
DBT_DIR = PROJECT_ROOT / "dbt_project"


def source_formats(
    settings: Settings, contract: Mapping[str, Entity] | None = None
) -> dict[str, dict[str, dict[str, Any]]]:
    """Per entity and source: how its text is to be read (decimal comma, date order, zone, codes) and delivered."""
    contract = contract or load_contract()
    formats: dict[str, dict[str, dict[str, Any]]] = {}
    for source in settings.sources:
        zone = source.time_zone or settings.company.time_zone
        for item in derivations(source, contract):
            formats.setdefault(item.entity.name, {})[source.name] = _format(source.entities[item.origin], zone, {})
        for entity, spec in source.entities.items():
            mapping = compile_mapping(spec, contract[entity])
            formats.setdefault(entity, {})[source.name] = _format(spec, zone, meanings(mapping, spec.date_order))
            # A response file that carries its answers as columns delivers them in its own format.
            if getattr(spec, "answers", None):
                formats.setdefault(ANSWERS, {})[source.name] = _format(spec, zone, answer_meanings(mapping))
    return formats


def _format(spec: EntitySettings, zone: str, found: dict[str, list[Rule]]) -> dict[str, Any]:
    written = {
        "decimal_comma": spec.decimal_comma,
        "date_order": spec.date_order,
        "time_zone": spec.time_zone or zone,
        "delivery": spec.delivery,
    }
    return {**written, "meanings": found} if found else written


def dbt_vars(settings: Settings) -> dict[str, Any]:
    """The `--vars` of every dbt call for these settings; the same settings always give the same vars."""
    company = settings.company
    return {
        "base_currency": company.base_currency,
        "time_zone": company.time_zone,
        "activity_rule": company.activity_rule,
        "order_window_days": company.order_window_days,
        "count_free": company.count_free,
        "activity_rule_by_segment": dict(company.activity_rule_by_segment),
        "allowed_gap_days": company.allowed_gap_days,
        "scope_types": list(company.breakdowns),
        "history_starts_on": {
            source.name: source.history_starts_on.isoformat() for source in settings.sources if source.history_starts_on
        },
        "gross_margin": "" if company.gross_margin is None else str(company.gross_margin),
        "incentive_programmes": list(company.incentive_programmes),
        "signals": company.signals.model_dump(),
        "min_group_size": company.min_group_size,
        "max_rejected_share": company.max_rejected_share,
        "max_unknown_customer_share": company.max_unknown_customer_share,
        "exit_question": company.exit_question or "",
        "first_month": company.first_month,
        "last_month": company.last_month or "",
        "audiences": [
            {"name": audience.name, "filter": {key: list(values) for key, values in audience.filter.items()}}
            for audience in settings.audiences
        ],
        "formats": source_formats(settings),
    }
