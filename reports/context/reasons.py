"""Why customers leave, and what was done to keep them: reasons, their run, who leaves for what, save desk and offers.

Add here: what the page as a whole needs. Keep out: how a reason is found (the marts), reading (reason_lines.py,
splits.py, saving.py, leavers.py), what stands where (reasons_layout.py) and sentences (reports/narrative/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reports.charts.chart import Chart, DataTable
from reports.charts.columns import Columns, Part, columns
from reports.charts.palette import palette_for
from reports.context.axes import count_ticks
from reports.context.history import absent
from reports.context.layout import FULL_WIDTH
from reports.context.leavers import Leavers, load_leavers
from reports.context.reason_lines import Losses, load_losses
from reports.context.reason_tables import tables_of
from reports.context.reasons_layout import Parts, Plan, leavers_height, planned
from reports.context.saving import Offers, SaveDesk, load_offers, load_save_desk
from reports.context.splits import Splits, load_splits
from reports.figures import Figure
from reports.marts import Marts
from reports.narrative import reasons as words
from reports.narrative import saving as saving_words
from reports.run import ReportRun
from reports.text import Text

# Where a reason can be found: the contract's end, a cancellation request, an exit survey.
ENTITIES = ("contracts", "cancellation_requests", "survey_answers")
DESK_WIDTH = 211.0


@dataclass(frozen=True, slots=True)
class Tried:
    """The second sheet: what was done to keep customers, with the sentences of its own."""

    headline: str
    standfirst: str
    desk: SaveDesk | None
    offers: Offers | None
    offer_subtitle: str
    offer_notes: tuple[str, ...]
    desk_note: str


@dataclass(frozen=True, slots=True)
class ReasonsContext:
    """Page 5. subtitle: how to read the first table; notes below it; plan: what stands where."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    tables: Mapping[str, DataTable]
    losses: Losses
    subtitle: str
    notes: tuple[str, ...]
    month_names: tuple[str, ...]
    splits: Splits | None
    leavers: Leavers
    tried: Tried
    plan: Plan

    @property
    def sheets(self) -> int:
        """How many sheets the page takes."""
        return self.plan.sheets


def load_reasons(marts: Marts, run: ReportRun, text: Text) -> ReasonsContext | None:
    """Page 5 of the run's audience; None where nothing was delivered that could hold a reason."""
    if not marts.is_delivered(*ENTITIES):
        return None
    losses, splits = load_losses(marts, run, text), load_splits(marts, run, text)
    leavers = load_leavers(marts, run, text)
    tried = _tried(text, load_save_desk(marts, run, text), load_offers(marts, run, text))
    headline, standfirst = words.headline(text, losses), words.standfirst(text, losses)
    subtitle, notes = words.subtitle(text, losses), words.notes(text, losses, _churned(marts))
    plan = planned(_parts(headline, standfirst, subtitle, notes, losses, splits, leavers, tried))
    if not plan.has_losses:
        standfirst = f"{tried.headline}. {tried.standfirst}"
    return ReasonsContext(
        page_id="reasons",
        title=text.gettext("Why customers leave"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(_charts(run, text, losses, tried, plan)),
        tables=MappingProxyType(tables_of(losses, splits, tried.desk, tried.offers, leavers)),
        losses=losses,
        subtitle=subtitle,
        notes=notes,
        month_names=tuple(text.f.month_name(month) for month in losses.months),
        splits=splits,
        leavers=leavers,
        tried=tried,
        plan=plan,
    )


def _churned(marts: Marts) -> Figure:
    """What the revenue page tells as lost: of contracts that ended, whoever ended them."""
    row = marts.newest("rpt_revenue") if marts.is_delivered("contracts") else None
    return row.figure("churned_mrr") if row else absent("rpt_revenue", "churned_mrr")


def _tried(text: Text, desk: SaveDesk | None, offers: Offers | None) -> Tried:
    return Tried(
        headline=saving_words.headline(text, desk, offers),
        standfirst=saving_words.standfirst(text, desk, offers),
        desk=desk,
        offers=offers,
        offer_subtitle=saving_words.offer_subtitle(text, offers) if offers else "",
        offer_notes=saving_words.offer_notes(text, offers) if offers else (),
        desk_note=saving_words.desk_note(text, desk) if desk else "",
    )


def _parts(
    headline: str,
    standfirst: str,
    subtitle: str,
    notes: tuple[str, ...],
    losses: Losses,
    splits: Splits | None,
    leavers: Leavers,
    tried: Tried,
) -> Parts:
    desk, offers = tried.desk, tried.offers
    groups = [lines for lines in (desk.handlers, desk.offers) if lines] if desk else []
    return Parts(
        headline=headline,
        standfirst=standfirst,
        subtitle=subtitle,
        notes=notes,
        reasons=max(1, len(losses.lines)),
        trend=len(losses.trend) if losses.has_reasons else 0,
        splits=len(splits.reasons) if splits else 0,
        splits_head=splits.head_lines if splits else 0,
        leavers=leavers_height(
            len(leavers.early),
            len(leavers.competitors),
            bool(leavers.competitors_left.number),
            leavers.silent is not None,
        ),
        tried=tried.headline,
        tried_standfirst=tried.standfirst,
        desk=1 + sum(1 + len(lines) for lines in groups) if desk else 0,
        offers=len(offers.lines) + 1 if offers else 0,
        offer_subtitle=tried.offer_subtitle,
        offer_notes=len(tried.offer_notes),
        has_losses=losses.year_total.number != 0,
    )


def _charts(run: ReportRun, text: Text, losses: Losses, tried: Tried, plan: Plan) -> dict[str, Chart]:
    palette, charts = palette_for(run.accent), {}
    if plan.chart:
        parts = [Part(text.gettext("no reason known"), "grey", losses.trend_unknown)]
        if losses.has_reasons:
            parts.insert(0, Part(text.gettext("reason known"), "accent", losses.trend_known))
        data = Columns(losses.months, parts, count_ticks(text.f), text.f.number, text.f.month_short)
        charts["lost"] = columns(data, palette, words.lost_alt(text, losses), FULL_WIDTH, plan.chart)
    if tried.desk and plan.desk_chart:
        months = tried.desk.months
        data = Columns(
            [month.month for month in months],
            [
                Part(text.gettext("stayed"), "accent", [month.saved for month in months]),
                Part(text.gettext("left"), "grey", [month.lost for month in months]),
            ],
            count_ticks(text.f),
            text.f.number,
            text.f.month_short,
            label_width=46.0,
        )
        charts["save_desk"] = columns(
            data, palette, saving_words.desk_alt(text, tried.desk), DESK_WIDTH, plan.desk_chart
        )
    return charts
