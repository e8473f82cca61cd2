"""The survival macros on random durations, with late entries and ties, against statsmodels and its own formulas."""

from __future__ import annotations

import random
from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from tests.macro_world import Found, evaluate

COLUMNS = {"g": "int", "days": "int", "exits": "bigint", "events": "bigint", "entries": "bigint", "is_on_grid": "int"}
MACROS = ("statistics", "survival")
CURVE = """
with shares as (
    select g, days, at_risk, events, {{ survival('log_survival') }} as survival, cast(greenwood as double) as greenwood,
        smallest_risk
    from ({{ survival_curve('t', ['g']) }}) as curve
)
select g, days, at_risk, events, survival, greenwood, smallest_risk,
    {{ survival_low('survival', 'greenwood') }}, {{ survival_high('survival', 'greenwood') }}
from shares order by g, days
"""
HALVES = """
select {{ survival('log_survival') }}, {{ is_half_gone('log_survival') }}
from ({{ survival_curve('t', ['g']) }}) as curve
"""
Life = tuple[int, int, int]  # days of entry and exit since the origin, 1 if it ended


def lives_of(chance: random.Random, count: int, late: bool) -> list[Life]:
    """Durations in whole days, so that ties are many; a third are censored."""
    found = []
    for _ in range(count):
        entry = chance.randint(1, 20) if late and chance.random() < 0.4 else 0
        found.append((entry, entry + chance.randint(1, 60), int(chance.random() < 0.67)))
    return found


def rows_of(group: int, lives: list[Life]) -> list[tuple[int, ...]]:
    """One row per day on which somebody came under observation or left it; no day of a grid."""
    days = sorted({day for entry, exit_, _ in lives for day in (entry, exit_) if day > 0})
    return [
        (
            group,
            day,
            sum(exit_ == day for _, exit_, _ in lives),
            sum(exit_ == day and ended for _, exit_, ended in lives),
            sum(entry == day for entry, _, _ in lives if entry > 0),
            0,
        )
        for day in days
    ]


def curve(lives: list[Life]) -> Found:
    return evaluate(MACROS, CURVE, COLUMNS, rows_of(1, lives))


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_the_curve_and_its_variance_equal_statsmodels(seed: int, late: bool) -> None:
    lives = lives_of(random.Random(seed), 40 + 60 * seed, late)
    entry, times, ended = (np.array(column) for column in zip(*lives, strict=True))
    reference = SurvfuncRight(times, ended, entry=entry if late else None)
    found = {row[1]: row for row in curve(lives)}
    for day, share, error, at_risk in zip(
        reference.surv_times, reference.surv_prob, reference.surv_prob_se, reference.n_risk, strict=True
    ):
        _, _, risk, _, survival, greenwood, _, _, _ = found[day]
        assert risk == at_risk
        assert survival == pytest.approx(share, abs=2e-9)
        # Once everyone at risk has left, the sum no longer says anything.
        if share > 0:
            assert share * sqrt(greenwood) == pytest.approx(error, rel=1e-6)


@pytest.mark.parametrize("at_risk", [2, 3, 1_000_000, 999_999_999])
def test_a_half_is_gone_where_the_share_is_at_most_a_half(at_risk: int) -> None:
    """Also of shares that differ from a half in the ninth place, or the tenth, alone."""
    rows = [
        (group, 1, at_risk, events, 0, 0)
        for group, events in enumerate(range(at_risk // 2 - 1, at_risk // 2 + 3))
        if events
    ]
    found = evaluate(MACROS, HALVES, COLUMNS, [row for row in rows if row[3] <= at_risk])
    assert {is_half_gone for _, is_half_gone in found} == {True, False} or at_risk < 4
    for survival, is_half_gone in found:
        assert is_half_gone == (survival <= 0.5)


def test_the_bounds_are_log_log() -> None:
    z = stats.norm.ppf(0.975)
    for _, _, _, _, survival, greenwood, _, low, high in curve(lives_of(random.Random(7), 120, late=True)):
        if low is None:
            assert survival in (0, 1)
            continue
        width = z * sqrt(greenwood) / log(survival)
        assert (low, high) == pytest.approx((survival ** exp(-width), survival ** exp(width)), abs=1e-8)
        assert 0 <= low < survival < high <= 1


def test_everyone_leaving_on_one_day_ends_the_curve_at_nothing() -> None:
    found = curve([(0, 5, 1), (0, 9, 1), (0, 9, 1)])
    assert [(row[1], row[4]) for row in found] == [(5, pytest.approx(2 / 3, abs=1e-9)), (9, 0.0)]
    assert all(bound is None for bound in found[1][7:])


def test_groups_stand_apart() -> None:
    rows = [*rows_of(1, [(0, 5, 1), (0, 9, 0)]), *rows_of(2, [(0, 5, 0), (0, 9, 1)])]
    found = evaluate(MACROS, CURVE, COLUMNS, rows)
    shown = [(row[0], row[1], row[2], row[4]) for row in found]
    assert shown == [(1, 5, 2, 0.5), (2, 9, 1, 0.0)]
