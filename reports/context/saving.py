"""What was done to keep customers: the save desk and the retention offers of the year to date.

Add here: a further cut of the save desk or of offers. Keep out: why customers left (reason_lines.py, splits.py), how
many offers made customers stay (that takes more than two shares side by side), and sentences
(reports/narrative/saving.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reports.context.history import absent, by_month
from reports.figures import Figure, Row, counted, share, total
from reports.marts import Marts, months_before
from reports.narrative import saving as words
from reports.narrative.labels import OFFER_KINDS, label
from reports.run import ReportRun
from reports.text import Text

DESK, OFFERS = "rpt_save_desk", "rpt_offers"
DESK_KEYS, OFFER_KEYS = ("handled_by", "campaign", "offer_kind"), ("campaign", "offer_kind")
COSTLY = ("accepted_cost", "offered")
ALL, NONE = "(all)", "(none)"
MONTHS = 13
MOST_HANDLERS, MOST_KINDS, MOST_OFFERS = 6, 5, 8


@dataclass(frozen=True, slots=True)
class DeskLine:
    """Requests decided: kept and lost, the share kept (0–1) with its interval, and who stayed for 90 days."""

    label: str
    decided: Figure
    saved: Figure
    rate: Figure
    low: Figure
    high: Figure
    staying: Figure


@dataclass(frozen=True, slots=True)
class DeskMonth:
    """One month of the save desk."""

    month: date
    saved: Figure
    lost: Figure


@dataclass(frozen=True, slots=True)
class SaveDesk:
    """The year to date (whole, handlers, offers) and the months up to the report's.

    handlers_left: how many more there are than are listed.
    """

    whole: DeskLine
    pending: Figure
    handlers: tuple[DeskLine, ...]
    offers: tuple[DeskLine, ...]
    handlers_left: Figure
    months: tuple[DeskMonth, ...]

    @property
    def newest(self) -> DeskMonth:
        """The report month."""
        return self.months[-1]


@dataclass(frozen=True, slots=True)
class OfferLine:
    """Offers of one campaign and kind in the year; cost in the base currency, shares 0–1, stay on the 90th day.

    breaks_even: the share of the offered who must stay because of it; customers: the same as a number of them.
    """

    campaign: str
    kind: str
    offered: Figure
    accepted: Figure
    cost: Figure
    staying: Figure
    staying_without: Figure
    breaks_even: Figure
    customers: Figure


@dataclass(frozen=True, slots=True)
class Offers:
    """The dearest campaigns first; left_out counts those not listed. margin: a customer's gross margin of a year."""

    lines: tuple[OfferLine, ...]
    left_out: Figure
    offered: Figure
    cost: Figure
    customers: Figure
    margin: Figure
    per_new: Figure
    per_existing: Figure

    @property
    def has_holdout(self) -> bool:
        """Whether anybody was held out, so that there is something to compare with."""
        return any(line.staying_without.known for line in self.lines)

    @property
    def has_margin(self) -> bool:
        """Whether a margin is known, so that there is a point at which an offer pays."""
        return any(line.breaks_even.known for line in self.lines)


def load_save_desk(marts: Marts, run: ReportRun, text: Text) -> SaveDesk | None:
    """None where no cancellation request was delivered, or none was decided in the year to date."""
    if not marts.is_delivered("cancellation_requests"):
        return None
    year = marts.read(DESK, period_type="ytd", period_end=run.month_end)
    whole = next((row for row in year if _is(row, ALL, ALL)), None)
    if whole is None or not whole["save_rate_denominator"]:
        return None
    handlers = _by_decided(row for row in year if row["handled_by"] != ALL)
    offers = _by_decided(row for row in year if row["handled_by"] == ALL and row["campaign"] != ALL)
    return SaveDesk(
        whole=_desk_line(text.gettext("All requests"), whole),
        pending=whole.figure("pending"),
        handlers=tuple(
            _desk_line(words.handler(text, row.text("handled_by")), row) for row in handlers[:MOST_HANDLERS]
        ),
        offers=tuple(_desk_line(_offer_made(text, row), row) for row in offers[:MOST_KINDS]),
        handlers_left=counted(handlers[MOST_HANDLERS:], "requests"),
        months=_desk_months(marts, run),
    )


def _is(row: Row, handled_by: str, campaign: str) -> bool:
    return row["handled_by"] == handled_by and row["campaign"] == campaign


def _by_decided(rows: Iterable[Row]) -> list[Row]:
    known = [row for row in rows if row["save_rate_denominator"]]
    return sorted(known, key=lambda row: (-(row.figure("save_rate_denominator").amount or 0), *_names(row, DESK_KEYS)))


def _names(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(row.text(name) for name in columns)


def _desk_line(name: str, row: Row) -> DeskLine:
    return DeskLine(
        label=name,
        decided=row.figure("save_rate_denominator"),
        saved=row.figure("saved"),
        rate=row.figure("save_rate"),
        low=row.figure("save_rate_low"),
        high=row.figure("save_rate_high"),
        staying=row.figure("still_active_rate"),
    )


def _desk_months(marts: Marts, run: ReportRun) -> tuple[DeskMonth, ...]:
    """The months that have a row, and those between and after them, oldest first."""
    rows = by_month(marts.read(DESK, months=MONTHS, handled_by=ALL, campaign=ALL))
    first = min(rows, default=run.month_start)
    wanted = [months_before(run.month_start, back) for back in range(MONTHS - 1, -1, -1)]
    return tuple(
        DeskMonth(day, *(rows[day].figure(name) if day in rows else absent(DESK, name) for name in ("saved", "lost")))
        for day in wanted
        if day >= first
    )


def _offer_made(text: Text, row: Row) -> str:
    if row["campaign"] == NONE and row["offer_kind"] == NONE:
        return text.gettext("no offer made")
    return label(text, OFFER_KINDS, row.text("offer_kind"))


def load_offers(marts: Marts, run: ReportRun, text: Text) -> Offers | None:
    """None where no offer was delivered, or none was made in the year to date."""
    if not marts.is_delivered("retention_offers"):
        return None
    rows = [row for row in marts.read(OFFERS, period_type="ytd", period_end=run.month_end) if row["offered"]]
    if not rows:
        return None
    rows.sort(key=lambda row: (*(-(row.figure(name).amount or 0) for name in COSTLY), *_names(row, OFFER_KEYS)))
    worth = marts.newest("rpt_value")
    margin = rows[0].figure("margin_per_customer_year")
    cost = total(*(row.figure("accepted_cost") for row in rows))
    return Offers(
        lines=tuple(_offer_line(text, row) for row in rows[:MOST_OFFERS]),
        left_out=counted(rows[MOST_OFFERS:], "offered"),
        offered=total(*(row.figure("offered") for row in rows)),
        cost=cost,
        customers=share(cost, margin),
        margin=margin,
        per_new=_worth(worth, "incentive_per_new_customer"),
        per_existing=_worth(worth, "incentive_per_existing_customer"),
    )


def _worth(row: Row | None, column: str) -> Figure:
    return row.figure(column) if row else absent("rpt_value", column)


def _offer_line(text: Text, row: Row) -> OfferLine:
    cost = row.figure("accepted_cost")
    return OfferLine(
        campaign=words.campaign(text, row.text("campaign")),
        kind=label(text, OFFER_KINDS, row.text("offer_kind")),
        offered=row.figure("offered"),
        accepted=row.figure("acceptance_rate"),
        cost=cost,
        staying=row.figure("offered_staying_rate"),
        staying_without=row.figure("held_out_staying_rate"),
        breaks_even=row.figure("break_even_uplift"),
        customers=share(cost, row.figure("margin_per_customer_year")),
    )
