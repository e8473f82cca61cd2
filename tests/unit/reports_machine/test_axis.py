"""Scales, ticks, and labels that keep apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.axis import scale_for, spread, tick_count, tick_step

finite = st.floats(-1e7, 1e7, allow_nan=False)


def test_ticks_are_round_and_hold_the_values() -> None:
    scale = scale_for([0.951, 0.983], 100, 0, floor_at=0.0, ceiling=1.0)
    assert scale.ticks == (0.95, 0.96, 0.97, 0.98, 0.99)
    assert scale(0.95) == 100
    assert scale(0.99) == 0


def test_a_rate_axis_ends_at_one_hundred_per_cent() -> None:
    assert scale_for([0.97, 1.0], 100, 0, floor_at=0.0, ceiling=1.0).ticks[-1] == 1.0


def test_columns_start_at_zero() -> None:
    assert scale_for([94_000, 95_000], 100, 0, zero=True).ticks[0] == 0


@pytest.mark.parametrize("values", [[], [0.0], [5.0, 5.0], [1.0, 1.0], [-3.0]])
def test_flat_and_empty_data_still_have_an_axis(values: list[float]) -> None:
    scale = scale_for(values, 100, 0)
    assert scale.low < scale.high
    assert len(scale.ticks) >= 2


def test_constant_rates_at_the_limit_still_have_an_axis() -> None:
    scale = scale_for([1.0, 1.0], 100, 0, floor_at=0.0, ceiling=1.0)
    assert scale.low < scale.high == 1.0


@given(st.lists(finite, min_size=1, max_size=30))
def test_every_value_lies_on_the_axis(values: list[float]) -> None:
    scale = scale_for(values, 100, 0)
    assert all(scale.low - 1e-6 <= value <= scale.high + 1e-6 for value in values)
    assert list(scale.ticks) == sorted(set(scale.ticks))


@pytest.mark.parametrize(("span", "count", "step"), [(10, 5, 2), (1, 4, 0.25), (0.037, 5, 0.01), (99, 5, 20)])
def test_steps_are_one_two_two_and_a_half_or_five(span: float, count: int, step: float) -> None:
    assert tick_step(span, count) == pytest.approx(step)


def test_digits_tell_the_ticks_apart() -> None:
    assert scale_for([0.0, 1.0], 100, 0, count=4).digits == 2
    assert scale_for([0.0, 40.0], 100, 0, count=4).digits == 0


def test_a_low_plot_has_few_ticks() -> None:
    assert tick_count(60) == 2
    assert tick_count(500) == 5


def test_labels_that_do_not_collide_stay() -> None:
    assert spread([10, 50, 90], 10, 0, 100) == (10, 50, 90)


def test_colliding_labels_move_apart_around_their_middle() -> None:
    assert spread([50, 52], 10, 0, 100) == (46, 56)


def test_order_is_kept_when_given_out_of_order() -> None:
    first, second, third = spread([80, 20, 22], 10, 0, 100)
    assert second < third < first


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_spread_keeps_the_gap_and_the_order(wanted: list[float]) -> None:
    placed = spread(wanted, 10, 0, 100)
    ordered = sorted(placed)
    assert all(b - a >= 10 - 1e-6 for a, b in pairwise(ordered))
    assert [placed[at] for at in sorted(range(len(wanted)), key=lambda at: (wanted[at], at))] == ordered
    assert min(placed) >= -1e-6
    assert max(placed) <= 100 + 1e-6
