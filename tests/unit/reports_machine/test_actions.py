"""What is to be done, by whom and with whom first: from hand-made signals and a hand-made list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from reports.context.actions import Actions, actions_table, load_actions
from reports.marts import open_marts
from reports.narrative import actions as words
from reports.run import ReportRun
from reports.text import text_for
from tests.mart_tables import MartRow, make_marts, received, scoped
from tests.unit.reports_machine.runs import RUN

TEXT = text_for("en", "EUR")
NAMING = replace(RUN, pages=("cover", "risk"))


def signal(name: str, customers: int | None, stake: float = 1000.0, available: bool = True) -> MartRow:
    return scoped(
        signal=name, customers=customers, value_at_stake=stake, is_available=available, at_risk_rate_denominator=900
    )


def listed(rank: int, step: str, owner: str | None, name: str = "Acme") -> MartRow:
    return scoped(list_rank=rank, next_step=step, account_owner=owner, customer_name=name)


def actions_of(
    path: Path, signals: Sequence[MartRow], people: Sequence[MartRow] = (), run: ReportRun = NAMING
) -> Actions | None:
    models = {
        "rpt_risk_signals": signals, "rpt_customers_at_risk": people, "rpt_data_received": received("contracts"),
    }  # fmt: skip
    made = make_marts(path / "marts.duckdb", models)
    with open_marts(made, run) as marts:
        return load_actions(marts, run, TEXT)


def test_the_most_urgent_stands_first(tmp_path: Path) -> None:
    found = actions_of(tmp_path, [signal("any", 30), signal("no_contact", 20), signal("pending_cancellation", 1)])
    assert found is not None
    assert [line.label for line in found.lines] == ["Answer one cancellation request", "Get in touch with 20 customers"]


def test_a_signal_nobody_shows_asks_for_nothing(tmp_path: Path) -> None:
    found = actions_of(tmp_path, [signal("any", 2), signal("complaint", 0), signal("order_gap", 2)])
    assert found is not None
    assert [line.signal for line in found.lines] == ["order_gap"]


def test_a_signal_that_was_switched_off_is_left_out(tmp_path: Path) -> None:
    found = actions_of(tmp_path, [signal("any", 2), signal("complaint", 2, available=False), signal("order_gap", 2)])
    assert found is not None
    assert [line.signal for line in found.lines] == ["order_gap"]


def test_where_no_signal_could_be_looked_for_there_is_no_column(tmp_path: Path) -> None:
    assert actions_of(tmp_path, []) is None


def test_a_group_too_small_is_not_told(tmp_path: Path) -> None:
    assert actions_of(tmp_path, [signal("any", None), signal("order_gap", None)]) is None


def test_it_is_the_turn_of_who_has_most_of_them(tmp_path: Path) -> None:
    people = [
        listed(1, "remind_to_order", "Anna", "First of Anna"), listed(2, "remind_to_order", "Bert", "First of Bert"),
        listed(3, "remind_to_order", "Bert"), listed(4, "settle_complaint", "Anna"),
    ]  # fmt: skip
    found = actions_of(tmp_path, [signal("any", 9), signal("order_gap", 9)], people)
    assert found is not None
    assert words.whose_turn(TEXT, found.lines[0]) == "Bert, first First of Bert"


def test_customers_are_named_only_where_the_audience_sees_the_list(tmp_path: Path) -> None:
    run = replace(RUN, pages=("cover", "service"))
    people = [listed(1, "remind_to_order", "Anna", "Acme")]
    found = actions_of(tmp_path, [signal("any", 9), signal("order_gap", 9)], people, run)
    assert found is not None
    assert words.whose_turn(TEXT, found.lines[0]) == "Anna"


def test_a_customer_without_owner_is_named_alone(tmp_path: Path) -> None:
    found = actions_of(
        tmp_path, [signal("any", 9), signal("order_gap", 9)], [listed(1, "remind_to_order", None, "Acme")]
    )
    assert found is not None
    assert words.whose_turn(TEXT, found.lines[0]) == "Acme"


@pytest.mark.parametrize(
    ("customers", "said"),
    [
        (0, "No customer shows a sign of leaving."),
        (1, "One customer shows a sign of leaving: € 1.00 k a year at stake."),
        (30, "30 of 900 customers show a sign of leaving: € 1.00 k a year at stake."),
    ],
)
def test_what_is_at_stake_is_told_once(tmp_path: Path, customers: int, said: str) -> None:
    found = actions_of(tmp_path, [signal("any", customers), signal("order_gap", customers)])
    assert words.what_next(TEXT, found).replace("\u00a0", " ") == said


def test_the_attached_table_has_every_signal(tmp_path: Path) -> None:
    table = actions_table(actions_of(tmp_path, [signal("any", 9), signal("order_gap", 9), signal("complaint", 3)]))
    assert [row[0] for row in table.rows] == ["complaint", "order_gap"]
    assert table.rows[0][3].value == Decimal("1000.00")  # type: ignore[union-attr]
    assert actions_table(None).rows == ()


def test_steps_are_those_of_the_marts() -> None:
    """The order and the codes are the marts' own (dbt_project/macros/risk.sql)."""
    from orchestration.settings import PROJECT_ROOT

    macro = (PROJECT_ROOT / "dbt_project" / "macros" / "risk.sql").read_text(encoding="utf-8")
    places = [macro.index(f"'name': '{signal}'") for signal in words.STEPS]
    assert places == sorted(places)
    assert all(f"'next_step': '{step.code}'" in macro for step in words.STEPS.values())
