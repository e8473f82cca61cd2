"""The keys of `kind: files` in config/sources.yml. Keep out: what they do (orchestration/sources/files/)."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from orchestration.configuration.sources import EntitySettings, SourceSettings
from orchestration.mapping.packaged import with_packaged

_USER_WITH_PASSWORD = re.compile(r"://[^/@]*:[^/@]*@")
_SECRET_WORDS = ("secret", "token", "password", "key", "credential")


class EntityFiles(EntitySettings):
    """How one entity arrives as files in a `files` source.

    `columns` and `answers` may be written header first; the expressions are those of orchestration/mapping/. `mapping`
    names a packaged one, whose keys stand unless written here.
    """

    maps_headers: ClassVar[bool] = True

    files: str
    format: Literal["csv", "tsv", "spaced", "jsonl", "parquet", "excel"] | None = None
    encoding: Literal["utf-8", "cp1250", "iso-8859-2", "utf-16", "detect"] = "utf-8"
    # A tab is a separator like any other, so blanks are not stripped here.
    separator: Annotated[str, StringConstraints(min_length=1, max_length=1, strip_whitespace=False)] | None = None
    sheet: str | None = None
    delivered_on: date | None = None
    may_be_empty: bool = False
    mapping: str | None = None
    columns: dict[str, Any] = Field(default_factory=dict)
    answers: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, given: Any) -> Any:
        return with_packaged(given) if isinstance(given, dict) and given.get("mapping") else given


class FilesSource(SourceSettings):
    """A folder of files, or a place in object storage (s3://bucket/exports).

    `{data}` in path is HOLDFAST_DATA; another relative path starts at the config folder. `storage` are fsspec's options
    for the place; `storage_env` those that are secret, each by the name of its environment variable.
    """

    kind: Literal["files"]
    path: str
    storage: dict[str, str | int | bool] = Field(default_factory=dict)
    storage_env: dict[str, str] = Field(default_factory=dict)
    entities: dict[str, EntityFiles]

    @property
    def is_remote(self) -> bool:
        return "://" in self.path

    @field_validator("path")
    @classmethod
    def _no_password_in_path(cls, value: str) -> str:
        if _USER_WITH_PASSWORD.search(value):
            raise ValueError("a password stands in the path; name its environment variable under storage_env")
        return value

    @field_validator("storage")
    @classmethod
    def _no_secret_in_storage(cls, value: dict[str, str | int | bool]) -> dict[str, str | int | bool]:
        for option in value:
            if any(word in option.lower() for word in _SECRET_WORDS):
                raise ValueError(f'"{option}" is a secret; write it under storage_env with its environment variable')
        return value
