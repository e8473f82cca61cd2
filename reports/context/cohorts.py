"""Cohorts: the triangle of the newest months of joining, what is left of them against those of a year before, and how
long customers stay by their term.

Add here: a further curve by age. Keep out: how a cohort is found (the marts), and sentences
(reports/narrative/cohorts.py).

Two bases, never mixed: `active` (a customer on the last day of the age month) and `ordered` (an order in it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from reports.charts.chart import Chart, DataTable
from reports.charts.curves import Curve, Curves, curves
from reports.charts.palette import palette_for
from reports.context.axes import rate_ticks
from reports.context.history import absent
from reports.context.layout import (
    BLOCK_GAP,
    FULL_WIDTH,
    HALF_WIDTH,
    HEADING,
    PICTURE_GAP,
    SUBTITLE_LINE,
    filled,
    header_height,
)
from reports.context.survival import (
    Stratum,
    Window,
    load_strata,
    load_windows,
    survival_chart,
    windows_table,
)
from reports.context.triangle import (
    MODEL,
    SHOWN_AGES,
    SHOWN_COHORTS,
    Cell,
    Cells,
    Cohort,
    heated,
    load_cells,
    load_triangle,
    total_at,
    triangle_table,
)
from reports.figures import Figure, derive, given, share, total
from reports.marts import Marts, months_before
from reports.narrative import cohorts as words
from reports.narrative import survival as stays
from reports.narrative.finding import Finding
from reports.run import ReportRun
from reports.text import Text

# Three months: long enough to tell stayers from triers, short enough that most of the newer cohorts have reached it.
COMPARED_AGE = 3
HEAT_ROW = 14.6
# A share of fewer than ten customers is not drawn: the same floor as for survival curves.
LEAST_POOL = 10
# Where the newest year brought no new customers, older ones are followed this far.
LONGEST_AGE = 24


@dataclass(frozen=True, slots=True)
class Pool:
    """Several cohorts at one age: what is left of them together, with Wilson's interval."""

    size: Figure
    rate: Figure
    low: Figure
    high: Figure


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newer cohorts at one age beside those of the same calendar months a year before; no test is made of it."""

    age: int
    first: date
    last: date
    now: Pool
    before: Pool


@dataclass(frozen=True, slots=True)
class CohortsContext:
    """Page 3. totals: all cohorts of the triangle by age, weighed by size."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    cohorts: tuple[Cohort, ...]
    totals: tuple[Cell, ...]
    heat_low: Figure
    heat_high: Figure
    scale: str
    ages: int
    kept: Comparison | None
    bought: Comparison | None
    strata: tuple[Stratum, ...]
    windows: tuple[Window, ...]
    windows_note: Finding | None
    findings: tuple[Finding, ...]
    min_group_size: Figure
    tables: Mapping[str, DataTable]

    @property
    def has_hidden(self) -> bool:
        """Whether a cohort is too small to be shown."""
        return any(not cohort.size.known for cohort in self.cohorts)


def load_cohorts(marts: Marts, run: ReportRun, text: Text) -> CohortsContext | None:
    """The page of the run's audience; None where nobody ever joined within the months delivered."""
    if not marts.is_delivered("contracts", "orders"):
        return None
    active, ordered = load_cells(marts, "active"), load_cells(marts, "ordered")
    cohorts = load_triangle(run, active)
    if not cohorts:
        return None
    kept, bought = comparison(run, active, COMPARED_AGE), comparison(run, ordered, 1)
    strata, windows = load_strata(marts, text), load_windows(marts, run)
    rates = [cell.rate for cohort in cohorts for cell in cohort.cells if cell.rate.known]
    low, high = derive("lowest", *rates), derive("highest", *rates)
    cohorts = tuple(heated(cohort, low, high) for cohort in cohorts)
    headline, standfirst = words.headline(text, kept), words.standfirst(text, kept)
    findings = (
        stays.survival_finding(text, strata) or (words.range_finding(text, cohorts, kept.age) if kept else None),
        words.repeat_finding(text, bought),
    )
    blocks = sum((bool(strata), kept is not None, bought is not None, bool(windows)))
    height = _curve_height(headline, standfirst, len(cohorts), blocks)
    return CohortsContext(
        page_id="cohorts",
        title=text.gettext("Cohorts"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(_charts(run, text, (active, ordered), (kept, bought), strata, (blocks, height))),
        cohorts=cohorts,
        totals=tuple(total_at(cohorts, age, low, high) for age in range(max(len(c.cells) for c in cohorts))),
        heat_low=low,
        heat_high=high,
        scale=words.span(text, low, high),
        ages=SHOWN_AGES,
        kept=kept,
        bought=bought,
        strata=strata,
        windows=windows,
        windows_note=stays.reorder_finding(text, windows),
        findings=tuple(finding for finding in findings if finding),
        min_group_size=given("min_group_size", run.min_group_size),
        tables=MappingProxyType({"triangle": triangle_table(cohorts), "windows": windows_table(windows)}),
    )


def comparison(run: ReportRun, cells: Cells, wanted_age: int) -> Comparison | None:
    """The newer cohorts at the wanted age, or at the highest they have reached; None if none has reached age 1."""
    for age in range(wanted_age, 0, -1):
        newer = _newer(run, cells, age)
        now = _pooled(cells, newer, age)
        if now.rate.known:
            before = _pooled(cells, _older(run, cells, age), age)
            known = [month for month in newer if (month, age) in cells]
            return Comparison(age, known[0], known[-1], now, before)
    return None


def _newer(run: ReportRun, cells: Cells, age: int) -> list[date]:
    """The months of joining within a year of the report month that have reached the age, oldest first.

    All months of joining where nobody joined in that year: a company that only keeps what it has.
    """
    if not _joined_lately(run, cells):
        return sorted({month for month, _ in cells})
    return [months_before(run.month_start, back) for back in range(SHOWN_COHORTS - 1, age - 1, -1)]


def _older(run: ReportRun, cells: Cells, age: int) -> list[date]:
    """The same calendar months a year before."""
    return [months_before(month, 12) for month in _newer(run, cells, age)] if _joined_lately(run, cells) else []


def _joined_lately(run: ReportRun, cells: Cells) -> bool:
    return any(month > months_before(run.month_start, SHOWN_COHORTS) for month, _ in cells)


def _pooled(cells: Cells, months: Iterable[date], age: int) -> Pool:
    rows = [row for month in months if (row := cells.get((month, age))) and row["retention_rate"] is not None]
    if sum(row.figure("cohort_size").amount or 0 for row in rows) < LEAST_POOL:
        return Pool(*(absent(MODEL, name) for name in ("cohort_size", "retention_rate", "low", "high")))
    kept, size = (total(*(row.figure(name) for row in rows)) for name in ("active_customers", "cohort_size"))
    return Pool(size, share(kept, size), derive("wilson_low", kept, size), derive("wilson_high", kept, size))


def _curve_height(headline: str, standfirst: str, cohorts: int, blocks: int) -> float:
    """The height of a plot; two blocks stand side by side, so three or four take two rows."""
    rows = 2 if blocks > 2 else 1
    above = header_height(headline, standfirst) + HEADING + SUBTITLE_LINE + 16 + (cohorts + 1) * HEAT_ROW + 20
    below = rows * (BLOCK_GAP + HEADING + 2 * SUBTITLE_LINE + PICTURE_GAP) + BLOCK_GAP + 66
    return filled(above + below, 88.0 * rows, 330.0 * rows) / rows


def _charts(
    run: ReportRun,
    text: Text,
    cells: tuple[Cells, Cells],
    compared: tuple[Comparison | None, Comparison | None],
    strata: Sequence[Stratum],
    room: tuple[int, float],
) -> dict[str, Chart]:
    """The curves that have two ages or more; a single block takes the whole width. room: blocks, and their height."""
    (active, ordered), (kept, bought), (count, height) = cells, compared, room
    size = (HALF_WIDTH if count > 1 else FULL_WIDTH, height)
    drawn = {}
    if strata:
        drawn["survival"] = survival_chart(run, text, strata, size)
    if kept:
        drawn["kept"] = _curves(run, text, active, 0, words.kept_alt(text, kept), size)
    if bought:
        drawn["bought"] = _curves(run, text, ordered, 1, words.bought_alt(text, bought), size)
    return drawn


def _curves(
    run: ReportRun, text: Text, cells: Cells, first_age: int, alt: str, size: tuple[float, float]
) -> Chart:  # fmt: skip
    lately = _joined_lately(run, cells)
    ages = range(first_age, SHOWN_AGES if lately else LONGEST_AGE)
    newer = text.gettext("last 12 months") if lately else text.gettext("all who joined")
    lines = []
    for label, tone, months in ((newer, "accent", _newer), (text.gettext("a year before"), "grey", _older)):
        values = [_pooled(cells, months(run, cells, age), age).rate for age in ages]
        while values and not values[-1].known:
            values.pop()
        if values:
            lines.append(Curve(label, tone, values))
    data = Curves(
        curves=lines,
        first_age=first_age,
        tick=rate_ticks(text.f),
        value=text.f.percent,
        age=text.f.number,
        label_width=66.0,
        zero=first_age > 0,
    )
    return curves(data, palette_for(run.accent), alt, *size)
