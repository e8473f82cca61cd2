"""The chart of flows: one axis for both sides, the newest month in full colour, figures beside their parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from reports.charts.columns import Part
from reports.charts.flows import Flows, flows
from reports.charts.palette import palette_for
from reports.context.axes import count_ticks
from reports.text import text_for
from tests.unit.reports_machine.helpers import elements, figure, inside, labels, overlaps

F = text_for("en", "EUR").f
PALETTE = palette_for(None)


def drawn(into: Sequence[int | None], out: Sequence[int | None], expired: Sequence[int | None] = ()) -> Flows:
    parts = [Part("redeemed", "grey", [figure(value) for value in out])]
    if expired:
        parts.append(Part("expired", "miss", [figure(value) for value in expired]))
    return Flows(
        months=[date(2024, at + 1, 1) for at in range(len(into))],
        into=Part("earned", "accent", [figure(value) for value in into]),
        out_of=parts,
        tick=count_ticks(F),
        value=F.number,
        month=F.month_short,
    )


def test_lengths_on_both_sides_are_on_one_scale() -> None:
    chart = flows(drawn([100, 200], [50, 100]), PALETTE, "alt", 300, 150)
    tall = [float(rect.attrib["height"]) for rect in elements(chart, "rect")]
    up, down = tall[2], tall[3]
    assert up == pytest.approx(2 * down, abs=0.1)


def test_what_goes_out_hangs_below_what_comes_in() -> None:
    chart = flows(drawn([200], [100], [50]), PALETTE, "alt", 300, 150)
    earned, redeemed, expired = elements(chart, "rect")
    line = float(earned.attrib["y"]) + float(earned.attrib["height"])
    assert float(redeemed.attrib["y"]) == pytest.approx(line, abs=0.05)
    end = float(redeemed.attrib["y"]) + float(redeemed.attrib["height"])
    assert float(expired.attrib["y"]) == pytest.approx(end + 0.5, abs=0.05)


def test_only_the_newest_month_has_the_full_colour() -> None:
    chart = flows(drawn([100, 200], [50, 100]), PALETTE, "alt", 300, 150)
    fills = [rect.attrib["fill"] for rect in elements(chart, "rect")]
    assert fills.count(PALETTE.accent) == 1
    assert fills.count(PALETTE.soft) == 1


def test_the_newest_figures_are_written_beside_their_parts() -> None:
    chart = flows(drawn([100, 68340], [50, 64400], [0, 63255]), PALETTE, "alt", 300, 150)
    texts = [label.text for label in labels(chart)]
    assert {"68\u00a0340", "64\u00a0400", "63\u00a0255", "earned", "redeemed", "expired"} <= set(texts)
    assert not any(text.startswith("\u2212") for text in texts), "below the line no value has a sign"


@pytest.mark.parametrize("into", [[0], [None], [1], [5, 0, 7_000_000]])
@pytest.mark.parametrize("size", [(236.5, 104), (493, 300)])
def test_nothing_stands_outside_or_on_anything_else(into: list[int | None], size: tuple[float, float]) -> None:
    chart = flows(drawn(into, [3] * len(into), [2] * len(into)), PALETTE, "alt", *size)
    assert inside(chart)
    assert overlaps(chart) == []


def test_every_month_and_part_is_in_the_table() -> None:
    table = flows(drawn([1, 2], [3, 4], [5, 6]), PALETTE, "alt", 300, 150).data
    assert table.columns == ("month", "part", "value")
    assert [(row[0], row[1]) for row in table.rows][:3] == [
        (date(2024, 1, 1), "earned"), (date(2024, 1, 1), "redeemed"), (date(2024, 1, 1), "expired"),
    ]  # fmt: skip
    assert len(table.rows) == 6


def test_the_alt_text_is_kept() -> None:
    assert flows(drawn([1], [1]), PALETTE, "Points by month.", 300, 150).alt == "Points by month."
