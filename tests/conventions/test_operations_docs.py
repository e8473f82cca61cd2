"""docs/operations.md names what exists: every kind of alarm, every sign of the year, commands, schedules and keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from orchestration.alarms.causes import KINDS
from orchestration.cli import app
from orchestration.delivery.overview import SIGNS
from tests.conventions.test_configuration_docs import MODELS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return TEXT.split(f"## {title}\n")[1].split("\n## ")[0]


def test_every_kind_of_alarm_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z ]+)` \|", section("What each alarm means"), re.MULTILINE)
    assert tuple(rows) == KINDS


def test_every_sign_of_the_year_is_explained() -> None:
    rows = dict(re.findall(r"^\| (\S) \| ([a-z ]+) \|", section("Month end"), re.MULTILINE))
    assert rows == {sign: state for state, sign in SIGNS.items() if state != "not due"}


COMMANDS = sorted(set(re.findall(r"holdfast ((?:ledger )?[a-z][a-z-]+)(?= |`|;|\n|$)", TEXT)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_exists(command: str) -> None:
    found = get_command(app)
    for word in command.split():
        assert word in found.commands, f"docs/operations.md: holdfast {command}"  # type: ignore[attr-defined]
        found = found.commands[word]  # type: ignore[attr-defined]


@pytest.mark.parametrize("option", sorted(set(re.findall(r"--[a-z][a-z-]+", TEXT))))
def test_every_option_exists(option: str) -> None:
    known: set[str] = set()
    waiting = [get_command(app)]
    while waiting:
        command = waiting.pop()
        known.update(name for parameter in command.params for name in parameter.opts)
        waiting += getattr(command, "commands", {}).values()
    assert option in known


@pytest.mark.parametrize(
    "key", ["first_report_month", "close_lag_business_days", "deadline_business_days", "keep_snapshots", "approval"]
)
def test_the_keys_it_speaks_of_are_keys(key: str) -> None:
    assert f"`{key}" in TEXT
    assert any(key in model.model_fields for model in MODELS)


def test_its_links_lead_somewhere() -> None:
    for target, anchor in re.findall(r"\]\(([a-z_-]*(?:\.md)?)(#[a-z-]+)?\)", TEXT):
        text = (ROOT / "docs" / target).read_text(encoding="utf-8") if target else TEXT
        headings = {
            "#" + re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).strip().replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("#")
        }
        assert not anchor or anchor in headings, f"{target}{anchor}"
