"""Random companies, one per activity rule, built once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.retention.retention_reference import Reference
from tests.integration.retention.retention_world import build, random_world

RULES: list[dict[str, Any]] = [
    {"activity_rule": "either"},
    {"activity_rule": "contract", "count_free": True},
    {"activity_rule": "orders", "order_window_days": 30},
]


@pytest.fixture(scope="package", params=range(len(RULES)), ids=lambda i: RULES[i]["activity_rule"])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reference]:
    """The working file of a random company, and what must be in it."""
    world = random_world(seed=20 + request.param, **RULES[request.param])
    return build(world, tmp_path_factory.mktemp("company")), Reference(world)
