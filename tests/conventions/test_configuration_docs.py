"""docs/configuration.md describes exactly the keys that the settings know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from orchestration import settings
from orchestration.alarms import settings as alarm_settings
from orchestration.configuration import (
    brand,
    company,
    mail,
    source_dynamics365,
    source_questionpro,
    source_sql,
    sources,
)

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
MODELS = [
    company.Company,
    company.Signals,
    mail.MailSettings,
    mail.SmtpSettings,
    mail.BounceSettings,
    mail.OauthSettings,
    mail.LedgerSettings,
    alarm_settings.AlarmSettings,
    alarm_settings.Webhook,
    settings.Audience,
    brand.Brand,
    settings.FilesSource,
    settings.EntityFiles,
    sources.FetchedSource,
    sources.FetchedEntity,
    source_sql.SqlSource,
    source_sql.SqlEntity,
    source_dynamics365.Dynamics365Source,
    source_dynamics365.Dynamics365Entity,
    source_dynamics365.Lookup,
    source_questionpro.QuestionProSource,
    source_questionpro.QuestionProSurvey,
    source_questionpro.QuestionProQuestion,
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_described(model: type[BaseModel]) -> None:
    assert [key for key in model.model_fields if f"`{key}`" not in TEXT] == []


def test_no_key_is_described_that_does_not_exist() -> None:
    known = {key for model in (*MODELS, settings.Recipient, alarm_settings.Owner) for key in model.model_fields}
    described = {
        key for row in re.findall(r"^\| (`[^|]+`) \|", TEXT, re.MULTILINE) for key in re.findall(r"`([a-z_]+)`", row)
    }
    assert described - known == set()
