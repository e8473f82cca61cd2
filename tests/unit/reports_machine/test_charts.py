"""The drawings: everything inside, nothing on top of each other, and what is drawn is what was given."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from reports.charts.axis import Scale
from reports.charts.bridge import Bridge, Step, bridge
from reports.charts.chart import Chart, DataTable
from reports.charts.columns import Columns, Part, columns
from reports.charts.curves import Curve, Curves, curves
from reports.charts.palette import palette_for
from reports.charts.sparkline import runs, sparkline
from reports.charts.trend import Trend, TrendPoint, trend
from reports.figures import Figure
from tests.unit.reports_machine.helpers import elements, figure, inside, labels, numbers, overlaps

PALETTE = palette_for(None)
MONTHS = [date(2023 + at // 12, at % 12 + 1, 1) for at in range(24)]


def percent(shown: Figure) -> str:
    return f"{(shown.amount or 0) * 100:.1f} %"


def tick(value: float, scale: Scale) -> str:
    return f"{value:.{scale.digits}f}"


def month(day: date) -> str:
    return f"{day:%b %y}"


def a_trend(
    values: list[float | None], *, events: tuple[tuple[date, str], ...] = (), target: float | None = 0.98
) -> Trend:
    points = [
        TrendPoint(
            day,
            figure(value),
            figure(None if value is None else value - 0.01),
            figure(None if value is None else min(value + 0.01, 1.0)),
            figure(target),
        )
        for day, value in zip(MONTHS[-len(values) :], values, strict=True)
    ]
    return Trend(points, tick, percent, month, "Target 98.0 %", "band", events)


def draw(data: Trend, width: float = 493, height: float = 180) -> Chart:
    return trend(data, PALETTE, "alt", width, height)


def test_the_trend_draws_line_band_target_and_newest_value() -> None:
    chart = draw(a_trend([0.95 + at * 0.001 for at in range(24)]))
    paths = elements(chart, "path")
    assert paths[0].attrib["fill"] == PALETTE.tint
    line = next(p for p in paths if p.attrib.get("stroke") == PALETTE.accent)
    assert len(numbers(line.attrib["d"])) == 48
    assert any(p.attrib.get("stroke") == PALETTE.miss and "stroke-dasharray" in p.attrib for p in paths)
    assert "97.3 %" in [label.text for label in labels(chart)]


@pytest.mark.parametrize("gap", (0.0, 0.0005, 0.002, 0.02))
def test_target_and_value_are_named_without_touching(gap: float) -> None:
    chart = draw(a_trend([0.98 - gap] * 24))
    assert overlaps(chart) == []
    assert inside(chart)


def test_events_are_named_in_the_plot_without_touching() -> None:
    events = tuple((MONTHS[at], f"Event number {at} with a long name") for at in (3, 5, 6, 20, 23))
    chart = draw(a_trend([0.97] * 24, events=events))
    assert sum("Event number" in label.text for label in labels(chart)) == 5
    assert overlaps(chart) == []
    assert inside(chart)


def test_an_event_outside_the_months_is_not_drawn() -> None:
    chart = draw(a_trend([0.97] * 12, events=((date(2020, 1, 1), "Long ago"),)))
    assert "Long ago" not in [label.text for label in labels(chart)]


def test_an_unknown_month_leaves_a_gap() -> None:
    chart = draw(a_trend([0.97, 0.96, None, 0.95, 0.96]))
    lines = [p for p in elements(chart, "path") if p.attrib.get("stroke") == PALETTE.accent]
    assert [len(numbers(line.attrib["d"])) for line in lines] == [4, 4]


@pytest.mark.parametrize("values", ([0.97], [1.0], [None, 0.9], [0.0, 0.0]))
def test_one_month_and_extremes_are_drawn(values: list[float | None]) -> None:
    chart = draw(a_trend(values, target=None))
    assert inside(chart)
    assert overlaps(chart) == []


def test_runs_split_at_gaps() -> None:
    assert runs([None, 1.0, 2.0, None, 3.0]) == [[(1, 1.0), (2, 2.0)], [(4, 3.0)]]


def test_columns_stack_their_parts_to_the_total() -> None:
    chart = columns(
        Columns(
            MONTHS[-2:],
            [
                Part("left", "accent", [figure(30), figure(20)]),
                Part("payment failed", "miss", [figure(10), figure(5)]),
            ],
            tick,
            lambda f: str(f.value),
            month,
        ),
        PALETTE,
        "alt",
        236,
        118,
    )
    rects = elements(chart, "rect")
    heights = [float(rect.attrib["height"]) for rect in rects]
    assert len(rects) == 4
    assert heights[0] / heights[2] == pytest.approx(30 / 20, rel=0.03)
    assert [rect.attrib["fill"] for rect in rects[2:]] == [PALETTE.accent, PALETTE.miss]
    assert overlaps(chart) == []


def test_columns_of_nothing_have_no_rectangles() -> None:
    data = Columns(MONTHS, [Part("left", "accent", [figure(0)] * 24)], tick, lambda f: "0", month)
    assert elements(columns(data, PALETTE, "alt", 236, 118), "rect") == []


def a_bridge(start: float, *moves: float) -> Bridge:
    names = ("new customers", "customers who returned", "expansion", "contraction", "lost customers", "exchange rates")
    steps = [Step(name, figure(move)) for name, move in zip(names, moves, strict=False)]
    return Bridge(
        Step("At the start", figure(start)),
        steps,
        Step("At the end", figure(start + sum(moves))),
        lambda f: f"€ {f.amount:,.0f}",
        lambda f: f"{f.amount:+,.0f}",
    )


def test_a_bridge_of_small_movements_is_cut_and_notched() -> None:
    data = a_bridge(94_500, 1_330, 858, 431, -185, -2_740)
    chart = bridge(data, PALETTE, "alt", 493, 150)
    assert 0 < data.floor < min(data.levels)
    assert sum(path.attrib["fill"] == "#FFFFFF" for path in elements(chart, "path")) == 2
    assert inside(chart)
    assert overlaps(chart) == []


def test_a_bridge_of_large_movements_starts_at_zero_without_a_notch() -> None:
    data = a_bridge(1_000, 900, -200)
    assert data.floor == 0
    assert elements(bridge(data, PALETTE, "alt", 493, 150), "path") == []


@pytest.mark.parametrize("data", (a_bridge(0, 30_000), a_bridge(108, 0, 0), a_bridge(0), a_bridge(500, -500)))
def test_a_bridge_from_or_to_nothing_is_drawn(data: Bridge) -> None:
    assert data.floor == 0
    assert inside(bridge(data, PALETTE, "alt", 493, 150))


def test_the_steps_of_a_bridge_are_as_tall_as_their_amounts() -> None:
    rects = elements(bridge(a_bridge(94_500, 1_000, -500), PALETTE, "alt", 493, 150), "rect")
    up, down = (float(rects[at].attrib["height"]) for at in (0, 1))
    assert up / down == pytest.approx(2, rel=0.01)
    assert (rects[0].attrib["fill"], rects[1].attrib["fill"]) == (PALETTE.soft, PALETTE.miss)


def test_a_step_of_nothing_leaves_no_gap_in_the_bridge() -> None:
    drawn = [bridge(a_bridge(108, step, 20), PALETTE, "alt", 493, 150) for step in (0, 5)]
    still, moved = (elements(chart, "rect") + elements(chart, "path") + elements(chart, "line") for chart in drawn)
    assert len(still) == len(moved)


def test_curves_end_in_their_names() -> None:
    lines = [
        Curve("last 12 months", "accent", [figure(v) for v in (1.0, 0.9, 0.85)]),
        Curve("a year before", "grey", [figure(v) for v in (1.0, 0.9, 0.849)]),
    ]
    chart = curves(Curves(lines, 0, tick, percent, str), PALETTE, "alt", 236, 130)
    texts = [label.text for label in labels(chart)]
    assert "85.0 %" in texts
    assert "84.9 %" in texts
    assert overlaps(chart) == []
    assert inside(chart)


def test_a_sparkline_shows_the_target_it_has() -> None:
    with_target = sparkline([figure(v) for v in (1.0, 2.0, 1.5)], figure(1.8), "alt")
    without = sparkline([figure(v) for v in (1.0, 2.0, 1.5)], figure(None), "alt")
    assert len(elements(with_target, "line")) == 1
    assert elements(without, "line") == []


def test_a_sparkline_of_nothing_is_empty() -> None:
    assert elements(sparkline([figure(None)] * 3, figure(1.0), "alt"), "path") == []


def test_labels_are_escaped() -> None:
    chart = draw(a_trend([0.97] * 6, events=((MONTHS[-2], "<b>& more"),)))
    assert "<b>& more" in [label.text for label in labels(chart)]


def test_drawing_twice_gives_the_same_svg() -> None:
    assert draw(a_trend([0.97] * 24)).svg == draw(a_trend([0.97] * 24)).svg


def test_every_drawing_hands_back_the_table_it_was_drawn_from() -> None:
    chart = draw(a_trend([0.97, 0.96], events=((MONTHS[-1], "New price list"),)))
    assert chart.data.columns == ("month", "value", "low", "high", "target", "events")
    first, last = chart.data.rows
    assert (first[0], first[-1], last[-1]) == (MONTHS[-2], None, "New price list")
    assert isinstance(last[1], Figure)
    assert last[1].value == 0.96
    steps = bridge(a_bridge(1_000, 900, -200), PALETTE, "alt", 493, 150).data
    assert [row[0] for row in steps.rows] == ["At the start", "new customers", "customers who returned", "At the end"]


def test_a_row_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells under 2 columns"):
        DataTable(("month", "value"), ((MONTHS[0],),))


def counts(*values: int | None) -> Columns:
    days = MONTHS[-len(values) :]
    return Columns(
        days, [Part("left", "accent", [figure(value) for value in values])], tick, lambda f: str(f.value), month
    )


@pytest.mark.parametrize("most", [0, 1, 2, 3, 7, 11])
def test_an_axis_of_counts_has_whole_ticks_only(most: int) -> None:
    chart = columns(counts(0, most), PALETTE, "alt", 236, 220)
    assert not [label.text for label in labels(chart) if "." in label.text]


def test_what_is_below_zero_hangs_from_the_axis() -> None:
    parts = [Part("back", "accent", [figure(5.0), figure(4.0)]), Part("first", "grey", [figure(3.0), figure(-6.0)])]
    chart = columns(Columns(MONTHS[-2:], parts, tick, lambda f: f"{f.value}", month), PALETTE, "alt", 236, 160)
    boxes = [(float(rect.attrib["y"]), float(rect.attrib["height"])) for rect in elements(chart, "rect")]
    zero = boxes[0][0] + boxes[0][1]
    assert boxes[2][0] + boxes[2][1] == pytest.approx(zero, abs=0.1)
    assert boxes[3][0] == pytest.approx(zero, abs=0.1)
    assert inside(chart)
    assert overlaps(chart) == []


def test_a_month_that_is_not_known_is_no_zero() -> None:
    chart = columns(counts(3, None, 4), PALETTE, "alt", 236, 120)
    assert [label.text for label in labels(chart)].count("–") == 1
    assert len(elements(chart, "rect")) == 2


def test_many_events_leave_the_line_its_room() -> None:
    months = [date(2023 + at // 12, at % 12 + 1, 1) for at in range(24)]
    points = [TrendPoint(m, figure(0.9), figure(0.88), figure(0.92), figure(None)) for m in months]
    events = [(m, f"Event {at} with a name that takes much room") for at, m in enumerate(months)]
    data = Trend(points, lambda value, _: str(value), lambda f: str(f.value), str, "target", "band", events)
    drawn = trend(data, palette_for(None), "alt", 493.0, 140.0)
    named = [label for label in labels(drawn) if label.text.startswith("Event")]
    assert 3 <= len(named) < 24
    assert max(label.bottom for label in named) < 40
    assert any("Event 23" in label.text for label in named)
    assert inside(drawn)


@pytest.mark.parametrize(("height", "rows"), [(58.0, 0), (62.0, 1), (72.0, 2), (140.0, 3)])
def test_a_low_picture_names_fewer_events(height: float, rows: int) -> None:
    events = tuple((MONTHS[at], f"Event number {at} with a long name") for at in (18, 19, 20))
    chart = draw(a_trend([0.97] * 24, events=events), width=236.5, height=height)
    named = [label for label in labels(chart) if label.text.startswith("Event")]
    assert len(named) == rows
    ticks = sorted(label.bottom for label in labels(chart) if label.left < 26 and not label.text.startswith("Event"))
    assert all(below - above >= 7 for above, below in itertools.pairwise(ticks[:-1]))


@pytest.mark.parametrize("height", [88.0, 110.0, 200.0])
def test_four_long_names_at_the_ends_of_curves_have_room(height: float) -> None:
    names = ("24 miesiące umowy", "12 miesięcy umowy", "1 miesiąc umowy", "bez okresu umowy wcale")
    lines = [
        Curve(name, tone, [figure(1.0), figure(0.2 + at / 10)])
        for at, (name, tone) in enumerate(zip(names, ("accent", "soft", "navy", "grey"), strict=True))
    ]
    drawn = curves(Curves(lines, 0, tick, percent, str, 70.0, zero=True), PALETTE, "alt", 236.5, height)
    told = " ".join(label.text for label in labels(drawn))
    assert all(name.split()[0] in told for name in names)
    assert inside(drawn)
    assert overlaps(drawn) == []
