"""The keys of `kind: files` in config/sources.yml. Keep out: what they do (orchestration/sources/files/)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from orchestration.source_settings import EntitySettings, SourceSettings


class EntityFiles(EntitySettings):
    """How one entity arrives as files in a `files` source."""

    files: str
    format: Literal["csv", "tsv", "jsonl", "parquet", "excel"] | None = None
    encoding: Literal["utf-8", "cp1250", "iso-8859-2", "utf-16"] = "utf-8"
    # A tab is a separator like any other, so blanks are not stripped here.
    separator: Annotated[str, StringConstraints(min_length=1, max_length=1, strip_whitespace=False)] | None = None
    sheet: str | None = None
    delivered_on: date | None = None
    may_be_empty: bool = False
    columns: dict[str, str] = Field(default_factory=dict)
    answers: dict[str, str] = Field(default_factory=dict)


class FilesSource(SourceSettings):
    """A folder of files. `{data}` in path is HOLDFAST_DATA; another relative path starts at the config folder."""

    kind: Literal["files"]
    path: str
    entities: dict[str, EntityFiles]
