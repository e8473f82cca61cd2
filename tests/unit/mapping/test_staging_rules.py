"""What staging is told of a mapping: codes, dates in the source's order, and answers by question."""

from __future__ import annotations

import re
from typing import Any

import pytest

from orchestration.contract import load_contract
from orchestration.mapping.compiled import compile_mapping
from orchestration.mapping.date_formats import date_pattern
from orchestration.mapping.expressions import ExpressionError
from orchestration.mapping.staging import answer_meanings, meanings
from orchestration.settings import EntityFiles

CONTRACT = load_contract()


def rewritten(text: str, form: str, date_order: str = "ymd", is_month: bool = False) -> str | None:
    """As the macro does it: the whole text must match; None if it does not."""
    found = date_pattern(form, date_order, is_month)
    matched = re.fullmatch(found.pattern, text)
    return matched.expand(found.replacement) if matched else None


@pytest.mark.parametrize(
    ("text", "form", "date_order", "expected"),
    [
        ("31.12.2024", "%d.%m.%Y", "ymd", "2024-12-31"),
        ("1.2.2024", "%d.%m.%Y", "ymd", "2024-2-1"),
        ("31.12.2024", "%d.%m.%Y", "dmy", "31-12-2024"),
        ("31.12.2024", "%d.%m.%Y", "mdy", "12-31-2024"),
        ("31x12x2024", "%d.%m.%Y", "ymd", None),
        ("19970101", "%Y%m%d", "ymd", "1997-01-01"),
        ("1997011", "%Y%m%d", "ymd", None),
        ("12/31/24 7:05", "%m/%d/%y %H:%M", "ymd", "2024-12-31 7:05"),
        ("20241231T070509.25", "%Y%m%dT%H%M%S.%f", "ymd", "2024-12-31 07:05:09.25"),
        ("2024-12-31 ", "%Y-%m-%d", "ymd", None),
    ],
)
def test_a_date_is_put_into_the_order_of_its_source(
    text: str, form: str, date_order: str, expected: str | None
) -> None:
    assert rewritten(text, form, date_order) == expected


def test_a_month_needs_no_day() -> None:
    assert rewritten("12/2024", "%m/%Y", is_month=True) == "2024-12-01"
    with pytest.raises(ExpressionError, match="lacks the day"):
        date_pattern("%m/%Y", "ymd")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("%d %b %Y", "%b is not available"),
        ("%d.%d.%Y", "%d stands twice"),
        ("%d.%m.%y %Y", "stands twice"),
        ("%d.%m.%Y %H", "lacks the minute"),
        ("%d.%m.%Y %H:%M .%f", "lacks the second"),
        ("%d.%m.%", "ends in the middle"),
        ("%d'%m'%Y", "holds a quote"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(form: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(words)):
        date_pattern(form, "ymd")


def rules(entity: str = "orders", **spec: Any) -> dict[str, Any]:
    settings = EntityFiles(files="*", **spec)
    return meanings(compile_mapping(settings, CONTRACT[entity]), settings.date_order)


def test_columns_with_codes_or_dates_have_a_rule_and_others_none() -> None:
    columns = {
        "status": {"field": "Stan", "codes": {"Nowe": "open", 1: "completed"}, "otherwise": "cancelled"},
        "ordered_at": {"first_of": ["Data", "Wpis"], "date_format": "%Y%m%d"},
        "amount": "Kwota",
    }
    assert rules(columns=columns, date_order="dmy") == {
        "ordered_at": [{"date": [r"(\d{4})(\d{2})(\d{2})", r"\3-\2-\1"]}],
        "status": [{"codes": {"Nowe": "open", "1": "completed"}, "otherwise": "cancelled"}],
    }


def test_answers_have_their_codes_by_question() -> None:
    answers = {"Q1": "nps", "effort": {"field": "Q2", "codes": {"łatwo": 1}}}
    spec = EntityFiles(files="*", answers=answers)
    mapping = compile_mapping(spec, CONTRACT["survey_responses"])
    assert meanings(mapping, "ymd") == {}
    assert answer_meanings(mapping) == {"value": [{"question": "effort", "codes": {"łatwo": "1"}, "otherwise": None}]}
