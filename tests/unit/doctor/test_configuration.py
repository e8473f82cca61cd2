"""Findings in the configuration alone, each with file and line; a sound configuration has none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.doctor.configuration import check_configuration
from orchestration.settings import load_settings
from tests.company_config import write_config

SOUND: Mapping[str, Any] = {"customers": "customers_*.csv", "orders": "orders_*.csv"}


def found(
    root: Path, entities: Mapping[str, Any], environment: Mapping[str, str] | None = None, **keys: Any
) -> list[str]:
    config = write_config(root, entities, **keys)
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(root / "data")})
    findings = check_configuration(settings, environment or {})
    return [str(finding).removeprefix(f"{config}/") for finding in findings if finding.level == "error"]


def test_customers_and_orders_are_enough(tmp_path: Path) -> None:
    assert found(tmp_path, SOUND, activity_rule="orders") == []
    assert found(tmp_path, SOUND, activity_rule="either") == []


def test_without_customers_there_is_nothing_to_report(tmp_path: Path) -> None:
    [line] = found(tmp_path, {"orders": "o.csv"}, activity_rule="orders")
    assert line.startswith("sources.yml:1: nobody delivers customers")


def test_customers_made_of_orders_are_customers(tmp_path: Path) -> None:
    derived = {"derive": {"from": "orders", "by": "customer_id"}}
    assert found(tmp_path, {"orders": "o.csv", "customers": derived}, activity_rule="orders") == []


def test_customers_alone_give_no_figure(tmp_path: Path) -> None:
    [line] = found(tmp_path, {"customers": "c.csv"}, activity_rule="either")
    assert "add contracts, orders, or survey_responses" in line


def test_an_activity_rule_needs_its_entity_and_says_on_which_line_it_stands(tmp_path: Path) -> None:
    [line] = found(tmp_path, SOUND, activity_rule="contract")
    assert line == (
        "company.yml:8: customers are told by contract, and nobody delivers contracts "
        "→ deliver contracts, or choose either"
    )
    [line] = found(tmp_path, SOUND, activity_rule="orders", activity_rule_by_segment={"Shop": "contract"})
    assert line.startswith("company.yml:9: customers are told by contract")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    config = write_config(tmp_path, SOUND, activity_rule="orders")
    (tmp_path / "export").rmdir()
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path)})
    [finding] = [item for item in check_configuration(settings, {}) if item.level == "error"]
    assert (finding.place, finding.text) == (
        f"{config}/sources.yml:5",
        f"the folder {tmp_path}/export is not there",
    )


def test_a_mail_password_that_is_not_set_is_named_and_a_set_one_is_not(tmp_path: Path) -> None:
    config = write_config(tmp_path, SOUND, activity_rule="orders")
    company = config / "company.yml"
    smtp = "smtp: {host: mail.example.org, password_env: MAIL_SECRET}"
    company.write_text(company.read_text().replace("mail: {", f"mail: {{transport: smtp, {smtp}, "))
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path)})

    def errors(environment: Mapping[str, str]) -> list[str]:
        findings = check_configuration(settings, environment)
        return [item.text for item in findings if item.level == "error"]

    assert errors({}) == ["the environment variable MAIL_SECRET is not set"]
    assert errors({"MAIL_SECRET": "x"}) == []


def test_a_report_password_that_is_not_set_is_named_with_its_audience(tmp_path: Path) -> None:
    config = write_config(tmp_path, SOUND, activity_rule="orders")
    audience = "audiences:\n  - name: board\n    title: Board\n    language: en\n    password_env: BOARD_PASSWORD\n"
    (config / "audiences.yml").write_text(audience, encoding="utf-8")
    settings = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(tmp_path)})
    [finding] = [item for item in check_configuration(settings, {}) if item.level == "error"]
    assert finding.text == "the environment variable BOARD_PASSWORD is not set"
    assert [item for item in check_configuration(settings, {"BOARD_PASSWORD": "x"}) if item.level == "error"] == []
