"""The service page from hand-made marts: what is shown, what is left out, and what is read where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reports.build import lay_out_pages
from reports.context.service import ServiceContext, load_service
from reports.marts import open_marts
from reports.run import ReportRun
from reports.text import text_for
from tests.mart_tables import MartRow, received, scoped
from tests.unit.reports_machine.runs import HUNGARY, RUN
from tests.voice_marts import YEAR, case_row, service_models, share_row, write


def page(folder: Path, run: ReportRun = RUN, **changed: Any) -> ServiceContext | None:
    """The page of a company, some of its models replaced."""
    path = write(folder / "marts.duckdb", service_models(), **changed)
    with open_marts(path, run) as marts:
        return load_service(marts, run, text_for(run.language, "EUR"))


def shown(folder: Path, **changed: Any) -> ServiceContext:
    """The page where there is one."""
    found = page(folder, **changed)
    assert found is not None
    return found


def test_a_company_without_cases_has_no_such_page(tmp_path: Path) -> None:
    assert page(tmp_path, rpt_data_received=list(received("orders"))) is None


def test_the_tiles_are_the_months_figures(tmp_path: Path) -> None:
    found = shown(tmp_path)
    assert [(tile.name, tile.figure.amount) for tile in found.tiles] == [
        ("first_response_hours_median", 0.87),
        ("resolution_hours_median", 14.1),
        ("first_contact_rate", 0.93),
        ("complaints_per_100", 1.09),
    ]
    assert found.headline.replace("\u00a0", " ") == (
        "Half of the cases were solved within 14.1 hours, 93.0 % at first contact"
    )


def test_a_figure_that_no_month_has_gets_no_tile(tmp_path: Path) -> None:
    assert [tile.name for tile in shown(tmp_path).small_tiles] == ["csat", "told_rate"]


def test_channels_are_listed_by_size_for_the_year_and_told_in_words(tmp_path: Path) -> None:
    lines = shown(tmp_path).channels.lines
    assert [(line.label, line.cases.amount) for line in lines] == [
        ("Email", 215),
        ("Live chat", 191),
        ("Website", 183),
        ("Fax machine", 12),
    ]


def test_more_channels_than_have_room_are_counted(tmp_path: Path) -> None:
    rows = [case_row(), *(case_row(breakdown="channel", value=f"c{at}", cases=at, **YEAR) for at in range(1, 41))]
    found = shown(tmp_path, rpt_service=rows)
    assert len(found.channels.lines) == 9
    assert found.channels.left_out.number == 31
    assert found.channels_note == "And 31 more with fewer cases."


def test_small_channels_are_not_shown_and_said_to_be_hidden(tmp_path: Path) -> None:
    hidden = scoped(breakdown="channel", value="video", is_suppressed=True, **YEAR)
    found = shown(tmp_path, rpt_service=[case_row(), hidden])
    assert found.channels.lines == ()
    assert found.channels_note == "The smallest groups are not shown."


def test_who_left_is_told_of_the_newest_quarter_that_is_old_enough(tmp_path: Path) -> None:
    found = shown(tmp_path)
    assert {line.value: line.left.amount for line in found.subjects.lines} == {"delivery": 0.13, "billing": None}
    assert found.subjects.left_to.value == date(2024, 9, 30)
    assert "the quarter to 30\u00a0September\u00a02024" in found.subjects_note


def test_returns_are_told_by_the_channel_that_sold(tmp_path: Path) -> None:
    sold = [
        case_row(breakdown="order_channel", value=name, cases=0, returns_per_100_orders=rate, **YEAR)
        for name, rate in (("shop", 1.44), ("marketplace", 2.1))
    ]
    found = shown(tmp_path, rpt_service=[case_row(), *sold])
    assert "Cases about an order for each hundred orders: Marketplace 2.10; Own shop 1.44." in found.subjects_note
    one = shown(tmp_path / "one", rpt_service=[case_row(), sold[0]])
    assert one.subjects_note == ""


def test_speed_and_correctness_each_have_a_contrast(tmp_path: Path) -> None:
    matrix = shown(tmp_path).matrix
    assert matrix is not None
    assert matrix.speed.is_more and matrix.correctness.is_more
    assert not matrix.cell(right=False, quick=False).rate.known
    assert (matrix.step(right=True, quick=True), matrix.step(right=True, quick=False)) == (8, 6)


def test_reviews_variants_and_answers_are_left_out_where_never_delivered(tmp_path: Path) -> None:
    found = shown(tmp_path, rpt_data_received=list(received("cases")))
    assert (found.matrix, found.variants, found.reviews, found.has_answers) == (None, (), None, False)
    assert found.foot_parts == 0
    assert set(found.tables) == {"channels", "subjects"}


def test_one_reply_variant_is_no_comparison(tmp_path: Path) -> None:
    row = share_row("csat", 0.7, 0.6, 0.8, 50, reply_variant="short", **YEAR)
    assert shown(tmp_path, rpt_reply_variants=[row]).variants == ()


def test_reviewers_are_ranked_and_the_whole_stands_below(tmp_path: Path) -> None:
    reviews = shown(tmp_path).reviews
    assert reviews is not None and reviews.whole is not None
    assert [line.role for line in reviews.lines] == ["own", "lead"]
    assert reviews.whole.score.amount == 80.2


def test_the_tables_are_attached_as_they_are_shown(tmp_path: Path) -> None:
    tables = shown(tmp_path).tables
    assert set(tables) == {"channels", "subjects", "speed-correctness", "variants", "reviews"}
    assert [row[:2] for row in tables["speed-correctness"].rows] == [
        ("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no"),
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [[], [case_row(cases=0, resolution_hours_median=None)], [scoped(
    breakdown="whole", value="(all)", is_suppressed=True)]], ids=["no row", "no case", "suppressed"])  # fmt: skip
def test_a_month_without_figures_is_a_whole_page(tmp_path: Path, rows: list[MartRow]) -> None:
    found = shown(tmp_path, rpt_service=rows)
    layout = lay_out_pages(replace(RUN, pages=("service",)), text_for("en", "EUR"), (found,))
    assert layout.page_count == 1


@pytest.mark.parametrize("run", [RUN, replace(HUNGARY, audience="board")], ids=["en", "hu"])
def test_the_page_takes_one_sheet(tmp_path: Path, run: ReportRun) -> None:
    found = page(tmp_path, run)
    assert found is not None
    assert lay_out_pages(replace(run, pages=("service",)), text_for(run.language, "EUR"), (found,)).page_count == 1


def test_another_audience_sees_none_of_it(tmp_path: Path) -> None:
    found = page(tmp_path, HUNGARY)
    assert found is not None
    assert found.channels.lines == ()
    assert not any(tile.figure.known for tile in found.tiles)
