"""Customers at risk: how many show which signal, value against risk, who is to act, and on whom first.

Add here: a further cut of the signals. Keep out: what a signal is (the marts), and sentences
(reports/narrative/risk.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reports.charts.chart import Chart, DataTable
from reports.charts.palette import palette_for
from reports.charts.trend import Trend, TrendPoint, trend
from reports.context.at_risk import OwnerLine, RiskList, column_widths, load_list
from reports.context.axes import rate_ticks
from reports.context.history import absent
from reports.context.layout import BLOCK_GAP, BODY_HEIGHT, FULL_WIDTH, HALF_WIDTH, header_height, heading_height
from reports.context.risk_signals import ANY, Cell, Signals, load_matrix, load_signals, tables_of
from reports.figures import Figure, Row, total
from reports.marts import Marts
from reports.narrative import risk as words
from reports.run import ReportRun
from reports.text import Text

# A signal is read from one of these.
ENTITIES = (
    "cancellation_requests", "contracts", "cases", "quote_requests", "survey_responses", "survey_answers", "orders",
    "interactions",
)  # fmt: skip
TREND_MONTHS, LEAST_MONTHS = 13, 3
# Owners beside the trend; with more, the last row tells how many others there are.
MOST_OWNERS = 9
# Heights in pt, as the style sheet gives them.
SIGNAL_ROW, LIST_ROW, LIST_ROW_WIDE, HEAD, MATRIX_HEAD, CELL = 15.1, 12.4, 15.1, 20.0, 16.0, 34.0
LEAST_TREND, MOST_TREND = 105.0, 300.0


@dataclass(frozen=True, slots=True)
class OtherOwners:
    """Owners that are not shown: their customers together, and those customers' value."""

    customers: Figure
    value: Figure


@dataclass(frozen=True, slots=True)
class RiskContext:
    """Page 6: overview, and the list behind it. `list_apart`: the list starts on a sheet of its own.

    owners: those that are shown, `others` adds up the rest; has_offers: the matrix tells how offers were taken;
    list_widths: of the list's columns in pt.
    """

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    tables: Mapping[str, DataTable]
    signals: Signals
    matrix: tuple[tuple[Cell, ...], ...]
    has_offers: bool
    list: RiskList
    owners: tuple[OwnerLine, ...]
    others: OtherOwners | None
    list_apart: bool
    list_widths: tuple[float, ...]
    notes: tuple[str, ...]


def load_risk(marts: Marts, run: ReportRun, text: Text) -> RiskContext | None:
    """Page 6 of the run's audience; None where nothing was delivered that a signal could be read from."""
    if not marts.is_delivered(*ENTITIES):
        return None
    rows = marts.read("rpt_risk_signals", months=TREND_MONTHS)
    current = [row for row in rows if row.day("period_start") == run.month_start]
    if not current:
        return None
    matrix = load_matrix(marts)
    signals, listed = load_signals(current, matrix, text), load_list(marts, text)
    headline, standfirst = words.headline(text, signals, listed), words.standfirst(text, signals, listed)
    notes = words.notes(text, signals)
    months = [row for row in rows if row["signal"] == ANY]
    taken = _overview_height(headline, standfirst, signals, matrix, notes)
    apart = bool(listed.lines) and taken + _list_height(listed) + _aside_height(listed, LEAST_TREND) > BODY_HEIGHT
    left = BODY_HEIGHT - taken - (0 if apart else _list_height(listed)) - heading_height("-") - BLOCK_GAP - 8
    charts: dict[str, Chart] = {}
    if sum(row.figure("at_risk_rate").known for row in months) >= LEAST_MONTHS:
        wide = HALF_WIDTH if listed.owners else FULL_WIDTH
        charts["trend"] = _trend(run, text, months, signals, wide, min(max(left, LEAST_TREND), MOST_TREND))
    shown = listed.owners if len(listed.owners) <= MOST_OWNERS else listed.owners[: MOST_OWNERS - 1]
    return RiskContext(
        page_id="risk",
        title=text.gettext("Customers at risk"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(charts),
        tables=MappingProxyType(tables_of(signals, matrix) | listed.tables),
        signals=signals,
        matrix=matrix,
        has_offers=any(cell.offers.known for line in matrix for cell in line),
        list=listed,
        owners=shown,
        others=_others(listed.owners[len(shown) :]),
        list_apart=apart,
        list_widths=column_widths(listed, text),
        notes=notes,
    )


def _others(owners: Sequence[OwnerLine]) -> OtherOwners | None:
    if not owners:
        return None
    return OtherOwners(total(*(owner.customers for owner in owners)), total(*(owner.value for owner in owners)))


def _overview_height(
    headline: str, standfirst: str, signals: Signals, matrix: Sequence[object], notes: Sequence[str]
) -> float:
    """Headline, table of signals and matrix, in pt."""
    table = heading_height("-") + HEAD + (len(signals.watched) + 1) * SIGNAL_ROW + 13.0 * len(notes)
    cells = BLOCK_GAP + heading_height("-") + MATRIX_HEAD + len(matrix) * CELL if matrix else 0.0
    return header_height(headline, standfirst) + table + cells


def _list_height(listed: RiskList) -> float:
    return BLOCK_GAP + heading_height("-") + HEAD + len(listed.lines) * LIST_ROW_WIDE if listed.lines else 0.0


def _aside_height(listed: RiskList, trend_height: float) -> float:
    """The owners beside the trend, whichever is taller."""
    owners = HEAD + (min(len(listed.owners), MOST_OWNERS) + 1) * SIGNAL_ROW
    return BLOCK_GAP + heading_height("-") + max(owners if listed.owners else 0.0, trend_height)


def _trend(
    run: ReportRun, text: Text, rows: Sequence[Row], signals: Signals, width: float, height: float
) -> Chart:  # fmt: skip
    data = Trend(
        points=[
            TrendPoint(
                row.day("period_start"),
                row.figure("at_risk_rate"),
                row.figure("at_risk_rate_low"),
                row.figure("at_risk_rate_high"),
                absent("rpt_targets", "target_value"),
            )
            for row in rows
        ],
        tick=rate_ticks(text.f),
        value=text.f.percent,
        month=text.f.month_short,
        target_label="",
        band_label=text.gettext("95 % interval"),
    )
    return trend(data, palette_for(run.accent), words.trend_alt(text, signals), width, round(height, 1))
