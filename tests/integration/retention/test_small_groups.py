"""What rpt_retention and rpt_cohorts withhold, judged again from the unsuppressed models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.retention.retention_reference import Reference

SMALL = range(1, 5)
MODELS = {
    "retention": ("customers_start", ["period_type", "period_end"]),
    "cohorts": ("cohort_size", ["period_end", "cohort_month", "cohort_basis"]),
}


def withheld(group: Iterable[tuple[str, int]]) -> set[str]:
    """The scope values of one breakdown that may not be shown, from (value, size): the small ones, never one alone."""
    group = list(group)
    small = {value for value, size in group if size in SMALL}
    others = sorted((size, value) for value, size in group if size not in SMALL and size > 0)
    return small | {others[0][1]} if len(small) == 1 and others else small


@pytest.mark.parametrize("subject", MODELS)
def test_small_groups_are_withheld_and_never_one_alone(company: tuple[Path, Reference], subject: str) -> None:
    file, _ = company
    size, keys = MODELS[subject]
    columns = ["audience", "scope_type", *keys, "scope_value"]
    using = ", ".join(columns)
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            f"select {using}, fct.{size}, rpt.{size}, is_suppressed, retention_rate "
            f"from fct_{subject} as fct inner join rpt_{subject} as rpt using ({using})"
        ).fetchall()
        counts = connection.execute(
            f"select (select count(*) from fct_{subject}), (select count(*) from rpt_{subject})"
        ).fetchone()
    assert counts == (len(rows), len(rows))
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        groups[row[: len(columns) - 1]].append(row[len(columns) - 1 :])
    suppressed = 0
    for key, members in groups.items():
        whole = key[:2] in (("(all)", "company"), ("all of it", "audience"))
        expected = set() if whole else withheld((value, true_size) for value, true_size, *_ in members)
        assert {value for value, _, _, is_suppressed, _ in members if is_suppressed} == expected, key
        suppressed += len(expected)
        for _, true_size, shown_size, is_suppressed, share in members:
            assert shown_size == (None if is_suppressed else true_size)
            assert share is None or not is_suppressed
    assert suppressed > 0
