"""Figures know where they come from, and what is made of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from reports.figures import (
    RULES,
    Derivation,
    FigureError,
    Row,
    Source,
    complement,
    counted,
    derive,
    difference,
    given,
    magnitude,
    negative,
    share,
    total,
)

ROW = Row(
    "rpt_retention",
    (("audience", "board"), ("period_start", date(2024, 12, 1))),
    {
        "lost_customers": 12,
        "mrr": Decimal("10.10"),
        "rate": 0.5,
        "none": None,
        "name": "x",
        "flag": True,
        "day": date(2024, 12, 31),
    },
)


def test_a_figure_names_model_column_and_keys() -> None:
    figure = ROW.figure("lost_customers")
    assert (figure.value, figure.origin) == (12, Source("rpt_retention", "lost_customers", ROW.keys))
    assert ROW.figure("day").value == date(2024, 12, 31)
    assert not ROW.figure("none").known


@pytest.mark.parametrize("column", ["name", "flag"])
def test_only_numbers_and_dates_are_figures(column: str) -> None:
    with pytest.raises(FigureError, match="a figure is a number or a date"):
        ROW.figure(column)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(FigureError, match="rpt_retention has no column churn; it has lost_customers"):
        ROW.figure("churn")


def test_readers_check_the_kind() -> None:
    assert (ROW.text("name"), ROW.flag("flag"), ROW.day("day")) == ("x", True, date(2024, 12, 31))
    with pytest.raises(FigureError, match="not text"):
        ROW.text("rate")
    with pytest.raises(FigureError, match="not true or false"):
        ROW.flag("rate")
    with pytest.raises(FigureError, match="not a date"):
        ROW.day("rate")


def test_a_date_is_no_number() -> None:
    with pytest.raises(FigureError, match=r"is a date, 2024-12-31; read \.value"):
        ROW.figure("day").number  # noqa: B018


def test_rules() -> None:
    two, five, money = given("a", 2), given("b", 5), ROW.figure("mrr")
    assert difference(two, five).value == -3
    assert difference(money, money).value == Decimal(0)
    assert difference(money, ROW.figure("rate")).value == pytest.approx(9.6)
    assert total(two, five, money).value == Decimal("17.10")
    assert total().value == 0
    assert share(two, five).value == pytest.approx(0.4)
    assert share(two, given("c", 0)).value is None
    assert complement(ROW.figure("rate")).value == 0.5
    assert negative(two).value == -2
    assert magnitude(difference(two, five)).value == 3
    assert derive("highest", two, five).value == 5
    assert derive("lowest", two, five).value == 2
    assert derive("mean", two, five).value == 3.5
    assert counted([ROW, ROW], "lost_customers").value == 2


def test_a_missing_input_leaves_nothing_to_say() -> None:
    assert total(given("a", 2), ROW.figure("none")).value is None
    assert difference(ROW.figure("none"), given("a", 2)).value is None


def test_counting_rows_does_not_need_their_values() -> None:
    assert counted([ROW], "none").value == 1


def test_a_derived_figure_keeps_its_inputs() -> None:
    parts = (given("a", 2), given("b", 5))
    assert difference(*parts).origin == Derivation("difference", parts)
    assert set(RULES) >= {"difference", "sum", "share", "complement", "negative", "magnitude", "rows"}
