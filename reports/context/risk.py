"""Customers at risk: how many show which signal, value against risk, who is to act, and on whom first.

Add here: a further cut of the signals. Keep out: what a signal is (the marts), and sentences
(reports/narrative/risk.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reports.charts.axis import Scale
from reports.charts.chart import Chart, DataTable
from reports.charts.palette import palette_for
from reports.charts.trend import Trend, TrendPoint, trend, trend_scale
from reports.context.at_risk import OwnerLine, RiskList, column_widths, further_lines, load_list
from reports.context.axes import rate_ticks
from reports.context.history import absent
from reports.context.layout import BODY_HEIGHT, FULL_WIDTH, HALF_WIDTH, LARGE_AMOUNT, header_height, heading_height
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
ROW, CLOSE_ROW, LINE, HEAD, MATRIX_HEAD, GAP = 15.1, 12.4, 10.0, 20.0, 16.0, 15.6
# Cells of the matrix: beside the owners and the trend, and where these stand on the list's sheet.
CELL, TALL_CELL = 34.0, 84.0
LEAST_TREND, MOST_TREND = 105.0, 300.0


@dataclass(frozen=True, slots=True)
class OtherOwners:
    """Owners that are not shown: their customers together, and those customers' value."""

    customers: Figure
    value: Figure


@dataclass(frozen=True, slots=True)
class Sheets:
    """How the page is laid out: the list may start on a sheet of its own, with owners and trend behind it.

    with_aside: owners and trend are shown at all; close_rows: the list's rows stand close; cell: height of the
    matrix's cells; trend: of the trend, both in pt.
    """

    list_apart: bool
    aside_behind: bool
    close_rows: bool
    with_aside: bool
    cell: float
    trend: float


@dataclass(frozen=True, slots=True)
class RiskContext:
    """Page 6: overview, and the list behind it.

    owners: those that are shown, `others` adds up the rest; has_offers: the matrix tells how offers were taken;
    list_widths: of the list's columns in pt; runs_on: long signals take a second line; short_money: amounts are too
    large to be printed in full; is_cut: the trend's axis does not start at zero.
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
    layout: Sheets
    list_widths: tuple[float, ...]
    runs_on: bool
    short_money: bool
    is_cut: bool
    notes: tuple[str, ...]

    @property
    def sheets(self) -> int:
        """How many sheets the page takes on purpose."""
        return 2 if self.layout.list_apart else 1


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
    has_trend = sum(row.figure("at_risk_rate").known for row in months) >= LEAST_MONTHS
    table = heading_height("-") + HEAD + 9.4 + (len(signals.watched) + 1) * ROW + 13.0 * len(notes)
    layout = sheets_for(header_height(headline, standfirst) + table, len(matrix), listed, has_trend)
    charts: dict[str, Chart] = {}
    if has_trend and layout.with_aside:
        wide = HALF_WIDTH if listed.owners else FULL_WIDTH
        charts["trend"] = _trend(run, text, months, signals, wide, layout.trend)
    shown = listed.owners if len(listed.owners) <= MOST_OWNERS else listed.owners[: MOST_OWNERS - 1]
    shown = shown if layout.with_aside else ()
    short = _is_large(signals)
    widths = column_widths(listed, text, short)
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
        others=_others(listed.owners[len(shown) :]) if shown else None,
        layout=layout,
        list_widths=widths,
        runs_on=_runs_on(layout, listed, widths[3]),
        short_money=short,
        is_cut=bool(charts) and axis_of(_points(months), layout.trend).low > 0,
        notes=notes,
    )


def sheets_for(taken: float, matrix_rows: int, listed: RiskList, has_trend: bool) -> Sheets:
    """One sheet where everything fits beside `taken` pt; else the list on a second one.

    A list that leaves much of the second sheet has owners and trend behind it, and the matrix is taller instead.
    """
    count = len(listed.lines)
    frame = GAP + heading_height("-")
    matrix = frame + MATRIX_HEAD if matrix_rows else 0.0
    owners = HEAD + min(len(listed.owners), MOST_OWNERS) * ROW if listed.owners else 0.0
    aside = frame + max(owners, LEAST_TREND if has_trend else 0.0) if owners or has_trend else 0.0
    rows = frame + HEAD + count * ROW if count else 0.0
    free = BODY_HEIGHT - 8 - taken - matrix - matrix_rows * CELL
    if free >= aside + rows:
        return Sheets(False, False, False, True, CELL, _trend_height(free - rows - frame))
    if free >= rows:
        # The few that are listed name their owners themselves; taller cells take the room that is left.
        return Sheets(False, False, False, False, min(TALL_CELL, CELL + (free - rows) / max(matrix_rows, 1)), 0.0)
    second = BODY_HEIGHT - 8 - rows
    if second >= aside:
        cell = min(TALL_CELL, max(CELL, CELL + free / max(matrix_rows, 1)))
        return Sheets(True, True, False, True, cell, _trend_height(second - frame))
    return Sheets(True, False, second < -GAP, True, CELL, _trend_height(free - frame))


def _runs_on(layout: Sheets, listed: RiskList, width: float) -> bool:
    """Whether the list's own sheet has room for every signal of every customer; else the last ones are cut."""
    if not layout.list_apart or layout.aside_behind:
        return False
    rows = len(listed.lines) * (CLOSE_ROW if layout.close_rows else ROW) + further_lines(listed, width) * LINE
    return heading_height("-") + HEAD + rows <= BODY_HEIGHT - 4


def _trend_height(room: float) -> float:
    return round(min(max(room, LEAST_TREND), MOST_TREND), 1)


def _is_large(signals: Signals) -> bool:
    amounts = [line.value.amount or 0 for line in (*signals.watched, *([signals.whole] if signals.whole else []))]
    return max(map(abs, amounts), default=0) >= LARGE_AMOUNT


def _others(owners: Sequence[OwnerLine]) -> OtherOwners | None:
    if not owners:
        return None
    return OtherOwners(total(*(owner.customers for owner in owners)), total(*(owner.value for owner in owners)))


def _trend(run: ReportRun, text: Text, rows: Sequence[Row], signals: Signals, width: float, height: float) -> Chart:
    data = Trend(
        points=_points(rows),
        tick=rate_ticks(text.f),
        value=text.f.percent,
        month=text.f.month_short,
        target_label="",
        band_label=text.gettext("95 % interval"),
    )
    return trend(data, palette_for(run.accent), words.trend_alt(text, signals), width, height)


def _points(rows: Sequence[Row]) -> list[TrendPoint]:
    target = absent("rpt_targets", "target_value")
    return [
        TrendPoint(
            month=row.day("period_start"),
            value=row.figure("at_risk_rate"),
            low=row.figure("at_risk_rate_low"),
            high=row.figure("at_risk_rate_high"),
            target=target,
        )
        for row in rows
    ]


def axis_of(points: Sequence[TrendPoint], height: float) -> Scale:
    """The axis of a trend of shares without events, as the drawing of this height has it."""
    return trend_scale(points, height - 17, 9.0, 0.0, 1.0)
