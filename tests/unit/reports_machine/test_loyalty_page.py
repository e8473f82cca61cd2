"""The loyalty page: segments of buyers, the programme, and how the page fills with whatever was delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from reports.context.layout import BODY_HEIGHT, FULL_WIDTH, HALF_WIDTH
from reports.context.loyalty import (
    GAP,
    LEAST_CHART,
    MOST_CHART,
    ROWS,
    LoyaltyContext,
    load_loyalty,
    room_for,
)
from reports.context.loyalty_rfm import meanings
from reports.context.loyalty_tiers import MOST_MOVES, MOST_TIERS
from reports.marts import open_marts
from reports.narrative.loyalty import RFM_SEGMENTS
from reports.text import text_for
from tests.mart_tables import MartRow, scoped
from tests.people_marts import DELIVERED, move, people_marts, programme, rfm, tier
from tests.unit.reports_machine.helpers import inside, overlaps
from tests.unit.reports_machine.runs import RUN

TIERS = {"gold": 40, "silver": 20, "bronze": 10}
ADVOCATES = scoped(answering_customers=50, advocates=20, advocate_share=0.4, advocate_share_low=0.28,
                   advocate_share_high=0.54)  # fmt: skip
PageOf = Callable[..., LoyaltyContext | None]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[PageOf]:
    """The page's context of hand-made rows."""
    with ExitStack() as stack:

        def page(
            *,
            segments: Sequence[MartRow] = (),
            tiers: Sequence[MartRow] = (),
            moves: Sequence[MartRow] = (),
            answers: Sequence[MartRow] = (),
            delivered: Sequence[str] = DELIVERED,
            language: str = "en",
        ) -> LoyaltyContext | None:
            path = people_marts(
                tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb",
                delivered,
                rpt_rfm=segments,
                rpt_loyalty=tiers,
                rpt_tier_moves=moves,
                rpt_loyal_captive=answers,
            )
            return load_loyalty(stack.enter_context(open_marts(path, RUN)), RUN, text_for(language, "EUR"))

        yield page


def whole(load: PageOf, **more: Sequence[MartRow]) -> LoyaltyContext:
    """The page of a company that delivered everything."""
    given: Mapping[str, Sequence[MartRow]] = {
        "segments": rfm(), "tiers": programme(TIERS), "moves": [move("silver", "gold", 4)], "answers": [ADVOCATES],
    }  # fmt: skip
    page = load(**{**given, **more})
    assert page is not None
    return page


def test_without_orders_points_or_referrals_there_is_no_page(load: PageOf) -> None:
    assert load(segments=rfm(), tiers=programme(TIERS), delivered=("customers", "contracts")) is None


def test_without_anything_counted_there_is_no_page(load: PageOf) -> None:
    unknown = dict.fromkeys(("points_earned", "referrals_made"))
    assert load(tiers=[tier("(all)", 9, **unknown), tier("(none)", 9, **unknown), tier("(members)", 0)]) is None


def test_segments_stand_from_the_best_to_those_that_are_gone(load: PageOf) -> None:
    page = whole(load, segments=rfm({"lost": (5, 10), "champions": (5, 100), "our own": (5, 50), "loyal": (5, 90)}))
    assert page.rfm is not None
    assert [line.segment for line in page.rfm.lines] == ["champions", "loyal", "lost", "our own"]
    assert page.rfm.lines[-1].label == "our own"


def test_segments_add_up_to_all_buyers(load: PageOf) -> None:
    page = whole(load)
    assert page.rfm is not None
    assert sum(int(line.customers.amount or 0) for line in page.rfm.lines) == page.rfm.customers.value == 100
    assert page.rfm.revenue.value == sum(line.revenue.number or 0 for line in page.rfm.lines)


def test_an_empty_segment_is_not_listed(load: PageOf) -> None:
    page = whole(load, segments=[*rfm(), scoped(rfm_segment="promising", customers=0, is_suppressed=False)])
    assert page.rfm is not None
    assert "promising" not in [line.segment for line in page.rfm.lines]


def test_a_withheld_segment_leaves_all_buyers_known(load: PageOf) -> None:
    page = whole(load, segments=[*rfm(), scoped(rfm_segment="promising", is_suppressed=True)])
    assert page.rfm is not None
    assert page.rfm.has_hidden
    assert page.rfm.customers.value == 100
    assert not page.rfm.revenue.known


def test_the_drawing_starts_at_zero_and_holds_every_share(load: PageOf) -> None:
    page = whole(load)
    assert page.rfm is not None
    assert page.rfm.end == pytest.approx(0.6)
    places = [page.rfm.at(figure) for line in page.rfm.lines for figure in (line.customer_share, line.revenue_share)]
    assert min(places) == 0, "a negative share of revenue stands at the start"
    assert max(places) <= 100
    assert [line.segment for line in page.rfm.lines if not line.gives_more] == ["at_risk", "cannot_lose", "lost"]


def test_the_months_are_told_from_the_third_on(load: PageOf) -> None:
    months = [f"2024-{month:02d}" for month in (10, 11)]
    assert whole(load, segments=[row for m in months for row in rfm(month=m)] + rfm()).rfm.history  # type: ignore[union-attr]
    assert not whole(load, segments=[*rfm(month="2024-11"), *rfm()]).rfm.history  # type: ignore[union-attr]


def test_every_segment_has_a_meaning() -> None:
    assert [meaning.label for meaning in meanings(text_for("en", "EUR"))] == list(RFM_SEGMENTS.values())


def test_tiers_stand_by_size_with_their_sums_below(load: PageOf) -> None:
    tiers = whole(load).programme.tiers
    assert [line.label for line in tiers] == [
        "gold", "silver", "bronze", "All members", "Not a member", "All customers",
    ]  # fmt: skip
    assert [line.end.value for line in tiers] == [40, 20, 10, 70, 60, 130]
    assert [line.is_sum for line in tiers] == [False] * 3 + [True] * 3


def test_forty_tiers_are_cut_to_the_largest_and_counted(load: PageOf) -> None:
    page = whole(load, tiers=programme({f"tier {at}": 100 - at for at in range(40)}))
    shown = [line for line in page.programme.tiers if not line.is_sum]
    assert [line.label for line in shown] == [f"tier {at}" for at in range(MOST_TIERS)]
    assert page.programme.tiers_left_out_count.value == 40 - MOST_TIERS
    assert len(page.tables["tiers"].rows) == 43, "what the page cuts is attached"


def test_without_tiers_there_is_neither_a_table_nor_a_move(load: PageOf) -> None:
    page = load(segments=rfm(), tiers=[tier("(all)", 60), tier("(none)", 60), tier("(members)", 0)],
                moves=[move("(none)", "gold", 3)])  # fmt: skip
    assert page is not None
    assert page.programme.tiers == page.programme.moves == ()
    assert not page.programme.members.known
    assert "tiers" not in page.tables


def test_moves_of_the_month_stand_beside_those_of_the_year(load: PageOf) -> None:
    moves = [move("silver", "gold", 4), move("silver", "gold", 30, year=True), move("(none)", "bronze", 9, year=True)]
    page = whole(load, moves=moves)
    assert [(m.origin, m.target, m.month.value, m.year.value) for m in page.programme.moves] == [
        ("silver", "gold", 4, 30), ("Not a member", "bronze", 0, 9),
    ]  # fmt: skip


def test_the_rarest_moves_are_counted_and_withheld_ones_explained(load: PageOf) -> None:
    moves = [move(f"a{at}", "b", None if at == 0 else 50 - at) for at in range(9)]
    page = whole(load, moves=moves)
    assert len(page.programme.moves) == MOST_MOVES
    assert page.programme.moves_left_out_count.value == 3
    assert page.moves_note == "3 rarer moves are not listed."
    page = whole(load, moves=moves[:3])
    assert page.moves_note == "n/a: too few to be shown."


def test_points_of_months_without_rows_are_not_made_up(load: PageOf) -> None:
    page = whole(load)
    assert len(page.programme.points) == 12
    assert page.programme.points[-1].earned.value == 1300
    assert page.programme.year_cost.value == 999


def test_points_that_were_never_delivered_have_no_chart(load: PageOf) -> None:
    rows = [{**row, "points_earned": None} for row in programme(TIERS)]
    page = whole(load, tiers=rows)
    assert page.programme.points == ()
    assert "points" not in page.charts


def test_the_chart_of_points_is_whole(load: PageOf) -> None:
    chart = whole(load).charts["points"]
    assert inside(chart)
    assert overlaps(chart) == []
    assert chart.width == HALF_WIDTH
    assert whole(load, moves=[]).charts["points"].width == FULL_WIDTH


def test_the_label_of_many_points_stays_inside(load: PageOf) -> None:
    page = whole(load, tiers=[{**row, "points_earned": 16_369_788_000} for row in programme(TIERS)])
    assert inside(page.charts["points"])


def test_referrals_are_everybodys(load: PageOf) -> None:
    referrals = whole(load).programme.referrals
    assert referrals is not None
    assert (referrals.referred.value, referrals.joined.value, referrals.made.value) == (3, 12, 6)
    rows = [{**row, "referrals_made": None} for row in programme(TIERS)]
    assert whole(load, tiers=rows).programme.referrals is None


def test_advocates_are_told_where_somebody_answered(load: PageOf) -> None:
    advocates = whole(load).advocates
    assert advocates is not None
    assert (advocates.advocates.value, advocates.answered.value) == (20, 50)
    assert whole(load, answers=[]).advocates is None
    assert whole(load, answers=[{**ADVOCATES, "answering_customers": 0}]).advocates is None
    page = load(segments=rfm(), answers=[ADVOCATES], delivered=("orders",))
    assert page is not None and page.advocates is None


def test_large_amounts_are_printed_short(load: PageOf) -> None:
    assert not whole(load).short_money
    assert whole(load, segments=rfm({"champions": (5, 20_000_000), "lost": (5, 0)})).short_money


def test_every_table_is_attached(load: PageOf) -> None:
    page = whole(load)
    assert set(page.tables) >= {"segments", "tiers", "moves"}
    assert page.tables["segments"].rows[0][0] == "Champions"
    assert page.charts["points"].data.columns == ("month", "part", "value")


@pytest.mark.parametrize("names", [1, 5, 11])
@pytest.mark.parametrize("tiers", [0, 3, 40])
def test_the_page_is_never_taller_than_its_sheet(load: PageOf, names: int, tiers: int) -> None:
    segments = dict.fromkeys(list(RFM_SEGMENTS)[:names], (5, 100))
    rows = programme({f"t{at}": 9 for at in range(tiers)}) if tiers else []
    page = load(segments=rfm(segments), tiers=rows, moves=[move("a", f"b{at}", 3) for at in range(9)])
    assert page is not None
    for taken in range(80, 280, 10):
        room = room_for(taken, page.rfm, page.programme, 15.7)
        row = ROWS[room.rows]
        tall = taken + GAP + 32.7 + 29.4 + (names + 1) * row
        tall += GAP + 32.7 + 11 * row if room.with_meanings else 0
        if tiers:
            tall += GAP + 32.7 + 20 + len(page.programme.tiers) * row + (31.4 if tiers > MOST_TIERS else 15.7)
            tall += GAP + 32.7 + max(20 + len(page.programme.moves) * row + 12, room.chart)
        assert tall <= BODY_HEIGHT or room.rows == "tight"
        assert LEAST_CHART <= room.chart <= MOST_CHART


def test_little_to_show_is_explained(load: PageOf) -> None:
    page = load(segments=rfm({"champions": (1, 10)}))
    assert page is not None
    assert page.rows == "wide"
    assert len(page.meanings) == 11
    assert whole(load).meanings == () or whole(load).rows != "tight"
