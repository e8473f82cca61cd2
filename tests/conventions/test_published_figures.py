"""What a release records, what the next build holds it to, and what the models have: three lists that must be one."""

from __future__ import annotations

import ast
from typing import Any

from jinja2 import Environment

from orchestration.dbt_project import DBT_DIR
from orchestration.delivery.figures import FIGURE_MODELS
from tests.conventions.test_dbt_project import PROPERTIES

KEYS = {"audience", "scope_type", "scope_value", "period_type", "period_start", "period_end"}


def published_models() -> dict[str, dict[str, list[str]]]:
    text = (DBT_DIR / "macros" / "published.sql").read_text(encoding="utf-8")
    environment: Environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals["return"] = lambda value: value
    found: Any = ast.literal_eval(environment.from_string(text + "{{ published_models() }}").render().strip())
    return found


def test_the_models_and_what_tells_their_rows_apart_are_those_of_the_release() -> None:
    assert {model: tuple(shape["detail"]) for model, shape in published_models().items()} == dict(FIGURE_MODELS)


def test_every_exact_figure_is_held_to() -> None:
    for model, shape in published_models().items():
        exact = [
            column["name"]
            for column in PROPERTIES[model]["columns"]
            if str(column["data_type"]).startswith(("bigint", "integer", "decimal"))
            and column["name"] not in KEYS
            and column["name"] not in shape["detail"]
        ]
        assert sorted(shape["figures"]) == sorted(exact), model
