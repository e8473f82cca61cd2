"""The keys of `kind: sql` in config/sources.yml. Keep out: what they do (orchestration/sources/sql/)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from orchestration.configuration.sources import FetchedEntity, FetchedSource


class SqlEntity(FetchedEntity):
    """One table or view, its schema before a dot.

    `cursor` is a column that only grows when a row is new or changed; without it, all rows are read every time. Where
    it is a time, the last `overlap_minutes` before the newest one are read again.
    """

    cursor: str | None = None
    # A row is stamped when it is written and seen when its transaction ends; an hour is longer than most take.
    overlap_minutes: Annotated[int, Field(ge=0)] = 60


class SqlSource(FetchedSource):
    """A database that SQLAlchemy can reach; its URL, password included, stands in the environment."""

    kind: Literal["sql"]
    url_env: Annotated[str, Field(min_length=1)]
    chunk_rows: Annotated[int, Field(ge=1)] = 50_000
    entities: dict[str, SqlEntity]

    @model_validator(mode="after")
    def _one_cursor_per_table(self) -> SqlSource:
        cursors: dict[str, tuple[str | None, int]] = {}
        for name, entity in self.entities.items():
            cursor = (entity.cursor, entity.overlap_minutes)
            if cursors.setdefault(entity.table, cursor) != cursor:
                raise ValueError(f"{name}: table {entity.table} has another cursor elsewhere; give it the same one")
        return self
