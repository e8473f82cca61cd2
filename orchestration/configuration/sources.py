"""What every source of config/sources.yml says, and how an entity arrives from a source that is fetched.

Add here: a key that more than one kind of source has. Keep out: the keys of one kind (source_<kind>.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from orchestration.configuration.value_types import Frozen, Name, Zone

System = Literal["crm", "finance", "survey"]


class SourceSettings(Frozen):
    """A source: its name in landing and messages, the system it belongs to, and the clock it keeps.

    Entities with `derive` are made of another one's rows: they stand in `derived` as they were written, not in
    `entities`, and are judged by orchestration/mapping/derive.py.
    """

    name: Name
    system: System
    time_zone: Zone | None = None
    history_starts_on: date | None = None
    # The business day of the month after by which this source's data of a month must be there; None: it is not awaited.
    due_business_day: Annotated[int, Field(ge=1, le=23)] | None = None
    # The entities that are awaited; empty: all of the source.
    due_entities: tuple[str, ...] = ()
    _derived: dict[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def derived(self) -> Mapping[str, Any]:
        return self._derived

    @model_validator(mode="wrap")
    @classmethod
    def _apart(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        entities = given.get("entities") if isinstance(given, dict) else None
        if not isinstance(entities, dict):
            return handler(given)
        derived = {name: spec for name, spec in entities.items() if isinstance(spec, dict) and "derive" in spec}
        delivered = {name: spec for name, spec in entities.items() if name not in derived}
        source = handler({**given, "entities": delivered})
        source._derived = derived
        return source

    @model_validator(mode="after")
    def _awaited_entities_are_delivered(self) -> Self:
        if self.due_entities and self.due_business_day is None:
            raise ValueError("due_entities says what is awaited, but due_business_day does not say by when; add it")
        entities = getattr(self, "entities", {})
        for name in self.due_entities:
            if name not in entities:
                raise ValueError(f'due_entities names "{name}", which is none of {", ".join(entities)}; correct it')
        return self


class EntitySettings(Frozen):
    """How the text of one entity is written, and whether a delivery holds all rows."""

    delivery: Literal["snapshot", "increment"] = "increment"
    decimal_comma: bool = False
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"
    # Of this entity's times without an offset, where it is not the source's.
    time_zone: Zone | None = None


class FetchedEntity(EntitySettings):
    """How one entity is fetched: a table of the service, its key there, and contract column → source field."""

    table: Annotated[str, Field(min_length=1)]
    key: str | None = None
    columns: dict[str, Any] = Field(default_factory=dict)
    # Below this share of the last full fetch's rows a full fetch counts as cut off; a real purge sets it lower once.
    at_least: Annotated[float, Field(ge=0, le=1)] = 0.8


class FetchedSource(SourceSettings):
    """A source that is asked rather than read from files. Secrets are named by environment variable, never written."""

    kind: str
    # Entities fetched at once.
    parallel: Annotated[int, Field(ge=1, le=16)] = 4
    entities: Mapping[str, FetchedEntity]
