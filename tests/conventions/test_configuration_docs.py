"""docs/configuration.md describes exactly the keys that the settings know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from orchestration import (
    alarm_settings,
    brand,
    company_settings,
    mail_settings,
    settings,
    source_settings,
    source_settings_dynamics365,
    source_settings_questionpro,
    source_settings_sql,
)

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
MODELS = [
    company_settings.Company,
    company_settings.Signals,
    mail_settings.MailSettings,
    mail_settings.SmtpSettings,
    mail_settings.BounceSettings,
    mail_settings.OauthSettings,
    mail_settings.LedgerSettings,
    alarm_settings.AlarmSettings,
    alarm_settings.Webhook,
    settings.Audience,
    brand.Brand,
    settings.FilesSource,
    settings.EntityFiles,
    source_settings.FetchedSource,
    source_settings.FetchedEntity,
    source_settings_sql.SqlSource,
    source_settings_sql.SqlEntity,
    source_settings_dynamics365.Dynamics365Source,
    source_settings_dynamics365.Dynamics365Entity,
    source_settings_dynamics365.Lookup,
    source_settings_questionpro.QuestionProSource,
    source_settings_questionpro.QuestionProSurvey,
    source_settings_questionpro.QuestionProQuestion,
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
