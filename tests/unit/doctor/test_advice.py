"""Advice on refused values: a setting with its value wherever one can be told, and no guess where none can."""

from __future__ import annotations

import pytest

from orchestration.doctor.advice import date_order, fix_for


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["31.10.2024", "01.02.2024"], "dmy"),
        (["10/31/2024", "2/1/2024 10:00"], "mdy"),
        (["01.02.2024", "12.12.2024"], "either"),
        (["31.10.2024", "10/31/2024"], "mixed"),
        (["2024-10-31", "2024-02-30"], None),
        (["31 October 2024", ""], None),
    ],
)
def test_the_order_of_day_and_month_is_told_only_where_it_shows(values: list[str], order: str | None) -> None:
    assert date_order(values) == order


@pytest.mark.parametrize(
    ("reason", "values", "advice"),
    [
        ("ordered_at: not a timestamp", ["31.10.2024 10:00"], "declare date_order: dmy"),
        ("ordered_at: not a timestamp", ["10/31/2024"], "declare date_order: mdy"),
        ("ordered_at: not a timestamp", ["01.02.2024"], "ask who delivers them"),
        ("ordered_at: not a timestamp", ["31.10.2024", "10/31/2024"], "mixes day and month"),
        ("ordered_at: not a timestamp", ["2024-02-30"], "correct the dates shown"),
        ("ordered_at: not a timestamp", ["31 Oct 2024"], "{ordered_at: {field: Datum, date_format"),
        ("amount: not a decimal(18,2)", ["10,50"], "declare decimal_comma: true"),
        ("amount: not a decimal(18,2)", ["10,50", "1.234,50"], "without a thousands separator"),
        ("amount: not a decimal(18,2)", ["1 234,50"], "without a thousands separator"),
        ("amount: not a decimal(18,2)", ["1.005"], "never rounded"),
        ("amount: not a decimal(18,2)", ["5 EUR"], "without currency"),
        ("amount: not a decimal(18,2)", [], "decimal_comma"),
        ("status: not one of open, completed", ["Otwarte"], '{status: {field: Datum, codes: {"Otwarte": …}}}'),
        ("status: not one of open, completed", ["Otwarte"], "each to one of open, completed"),
        ("customer_id: unknown customer", ["17"], "deliver the customer"),
    ],
)
def test_advice_names_the_setting(reason: str, values: list[str], advice: str) -> None:
    assert advice in fix_for(reason, values, "Datum")
