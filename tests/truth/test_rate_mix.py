"""Why the retention rate moved, worked out again from the ledger alone, for every row of rpt_rate_mix."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.demo.months import DAY, add_months, last_day, month_index
from tests.pipeline import DemoRun
from tests.truth.rates import Row, is_near, share, withheld
from tests.truth.test_rates import read_rows

Span = tuple[date, date]
# Customers at the start and retained, of the period and of the one it is compared with.
Counts = tuple[int, int, int, int]
POOL = "(small groups)"


def _year_before(span: Span) -> Span:
    return add_months(span[0], -12), last_day(month_index(span[1]) - 12)


def _compared(period_type: str, span: Span, spans: set[Span]) -> Iterator[tuple[str, Span]]:
    """The period before and, for months and quarters, that of the year before; a year to date has only the latter."""
    if period_type == "ytd":
        if _year_before(span) in spans:
            yield "previous", _year_before(span)
        return
    yield from (("previous", other) for other in spans if other[1] == span[0] - DAY)
    if period_type in ("month", "quarter") and _year_before(span) in spans:
        yield "year_before", _year_before(span)


def _counts(now: Row | None, before: Row | None) -> Counts:
    start, kept = (now["customers_start"], now["retained_customers"]) if now else (0, 0)
    start_before, kept_before = (before["customers_start"], before["retained_customers"]) if before else (0, 0)
    return start, kept, start_before, kept_before


def _smallest(counts: Counts) -> int:
    return min(size for size in (counts[0], counts[2]) if size)


def _effects(part: Counts, whole: Counts) -> dict[str, Any]:
    start, kept, start_before, kept_before = part
    all_now, kept_now, all_before, all_kept_before = whole
    w1, w0 = start / all_now, start_before / all_before
    rate, rate_before = share(kept, start), share(kept_before, start_before)
    r1, r0 = (rate if rate is not None else rate_before), (rate_before if rate_before is not None else rate)
    assert r1 is not None and r0 is not None
    whole_1, whole_0 = kept_now / all_now, all_kept_before / all_before
    return {
        "customers_start": start,
        "customers_start_before": start_before,
        "retained_customers": kept,
        "retained_customers_before": kept_before,
        "start_share": w1,
        "start_share_before": w0,
        "retention_rate": rate,
        "retention_rate_before": rate_before,
        "rate_effect": (w0 + w1) / 2 * (r1 - r0),
        "mix_effect": ((r0 + r1) / 2 - (whole_0 + whole_1) / 2) * (w1 - w0),
        "whole_change": whole_1 - whole_0,
    }


def expected(ledger: list[Row], unfiltered: list[str], smallest: int) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Every row by audience, scope type, scope value, period and what it is compared with."""
    rows: dict[tuple[Any, ...], dict[tuple[str, str], dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    spans: dict[str, set[Span]] = defaultdict(set)
    for row in ledger:
        span = (row["period_start"], row["period_end"])
        spans[row["period_type"]].add(span)
        if row["customers_start"]:
            rows[row["period_type"], span][row["audience"], row["scope_type"]][row["scope_value"]] = row
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for period_type, of_type in spans.items():
        for span in of_type:
            for name, other in _compared(period_type, span, of_type):
                now, before = rows[period_type, span], rows[period_type, other]
                for key, parts in _breakdowns(now, before, unfiltered, smallest).items():
                    found[*key, period_type, *span, name, *other] = parts
    return found


def _breakdowns(
    now: dict[tuple[str, str], dict[str, Row]],
    before: dict[tuple[str, str], dict[str, Row]],
    unfiltered: list[str],
    smallest: int,
) -> dict[tuple[str, str, str], dict[str, Any]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for audience, scope_type in set(now) | set(before):
        kind = "company" if audience == "(all)" else "audience"
        whole = _counts(now[audience, kind].get(audience), before[audience, kind].get(audience))
        if scope_type == kind or not whole[0] or not whole[2]:
            continue
        here, there = now.get((audience, scope_type), {}), before.get((audience, scope_type), {})
        parts = {value: _counts(here.get(value), there.get(value)) for value in {*here, *there}}
        units = {(audience, scope_type, value): _smallest(counts) for value, counts in parts.items()}
        hidden = {unit[2] for unit in withheld(units, unfiltered, smallest)}
        shown = {value: counts for value, counts in parts.items() if value not in hidden}
        if hidden:
            pool = [parts[value] for value in hidden]
            shown[POOL] = tuple(map(sum, zip(*pool, strict=True)))  # type: ignore[assignment]
        for value, counts in shown.items():
            figures = _effects(counts, whole)
            small = value == POOL and any(0 < size < smallest for size in (counts[0], counts[2]))
            if small:
                figures = dict.fromkeys(figures) | {"whole_change": figures["whole_change"]}
            found[audience, scope_type, value] = {"is_suppressed": small, **figures}
    return found


def _key(row: Row) -> tuple[Any, ...]:
    scope = (row["audience"], row["scope_type"], row["scope_value"], row["period_type"])
    return (
        *scope,
        row["period_start"],
        row["period_end"],
        row["compared_with"],
        row["compared_start"],
        row["compared_end"],
    )


def check(marts: Path, unfiltered: list[str], smallest: int) -> None:
    """Fails with the first rows that differ; in every breakdown that is shown whole the effects are the change."""
    planted = expected(read_rows(marts, "fct_retention"), unfiltered, smallest)
    reports = {_key(row): row for row in read_rows(marts, "rpt_rate_mix")}
    assert reports.keys() == planted.keys()
    lines = [
        f"{key}: {name} is {reports[key][name]}, should be {value}"
        for key, figures in planted.items()
        for name, value in figures.items()
        if not is_near(reports[key][name], value)
    ]
    assert not lines, f"rpt_rate_mix: {len(lines)} figures differ\n" + "\n".join(lines[:15])
    sums: dict[tuple[Any, ...], list[tuple[Any, Any]]] = defaultdict(list)
    for key, row in reports.items():
        effect = None if row["is_suppressed"] else row["rate_effect"] + row["mix_effect"]
        sums[key[:2] + key[3:]].append((effect, row["whole_change"]))
    for key, effects in sums.items():
        if all(effect is not None for effect, _ in effects):
            assert sum(effect for effect, _ in effects) == pytest.approx(effects[0][1], abs=1e-8 * len(effects)), key


@pytest.mark.pipeline
def test_every_effect_follows_from_the_ledger(demo_run: DemoRun) -> None:
    unfiltered = [audience.name for audience in demo_run.settings.audiences if not audience.filter]
    check(demo_run.marts, unfiltered, demo_run.settings.company.min_group_size)
