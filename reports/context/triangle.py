"""The triangle of cohorts: the newest months of joining by age, each cell with its share kept and its heat.

Add here: another reading of the same cells. Keep out: how a cohort is found (the marts), and the curves
(reports/context/cohorts.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.charts.chart import DataTable
from reports.figures import Figure, Row, given, share, total
from reports.marts import Marts
from reports.run import ReportRun

MODEL = "rpt_cohorts"
SHOWN_COHORTS = SHOWN_AGES = 12
HEAT_STEPS = 9


@dataclass(frozen=True, slots=True)
class Cell:
    """One cohort at one age; heat 1 (fewest kept) to 9, 0 for a blank cell (open, suppressed or not there)."""

    rate: Figure
    active: Figure
    heat: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """A month's new customers; cells by age from 0."""

    month: date
    size: Figure
    cells: tuple[Cell, ...]

    def known_at(self, age: int) -> bool:
        """Whether the cohort has a rate at this age."""
        return age < len(self.cells) and self.cells[age].rate.known


Cells = Mapping[tuple[date, int], Row]


def load_cells(marts: Marts, basis: str) -> Cells:
    rows = marts.read(MODEL, cohort_basis=basis, is_open=False)
    return {(row.day("cohort_month"), int(row.figure("age_months").amount or 0)): row for row in rows}


def load_triangle(run: ReportRun, cells: Cells) -> tuple[Cohort, ...]:
    """The newest cohorts that have a closed cell, oldest first, each with its ages up to the twelfth."""
    months = sorted({month for month, _ in cells if month <= run.month_start})[-SHOWN_COHORTS:]
    result = []
    for month in months:
        rows = [cells[month, age] for age in range(SHOWN_AGES) if (month, age) in cells]
        known = tuple(Cell(row.figure("retention_rate"), row.figure("active_customers"), 0) for row in rows)
        result.append(Cohort(month, rows[-1].figure("cohort_size"), known))
    return tuple(result)


def heated(cohort: Cohort, low: Figure, high: Figure) -> Cohort:
    cells = tuple(Cell(cell.rate, cell.active, heat_step(cell.rate, low, high)) for cell in cohort.cells)
    return Cohort(cohort.month, cohort.size, cells)


def heat_step(rate: Figure, low: Figure, high: Figure) -> int:
    """1 for the lowest rate shown … 9 for the highest; 0 where there is none. One rate only: the darkest."""
    value, bottom, top = rate.amount, low.amount, high.amount
    if value is None or bottom is None or top is None:
        return 0
    if top <= bottom:
        return HEAT_STEPS
    return min(HEAT_STEPS, 1 + int(HEAT_STEPS * (value - bottom) / (top - bottom)))


def total_at(cohorts: Sequence[Cohort], age: int, low: Figure, high: Figure) -> Cell:
    reached = [cohort for cohort in cohorts if cohort.known_at(age)]
    active = total(*(cohort.cells[age].active for cohort in reached))
    rate = share(active, total(*(cohort.size for cohort in reached)))
    return Cell(rate, active, heat_step(rate, low, high))


def triangle_table(cohorts: Sequence[Cohort]) -> DataTable:
    """The triangle for the attached file, a row per closed cell."""
    rows = (
        (cohort.month, cohort.size, given("age_months", age), cell.active, cell.rate)
        for cohort in cohorts
        for age, cell in enumerate(cohort.cells)
    )
    return DataTable(("joined", "cohort_size", "age_months", "active_customers", "retention_rate"), tuple(rows))
