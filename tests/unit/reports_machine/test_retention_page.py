"""The retention page's figures, its words by rule, and what it does with little data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from reports.context.losses import Losses, LossHistory
from reports.context.retention import Month, RetentionContext, RetentionFigures, load_retention
from reports.context.segments import Range, SegmentGroup, SegmentLine, allotted, range_of
from reports.marts import Marts
from reports.narrative import retention as words
from reports.run import ReportRun
from reports.text import text_for
from reports.verdicts import UNTESTED, Change
from tests.unit.reports_machine.helpers import figure
from tests.unit.reports_machine.runs import HUNGARY, RUN

Opened = Callable[..., Marts]
TEXT = text_for("en", "EUR")


def page_of(marts_of: Opened, world: str = "usual", run: ReportRun = RUN) -> RetentionContext:
    page = load_retention(marts_of(world, run), run, text_for(run.language, "EUR"))
    assert page is not None
    return page


def test_twenty_four_months_end_with_the_runs(marts_of: Opened) -> None:
    months = page_of(marts_of).figures.months
    assert [months[0].month, months[-1].month, len(months)] == [date(2023, 1, 1), date(2024, 12, 1), 24]
    assert all(m.low.amount <= m.rate.amount <= m.high.amount for m in months)  # type: ignore[operator]
    assert {float(m.target.amount or 0) for m in months} == {0.98}


def test_a_younger_company_shows_its_own_months(marts_of: Opened) -> None:
    page = page_of(marts_of, "a_dozen")
    assert len(page.figures.months) == 14
    assert not page.figures.months[0].rate.known


def test_the_ledger_closes_in_every_column(marts_of: Opened) -> None:
    for month in page_of(marts_of).ledger:
        start, new, back, lost, end = (
            item.amount or 0 for item in (month.start, month.new, month.reactivated, month.minus_lost, month.end)
        )
        assert start + new + back + lost == end


def test_the_ledger_compares_with_the_month_before_and_a_year_ago(marts_of: Opened) -> None:
    assert [m.month for m in page_of(marts_of).ledger] == [date(2024, 12, 1), date(2024, 11, 1), date(2023, 12, 1)]


def test_losses_by_cause_sum_to_the_ledgers(marts_of: Opened) -> None:
    page = page_of(marts_of)
    newest: Losses = page.losses.months[-1]
    assert (newest.voluntary.amount or 0) + (newest.involuntary.amount or 0) == page.ledger[0].lost.amount
    assert len(page.losses.months) == 13
    assert page.losses_title == "Customers lost, by cause"


def test_segments_stand_lowest_rate_first(marts_of: Opened) -> None:
    page = page_of(marts_of)
    assert [group.scope_type for group in page.groups] == ["country", "segment", "plan"]
    for group in page.groups:
        rates = [line.rate.amount for line in group.lines]
        assert rates == sorted(rates)  # type: ignore[type-var]


def test_a_filtered_report_leaves_out_its_own_attribute(marts_of: Opened) -> None:
    assert "country" not in [group.scope_type for group in page_of(marts_of, run=HUNGARY).groups]


def test_forty_segments_leave_room_for_the_others(marts_of: Opened) -> None:
    page = page_of(marts_of, "long_names")
    assert sum(len(group.lines) for group in page.groups) == 17
    assert len(page.segment_notes) >= 1
    assert page.segment_notes[0].startswith("Smaller segments that are not listed: Segment ")


def test_breakdowns_that_hide_everything_are_dropped(marts_of: Opened) -> None:
    assert page_of(marts_of, "a_dozen").groups == ()


def test_a_first_month_has_no_rate_and_no_trend(marts_of: Opened) -> None:
    page = page_of(marts_of, "first_month")
    assert page.charts == {}
    assert page.headline == "No retention rate this month: nobody was a customer at its start"
    assert page.ledger[0].end.number == 120


def test_a_company_without_losses_has_no_loss_chart(marts_of: Opened) -> None:
    page = page_of(marts_of, "no_losses")
    assert page.losses == LossHistory((), has_cause=False)
    assert set(page.charts) == {"trend"}
    assert page.headline == "100.0 % of customers stayed in December 2024, as in every month shown".replace(
        "100.0 %", "100.0\u00a0%"
    ).replace("December 2024", "December\u00a02024")


def test_neither_contracts_nor_orders_is_no_page(marts_of: Opened) -> None:
    marts = marts_of("usual")
    marts.is_delivered = lambda *entities: False  # type: ignore[method-assign]
    assert load_retention(marts, RUN, TEXT) is None


def test_a_month_without_a_row_is_no_page(marts_of: Opened) -> None:
    run = replace(RUN, month="2019-01")
    assert load_retention(marts_of("usual", run), run, TEXT) is None


def month(
    rate: float | None, low: float | None = None, high: float | None = None, target: float | None = None
) -> Month:
    return Month(date(2024, 12, 1), figure(rate), figure(low), figure(high), figure(target))


def figures(*months: Month, year: Month | None = None, verdict: str = "none") -> RetentionFigures:
    dated = tuple(replace(m, month=date(2024, at + 1, 1)) for at, m in enumerate(months))
    return RetentionFigures(dated, year, Change(figure(None), verdict, "none"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ((0.97, 0.95, 0.96), "the weakest month was February 2024 with 95.0 %"),
        ((0.95, 0.96, 0.97), "97.0 % of customers stayed in March 2024, the highest rate of the months shown"),
        ((0.97, 0.96, 0.95), "95.0 % of customers stayed in March 2024, the lowest rate of the months shown"),
        ((0.96, 0.96), "as in every month shown"),
        ((None, 0.96), "the first month measured"),
        ((0.96, None), "No retention rate this month"),
    ],
)
def test_the_headline_places_the_month_among_those_shown(rates: tuple[float | None, ...], said: str) -> None:
    found = words.headline(TEXT, figures(*(month(rate) for rate in rates)))
    assert said in found.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("target", "said"), [(0.98, "lies above"), (0.96, "lies inside"), (0.9, "lies below"), (None, "Chance alone")]
)
def test_the_standfirst_says_where_the_target_lies(target: float | None, said: str) -> None:
    assert said in words.standfirst(TEXT, figures(month(0.96, 0.95, 0.97, target)))


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("up", "it rose"), ("down", "it fell"), ("none", "no clear change"), ("untested", "A year earlier it was")],
)
def test_the_year_is_called_up_or_down_by_its_verdict_only(verdict: str, said: str) -> None:
    found = words.standfirst(TEXT, figures(month(0.96, 0.95, 0.97), year=month(0.94), verdict=verdict))
    assert said in found
    assert ("rose" in found or "fell" in found) == (verdict in ("up", "down"))


def test_what_stands_in_no_rate_is_told_only_where_it_happened(marts_of: Opened) -> None:
    asides = page_of(marts_of).asides
    assert words.ledger_notes(TEXT, asides) == ()
    told = words.ledger_notes(TEXT, replace(asides, joiners_lost=figure(1), provisional=figure(3), moved_in=figure(2)))
    assert [note.split()[0] for note in told] == ["Since", "One", "3"]


@pytest.mark.parametrize(
    ("wanted", "room", "given"),
    [((3, 3, 3), 12, (3, 3, 3)), ((40, 2), 12, (10, 2)), ((9, 9, 9), 10, (4, 3, 3)), ((), 5, ())],
)
def test_lines_are_shared_out_evenly(wanted: tuple[int, ...], room: int, given: tuple[int, ...]) -> None:
    assert allotted(wanted, room) == given


def line(size: int, low: float, rate: float, high: float) -> SegmentLine:
    figures = (figure(size), figure(0), figure(rate), figure(low), figure(high))
    return SegmentLine("plan", "x", "x", False, *figures, UNTESTED, figure(None), figure(None))


def test_a_tiny_segment_does_not_squeeze_the_scale() -> None:
    group = SegmentGroup("plan", "Plan", (line(500, 0.94, 0.96, 0.97), line(6, 0.4, 0.95, 1.0)), *[figure(0)] * 3)
    scale = range_of([group], figure(0.96))
    assert scale.low > 0.9
    assert scale.start(figure(0.4)) == 0.0
    assert scale.start(figure(0.4)) + scale.wide(figure(0.4), figure(1.0)) <= 100


def test_positions_are_per_cent_of_the_scale() -> None:
    scale = Range(0.9, 1.0)
    assert scale.at(figure(0.95)) == pytest.approx(50)
    assert scale.wide(figure(0.92), figure(0.94)) == pytest.approx(20)
