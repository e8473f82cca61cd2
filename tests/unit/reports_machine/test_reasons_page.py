"""Page 5: reasons, their run and who leaves for what; what was tried; and the sheets that all of it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reports.build import lay_out_pages
from reports.context.reason_lines import MOST_REASONS
from reports.context.reasons import ReasonsContext, load_reasons
from reports.marts import open_marts
from reports.narrative import saving as words
from reports.text import text_for
from tests.integration.report_pages.boxes import filled_to
from tests.mart_tables import MartRow, make_marts, received
from tests.unit.reports_machine.leaving import (
    READ,
    Models,
    desk_row,
    everything,
    of_month,
    of_year,
    offer_row,
    reason_rows,
)
from tests.unit.reports_machine.runs import HUNGARY, RUN

TEXT = text_for("en", "EUR")
ONE_SHEET = ("rpt_data_received", "rpt_churn_reasons")


def page_of(folder: Path, models: Models) -> ReasonsContext:
    path = make_marts(folder / "marts.duckdb", {**dict.fromkeys(READ, ()), **models})
    with open_marts(path, RUN) as marts:
        page = load_reasons(marts, RUN, TEXT)
    assert page is not None
    return page


@contextmanager
def laid_out(page: ReasonsContext) -> Iterator[list[float]]:
    layout = lay_out_pages(RUN, TEXT, (page,))
    yield [filled_to(layout, at) for at in range(layout.page_count)]


def test_without_anything_that_could_hold_a_reason_there_is_no_page(tmp_path: Path) -> None:
    path = make_marts(tmp_path / "marts.duckdb", {"rpt_data_received": received("orders")})
    with open_marts(path, RUN) as marts:
        assert load_reasons(marts, RUN, TEXT) is None


def test_all_of_it_takes_two_filled_sheets(tmp_path: Path) -> None:
    page = page_of(tmp_path, everything())
    assert page.sheets == 2
    with laid_out(page) as filled:
        assert len(filled) == 2
        assert min(filled) >= 0.75


def test_a_company_that_tried_nothing_has_one_filled_sheet(tmp_path: Path) -> None:
    page = page_of(tmp_path, {name: rows for name, rows in everything().items() if name in ONE_SHEET})
    assert page.sheets == 1
    with laid_out(page) as filled:
        assert len(filled) == 1
        assert filled[0] >= 0.75


def test_reasons_that_nobody_knows_leave_the_room_to_the_run_of_losses(tmp_path: Path) -> None:
    months = [f"2024-{month:02}" for month in range(1, 13)]
    page = page_of(tmp_path, {"rpt_data_received": received("contracts"),
                              "rpt_churn_reasons": reason_rows((("unknown", 9),), months)})  # fmt: skip
    assert page.headline == "The reasons of those who left are not known"
    assert page.splits is None
    assert page.notes == ()
    assert set(page.charts) == {"lost"}
    with laid_out(page) as filled:
        assert filled == [pytest.approx(max(filled))]
        assert filled[0] >= 0.75


def test_nobody_left(tmp_path: Path) -> None:
    page = page_of(tmp_path, {"rpt_data_received": received("contracts")})
    assert page.headline == "Nobody left in twelve months"
    assert page.losses.lines == ()
    with laid_out(page) as filled:
        assert len(filled) == 1


def test_where_nobody_left_what_was_tried_has_the_sheet(tmp_path: Path) -> None:
    models = {name: rows for name, rows in everything().items() if name != "rpt_churn_reasons"}
    page = page_of(tmp_path, models)
    assert not page.plan.has_losses
    assert page.sheets == 1
    assert page.standfirst.startswith("This year 24 of 60 requests to cancel ended with the customer staying.")
    with laid_out(page) as filled:
        assert len(filled) == 1
        assert filled[0] >= 0.75


def test_a_month_without_losses_in_a_year_with_some(tmp_path: Path) -> None:
    page = page_of(
        tmp_path, {"rpt_data_received": received("contracts"), "rpt_churn_reasons": reason_rows(months=("2024-10",))}
    )
    assert page.headline == "Nobody left this month"
    assert page.losses.has_reasons


@pytest.mark.parametrize(("saved", "said"), [(1, "staying"), (0, "leaving")])
def test_a_single_request_is_told_as_one(tmp_path: Path, saved: int, said: str) -> None:
    models = {**everything(), "rpt_save_desk": [of_month(desk_row(saved, 1)), of_year(desk_row(saved, 1))]}
    assert page_of(tmp_path, models).tried.headline.endswith(f"only request to cancel ended with the customer {said}")


def test_many_reasons_are_told_together_and_still_add_up(tmp_path: Path) -> None:
    many = tuple((f"reason {at:02}", 30 - at) for at in range(16))
    page = page_of(tmp_path, {"rpt_data_received": received("contracts"), "rpt_churn_reasons": reason_rows(many)})
    assert len(page.losses.lines) == MOST_REASONS + 1
    last = page.losses.lines[-1]
    assert last.label == "6 further reasons"
    assert sum(line.lost.amount or 0 for line in page.losses.lines) == page.losses.lost.value
    assert sum(line.share.amount or 0 for line in page.losses.lines) == pytest.approx(1)
    assert last.running_share.value == pytest.approx(1)
    assert page.splits is not None
    assert page.splits.reasons[-1] == "6 further reasons"
    for segment in page.splits.segments:
        assert sum(cell.lost.amount or 0 for cell in segment.cells) == segment.lost.value
    with laid_out(page) as filled:
        assert len(filled) == 1


def test_the_known_and_the_unknown_make_all_losses(tmp_path: Path) -> None:
    losses = page_of(tmp_path, everything()).losses
    known = [figure.amount or 0 for figure in losses.trend_known]
    unknown = [figure.amount or 0 for figure in losses.trend_unknown]
    assert [a + b for a, b in zip(known, unknown, strict=True)] == [figure.value for figure in losses.trend_total]
    assert losses.voluntary.value == 16
    assert losses.involuntary.value == 4


def test_terms_and_channels_come_before_other_breakdowns(tmp_path: Path) -> None:
    rows = reason_rows()
    rows += [
        {**row, "scope_type": "plan", "scope_value": f"P{row['scope_value']}"}
        for row in rows
        if row["scope_type"] == "term"
    ]
    splits = page_of(tmp_path, {"rpt_data_received": received("contracts"), "rpt_churn_reasons": rows}).splits
    assert splits is not None
    assert [group.label for group in splits.groups] == ["Term", "Acquisition channel"]
    assert {segment.label.replace("\u00a0", " ") for segment in splits.groups[0].segments} == {"1 month", "12 months"}


def test_a_segment_too_small_to_be_shown_is_no_column(tmp_path: Path) -> None:
    hidden = [
        {**row, "lost_customers": None, "all_lost_customers": None, "share": None}
        if row["scope_value"] == "12"
        else row
        for row in reason_rows()
    ]
    splits = page_of(tmp_path, {"rpt_data_received": received("contracts"), "rpt_churn_reasons": hidden}).splits
    assert splits is not None
    assert [group.label for group in splits.groups] == ["Acquisition channel"]


def test_the_save_desk_lists_handlers_and_offers_by_their_decisions(tmp_path: Path) -> None:
    desk = page_of(tmp_path, everything()).tried.desk
    assert desk is not None
    assert [line.label for line in desk.handlers] == ["Anna Kis", "nobody named"]
    assert [line.label for line in desk.offers] == ["no offer made", "Free month"]
    assert desk.pending.value == 2
    assert [month.saved.value for month in desk.months] == [2] * 12


def test_more_handlers_than_are_listed_are_counted(tmp_path: Path) -> None:
    models = dict(everything())
    more = [of_year(desk_row(1, 3, handled_by=f"H{at}")) for at in range(9)]
    models["rpt_save_desk"] = [*models["rpt_save_desk"], *more]
    tried = page_of(tmp_path, models).tried
    assert tried.desk is not None
    assert tried.desk.handlers_left.value == 5
    assert "5 more handlers are not listed." in tried.desk_note


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        (0, "This year none of the 60 requests"),
        (24, "This year 24 of 60 requests to cancel ended with the customer staying"),
    ],
)
def test_the_second_finding_says_how_many_stayed(tmp_path: Path, saved: int, said: str) -> None:
    models = {**everything(), "rpt_save_desk": [of_month(desk_row(saved, 60)), of_year(desk_row(saved, 60))]}
    assert page_of(tmp_path, models).tried.headline.startswith(said)


def test_offers_without_a_save_desk_have_the_sheet_to_themselves(tmp_path: Path) -> None:
    models = {name: rows for name, rows in everything().items() if name != "rpt_save_desk"}
    page = page_of(tmp_path, models)
    assert page.tried.desk is None
    assert page.sheets == 2
    assert (
        page.tried.headline == "This year’s offers of €\u00a01.00\u00a0k pay if about 10 customers stay because of them"
    )
    assert "save_desk" not in page.charts


def test_the_dearest_offer_comes_first_and_pays_from_a_number_of_customers(tmp_path: Path) -> None:
    offers = page_of(tmp_path, everything()).tried.offers
    assert offers is not None
    assert [line.campaign for line in offers.lines] == ["autumn", "spring"]
    assert [line.customers.value for line in offers.lines] == [7.5, 2.5]
    assert offers.customers.value == 10
    assert offers.has_holdout
    assert words.offer_notes(TEXT, offers)[0].startswith("Break-even: customers who must stay")


def test_without_a_margin_nothing_is_said_of_when_an_offer_pays(tmp_path: Path) -> None:
    models = {**everything(), "rpt_save_desk": (), "rpt_offers": [offer_row("spring", 250.0, margin=None)]}
    tried = page_of(tmp_path, models).tried
    assert tried.offers is not None
    assert not tried.offers.has_margin
    assert tried.headline == "Retention offers cost €\u00a0250 this year"
    assert not any("Break-even" in note for note in tried.offer_notes)
    assert "nobody knows" in tried.offer_subtitle


def test_those_who_left_in_three_small_tables(tmp_path: Path) -> None:
    leavers = page_of(tmp_path, everything()).leavers
    assert [line.label for line in leavers.early] == ["All who joined", "With onboarding", "Without onboarding"]
    assert [line.label for line in leavers.competitors] == [f"Rival {at}" for at in range(5)]
    assert leavers.competitors_left.value == 2
    assert leavers.silent is not None
    assert leavers.silent.silent.value == 9
    assert leavers.count == 3


def test_what_was_not_delivered_is_left_out(tmp_path: Path) -> None:
    models = {**everything(), "rpt_data_received": received("contracts")}
    page = page_of(tmp_path, {**models, "rpt_losses": [of_year({"lost_customers": 20})]})
    assert page.tried.desk is None
    assert page.tried.offers is None
    assert page.leavers.competitors == ()
    assert page.leavers.silent is None
    assert page.sheets == 1


def test_every_drawn_table_is_attached(tmp_path: Path) -> None:
    tables = page_of(tmp_path, everything()).tables
    assert set(tables) == {
        "reasons", "months", "splits", "save_desk_lines", "offers", "early_life", "competitors",
    }  # fmt: skip
    assert len(tables["reasons"].rows) == 4
    assert len(tables["months"].rows) == 4 * 12
    assert [row[0] for row in tables["save_desk_lines"].rows] == ["all", "handler", "handler", "offer", "offer"]


def rows_with_long_names() -> Sequence[MartRow]:
    long = {"web": "web " + "x" * 300, "fair": "fair " + "y" * 300}
    return [{**row, "scope_value": long.get(str(row["scope_value"]), row["scope_value"])} for row in reason_rows()]


def test_long_names_stay_in_their_columns(tmp_path: Path) -> None:
    page = page_of(tmp_path, {**everything(), "rpt_churn_reasons": rows_with_long_names()})
    assert page.splits is not None
    assert max(len(segment.lines) for segment in page.splits.segments) <= 2
    hungarian = replace(HUNGARY, audience="board")
    layout = lay_out_pages(hungarian, text_for("hu", "EUR"), (page,))
    assert layout.page_count == 2
