"""The keys of what runs by itself: what is refused when the configuration loads, and how it is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import Settings, SettingsError, load_settings
from tests.company_config import write_config


def load(root: Path, **keys: Any) -> Settings:
    config = write_config(root, {"customers": "customers_*.csv"}, **keys)
    return load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(root / "data")})


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"holiday_countries": ["HU", "XX"]}, 'the holidays of "XX" are not known'),
        ({"close_lag_business_days": 6, "deadline_business_days": 5}, "is before close_lag_business_days 6"),
        ({"alarms": {"owners": [{"name": "Anna", "address": "anna@x.example\r\nBcc: b@x.example"}]}}, "line break"),
        ({"alarms": {"owners": [{"name": "=?utf-8?q?x?=", "address": "a@x.example"}]}}, "alarms.owners.0.name"),
        ({"alarms": {"webhooks": [{"shape": "irc", "url_env": "X"}]}}, "is not available; choose 'slack'"),
        ({"alarms": {"webhooks": [{"shape": "slack", "url_env": "https://hooks.example/T0/s"}]}}, "url_env"),
        ({"alarms": {"heartbeat_url_env": "https://beat.example/s"}}, "heartbeat_url_env"),
        ({"alarms": {"recipients": []}}, 'unknown key "alarms.recipients"'),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(tmp_path: Path, keys: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, **keys)
    assert says in str(caught.value)
    assert "company.yml:" in str(caught.value)


def test_the_deadline_is_two_business_days_after_the_report_unless_said(tmp_path: Path) -> None:
    assert load(tmp_path / "a", close_lag_business_days=10).calendar.deadline == 12
    assert load(tmp_path / "b", close_lag_business_days=4, deadline_business_days=4).calendar.deadline == 4


def test_countries_reach_the_calendar(tmp_path: Path) -> None:
    assert load(tmp_path, holiday_countries=["PL", "DE-BY"]).calendar.countries == ("PL", "DE-BY")


def test_nothing_is_awaited_approved_or_alarmed_unless_said(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert [source.due_business_day for source in settings.sources] == [None]
    assert [audience.approval for audience in settings.audiences] == [False]
    assert (settings.company.alarms.owners, settings.company.alarms.webhooks) == ((), ())
