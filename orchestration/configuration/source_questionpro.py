"""The keys of a `questionpro` source in config/sources.yml.

Add here: a key of this kind. Keep out: what they do (orchestration/sources/questionpro/), and the key itself, which
the connector reads from the environment when it opens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from orchestration.configuration.sources import FetchedEntity, FetchedSource
from orchestration.configuration.value_types import Frozen

PERSONAL = frozenset({"ipAddress", "location", "currentInset", "operatingSystem", "osDeviceType", "browser"})
_OFFSET = re.compile(r"^[+-](0\d|1[0-4]):[0-5]\d$")
_STOCK = Path(__file__).parent.parent / "sources" / "questionpro" / "mapping.yml"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _as_text(value: Any) -> Any:
    """Ids are numbers in YAML and text here."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _check_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError(f'"{value}" must begin with https://, because the API key is sent to it')
    if parts.query or parts.username:
        raise ValueError("a base URL has no user and no parameters; the key goes into the variable of api_key_env")
    return value.rstrip("/")


def _check_offset(value: str) -> str:
    if not _OFFSET.match(value):
        raise ValueError(f'"{value}" is no offset; write it as +05:30')
    return value


def _check_variable(value: str) -> str:
    if value != "externalReference" and not value.startswith("customVariables."):
        raise ValueError(f'"{value}" holds no key; write externalReference or customVariables.<name>')
    return value


@cache
def stock_mapping() -> dict[str, dict[str, Any]]:
    """Table -> contract column -> field, as orchestration/sources/questionpro/mapping.yml has it."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(_STOCK.read_text(encoding="utf-8"))
    return found


Text = Annotated[str, BeforeValidator(_as_text)]


class QuestionProQuestion(Frozen):
    """What one question is used for. Only questions named in the configuration are read."""

    role: Literal["score", "driver", "reason", "comment"]
    name: str | None = None
    scale_min: int | None = None
    scale_max: int | None = None
    higher_is_better: bool = True
    blank_codes: Text = ""
    driver: str = ""
    answers: dict[Text, Text] = Field(default_factory=dict)


class QuestionProSurvey(Frozen):
    """One survey that is read: what it measures, and its questions by code."""

    type: Literal["csat", "nps", "ces", "service", "web_intercept", "exit"]
    id: str | None = None
    questions: dict[Text, QuestionProQuestion] = Field(default_factory=dict)


class QuestionProSource(FetchedSource):
    """One account: where the service is, which surveys are read, and how their responses are asked for."""

    kind: Literal["questionpro"]
    environment: Annotated[str, Field(pattern=r"^[a-z]{2,10}$")] = "com"
    base_url: Annotated[str, AfterValidator(_check_url)] | None = None
    api: Literal["surveys", "cx"] = "surveys"
    user_id: Text | None = None
    workspace_id: Text | None = None
    api_key_env: str = "QUESTIONPRO_API_KEY"
    customer_key: Annotated[str, AfterValidator(_check_variable)] = "externalReference"
    responses_since: date = date(2000, 1, 1)
    overlap_days: Annotated[int, Field(ge=1, le=3660)] = 40
    page_size: Annotated[int, Field(ge=1, le=1000)] = 1000
    zone_offsets: dict[str, Annotated[str, AfterValidator(_check_offset)]] = Field(default_factory=dict)
    surveys: Annotated[dict[Text, QuestionProSurvey], Field(min_length=1)]

    @field_validator("entities")
    @classmethod
    def _mapped_as_stock(cls, value: Mapping[str, FetchedEntity]) -> Mapping[str, FetchedEntity]:
        """Each entity with the stock mapping of its table, below what is written for it."""
        stock = stock_mapping()
        return {
            name: entity.model_copy(update={"columns": {**stock.get(entity.table, {}), **entity.columns}})
            for name, entity in value.items()
        }

    @model_validator(mode="after")
    def _names_its_owner(self) -> QuestionProSource:
        if self.api == "cx" and self.workspace_id is None:
            raise ValueError("api: cx needs workspace_id, the number in the workspace's address")
        if self.api == "surveys" and self.user_id is None:
            raise ValueError("user_id is missing, the number of the user whose surveys are read; add it")
        return self

    @property
    def url(self) -> str:
        """The base of all calls."""
        return self.base_url or f"https://api.questionpro.{self.environment}/a/api/v2"
