"""What staging does of a mapping: meanings of codes, and forms of dates, as the vars that dbt_project.py hands to dbt.

The macros are in dbt_project/macros/meanings.sql.
"""

from __future__ import annotations

from typing import Any

from orchestration.contract import Entity
from orchestration.mapping.compiled import ColumnMapping
from orchestration.mapping.date_formats import date_pattern
from orchestration.mapping.expressions import Expression
from orchestration.sources.files.headers import ANSWER_PREFIX

Rule = dict[str, Any]


def meanings(mapping: ColumnMapping, date_order: str) -> dict[str, list[Rule]]:
    """Contract column -> its rule, in a list, as answers have one per question; a column without one is left out."""
    found = {
        name: [_rule(expression, mapping.entity, name, date_order)]
        for name, expression in mapping.columns.items()
        if not name.startswith(ANSWER_PREFIX) and expression.has_meaning
    }
    return dict(sorted(found.items()))


def answer_meanings(mapping: ColumnMapping) -> dict[str, list[Rule]]:
    """The rules of answers that are columns of a response file: `value` of survey_answers, question by question."""
    rules = [
        {"question": name.removeprefix(ANSWER_PREFIX), **_codes(expression)}
        for name, expression in sorted(mapping.columns.items())
        if name.startswith(ANSWER_PREFIX) and expression.codes
    ]
    return {"value": rules} if rules else {}


def _rule(expression: Expression, entity: Entity, name: str, date_order: str) -> Rule:
    rule = _codes(expression)
    if expression.date_format is not None:
        found = date_pattern(expression.date_format, date_order, entity.column(name).is_month)
        rule["date"] = [found.pattern, found.replacement]
    return rule


def _codes(expression: Expression) -> Rule:
    return {"codes": dict(expression.codes), "otherwise": expression.otherwise} if expression.codes else {}
