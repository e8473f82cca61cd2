"""Every kind of source that can be configured has a connector, and none connects by being made."""

from __future__ import annotations

from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from orchestration.configuration.sources import FetchedSource
from orchestration.settings import KINDS, Source
from orchestration.sources.connectors import connector_of

EXAMPLES: dict[str, dict[str, Any]] = {
    "sql": {"url_env": "SHOP_URL"},
    "dynamics365": {
        "url": "https://contoso.crm4.dynamics.com",
        "tenant_id_env": "TENANT",
        "client_id_env": "CLIENT",
        "client_secret_env": "SECRET",
    },
    "questionpro": {"user_id": 1, "surveys": {"1": {"type": "nps"}}},
}
MODELS = {get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(get_args(Source)[0])}


def test_the_kinds_are_those_of_the_settings() -> None:
    assert set(MODELS) == set(KINDS)
    assert {kind for kind, model in MODELS.items() if issubclass(model, FetchedSource)} == set(EXAMPLES)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_connector_is_made_without_secrets_and_network(kind: str) -> None:
    source = MODELS[kind].model_validate({"name": "x", "kind": kind, "system": "crm", "entities": {}, **EXAMPLES[kind]})
    connector = connector_of(source, {}, ZoneInfo("Europe/Budapest"))
    for method in ("open", "close", "fetch", "probe"):
        assert callable(getattr(connector, method))
