"""The macros of differences, p values and their correction, run in DuckDB against scipy and statsmodels."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from tests.macro_world import Found
from tests.macro_world import evaluate as run_query

SHARES = """
select
    {{ newcombe_low('p1', 'l1', 'h1', 'p0', 'l0', 'h0') }},
    {{ newcombe_high('p1', 'l1', 'h1', 'p0', 'l0', 'h0') }}
from (
    select *, {{ share('x1', 'n1') }} as p1, {{ wilson_low('x1', 'n1') }} as l1, {{ wilson_high('x1', 'n1') }} as h1,
    {{ share('x0', 'n0') }} as p0, {{ wilson_low('x0', 'n0') }} as l0, {{ wilson_high('x0', 'n0') }} as h0 from t
) order by i
"""


def evaluate(query: str, columns: dict[str, str], rows: Sequence[Sequence[object]]) -> Found:
    """What a query over t gives."""
    return run_query(("statistics", "significance"), query, columns, rows)


def test_newcombe_equals_statsmodels() -> None:
    chance = random.Random(7)
    rows = []
    for _ in range(200):
        n1, n0 = chance.choice([3, 20, 400, 50_000]), chance.choice([2, 30, 900])
        rows.append((chance.randint(0, n1), n1, chance.randint(0, n0), n0))
    found = evaluate(SHARES, {"x1": "bigint", "n1": "bigint", "x0": "bigint", "n0": "bigint"}, rows)
    for (x1, n1, x0, n0), bounds in zip(rows, found, strict=True):
        assert bounds == pytest.approx(confint_proportions_2indep(x1, n1, x0, n0, method="newcomb"), abs=5e-9)


def test_newcombe_of_its_own_paper() -> None:
    # Newcombe 1998, table II (a): 56/70 − 48/80 → 0.0524 to 0.3339.
    low, high = evaluate(SHARES, {"x1": "bigint", "n1": "bigint", "x0": "bigint", "n0": "bigint"}, [(56, 70, 48, 80)])[
        0
    ]
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_normal_cdf_equals_scipy() -> None:
    values = [*np.linspace(-39, 39, 1999), 0.0, 7.0710678, 7.0710679]
    query = "select {{ normal_cdf('z') }}, {{ two_sided_p('z') }} from t order by i"
    for z, (cdf, p) in zip(values, evaluate(query, {"z": "double"}, [(float(z),) for z in values]), strict=True):
        assert cdf == pytest.approx(stats.norm.cdf(z), rel=1e-11, abs=1e-15)
        assert p == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-8, abs=1e-290)


def test_the_touching_z_agrees_with_the_interval() -> None:
    rows = [(0.2, 0.05, 0.31), (0.2, 0.0, 0.3), (0.2, -0.01, 0.3), (-0.1, -0.2, -0.01), (-0.1, -0.3, 0.02), (0, -1, 1)]
    query = "select {{ touching_z('d', 'low', 'high') }} from t order by i"
    found = [z for (z,) in evaluate(query, {"d": "double", "low": "double", "high": "double"}, rows)]
    z95 = float(stats.norm.ppf(0.975))
    for (_, low, high), z in zip(rows, found, strict=True):
        assert (abs(z) > z95 + 1e-9) == (low > 1e-12 or high < 0)
    assert found[1] == pytest.approx(z95)
    assert found[-1] == 0


@pytest.mark.parametrize(("lowest_df", "allowed"), [(2, 1e-3), (10, 1e-6)])
def test_welch_equals_scipy(lowest_df: int, allowed: float) -> None:
    chance = np.random.default_rng(3)
    rows, expected = [], []
    while len(rows) < 200:
        one = chance.normal(0, 1, int(chance.integers(3, 40)))
        other = chance.normal(chance.normal(0, 0.6), 3, int(chance.integers(3, 40)))
        test = stats.ttest_ind(one, other, equal_var=False)
        if test.df >= lowest_df:
            rows.append(
                (one.var(ddof=1) / len(one), len(one), other.var(ddof=1) / len(other), len(other), test.statistic)
            )
            expected.append((test.df, test.pvalue))
    query = """
    select df, {{ two_sided_p('z') }} from (
        select *, {{ normal_of_t('t', 'df') }} as z from (
            select i, t, {{ welch_df('a', 'n1', 'b', 'n0') }} as df from t
        )
    ) order by i
    """
    found = evaluate(query, {"a": "double", "n1": "bigint", "b": "double", "n0": "bigint", "t": "double"}, rows)
    for (df, p), (expected_df, expected_p) in zip(found, expected, strict=True):
        assert df == pytest.approx(expected_df, rel=1e-9)
        assert p == pytest.approx(expected_p, abs=allowed)


def test_benjamini_hochberg_equals_statsmodels() -> None:
    chance = random.Random(5)
    rows: list[tuple[int, float | None]] = [
        (family, chance.random() ** 3) for family in range(20) for _ in range(family)
    ]
    rows += [(family, None) for family in range(20)] + [(3, 0.01), (3, 0.01)]
    query = """
    select i, family, p_adjusted from ({{ benjamini_hochberg('t', 'p', ['family']) }}) order by i
    """
    found = evaluate(query, {"family": "int", "p": "double"}, rows)
    for family in range(20):
        pairs = [(p, adjusted) for (f, p), (_, _, adjusted) in zip(rows, found, strict=True) if f == family]
        assert [adjusted for p, adjusted in pairs if p is None] == [None]
        tested = [(p, adjusted) for p, adjusted in pairs if p is not None]
        if tested:
            expected = multipletests([p for p, _ in tested], method="fdr_bh")[1]
            assert [adjusted for _, adjusted in tested] == pytest.approx(list(expected), abs=1e-11)
