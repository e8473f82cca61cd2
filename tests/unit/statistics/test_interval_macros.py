"""The interval macros, rendered and run in DuckDB on random counts, against statsmodels and plain numpy."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from tests.macro_world import Found
from tests.macro_world import evaluate as run_query

Z = stats.norm.ppf(0.975)


def evaluate(expression: str, columns: dict[str, str], rows: Sequence[Sequence[object]]) -> Found:
    """What a select list of macro calls gives for each row."""
    return run_query(("statistics",), f"select {expression} from t order by i", columns, rows)


WILSON = "{{ rate('x', 'n') }}, {{ wilson_low('x', 'n') }}, {{ wilson_high('x', 'n') }}"
COUNTS = {"x": "bigint", "n": "bigint"}


def test_wilson_equals_statsmodels() -> None:
    chance = random.Random(1)
    pairs = [(chance.randint(0, n), n) for n in (chance.choice([1, 5, 40, 3_000, 10**6]) for _ in range(300))]
    pairs += [(0, 7), (7, 7)]
    for (x, n), (rate, low, high) in zip(pairs, evaluate(WILSON, COUNTS, pairs), strict=True):
        expected = proportion_confint(x, n, method="wilson")
        assert rate == pytest.approx(x / n, abs=1e-9)
        assert (low, high) == pytest.approx(expected, abs=2e-9)
        assert 0 <= low <= x / n <= high <= 1


@pytest.mark.parametrize(("x", "n", "low", "high"), [(10, 10, 72.2, 100.0), (8, 10, 49.0, 94.3), (95, 100, 88.8, 97.8)])
def test_wilson_of_the_worked_examples(x: int, n: int, low: float, high: float) -> None:
    bounds = evaluate(WILSON, COUNTS, [(x, n)])[0][1:]
    assert [round(100 * bound, 1) for bound in bounds] == [low, high]


def test_nothing_over_nothing_is_null() -> None:
    assert evaluate(WILSON, COUNTS, [(0, 0), (None, None)]) == [(None, None, None)] * 2
    nothing = evaluate(NPS, CLASSES, [(0, 0, 0), (None, None, None)])
    assert nothing == [(None, None, None)] * 2
    assert evaluate(RATIO, SUMS, [(0, 0, 0, 0, 0)]) == [(None, None)]
    assert evaluate("{{ over_30_days('p', 'd') }}", {"p": "double", "d": "int"}, [(None, 30)]) == [(None,)]


NPS = "{{ nps('p', 'd', 'n') }}, {{ nps_interval('p', 'd', 'n') }}"
CLASSES = {"p": "bigint", "d": "bigint", "n": "bigint"}


def nps_by_hand(p: float, d: float, n: float) -> tuple[float, float, float]:
    """The score and z-interval of the mean of n answers worth +100, 0 and −100, by their own variance."""
    mean = (p - d) / n
    variance = (p * (1 - mean) ** 2 + d * (-1 - mean) ** 2 + (n - p - d) * mean**2) / n
    half = Z * sqrt(variance / n)
    return 100 * mean, 100 * max(mean - half, -1), 100 * min(mean + half, 1)


def test_nps_equals_the_mean_of_its_answers() -> None:
    chance = random.Random(2)
    rows = []
    for _ in range(200):
        n = chance.choice([10, 12, 100, 5_000])
        p = chance.randint(1, n - 1)
        rows.append((p, chance.randint(0, n - p), n))
    for row, found in zip(rows, evaluate(NPS, CLASSES, rows), strict=True):
        assert found == pytest.approx(nps_by_hand(*row), abs=1e-8)


def test_nps_of_the_worked_example() -> None:
    score, low, high = evaluate(NPS, CLASSES, [(50, 20, 100)])[0]
    assert score == 30
    assert [round(score - low, 1), round(high - score, 1)] == [15.3, 15.3]


@pytest.mark.parametrize("row", [(1, 0, 1), (0, 0, 4), (2, 3, 9), (40, 0, 40), (0, 40, 40), (0, 0, 40)])
def test_few_answers_or_one_class_widen_the_interval_alone(row: tuple[int, int, int]) -> None:
    p, d, n = row
    score, low, high = evaluate(NPS, CLASSES, [row])[0]
    assert score == pytest.approx(100 * (p - d) / n)
    assert (low, high) == pytest.approx(nps_by_hand(p + 0.75, d + 0.75, n + 3)[1:], abs=1e-8)
    assert low < high


SUMS = dict.fromkeys(("sy", "sx", "syy", "sxy", "sxx"), "decimal(38, 4)")
RATIO = "{{ ratio_low('sy', 'sx', 'syy', 'sxy', 'sxx') }}, {{ ratio_high('sy', 'sx', 'syy', 'sxy', 'sxx') }}"


def test_ratio_of_amounts_over_customers() -> None:
    generator = np.random.default_rng(3)
    for customers in (1, 3, 400):
        x = np.round(generator.gamma(2, 60, customers) + 1, 2)
        y = np.round(x * generator.choice([0, 0.8, 1, 1.2], customers), 2)
        ratio = y.sum() / x.sum()
        half = Z * sqrt(((y - ratio * x) ** 2).sum()) / x.sum()
        totals = (y.sum(), x.sum(), (y * y).sum(), (x * y).sum(), (x * x).sum())
        sums = [Decimal(str(round(float(total), 4))) for total in totals]
        assert evaluate(RATIO, SUMS, [sums])[0] == pytest.approx((ratio - half, ratio + half), abs=1e-6)


def test_ratio_that_nobody_departs_from_has_no_width() -> None:
    assert evaluate(RATIO, SUMS, [(300, 300, 50_000, 50_000, 50_000)]) == [(1.0, 1.0)]


@pytest.mark.parametrize("days", [28, 29, 30, 31, 92, 366])
def test_thirty_days_at_the_same_hazard(days: int) -> None:
    hazard = 0.002
    lost = 1 - (1 - hazard) ** days
    found = evaluate("{{ over_30_days('p', 'd') }}", {"p": "double", "d": "int"}, [(lost, days), (1, days), (0, days)])
    assert [row[0] for row in found] == pytest.approx([1 - (1 - hazard) ** 30, 1, 0], abs=1e-9)
