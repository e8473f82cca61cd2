"""The typed, frozen settings: config/*.yml plus the environment. The one place that reads either.

Add here: a key that a company may edit. Keep out: anything computed from data, and any secret (those are
read from the environment by the code that needs them, at the moment it needs them).

An unknown key or a value out of range raises SettingsError with file, line and fix.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter, ValidationError, field_validator, model_validator

from orchestration.automation.calendar_rules import CompanyCalendar
from orchestration.configuration.brand import Brand, brand_problems
from orchestration.configuration.company import Company
from orchestration.configuration.mail import EnvironmentName, MailSettings, SmtpSettings
from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.configuration.source_files import EntityFiles, FilesSource
from orchestration.configuration.source_questionpro import QuestionProSource
from orchestration.configuration.source_sql import SqlSource
from orchestration.configuration.sources import FetchedSource
from orchestration.configuration.value_types import Address, Frozen, HeaderText, Name
from orchestration.configuration.yaml_lines import YamlDocument, YamlError, read_yaml

__all__ = [
    "Audience",
    "Company",
    "EntityFiles",
    "FilesSource",
    "MailSettings",
    "Recipient",
    "Settings",
    "SmtpSettings",
    "Source",
]

LANGUAGES = ("en", "hu", "pl")
Page = Literal[
    "cover",
    "retention",
    "cohorts",
    "revenue",
    "reasons",
    "risk",
    "satisfaction",
    "loyalty",
    "service",
    "data",
]
PAGES: tuple[Page, ...] = get_args(Page)
# A business day for the run and its retries, one for a person; then whatever is not sent is an alarm.
DEADLINE_AFTER = 2
FILTER_ATTRIBUTES = ("country", "region", "segment", "account_owner")
SYSTEMS = ("crm", "finance", "survey")
PROJECT_ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """The configuration cannot be used; the message names every file, line, value and fix."""


class Recipient(Frozen):
    name: HeaderText
    address: Address


class Audience(Frozen):
    """One report: its language, filter, pages and recipients."""

    name: Name
    title: HeaderText
    language: Literal["en", "hu", "pl"]
    filter: dict[Literal["country", "region", "segment", "account_owner"], list[str]] = Field(default_factory=dict)
    pages: tuple[Page, ...] = PAGES
    recipients: list[Recipient] = Field(default_factory=list)
    brand: Brand = Brand()
    approval: bool = False
    attach_xlsx: bool = False
    password_env: EnvironmentName | None = None

    @field_validator("recipients")
    @classmethod
    def _no_recipient_twice(cls, value: list[Recipient]) -> list[Recipient]:
        seen: set[str] = set()
        for recipient in value:
            if recipient.address.lower() in seen:
                raise ValueError(f'recipient "{recipient.address}" stands twice; remove one of the two')
            seen.add(recipient.address.lower())
        return value

    @model_validator(mode="after")
    def _workbook_has_its_page_and_no_secret(self) -> Audience:
        if self.attach_xlsx and "risk" not in self.pages:
            raise ValueError("attach_xlsx makes a workbook of page risk, which is not in pages; add it or drop the key")
        if self.attach_xlsx and self.password_env:
            raise ValueError("attach_xlsx would send names unencrypted beside an encrypted report; drop one of the two")
        return self


KINDS = ("files", "sql", "dynamics365", "questionpro")
# The kinds of source; `kind` says which keys an entry of sources.yml may have.
Source = Annotated[FilesSource | SqlSource | Dynamics365Source | QuestionProSource, Field(discriminator="kind")]


class Settings(Frozen):
    """Everything a run needs to know, and where it works. Build it with load_settings()."""

    config_dir: Path
    data_dir: Path
    company: Company
    audiences: tuple[Audience, ...]
    sources: tuple[Source, ...]

    @property
    def landing_dir(self) -> Path:
        return self.data_dir / "landing"

    @property
    def work_dir(self) -> Path:
        return self.data_dir / "work"

    @property
    def work_database(self) -> Path:
        return self.work_dir / "holdfast.duckdb"

    @property
    def published_dir(self) -> Path:
        return self.data_dir / "published"

    @property
    def published_marts(self) -> Path:
        return self.published_dir / "marts.duckdb"

    @property
    def checks_path(self) -> Path:
        return self.published_dir / "checks.json"

    @property
    def reports_dir(self) -> Path:
        return self.data_dir / "reports"

    @property
    def outbox_dir(self) -> Path:
        return self.data_dir / "outbox"

    @property
    def ledger_path(self) -> Path:
        return self.data_dir / "ledger.sqlite"

    @property
    def dagster_home(self) -> Path:
        return self.data_dir / "dagster"

    @property
    def lock_path(self) -> Path:
        return self.data_dir / "run.lock"

    def audience(self, name: str) -> Audience:
        """The audience of that name; SettingsError names the known ones."""
        for audience in self.audiences:
            if audience.name == name:
                return audience
        known = ", ".join(audience.name for audience in self.audiences)
        raise SettingsError(f'audience "{name}" is not in {self.config_dir / "audiences.yml"}; choose one of: {known}')

    @property
    def files_sources(self) -> tuple[FilesSource, ...]:
        return tuple(source for source in self.sources if isinstance(source, FilesSource))

    @property
    def fetched_sources(self) -> tuple[FetchedSource, ...]:
        return tuple(source for source in self.sources if isinstance(source, FetchedSource))

    def source_path(self, source: FilesSource) -> Path:
        """The folder a files source reads."""
        path = Path(source.path.replace("{data}", str(self.data_dir)))
        return path if path.is_absolute() else (self.config_dir / path).resolve()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.company.time_zone)

    @property
    def calendar(self) -> CompanyCalendar:
        company = self.company
        return CompanyCalendar(
            zone=self.zone,
            countries=company.holiday_countries,
            close_lag=company.close_lag_business_days,
            deadline=company.deadline_business_days or company.close_lag_business_days + DEADLINE_AFTER,
        )


def _written(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path as it stands in the file: a source's kind, which chose the keys, is no step of it."""
    return path[1:] if path and path[0] in KINDS else path


def _problems(document: YamlDocument, error: ValidationError, at: tuple[str | int, ...] = ()) -> list[str]:
    lines = []
    for problem in error.errors():
        path = (*at, *_written(problem["loc"]))
        key = ".".join(str(part) for part in path)
        if problem["type"] == "extra_forbidden":
            text = f'unknown key "{key}"; remove it or correct its spelling'
        elif problem["type"] == "union_tag_not_found":
            text = f'"{key}.kind" is missing; add it: {" or ".join(KINDS)}'
        elif problem["type"] == "union_tag_invalid":
            text = f'{key}.kind "{problem["ctx"]["tag"]}" is not available; choose {" or ".join(KINDS)}'
        elif problem["type"] == "missing":
            text = f'"{key}" is missing; add it'
        elif problem["type"] == "literal_error":
            text = f'{key} "{problem["input"]}" is not available; choose {problem["ctx"]["expected"]}'
        else:
            message = problem["msg"].removeprefix("Value error, ")
            text = (
                f"{key}: {message} (given: {problem['input']!r})"
                if problem["type"] != "value_error"
                else f"{key}: {message}"
            )
        lines.append(f"{document.place(path)}: {text}")
    return lines


def _load_company(config_dir: Path, problems: list[str]) -> Company | None:
    document = read_yaml(config_dir / "company.yml")
    try:
        return Company.model_validate(document.data)
    except ValidationError as error:
        problems.extend(_problems(document, error))
        return None


def _load_list(adapter: TypeAdapter[Any], config_dir: Path, key: str, problems: list[str]) -> tuple[Any, ...]:
    document = read_yaml(config_dir / f"{key}.yml")
    if not isinstance(document.data, dict) or set(document.data) != {key} or not isinstance(document.data[key], list):
        problems.append(f"{document.file}:1: the file must hold one list named {key}:")
        return ()
    found: list[Any] = []
    for index, item in enumerate(document.data[key]):
        try:
            found.append(adapter.validate_python(item))
        except ValidationError as error:
            problems.extend(_problems(document, error, (key, index)))
    names: list[str] = [item.name for item in found]
    problems.extend(
        f'{document.file}: {key} name "{name}" stands twice; names must differ'
        for name in sorted({name for name in names if names.count(name) > 1})
    )
    return tuple(found)


def _mapping_problems(config_dir: Path, sources: tuple[Source, ...]) -> list[str]:
    # The contract is found by PROJECT_ROOT of this module, so what measures settings by it is imported here.
    from orchestration.mapping.check import mapping_problems

    return mapping_problems(read_yaml(config_dir / "sources.yml"), sources)


def config_folder(environment: Mapping[str, str]) -> Path:
    """HOLDFAST_CONFIG, or the demo's configuration; absolute."""
    return Path(environment.get("HOLDFAST_CONFIG") or PROJECT_ROOT / "config").absolute()


def data_folder(environment: Mapping[str, str]) -> Path:
    """HOLDFAST_DATA, or `data` in the project; absolute."""
    return Path(environment.get("HOLDFAST_DATA") or PROJECT_ROOT / "data").absolute()


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads HOLDFAST_CONFIG (default config/) and HOLDFAST_DATA (default data/), made absolute once.

    Raises:
        SettingsError: any file missing, not YAML, an unknown key or a value out of range; all problems at once.
    """
    env: Mapping[str, str] = os.environ if environment is None else environment
    config_dir, data_dir = config_folder(env), data_folder(env)
    problems: list[str] = []
    try:
        company = _load_company(config_dir, problems)
        audiences = _load_list(TypeAdapter(Audience), config_dir, "audiences", problems)
        sources = _load_list(TypeAdapter(Source), config_dir, "sources", problems)
        problems.extend(_mapping_problems(config_dir, sources))
        problems.extend(brand_problems(read_yaml(config_dir / "audiences.yml"), config_dir, audiences))
    except YamlError as error:
        raise SettingsError(str(error)) from error
    if problems or company is None:
        raise SettingsError("\n".join(problems))
    return Settings(config_dir=config_dir, data_dir=data_dir, company=company, audiences=audiences, sources=sources)
