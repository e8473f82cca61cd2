"""The page of customers at risk: its figures, who is listed under whom, and how it is laid out for any length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reports.charts.typeface import text_width
from reports.context.at_risk import RiskList, column_widths, load_list
from reports.context.layout import FULL_WIDTH, LARGE_AMOUNT
from reports.context.risk import RiskContext, load_risk, sheets_for
from reports.context.risk_signals import BANDS, THIRDS
from reports.figures import FigureError
from reports.marts import open_marts
from reports.run import ReportRun
from reports.text import Text, text_for
from tests.mart_tables import MartRow
from tests.people_marts import DELIVERED, SIGNALS, at_risk, matrix, people_marts, signal, signals
from tests.unit.reports_machine.helpers import inside, overlaps
from tests.unit.reports_machine.runs import RUN

EN = text_for("en", "EUR")
PageOf = Callable[..., RiskContext | None]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[PageOf]:
    """The page's context of hand-made rows."""
    with ExitStack() as stack:

        def page(
            rows: Sequence[MartRow] = (),
            *,
            listed: Sequence[MartRow] = (),
            cells: Sequence[MartRow] = (),
            delivered: Sequence[str] = DELIVERED,
            run: ReportRun = RUN,
        ) -> RiskContext | None:
            path = people_marts(
                tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb",
                delivered,
                rpt_risk_signals=rows,
                rpt_customers_at_risk=listed,
                rpt_value_risk=cells,
            )
            marts = stack.enter_context(open_marts(path, run))
            return load_risk(marts, run, text_for(run.language, "EUR"))

        yield page


def full(load: PageOf, count: int = 50) -> RiskContext:
    """The page of a company with `count` customers on its list."""
    page = load(signals(count), listed=[at_risk(rank) for rank in range(1, count + 1)], cells=matrix())
    assert page is not None
    return page


def test_without_what_a_signal_is_read_from_there_is_no_page(load: PageOf) -> None:
    assert load(signals(3), delivered=("customers", "targets")) is None


def test_without_rows_of_the_month_there_is_no_page(load: PageOf) -> None:
    assert load([signal("any", 3, month="2024-11")]) is None


def test_signals_stand_most_frequent_first(load: PageOf) -> None:
    watched = full(load).signals.watched
    assert [line.customers.value for line in watched] == [7, 6, 5, 4, 3, 2, 1, 0]
    assert watched[0].signal == "no_contact"
    assert watched[0].width == 1
    assert "any" not in [line.signal for line in watched]


def test_a_signal_without_its_entity_is_named_and_not_listed(load: PageOf) -> None:
    page = load([signal("any", 5), signal("complaint", 5), signal("order_gap", 0, is_available=False, customers=None)])
    assert page is not None
    assert [line.signal for line in page.signals.watched] == ["complaint"]
    assert page.signals.switched_off == ("Order late",)
    assert "Not watched, because its data were never delivered: Order late." in page.notes


def test_the_matrix_has_the_most_valuable_above_and_the_most_signals_left(load: PageOf) -> None:
    page = full(load)
    assert [line[0].value_third for line in page.matrix] == list(THIRDS)
    assert [cell.risk_band for cell in page.matrix[0]] == list(BANDS)


def test_what_is_shaded_shows_a_signal_and_the_darkest_is_the_most(load: PageOf) -> None:
    cells = [cell for line in full(load).matrix for cell in line]
    assert {cell.heat for cell in cells if cell.risk_band == "0"} == {0}
    most = max((cell for cell in cells if cell.risk_band != "0"), key=lambda cell: cell.value.amount or 0)
    assert most.heat == 9
    assert all(cell.heat >= 1 for cell in cells if cell.risk_band != "0" and cell.customers.value)


def test_whom_to_start_with_adds_up_the_marked_cells(load: PageOf) -> None:
    page = full(load)
    marked = [cell for line in page.matrix for cell in line if cell.is_first]
    assert {(cell.value_third, cell.risk_band) for cell in marked} == {("top", "3+"), ("top", "2")}
    assert page.signals.first.value == sum(int(cell.customers.amount or 0) for cell in marked) == 21
    assert page.signals.first_value.value == sum(cell.value.number or 0 for cell in marked)


def test_the_share_at_stake_is_of_what_all_customers_stand_for(load: PageOf) -> None:
    page = full(load)
    every = sum(float(cell.value.amount or 0) for line in page.matrix for cell in line)
    assert page.signals.value_share.amount == pytest.approx(5000 / every)


def test_offers_are_told_only_where_they_were_delivered(load: PageOf) -> None:
    assert full(load).has_offers
    page = load(signals(3), cells=matrix(offers=None))
    assert page is not None
    assert not page.has_offers


def test_the_list_keeps_the_order_of_the_mart(load: PageOf) -> None:
    lines = full(load, 12).list.lines
    assert [line.rank.value for line in lines] == list(range(1, 13))
    assert lines[0].signals == "Complaint · Low\u00a0score"
    assert lines[0].since.value == date(2024, 11, 30)
    assert (lines[0].step, lines[0].channel, lines[1].channel) == ("Settle complaint", "Phone", "")


def test_owners_share_the_list_among_them(load: PageOf) -> None:
    page = full(load, 30)
    assert sum(int(line.customers.amount or 0) for line in page.list.owners) == page.list.listed.value == 30
    assert sum(float(line.value.amount or 0) for line in page.list.owners) == sum(
        float(line.value.amount or 0) for line in page.list.lines
    )
    counts = [line.customers.amount for line in page.list.owners]
    assert counts == sorted(counts, reverse=True)  # type: ignore[type-var]


def test_nobody_is_an_owner_but_never_the_busiest(load: PageOf) -> None:
    listed = [at_risk(rank, account_owner="(none)") for rank in range(1, 5)] + [at_risk(5, account_owner="Anna Nagy")]
    page = load(signals(5), listed=listed)
    assert page is not None
    assert page.list.owners[0].owner == ""
    assert [line.owner for line in page.list.busiest] == ["Anna Nagy"]


def test_more_owners_than_there_is_room_for_are_added_up(load: PageOf) -> None:
    listed = [at_risk(rank, account_owner=f"Owner {rank}") for rank in range(1, 41)]
    page = load(signals(40), listed=listed)
    assert page is not None and page.others is not None
    assert len(page.owners) == 8
    assert page.others.customers.value == 32
    assert len(page.tables["owners"].rows) == 40


def test_a_customer_without_a_name_is_known_by_its_number(load: PageOf) -> None:
    page = load(signals(1), listed=[at_risk(1, customer_name=None, account_owner=None, segment=None)])
    assert page is not None
    line = page.list.lines[0]
    assert (line.name, line.owner, line.segment) == ("C-001", "", "")


def test_a_name_of_three_hundred_letters_is_cut(load: PageOf) -> None:
    page = load(signals(1), listed=[at_risk(1, customer_name="Á" * 300, account_owner="B" * 300)])
    assert page is not None
    assert len(page.list.lines[0].name) <= 60
    assert page.list.lines[0].name.endswith("…")
    assert len(page.headline) < 160


@pytest.mark.parametrize("language", ["en", "hu", "pl"])
def test_no_word_of_the_list_is_wider_than_its_column(tmp_path: Path, language: str) -> None:
    text = text_for(language, "EUR")
    listed = listed_of(tmp_path, text, [at_risk(rank, account_owner="Żaneta Śliwińska") for rank in range(1, 51)])
    rank, name, value, found, since, step, channel, owner = column_widths(listed, text, False)
    assert sum((rank, name, value, found, since, step, channel, owner)) == pytest.approx(FULL_WIDTH, abs=0.5)
    for line in listed.lines:
        printed = ((text.f.money(line.value), value), (line.signals, found), (text.f.date_short(line.since), since),
                   (line.step, step), (line.channel, channel), (line.owner, owner))  # fmt: skip
        assert [cell for cell, width in printed if text_width(cell, 7.5) > width] == []


def test_wide_columns_leave_the_name_its_least(tmp_path: Path) -> None:
    every = "pending_cancellation, contract_ending, complaint, unanswered_request"
    listed = listed_of(tmp_path, EN, [at_risk(1, signals=every, value_at_stake=987_654_321, account_owner="W" * 60)])
    widths = column_widths(listed, EN, False)
    assert widths[1] >= 62
    assert sum(widths) == pytest.approx(FULL_WIDTH, abs=0.5)


def listed_of(tmp_path: Path, text: Text, rows: Sequence[MartRow]) -> RiskList:
    path = people_marts(tmp_path / "list.duckdb", rpt_customers_at_risk=rows)
    with open_marts(path, RUN) as marts:
        return load_list(marts, text)


def test_a_long_list_has_a_sheet_of_its_own(load: PageOf) -> None:
    page = full(load)
    assert page.sheets == 2
    assert page.layout.list_apart and page.layout.close_rows and not page.layout.aside_behind
    assert page.layout.with_aside


def test_owners_and_trend_fill_the_sheet_of_a_list_of_middle_length(load: PageOf) -> None:
    page = full(load, 25)
    assert page.sheets == 2
    assert page.layout.aside_behind and not page.layout.close_rows
    assert page.layout.cell > 34


def test_a_few_customers_stand_beside_the_overview(load: PageOf) -> None:
    page = full(load, 6)
    assert page.sheets == 1
    assert not page.layout.with_aside
    assert "trend" not in page.charts
    assert page.owners == ()


def test_nobody_at_risk_leaves_the_trend_the_room(load: PageOf) -> None:
    page = load([*signals(0), signal("complaint", 0, month="2024-11")], cells=matrix())
    assert page is not None
    assert page.headline == "No customer shows a sign of leaving"
    assert page.sheets == 1
    assert page.charts["trend"].width == FULL_WIDTH


@pytest.mark.parametrize("count", range(0, 51))
def test_no_layout_is_taller_than_its_sheets(tmp_path: Path, count: int) -> None:
    lines = load_fake(count)
    found = sheets_for(290.0, 3, lines, True)
    # The first block of a sheet has no gap above it.
    gap = 0.0 if found.list_apart else 15.6
    list_height = gap + 32.7 + 20 + count * (12.4 if found.close_rows else 15.1) if count else 0.0
    aside = (
        48.3 + max(found.trend, 20 + min(len(lines.owners), 9) * 15.1 if count else 0.0) if found.with_aside else 0.0
    )
    first = 290 + 15.6 + 32.7 + 16 + 3 * found.cell
    first += 0 if found.aside_behind else aside
    first += 0 if found.list_apart else list_height
    second = (list_height if found.list_apart else 0) + (aside if found.aside_behind else 0)
    assert first <= 717.2 + 0.1
    assert second <= 717.2 + 0.1


def test_a_few_long_rows_run_on_where_the_sheet_has_room(load: PageOf) -> None:
    many = ", ".join(SIGNALS[:5])
    for long, runs_on in ((0, True), (2, True), (30, False)):
        listed = [at_risk(rank, signals=many if rank <= long else "complaint") for rank in range(1, 51)]
        page = load(signals(50), listed=listed, cells=matrix())
        assert page is not None
        assert page.runs_on is runs_on
    assert not full(load, 5).runs_on


def load_fake(count: int) -> RiskList:
    """A list of so many lines without figures: its length is all that a layout asks for."""
    return RiskList(tuple([None] * count), tuple([None] * min(count, 9)), None)  # type: ignore[list-item, arg-type]


def test_large_amounts_are_printed_short(load: PageOf) -> None:
    assert not full(load).short_money
    page = load([signal("any", 3, value_at_stake=LARGE_AMOUNT)], listed=[at_risk(1, value_at_stake=LARGE_AMOUNT)])
    assert page is not None
    assert page.short_money


def test_two_months_are_no_trend(load: PageOf) -> None:
    page = load([signal("any", 3), signal("any", 4, month="2024-11")], listed=[at_risk(1)])
    assert page is not None
    assert dict(page.charts) == {}


def test_the_trend_says_whether_its_axis_is_cut(load: PageOf) -> None:
    assert full(load).is_cut
    low = load([signal("any", 0, month=f"2024-{month:02d}") for month in range(1, 13)])
    assert low is not None
    assert "trend" in low.charts
    assert not low.is_cut


def test_the_trend_is_whole(load: PageOf) -> None:
    chart = full(load).charts["trend"]
    assert inside(chart)
    assert overlaps(chart) == []
    assert len(chart.data.rows) == 13


def test_everything_drawn_as_a_table_is_attached(load: PageOf) -> None:
    tables = full(load, 10).tables
    assert {name: len(table.rows) for name, table in tables.items()} == {
        "signals": 9, "value_risk": 12, "list": 10, "owners": 4,
    }  # fmt: skip
    assert tables["list"].rows[0][1] == "C-001"


def test_the_list_is_the_audiences_own(load: PageOf) -> None:
    other = {**at_risk(1), "audience": "poland", "scope_value": "poland"}
    page = load(signals(2), listed=[at_risk(1, customer_name="Ours"), other])
    assert page is not None
    assert [line.name for line in page.list.lines] == ["Ours"]


def test_a_withheld_month_is_not_known(load: PageOf) -> None:
    page = load([signal("any", 3, customers=None, at_risk_rate=None, value_at_stake=None)], listed=[at_risk(1)])
    assert page is not None
    assert page.signals.whole is not None
    assert not page.signals.whole.customers.known
    assert page.headline == "One customer to act on first"


def test_a_signal_that_is_no_text_is_an_error(load: PageOf) -> None:
    with pytest.raises(FigureError, match="signals"):
        load(signals(1), listed=[at_risk(1, signals=None)])


def test_an_accent_reaches_the_trend(load: PageOf) -> None:
    page = load(signals(50), listed=[at_risk(1)], run=replace(RUN, accent="#1B7F3B"))
    assert page is not None
    assert "#1B7F3B" in page.charts["trend"].svg
