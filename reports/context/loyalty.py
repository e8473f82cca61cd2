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
from reports.charts.typeface import text_width
from reports.context.axes import count_ticks
from reports.context.layout import (
    BODY_HEIGHT,
    FULL_WIDTH,
    HALF_WIDTH,
    LARGE_AMOUNT,
    header_height,
    heading_height,
    note_height,
)
from reports.context.loyalty_rfm import Meaning, Rfm, load_rfm, meanings
from reports.context.loyalty_tiers import Programme, load_programme
from reports.figures import Figure
from reports.marts import Marts
from reports.narrative import loyalty as words
from reports.narrative.loyalty import RFM_MEANINGS
from reports.run import ReportRun
from reports.text import Text

ENTITIES = ("orders", "loyalty_transactions", "referrals")
SURVEYS = ("survey_responses", "survey_answers")
# Heights in pt as the style sheet gives them: rows by how roomy the tables are set, and the page's other parts.
ROWS = {"wide": 33.0, "roomy": 17.9, "": 15.1, "tight": 13.8}
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
    meanings: tuple[Meaning, ...]
    moves_note: str
    short_money: bool


@dataclass(frozen=True, slots=True)
class Room:
    """How the page is filled: the set of the tables, whether there is room for the months of the segments and for
    what the segments mean, and the chart's height in pt."""

    rows: str
    with_history: bool
    with_meanings: bool
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
        meanings=meanings(text) if room.with_meanings and rfm else (),
        moves_note=words.moves_note(text, programme),
        short_money=_is_large(rfm, programme),
    )


def _is_large(rfm: Rfm | None, programme: Programme) -> bool:
    amounts = [line.revenue.amount for line in rfm.lines] if rfm else []
    amounts += [line.spend.amount for line in programme.tiers] + [month.cost.amount for month in programme.points]
    return max((abs(amount) for amount in amounts if amount is not None), default=0) >= LARGE_AMOUNT


def load_advocates(marts: Marts) -> Advocates | None:
    """The month's advocates; None where no survey was delivered or nobody answered."""
    row = marts.newest("rpt_loyal_captive") if marts.is_delivered(*SURVEYS) else None
    if row is None or row["answering_customers"] == 0:
        return None
    names = ("advocates", "answering_customers", "advocate_share", "advocate_share_low", "advocate_share_high")
    return Advocates(*(row.figure(name) for name in names))


def room_for(taken: float, rfm: Rfm | None, programme: Programme, note: float) -> Room:
    """The fullest page that fits beside `taken` pt: the segments' months and meanings first, then roomy tables."""
    for with_history, with_meanings in ((True, True), (True, False), (False, True), (False, False)):
        for rows, tall in ROWS.items():
            if rows == "tight" and (with_history or with_meanings):
                continue
            tables = _tables_height(tall, rfm, programme, note, with_history, with_meanings)
            left = BODY_HEIGHT - 6 - taken - tables
            if left >= _bottom_height(tall, programme):
                chart = left - GAP - heading_height("-")
                return Room(rows, with_history, with_meanings, round(min(max(chart, LEAST_CHART), MOST_CHART), 1))
    return Room("tight", False, False, LEAST_CHART)


def _tables_height(
    row: float, rfm: Rfm | None, programme: Programme, note: float, with_history: bool, with_meanings: bool
) -> float:
    """Segments, their months and meanings, and the tiers, each with its heading."""
    frame = GAP + heading_height("-") + TABLE_HEAD
    tall = frame + 9.4 + (len(rfm.lines) + 1) * row + (15.7 if rfm.has_hidden else 0.0) if rfm else 0.0
    if rfm and with_history and rfm.history:
        tall += frame + len(rfm.history) * HEAT_ROW
    if rfm and with_meanings:
        tall += frame - TABLE_HEAD + len(RFM_MEANINGS) * row
    if programme.tiers:
        tall += frame + len(programme.tiers) * row + note + (note if programme.tiers_left_out else 0.0)
    return tall


def _bottom_height(row: float, programme: Programme) -> float:
    """Moves beside the chart of points, whichever is taller."""
    moves = TABLE_HEAD + len(programme.moves) * row + 12.0 if programme.moves else 0.0
    chart = LEAST_CHART if programme.points else 0.0
    return GAP + heading_height("-") + max(moves, chart) if moves or chart else 0.0


def _tables(rfm: Rfm | None, programme: Programme, room: Room) -> dict[str, DataTable]:
    found = programme.tables
    if rfm:
        found["segments"] = rfm.table
        if room.with_history and rfm.history:
            found["segment_months"] = rfm.history_table
    return found


def _points_chart(run: ReportRun, text: Text, programme: Programme, width: float, height: float) -> Chart:
    months = programme.points
    newest = (months[-1].earned, months[-1].redeemed, months[-1].expired)
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
        label_width=max(62.0, 8 + max(text_width(text.f.number(f), 8, 600) for f in newest)),
    )
    return flows(data, palette_for(run.accent), words.points_alt(text, months[-1]), width, height)
