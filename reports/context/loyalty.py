"""Loyalty: RFM segments, the programme's tiers, points and referrals, and customers who would recommend the company.

Add here: a further part of the page. Keep out: segments (loyalty_rfm.py), the programme (loyalty_tiers.py), and
sentences (reports/narrative/loyalty.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reports.charts.chart import Chart, DataTable
from reports.charts.columns import Part
from reports.charts.flows import Flows, flows
from reports.charts.palette import palette_for
from reports.context.axes import count_ticks
from reports.context.layout import BODY_HEIGHT, FULL_WIDTH, HALF_WIDTH, header_height, heading_height, note_height
from reports.context.loyalty_rfm import Rfm, load_rfm
from reports.context.loyalty_tiers import Programme, load_programme
from reports.figures import Figure
from reports.marts import Marts
from reports.narrative import loyalty as words
from reports.run import ReportRun
from reports.text import Text

ENTITIES = ("orders", "loyalty_transactions", "referrals")
SURVEYS = ("survey_responses", "survey_answers")
# Heights in pt as the style sheet gives them: rows by how roomy the tables are set, and the page's other parts.
ROWS = {"roomy": 17.9, "": 15.1, "tight": 13.8}
GAP, TABLE_HEAD, HEAT_ROW, TILES = 15.6, 20.0, 15.6, 64.0
LEAST_CHART, MOST_CHART = 104.0, 300.0


@dataclass(frozen=True, slots=True)
class Advocates:
    """Customers whose latest answer of twelve months is in the top band, of all who answered; rate 0–1."""

    advocates: Figure
    answered: Figure
    rate: Figure
    low: Figure
    high: Figure


@dataclass(frozen=True, slots=True)
class LoyaltyContext:
    """Page 8. Parts whose data were never delivered are None or empty. rows: how roomy the tables are set."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    tables: Mapping[str, DataTable]
    rfm: Rfm | None
    programme: Programme
    advocates: Advocates | None
    month_names: tuple[str, ...]
    rows: str
    with_history: bool


@dataclass(frozen=True, slots=True)
class _Room:
    """How the page is filled: the set of the tables, whether the months of the segments fit, the chart's height."""

    rows: str
    with_history: bool
    chart: float


def load_loyalty(marts: Marts, run: ReportRun, text: Text) -> LoyaltyContext | None:
    """Page 8 of the run's audience; None where neither orders nor anything of a programme was delivered or counted."""
    if not marts.is_delivered(*ENTITIES):
        return None
    rfm, programme = load_rfm(marts, run, text), load_programme(marts, run, text)
    if rfm is None and not (programme.tiers or programme.points or programme.referrals):
        return None
    headline, standfirst = words.headline(text, rfm, programme), words.standfirst(text, rfm, programme)
    advocates = load_advocates(marts)
    has_tiles = bool(programme.tiers or programme.points or programme.referrals or advocates)
    taken = header_height(headline, standfirst) + (TILES if has_tiles else 0.0)
    room = room_for(taken, rfm, programme, note_height(text.gettext(words.MEMBERS_NOTE)))
    charts: dict[str, Chart] = {}
    if programme.points:
        wide = HALF_WIDTH if programme.moves else FULL_WIDTH
        charts["points"] = _points_chart(run, text, programme, wide, room.chart)
    return LoyaltyContext(
        page_id="loyalty",
        title=text.gettext("Loyalty"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(charts),
        tables=MappingProxyType(_tables(rfm, programme, room)),
        rfm=rfm,
        programme=programme,
        advocates=advocates,
        month_names=tuple(text.f.month_name(month) for month in rfm.months) if rfm else (),
        rows=room.rows,
        with_history=room.with_history,
    )


def load_advocates(marts: Marts) -> Advocates | None:
    """The month's advocates; None where no survey was delivered or nobody answered."""
    row = marts.newest("rpt_loyal_captive") if marts.is_delivered(*SURVEYS) else None
    if row is None or row["answering_customers"] == 0:
        return None
    names = ("advocates", "answering_customers", "advocate_share", "advocate_share_low", "advocate_share_high")
    return Advocates(*(row.figure(name) for name in names))


def room_for(taken: float, rfm: Rfm | None, programme: Programme, note: float) -> _Room:
    """The roomiest set of the tables that fits beside `taken` pt, with the segments’ months where they fit too."""
    for with_history in (True, False):
        for rows in ROWS if not with_history else ("roomy", ""):
            left = BODY_HEIGHT - 6 - taken - _tables_height(ROWS[rows], rfm, programme, note, with_history)
            bottom = _bottom_height(ROWS[rows], programme)
            if left >= bottom:
                chart = left - GAP - heading_height("-") if programme.points else 0.0
                return _Room(rows, with_history, round(min(max(chart, LEAST_CHART), MOST_CHART), 1))
    return _Room("tight", False, LEAST_CHART)


def _tables_height(row: float, rfm: Rfm | None, programme: Programme, note: float, with_history: bool) -> float:
    """Segments, their months and the tiers, each with its heading."""
    frame = GAP + heading_height("-") + TABLE_HEAD
    tall = frame + 9.4 + (len(rfm.lines) + 1) * row if rfm else 0.0
    if rfm and with_history and rfm.history:
        tall += frame + len(rfm.history) * HEAT_ROW
    if programme.tiers:
        tall += frame + len(programme.tiers) * row + note + (note if programme.tiers_left_out else 0.0)
    return tall


def _bottom_height(row: float, programme: Programme) -> float:
    """Moves beside the chart of points, whichever is taller."""
    moves = TABLE_HEAD + len(programme.moves) * row + 12.0 if programme.moves else 0.0
    chart = LEAST_CHART if programme.points else 0.0
    return GAP + heading_height("-") + max(moves, chart) if moves or chart else 0.0


def _tables(rfm: Rfm | None, programme: Programme, room: _Room) -> dict[str, DataTable]:
    found = programme.tables
    if rfm:
        found["segments"] = rfm.table
        if room.with_history and rfm.history:
            found["segment_months"] = rfm.history_table
    return found


def _points_chart(run: ReportRun, text: Text, programme: Programme, width: float, height: float) -> Chart:
    months = programme.points
    out = [Part(text.gettext("redeemed"), "grey", [month.redeemed for month in months])]
    if any(month.expired.amount for month in months):
        out.append(Part(text.gettext("expired"), "miss", [month.expired for month in months]))
    data = Flows(
        months=[month.month for month in months],
        into=Part(text.gettext("earned"), "accent", [month.earned for month in months]),
        out_of=out,
        tick=count_ticks(text.f),
        value=text.f.number,
        month=text.f.month_short,
    )
    return flows(data, palette_for(run.accent), words.points_alt(text, months[-1]), width, height)
