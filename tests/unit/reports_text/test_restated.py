"""What an earlier report said otherwise: named, formatted and explained in the reader's language, told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports.context.restated import is_restated, load_restated, restated_keys
from reports.figures import Figure, Row, share
from reports.narrative.restated import FIGURES, cover_sentence, data_sentence
from reports.run import ReportRun, Restatement
from tests.mart_tables import model_columns
from tests.unit.reports_machine.runs import RUN
from tests.unit.reports_text.small import plain, words


def line(figure: str, **changed: object) -> Restatement:
    values: dict[str, object] = {
        "figure": figure, "scope": "board", "period": "2024-11", "value_then": "118", "value_now": "120",
        "model": "rpt_retention", "published_month": "2024-11",
    }  # fmt: skip
    return Restatement(**{**values, **changed})  # type: ignore[arg-type]


START = line("customers_start", cause="late contracts, merges")
MRR = line("mrr_end", model="rpt_revenue", value_then="12500.50", value_now="–")
REASON = line("lost_customers", model="rpt_churn_reasons", detail="price false", scope_type="plan", scope="Basic")


def run(*lines: Restatement, **changed: object) -> ReportRun:
    return replace(RUN, restatements=lines, **changed)  # type: ignore[arg-type]


def test_a_line_names_figure_scope_month_and_cause() -> None:
    [found] = load_restated(run(START), words()).lines
    assert (found.figure, found.scope, found.month) == ("Customers at the month’s start", "", date(2024, 11, 1))
    assert (found.then.value, found.now.value, found.is_money) == (118, 120, False)
    assert found.cause == "late contracts, merged customers"


def test_an_amount_is_money_and_what_is_not_shown_is_nothing() -> None:
    [found] = load_restated(run(MRR), words()).lines
    assert (found.then.value, found.now.value, found.is_money) == (Decimal("12500.50"), None, True)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        (REASON, "Lost customers: Price"),
        (line("responses", model="rpt_surveys", detail="nps"), "Answers: Recommendation (NPS)"),
        (
            line("active_customers", model="rpt_cohorts", detail="active 2024-05-01 3"),
            "Kept of the cohort: May 24",
        ),
        (line("late_arrivals"), "late arrivals"),
    ],
)  # fmt: skip
def test_what_tells_rows_apart_is_said(changed: Restatement, name: str) -> None:
    assert plain(load_restated(run(changed), words()).lines[0].figure) == name


def test_a_segment_is_named_in_the_language() -> None:
    assert load_restated(run(REASON), words("hu")).lines[0].scope == "Csomag: Basic"


def test_a_numerator_is_not_told_beside_the_count_it_is() -> None:
    numerator = line("retention_denominator")
    assert load_restated(run(START, numerator), words()).count.value == 1
    assert load_restated(run(numerator), words()).count.value == 1
    other_month = replace(numerator, period="2024-10")
    assert load_restated(run(START, other_month), words()).count.value == 2


@pytest.mark.parametrize(
    ("cause", "told"),
    [("corrected orders", "corrected files (Orders)"), ("weather", "weather"), (None, "")],
)
def test_a_cause_is_told_in_words_and_an_unknown_one_as_it_came(cause: str | None, told: str) -> None:
    assert load_restated(run(replace(START, cause=cause)), words()).lines[0].cause == told


def test_the_data_page_says_what_the_last_report_got_wrong_and_why() -> None:
    asked = run(START, MRR)
    assert plain(data_sentence(words(), asked, load_restated(asked, words()))) == (
        "2 figures of the last report (November 2024) read differently now. "
        "What came in since: late contracts, merged customers."
    )
    assert data_sentence(words(), RUN, load_restated(RUN, words())) == "No figure published before has changed."


def test_the_cover_points_to_the_list_where_there_is_one() -> None:
    asked = run(START)
    told = cover_sentence(words(), asked, load_restated(asked, words()))
    assert told.endswith("has been corrected since; the last page says which and why.")
    without = replace(asked, pages=("cover",))
    assert cover_sentence(words(), without, load_restated(without, words())).endswith("has been corrected since.")
    assert cover_sentence(words(), RUN, load_restated(RUN, words())) == ""


def test_an_edition_is_held_against_the_one_before_it() -> None:
    asked = run(line("customers_start", published_month="2024-12", edition=1), edition=2)
    told = data_sentence(words("pl"), asked, load_restated(asked, words("pl")))
    assert plain(told) == "Jedna liczba z poprzedniego raportu (grudzień 2024, wydanie 1) jest dziś inna."


def test_every_named_figure_is_a_published_column() -> None:
    assert [key for key in FIGURES if key[1] not in model_columns()[key[0]]] == []


def figure(column: str, month: date, value: int = 118) -> Figure:
    keys = (("audience", "board"), ("scope_type", "audience"), ("scope_value", "board"), ("period_start", month))
    return Row("rpt_retention", keys, {column: value}).figure(column)


def test_a_figure_and_the_rate_made_of_it_carry_the_mark() -> None:
    keys = restated_keys(run(START, line("retention_denominator")))
    november, october = date(2024, 11, 1), date(2024, 10, 1)
    assert is_restated(figure("customers_start", november), keys)
    assert is_restated(figure("retention_rate", november), keys)
    assert is_restated(share(figure("lost_customers", november), figure("customers_start", november)), keys)
    assert not is_restated(figure("customers_start", october), keys)
    assert not is_restated(figure("lost_customers", november), keys)
