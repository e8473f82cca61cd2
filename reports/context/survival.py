"""Survival: how long customers stay by the term they began with, and how soon buyers order again.

Add here: another attribute to draw the curves by. Keep out: the estimates (rpt_survival, rpt_window_sensitivity), and
sentences (reports/narrative/survival.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reports.charts.chart import Chart, DataTable
from reports.charts.curves import Curve, Curves, curves
from reports.charts.palette import palette_for
from reports.context.axes import rate_ticks
from reports.context.history import absent, grouped
from reports.figures import Figure, Row, given
from reports.marts import Marts
from reports.narrative import survival as words
from reports.narrative.labels import scope_label
from reports.run import ReportRun
from reports.text import Text

MODEL, WINDOWS = "rpt_survival", "rpt_window_sensitivity"
ALL, NO_TERM = "(all)", "(none)"
# The marts give a point every 30 days; three years of them tell the terms apart.
STEP_DAYS, LONGEST_STEPS = 30, 36
MOST_CURVES = 4
TONES = ("accent", "soft", "navy", "grey")


@dataclass(frozen=True, slots=True)
class Stratum:
    """The customers who began with one term. share: still there after 0, 30, 60 … days; median: days by which half
    have left, None while more than half are there.
    """

    value: str
    label: str
    size: Figure
    share: tuple[Figure, ...]
    median: Figure


@dataclass(frozen=True, slots=True)
class Window:
    """What becomes of churn and of reordering when an order keeps a customer active for `days`."""

    days: Figure
    reordered: Figure
    reordered_low: Figure
    reordered_high: Figure
    churn: Figure
    in_force: bool


def load_strata(marts: Marts, text: Text) -> tuple[Stratum, ...]:
    """The largest terms, the longest stay first; all customers as one where there is but one term. () without data."""
    rows = [row for row in marts.read(MODEL, months=1) if row["survival"] is not None]
    by_type = grouped(rows, "stratum_type")
    terms = grouped(by_type.get("term", ()), "stratum_value")
    wanted = terms if len(terms) > 1 else grouped(by_type.get(ALL, ()), "stratum_value")
    largest = sorted(wanted.values(), key=_by_size)[:MOST_CURVES]
    return tuple(sorted((_stratum(text, rows) for rows in largest), key=_by_stay))


def load_windows(marts: Marts, run: ReportRun) -> tuple[Window, ...]:
    """Churn and reordering by window, () where no orders were delivered or nothing is known."""
    if not marts.is_delivered("orders"):
        return ()
    rows = [row for row in marts.read(WINDOWS, months=1) if row["reorder_share"] is not None]
    return tuple(
        Window(
            row.figure("window_days"),
            row.figure("reorder_share"),
            row.figure("reorder_low"),
            row.figure("reorder_high"),
            row.figure("churn_rate"),
            row["window_days"] == run.order_window_days,
        )
        for row in rows
    )


def survival_chart(run: ReportRun, text: Text, strata: Sequence[Stratum], size: tuple[float, float]) -> Chart:
    """The curves, the longest stay in the accent."""
    tones = TONES if len(strata) == MOST_CURVES else (*TONES[: len(strata) - 1], "grey")
    lines = [
        Curve(stratum.label, "accent" if at == 0 else tones[at], stratum.share) for at, stratum in enumerate(strata)
    ]
    data = Curves(
        curves=lines,
        first_age=0,
        tick=rate_ticks(text.f),
        value=lambda figure: text.f.percent(figure, 0),
        age=text.f.number,
        label_width=70.0,
        zero=True,
    )
    drawn = curves(data, palette_for(run.accent), words.survival_alt(text, strata), *size)
    return replace(drawn, data=strata_table(strata))


def strata_table(strata: Sequence[Stratum]) -> DataTable:
    """The curves for the attached file, a row per age."""
    rows = (
        (stratum.label, given("age_days", at * STEP_DAYS), share)
        for stratum in strata
        for at, share in enumerate(stratum.share)
    )
    return DataTable(("term", "age_days", "share_still_there"), tuple(rows))


def windows_table(windows: Sequence[Window]) -> DataTable:
    """The windows for the attached file."""
    columns = ("window_days", "reorder_share", "reorder_low", "reorder_high", "churn_rate")
    return DataTable(columns, tuple((w.days, w.reordered, w.reordered_low, w.reordered_high, w.churn) for w in windows))


def _stratum(text: Text, rows: Sequence[Row]) -> Stratum:
    first, by_age = rows[0], {_age(row): row for row in rows}
    steps = range(min(max(by_age) // STEP_DAYS, LONGEST_STEPS) + 1)
    value = first.text("stratum_value")
    return Stratum(
        value, _label(text, value), first.figure("at_risk"), _shares(by_age, steps), first.figure("median_days")
    )


def _label(text: Text, value: str) -> str:
    if value == ALL:
        return text.gettext("all customers")
    return text.gettext("without a term") if value == NO_TERM else scope_label(text, "term", value)


def _shares(by_age: Mapping[int, Row], steps: range) -> tuple[Figure, ...]:
    rows = (by_age.get(step * STEP_DAYS) for step in steps)
    return tuple(row.figure("survival") if row else absent(MODEL, "survival") for row in rows)


def _age(row: Row) -> int:
    return int(row.figure("age_days").amount or 0)


def _by_size(rows: Sequence[Row]) -> tuple[float, str]:
    return -(rows[0].figure("at_risk").amount or 0.0), rows[0].text("stratum_value")


def _by_stay(stratum: Stratum) -> tuple[float, str]:
    """By the share that is left at the last age that every curve may reach first: a year, else its end."""
    year = min(len(stratum.share) - 1, 12)
    return -(stratum.share[year].amount or 0.0), stratum.value
