"""The keys of `kind: dynamics365` in config/sources.yml. Keep out: what they do (sources/dynamics365/)."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, Field, field_validator, model_validator

from orchestration.configuration.sources import FetchedEntity, FetchedSource
from orchestration.configuration.value_types import Frozen

LOCAL_DATE = "local_date"
_MAPPINGS = Path(__file__).parent.parent / "sources" / "dynamics365" / "mappings"
# The parts of an expression that name fields, and how a field is written.
_READING = ("field", "first_of", "concat", "reciprocal", "generated_key")
_FIELD = re.compile(r"\w+(?:/\w+)*")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _check_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError(f'"{value}" is not an https address; write https://<organization>.crm<N>.dynamics.com')
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        raise ValueError(f'"{value}" holds more than the address of the environment; write it without a path')
    return value.rstrip("/")


Url = Annotated[str, AfterValidator(_check_url)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


@cache
def stock_mappings() -> dict[str, dict[str, Any]]:
    """The packaged mappings by name: table, key and columns of each."""
    found = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(_MAPPINGS.glob("*.yml"))}
    return found


@cache
def stock_lookups() -> dict[str, Lookup]:
    """The packaged look-ups by name."""
    text = (_MAPPINGS.parent / "lookups.yml").read_text(encoding="utf-8")
    return {name: Lookup.model_validate(value) for name, value in yaml.safe_load(text).items()}


class Lookup(Frozen):
    """Where a value is looked up: table → [column that is matched, column that is given].

    Of several rows with the same id the greatest value counts. `otherwise` stands where nothing is found.
    """

    tables: dict[str, Annotated[list[str], Field(min_length=2, max_length=2)]]
    otherwise: str | None = None


class Dynamics365Entity(FetchedEntity):
    """One table. `mapping` names a packaged one, whose keys stand unless written here.

    `only_with`: a field without which a row is left out, such as the customer of an activity. `only_where`: field →
    values; a row with another is left out. The service cannot filter and track changes at once, so the client does.
    """

    mapping: str | None = None
    only_with: str | None = None
    only_where: dict[str, list[str]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("mapping"), str):
            return given
        stock = stock_mappings().get(given["mapping"])
        if stock is None:
            raise ValueError(f'mapping "{given["mapping"]}" is not known; choose one of: {", ".join(stock_mappings())}')
        columns = {**stock["columns"], **(given.get("columns") or {})}
        # A column mapped to nothing takes the packaged one away.
        return {**stock, **given, "columns": {name: value for name, value in columns.items() if value is not None}}

    @property
    def fields(self) -> list[str]:
        """The fields that columns and only_* read; what an expression is made of is judged by the mapping."""
        found = [name for name in (self.only_with, *self.only_where) if name]
        for raw in self.columns.values():
            parts = [raw[kind] for kind in _READING if kind in raw] if isinstance(raw, dict) else [raw]
            found += [name for part in parts for name in (part if isinstance(part, list) else [part])]
        return [name for name in found if isinstance(name, str) and _FIELD.fullmatch(name)]


class Dynamics365Source(FetchedSource):
    """One environment of Dataverse, asked over HTTPS with an app registration's secret or certificate."""

    kind: Literal["dynamics365"]
    url: Url
    tenant_id_env: Variable
    client_id_env: Variable
    client_secret_env: Variable | None = None
    certificate_path_env: Variable | None = None
    certificate_password_env: Variable | None = None
    authority: Url = "https://login.microsoftonline.com"
    ca_file: str | None = None
    page_size: Annotated[int, Field(ge=1, le=5000)] = 5000
    requests_at_once: Annotated[int, Field(ge=1, le=52)] = 4
    change_tracking_days: Annotated[int, Field(ge=1, le=365)] = 7
    lookups: dict[str, Lookup] = Field(default_factory=dict)
    entities: dict[str, Dynamics365Entity]

    @field_validator("lookups")
    @classmethod
    def _names_are_free(cls, value: dict[str, Lookup]) -> dict[str, Lookup]:
        if LOCAL_DATE in value or any("/" in name for name in value):
            raise ValueError(f'a look-up may not be named "{LOCAL_DATE}" or hold a /; choose another name')
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Dynamics365Source:
        if (self.client_secret_env is None) == (self.certificate_path_env is None):
            raise ValueError("give either client_secret_env or certificate_path_env")
        keyless = [name for name, entity in self.entities.items() if not entity.key]
        if keyless:
            raise ValueError(f"{', '.join(keyless)}: key is missing; name the primary id column, such as accountid")
        tables = Counter(entity.table for entity in self.entities.values())
        ways = {(item.table, item.key, item.only_with, str(item.only_where)) for item in self.entities.values()}
        if len(ways) != len(tables):
            raise ValueError("one table stands with different key, only_with or only_where; make them the same")
        return self

    @model_validator(mode="after")
    def _look_ups_are_known(self) -> Dynamics365Source:
        known = {LOCAL_DATE, *stock_lookups(), *self.lookups}
        for name, entity in self.entities.items():
            for field in entity.fields:
                unknown = [step for step in field.split("/")[1:] if step not in known]
                if unknown:
                    choices = ", ".join(sorted(known))
                    raise ValueError(
                        f'{name}: look-up "{unknown[0]}" of {field} is not known; choose one of: {choices}'
                    )
        return self

    @property
    def secret_names(self) -> dict[str, str]:
        """Setting → environment variable, of those that are set."""
        names = ("tenant_id_env", "client_id_env", "client_secret_env", "certificate_path_env")
        chosen = {name: getattr(self, name) for name in (*names, "certificate_password_env")}
        return {name: value for name, value in chosen.items() if value is not None}

    def entity_of(self, table: str) -> Dynamics365Entity:
        """The settings of a configured table; of several entities of one, what they share is the same."""
        return next(entity for entity in self.entities.values() if entity.table == table)

    @property
    def keyed_otherwise(self) -> frozenset[str]:
        """Tables whose primary id no column is mapped to: a deletion's id does not name what landed."""
        return frozenset(
            entity.table
            for entity in self.entities.values()
            if entity.key not in entity.columns.values() and {"field": entity.key} not in entity.columns.values()
        )
