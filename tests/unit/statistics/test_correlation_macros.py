"""Spearman's correlation from sums of doubled ranks, and its p value, against scipy on random data full of ties."""

from __future__ import annotations

import random

import pytest
from scipy import stats

from tests.macro_world import evaluate

COLUMNS = {"n": "bigint"} | dict.fromkeys(("x", "y", "xx", "yy", "xy"), "decimal(38, 0)")
QUERY = """
    with correlated as (select *, {{ correlation('n', 'x', 'y', 'xx', 'yy', 'xy') }} as rho from t),
    tested as (select *, {{ correlation_t('rho', 'n') }} as t_value, n - 2 as df from correlated),
    deviated as (select *, case when df > 1 then {{ normal_of_t('t_value', 'df') }} end as z from tested)
    select rho, {{ two_sided_p('z') }} from deviated order by i
"""
Answers = list[tuple[int, int]]


def sums(answers: Answers) -> list[int]:
    """n, Σx, Σy, Σx², Σy², Σxy of the doubled average ranks."""
    x, y = ([round(2 * rank) for rank in stats.rankdata(side)] for side in zip(*answers, strict=True))
    return [
        len(answers), sum(x), sum(y), sum(a * a for a in x), sum(b * b for b in y),
        sum(a * b for a, b in zip(x, y, strict=True)),
    ]  # fmt: skip


def correlate(samples: list[Answers]) -> list[tuple[float, ...]]:
    return evaluate(["statistics", "significance", "correlation"], QUERY, COLUMNS, [sums(s) for s in samples])


def random_answers(chance: random.Random, n: int, pull: float) -> Answers:
    """Scores 0-10 and a driver 1-5 that follows them as far as `pull` says."""
    scores = [chance.randint(0, 10) for _ in range(n)]
    return [(s, 1 + s * 4 // 10 if chance.random() < pull else chance.randint(1, 5)) for s in scores]


def test_spearman_equals_scipy() -> None:
    chance = random.Random(70)
    samples = [
        random_answers(chance, chance.choice([12, 40, 99, 100, 3_000]), chance.random() ** 2) for _ in range(200)
    ]
    near = 0
    for answers, (rho, p) in zip(samples, correlate(samples), strict=True):
        expected = stats.spearmanr(*zip(*answers, strict=True))
        assert rho == pytest.approx(expected.statistic, abs=1e-11)
        assert p == pytest.approx(expected.pvalue, abs=2e-6)
        near += 0.01 < p < 0.2
    assert near > 20, "few p values near 5 %: the samples are too tame"


def test_a_side_that_never_varies_has_no_correlation() -> None:
    same = [(score, 3) for score in range(10)]
    assert correlate([same]) == [(None, None)]


def test_perfect_order_is_one_and_its_reverse_minus_one() -> None:
    up = [(score, score // 2) for score in range(0, 20, 2)]
    down = [(score, -score) for score in range(10)]
    assert [rho for rho, _ in correlate([up, down])] == [1, -1]


def test_sums_of_three_million_answers_stay_exact() -> None:
    n = 3_000_000
    whole = [n, n * (n + 1), n * (n + 1), *[2 * n * (n + 1) * (2 * n + 1) // 3] * 3]
    rows = evaluate(["statistics", "significance", "correlation"], QUERY, COLUMNS, [whole])
    assert rows[0][0] == pytest.approx(1, abs=1e-12)
